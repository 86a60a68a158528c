// Command verifier checks an exported audit log with golang.org/x/mod alone: no code of the product.
//
// It checks the signature, every entry bundle, every tile, the root, and an inclusion proof of every entry,
// and that the folder of each older checkpoint given is a prefix. Exit 0: all holds. Exit 1: something does not.
package main

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type olderFiles []string

func (files *olderFiles) String() string         { return strings.Join(*files, ",") }
func (files *olderFiles) Set(value string) error { *files = append(*files, value); return nil }

type folder struct{ path string }

// tilePath turns the path of x/mod (tile/H/L/N) into that of C2SP tlog-tiles (tile/L/N).
func tilePath(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

func (log folder) Height() int                         { return height }
func (log folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (log folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, 0, len(tiles))
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(log.path, tilePath(tile)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// openCheckpoint checks the signature and reads origin, size and root.
func openCheckpoint(path string, verifiers note.Verifiers) (string, tlog.Tree, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", tlog.Tree{}, err
	}
	opened, err := note.Open(data, verifiers)
	if err != nil {
		return "", tlog.Tree{}, err
	}
	lines := strings.SplitAfterN(opened.Text, "\n", 2)
	// x/mod knows the same three lines under its own first line.
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + lines[1]))
	return strings.TrimSuffix(lines[0], "\n"), tree, err
}

func readBundle(log folder, n int64, width int) ([][]byte, error) {
	tile := tlog.Tile{H: height, L: -1, N: n, W: width}
	data, err := os.ReadFile(filepath.Join(log.path, tilePath(tile)))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("bundle %d is cut short", n)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries, data = append(entries, data[2:end]), data[end:]
	}
	if len(entries) != width {
		return nil, fmt.Errorf("bundle %d holds %d entries, not %d", n, len(entries), width)
	}
	return entries, nil
}

func readEntries(log folder, size int64) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for n := int64(0); n<<height < size; n++ {
		entries, err := readBundle(log, n, int(min(1<<height, size-n<<height)))
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			hashes = append(hashes, tlog.RecordHash(entry))
		}
	}
	return hashes, nil
}

// checkTiles builds the tree again from the entries and compares every tile byte for byte.
func checkTiles(log folder, hashes []tlog.Hash, tree tlog.Tree) (int, error) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, 0, len(indexes))
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	for n, hash := range hashes {
		more, err := tlog.StoredHashesForRecordHash(int64(n), hash, reader)
		if err != nil {
			return 0, err
		}
		stored = append(stored, more...)
	}
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil || root != tree.Hash {
		return 0, fmt.Errorf("the entries have the root %v, the checkpoint %v (%v)", root, tree.Hash, err)
	}
	tiles := tlog.NewTiles(height, 0, tree.N)
	for _, tile := range tiles {
		expected, err := tlog.ReadTileData(tile, reader)
		if err != nil {
			return 0, err
		}
		served, err := os.ReadFile(filepath.Join(log.path, tilePath(tile)))
		if err != nil || !bytes.Equal(served, expected) {
			return 0, fmt.Errorf("%s is wrong (%v)", tilePath(tile), err)
		}
	}
	return len(tiles), nil
}

func check(log folder, vkey string, older []string) error {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	verifiers := note.VerifierList(verifier)
	origin, tree, err := openCheckpoint(filepath.Join(log.path, "checkpoint"), verifiers)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if origin != verifier.Name() {
		return fmt.Errorf("checkpoint: of the log %s", origin)
	}
	hashes, err := readEntries(log, tree.N)
	if err != nil {
		return err
	}
	tiles, err := checkTiles(log, hashes, tree)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, log)
	for index, hash := range hashes {
		proof, err := tlog.ProveRecord(tree.N, int64(index), reader)
		if err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(index), hash); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
	}
	for _, path := range older {
		_, before, err := openCheckpoint(path, verifiers)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		proof, err := tlog.ProveTree(tree.N, before.N, reader)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	fmt.Printf("ok %s entries=%d tiles=%d proofs=%d older=%d\n", origin, tree.N, tiles, len(hashes), len(older))
	return nil
}

// checkChain checks a bundle's older checkpoints: each is signed, and its file for witnesses proves that the
// checkpoint of the bundle extends it.
func checkChain(bundle string, vkey string) error {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	verifiers := note.VerifierList(verifier)
	origin, tree, err := openCheckpoint(filepath.Join(bundle, "checkpoint"), verifiers)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	signed, err := os.ReadFile(filepath.Join(bundle, "checkpoint"))
	if err != nil {
		return err
	}
	paths, err := filepath.Glob(filepath.Join(bundle, "chain", "*.checkpoint"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		of, before, err := openCheckpoint(path, verifiers)
		if err != nil || of != origin {
			return fmt.Errorf("%s: %s (%v)", path, of, err)
		}
		data, err := os.ReadFile(strings.TrimSuffix(path, "checkpoint") + "consistency")
		if err != nil {
			return err
		}
		head, rest, _ := strings.Cut(string(data), "\n\n")
		lines := strings.Split(head, "\n")
		if lines[0] != fmt.Sprintf("old %d", before.N) || rest != string(signed) {
			return fmt.Errorf("%s: is of another checkpoint", path)
		}
		var proof tlog.TreeProof
		for _, line := range lines[1:] {
			hash, err := tlog.ParseHash(line)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			proof = append(proof, hash)
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	fmt.Printf("ok %s size=%d older=%d\n", origin, tree.N, len(paths))
	return nil
}

func main() {
	var older olderFiles
	path := flag.String("log", "", "the exported folder")
	vkey := flag.String("vkey", "", "the verifier key")
	flag.Var(&older, "old", "an older checkpoint of size 1 or more; may be repeated")
	bundle := flag.String("bundle", "", "an unpacked bundle instead of a log: its older checkpoints are checked")
	flag.Parse()
	var err error
	if *bundle != "" {
		err = checkChain(*bundle, *vkey)
	} else {
		err = check(folder{*path}, *vkey, older)
	}
	if err != nil {
		fmt.Println("WRONG", err)
		os.Exit(1)
	}
}
