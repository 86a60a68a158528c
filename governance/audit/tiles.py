"""Tiles and entry bundles: which exist, where they lie, what is in them (C2SP tlog-tiles)."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from governance.audit.errors import VerificationError
from governance.audit.merkle import HASH_BYTES, Node, NodeReader, root_of

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 65_535  # a u16 counts them
ENTRIES = -1  # the level that stands for entry bundles

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<n>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class Tile(NamedTuple):
    """One tile, or one entry bundle where the level is ENTRIES."""

    level: int
    n: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Name the tile as the standard lays it out, relative to the log's prefix."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        groups = [f"{self.n % 1000:03d}"]
        rest = self.n // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(groups)}{partial}"

    @property
    def start(self) -> int:
        """Tell the index of the first hash or entry at this tile's level."""
        return self.n * TILE_WIDTH


def parse_path(path: str) -> Tile:
    """Read a tile's path; every tile has one spelling only."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise VerificationError("not the path of a tile")
    level = ENTRIES if found["level"] == "entries" else int(found["level"])
    tile = Tile(level, int(found["n"].replace("x", "").replace("/", "")), int(found["width"] or TILE_WIDTH))
    if tile.path != path or level > MAX_LEVEL or (found["width"] and tile.width >= TILE_WIDTH):
        raise VerificationError("not the path of a tile")
    return tile


def tiles_at(size: int, *, level: int) -> Iterator[Tile]:
    """List the tiles of one level (or the bundles) of a log of `size`, left to right."""
    count = size >> (TILE_HEIGHT * max(level, 0))
    for n in range(count // TILE_WIDTH):
        yield Tile(level, n)
    if count % TILE_WIDTH:
        yield Tile(level, count // TILE_WIDTH, count % TILE_WIDTH)


def levels_at(size: int) -> range:
    """List the levels that hold at least one hash."""
    return range((size.bit_length() + TILE_HEIGHT - 1) // TILE_HEIGHT)


def resources(size: int) -> Iterator[Tile]:
    """List everything a log of `size` serves: bundles first, then tiles from the bottom up."""
    yield from tiles_at(size, level=ENTRIES)
    for level in levels_at(size):
        yield from tiles_at(size, level=level)


def tile_holding(index: int, *, level: int, size: int) -> Tile:
    """Find the tile in which a log of `size` keeps hash `index` of a level."""
    count = size >> (TILE_HEIGHT * max(level, 0))
    if not 0 <= index < count:
        raise VerificationError(f"a log of {size} has no hash {index} at level {level}")
    n = index // TILE_WIDTH
    return Tile(level, n, min(TILE_WIDTH, count - n * TILE_WIDTH))


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Write entries as an entry bundle."""
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise VerificationError("an entry is longer than 65535 bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(data: bytes, *, width: int) -> list[bytes]:
    """Read an entry bundle of exactly `width` entries."""
    entries: list[bytes] = []
    at = 0
    while at < len(data) and len(entries) < width:
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data):
            raise VerificationError(f"entry {len(entries)} of the bundle is cut short")
        entries.append(data[at + 2 : end])
        at = end
    if len(entries) != width or at != len(data):
        raise VerificationError(f"the bundle does not hold exactly {width} entries")
    return entries


def split_hashes(data: bytes, *, width: int) -> list[bytes]:
    """Read a tile of exactly `width` hashes."""
    if len(data) != width * HASH_BYTES:
        raise VerificationError(f"the tile does not hold exactly {width} hashes")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def node_reader(size: int, read: Callable[[Tile], bytes]) -> NodeReader:
    """Answer for tree nodes from tiles; each tile is read once."""
    kept: dict[Tile, list[bytes]] = {}

    def node(level: int, index: int) -> bytes:
        tile_level, inside = divmod(level, TILE_HEIGHT)
        start = index << inside
        tile = tile_holding(start, level=tile_level, size=size)
        if tile not in kept:
            kept[tile] = split_hashes(read(tile), width=tile.width)
        offset = start - tile.start
        below = kept[tile][offset : offset + (1 << inside)]
        if len(below) != 1 << inside:
            raise VerificationError(f"{tile.path}: too short for node {index} of level {level}")
        return root_of(below)

    def read_nodes(nodes: Sequence[Node]) -> list[bytes]:
        return [node(level, index) for level, index in nodes]

    return read_nodes
