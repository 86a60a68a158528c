"""Reads a bundle's folder or archive with nothing but Python, and refuses what no bundle is: part of the verifier."""

import re
import struct
import zipfile
from pathlib import Path

from infra.bundle_notes import Wrong, load

MOST_BYTES = 1 << 30  # of all files together; what is more is not opened
NUMBER = r"(?:0|[1-9][0-9]{0,18})"
EVERY = (
    r"manifest\.json|checkpoint|log\.pub|entries\.jsonl|controls\.json|verify\.py|report\.html"
    rf"|proofs/{NUMBER}\.tlog-proof|heads/(?:entry|entry\.tlog-proof|streams\.json)"
    r"|logs/(?:entry|entry\.tlog-proof|checkpoint|log\.pub|checkpoint\.tsr)"
    rf"|chain/{NUMBER}\.(?:checkpoint|consistency)"
)
OF_A_CALL = r"(?:columns|call|transcript|verdicts|handoffs|turns|recording|retention)\.json"
OF_A_PERIOD = r"columns\.jsonl|tiles\.json"
# A part is there whole, or not at all: half of one would not be looked at.
WHOLE = (
    ("heads/entry", "heads/entry.tlog-proof", "heads/streams.json"),
    ("logs/entry", "logs/entry.tlog-proof", "logs/checkpoint", "logs/log.pub"),
)
# As `infra/bundle_zip.py` writes: stored, one fixed time, a plain file, nothing else said of it.
PACKED = (zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0), 3, 0o100644 << 16, 0, b"", b"")
LOCAL, CENTRAL, END, MANY, END_OF_MANY = 30, 46, 22, 0xFFFF, 76  # bytes of a ZIP beside names and content


class Unreadable(Exception):
    """The place holds no bundle."""


def check_names(files: dict[str, bytes], others: str) -> None:
    """Check that every file is one of a bundle of its kind, every part whole, and JSON is JSON."""
    known = re.compile(f"{EVERY}|{others}")
    for name in sorted(files):
        if known.fullmatch(name) is None:
            raise Wrong(f"{name}: is no file of such a bundle")
    for part in WHOLE:
        missing = [name for name in part if name not in files]
        if missing and any(name.startswith(part[0].partition("/")[0] + "/") for name in files):
            raise Wrong(f"{missing[0]}: is missing")
    for name in sorted(files):
        if name.endswith(".json"):
            load(files[name], name)


def read(place: Path) -> dict[str, bytes]:
    """Read a folder or an archive."""
    if place.is_dir():
        return read_folder(place)
    if not place.is_file():
        raise Unreadable(f"{place} is no file")
    if place.stat().st_size > MOST_BYTES:
        raise Unreadable(f"{place} holds more than {MOST_BYTES} bytes")
    try:
        with zipfile.ZipFile(place) as archive:
            return read_archive(archive, place.stat().st_size)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, ArithmeticError, struct.error):
        raise Unreadable(f"{place} is not a ZIP archive, or not a whole one") from None


def read_folder(place: Path) -> dict[str, bytes]:
    """Read the files below a folder."""
    files: dict[str, bytes] = {}
    held = 0
    for one in place.rglob("*"):
        name = one.relative_to(place).as_posix()
        if one.is_symlink() or not (one.is_file() or one.is_dir()):
            raise Wrong(f"{name}: is a link, or no plain file")
        if one.is_file():
            held += one.stat().st_size
            if held > MOST_BYTES:
                raise Unreadable(f"{place} holds more than {MOST_BYTES} bytes")
            files[name] = one.read_bytes()
    return files


def read_archive(archive: zipfile.ZipFile, size: int) -> dict[str, bytes]:
    """Read an archive that holds its files one behind the other, and nothing before, between or behind them."""
    files: dict[str, bytes] = {}
    place, ending = 0, END
    for info in archive.infolist():
        said = (info.compress_type, info.date_time, info.create_system, info.external_attr, info.flag_bits,
                info.extra, info.comment)
        if info.filename in files or info.compress_type != zipfile.ZIP_STORED:
            raise Wrong(f"{info.filename}: is in the archive twice, or compressed")
        if said != PACKED or info.header_offset != place or info.file_size != info.compress_size:
            raise Wrong(f"{info.filename}: is not packed as a bundle is; something was put around it in the archive")
        named = len(info.filename.encode("utf-8", "surrogateescape"))
        place, ending = place + LOCAL + named + info.file_size, ending + CENTRAL + named
        if place > size:
            raise Wrong(f"{info.filename}: claims more bytes than the archive has")
        try:
            files[info.filename] = archive.read(info)
        except (zipfile.BadZipFile, EOFError, RuntimeError, ValueError):
            raise Wrong(f"{info.filename}: was changed in the archive (its checksum is wrong)") from None
    ending += END_OF_MANY if len(files) > MANY else 0
    if archive.comment or archive.start_dir != place or place + ending != size:
        raise Wrong("the archive: is not packed as a bundle is; something was put around its files")
    return files
