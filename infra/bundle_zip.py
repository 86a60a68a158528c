"""The archive of an evidence bundle: stored, sorted, at one fixed time, so equal files are equal bytes (ZIP)."""

import io
import shutil
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from governance.audit.errors import VerificationError
from governance.errors import InputError

FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the first instant that a ZIP can write
MODE = 0o100644 << 16
UNIX = 3
MAX_BYTES = 1 << 30  # an archive that is longer is not opened


def pack(files: Mapping[str, bytes]) -> bytes:
    """Write files as an archive; nothing in it but names and content."""
    out = io.BytesIO()
    write(out, files)
    return out.getvalue()


def write(out: BinaryIO, files: Mapping[str, bytes | BinaryIO]) -> None:
    """Write the same archive as `pack` to a place that can be sought in; what lies in a file is copied in pieces."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, FIXED_TIME)
            info.create_system, info.external_attr = UNIX, MODE
            content = files[name]
            source = io.BytesIO(content) if isinstance(content, bytes) else content
            source.seek(0)
            with archive.open(info, "w") as member:
                shutil.copyfileobj(source, member, 1 << 20)


def unpack(path: Path) -> dict[str, bytes]:
    """Read an archive; InputError where it is none, VerificationError where it is not as `pack` writes it."""
    try:
        if not path.is_file():
            raise InputError(f"{path} is no file: give the archive")
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} holds more than {MAX_BYTES} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, ArithmeticError, NotImplementedError, struct.error):
        raise InputError(f"{path} is not a ZIP archive, or not a whole one") from None
    with archive:
        files = _content(archive, len(data))
    if pack(files) != data:
        raise VerificationError("the archive: is not packed as a bundle is; something was put around its files")
    return files


def _content(archive: zipfile.ZipFile, held: int) -> dict[str, bytes]:
    infos = archive.infolist()
    if sum(info.file_size for info in infos) > held:
        raise VerificationError("the archive: claims more bytes than it has")
    files: dict[str, bytes] = {}
    for info in infos:
        if info.filename in files or info.compress_type != zipfile.ZIP_STORED:
            raise VerificationError(f"{info.filename}: is in the archive twice, or compressed")
        try:
            files[info.filename] = archive.read(info)
        except (zipfile.BadZipFile, EOFError, ValueError, RuntimeError, NotImplementedError):
            raise VerificationError(f"{info.filename}: was changed in the archive (its checksum is wrong)") from None
    return files
