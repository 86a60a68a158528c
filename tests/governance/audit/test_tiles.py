"""Paths, sizes and contents of tiles and bundles (C2SP tlog-tiles)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.audit import tiles
from governance.audit.errors import VerificationError
from governance.audit.merkle import inclusion_proof, root_at, root_of, verify_inclusion
from governance.audit.tiles import ENTRIES, Tile
from tests.support.audit_log import entries, folder

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 273), "tile/0/273"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(1, 0, 1), "tile/1/000.p/1"),
        (Tile(63, 5, 255), "tile/63/005.p/255"),
        (Tile(ENTRIES, 1000, 17), "tile/entries/x001/000.p/17"),
    ],
)
def test_paths_are_those_of_the_standard(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tiles.parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0", "tile/0/x000/001", "tile/00/000", "tile/64/000", "tile/0/000.p/0", "tile/0/000.p/256",
        "tile/0/000.p/01", "tile/0/x001", "tile/0/1000", "tile/entries", "tile/-1/000", "/tile/0/000",
        "tile/0/000/", "tile/0/../000", "tile/data/000", "tile/0/٠٠٠", "tile/0/000\n",
    ],
)  # fmt: skip
def test_another_spelling_of_a_path_is_refused(path: str) -> None:
    with pytest.raises(VerificationError):
        tiles.parse_path(path)


@given(st.integers(0, 63), st.integers(0, 10**12), st.integers(1, 256))
def test_a_path_reads_as_the_tile_that_wrote_it(level: int, n: int, width: int) -> None:
    assert tiles.parse_path(Tile(level, n, width).path) == Tile(level, n, width)


def test_seventy_thousand_entries_have_the_277_tiles_of_the_standard() -> None:
    found = [tile for level in tiles.levels_at(70_000) for tile in tiles.tiles_at(70_000, level=level)]
    assert len(found) == 277
    last = ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]
    assert [tile.path for tile in found[-4:]] == last


@pytest.mark.parametrize(
    ("size", "paths"),
    [
        (0, []),
        (1, ["tile/entries/000.p/1", "tile/0/000.p/1"]),
        (255, ["tile/entries/000.p/255", "tile/0/000.p/255"]),
        (256, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]),
        (257, ["tile/entries/000", "tile/entries/001.p/1", "tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]),
    ],
)
def test_a_log_has_exactly_these_resources(size: int, paths: list[str]) -> None:
    assert [tile.path for tile in tiles.resources(size)] == paths


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20))
def test_a_bundle_gives_back_its_entries(written: list[bytes]) -> None:
    data = tiles.encode_bundle(written)
    assert tiles.decode_bundle(data, width=len(written)) == written
    for broken in (data + b"\x00", data[:-1], data + b"\x00\x00"):
        with pytest.raises(VerificationError):
            tiles.decode_bundle(broken, width=len(written))


def test_an_entry_is_at_most_what_two_bytes_count() -> None:
    longest = b"x" * 65_535
    assert tiles.decode_bundle(tiles.encode_bundle([b"", longest]), width=2) == [b"", longest]
    with pytest.raises(VerificationError):
        tiles.encode_bundle([longest + b"x"])


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
def test_proofs_come_out_of_tiles_alone(size: int) -> None:
    files = folder(entries(size))
    read = tiles.node_reader(size, lambda tile: files[tile.path])
    bottom = b"".join(files[tile.path] for tile in tiles.tiles_at(size, level=0))
    leaves = tiles.split_hashes(bottom, width=size)
    root = root_of(leaves)
    assert root_at(size, read) == root
    for index in range(0, size, 37):
        proof = inclusion_proof(index=index, size=size, read=read)
        verify_inclusion(leaf=leaves[index], index=index, size=size, proof=proof, root=root)
