"""A cursor comes back as it was given out; whatever else is given as one is refused."""

import base64
from datetime import UTC, datetime

import pytest

from governance.errors import InputError
from infra import cursors

pytestmark = pytest.mark.pure


def given(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def test_a_place_comes_back() -> None:
    at = datetime(2026, 11, 22, 4, 5, tzinfo=UTC)
    assert cursors.read_place(cursors.write([at.isoformat(), "call-1"])) == (at, "call-1")
    assert cursors.read(cursors.write([7]), fields=1) == ["7"]


@pytest.mark.parametrize("content", [
    b"", b"x", b"{}", b"[]", b"null", b'["a"]', b'["2026-01-01T00:00:00Z", 1.5]', b"[" * 700,
    b'["2026-01-01T00:00:00Z", "\\ud800"]', b'["2026-01-01T00:00:00Z", null]', b"\xff",
])
def test_what_no_list_gave_out_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="not one this list gave out"):
        cursors.read_place(given(content))
