"""The console's own sheets and scripts: their addresses hold a digest of all of them, so a browser asks only once."""

from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from starlette.responses import Response

FOLDER = Path(__file__).parent / "assets"
MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"
SHOWN = 16  # characters of the digest: another one is another address, and nothing more


def address_of(name: str) -> str:
    """Give the address of one, as it is now."""
    return f"/console/assets/{digest()}/{name}"


@cache
def digest() -> str:
    """Give the digest of all: they name each other by relative addresses."""
    content = sha256()
    for file in sorted(FOLDER.iterdir()):
        if file.suffix in MEDIA_TYPES:
            content.update(f"{file.name}\n".encode() + file.read_bytes())
    return content.hexdigest()[:SHOWN]


async def asset(version: str, name: str) -> Response:
    """Give one; under the digest of others it is the present one all the same, and is not kept."""
    file = FOLDER / name
    if "/" in name or file.suffix not in MEDIA_TYPES or not file.is_file():
        return Response(status_code=HTTPStatus.NOT_FOUND)
    headers = {"Cache-Control": FOREVER if version == digest() else "no-cache"}
    return Response(file.read_bytes(), media_type=MEDIA_TYPES[file.suffix], headers=headers)
