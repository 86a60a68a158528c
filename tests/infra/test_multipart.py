"""Forms with uploads are read byte for byte; broken ones are refused."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local_models.multipart import UnreadableForm, parse_form

pytestmark = pytest.mark.pure


@given(st.binary(), st.text(st.characters(codec="utf-8")))
def test_an_upload_arrives_byte_for_byte(content: bytes, text: str) -> None:
    request = httpx.Request("POST", "http://x", files={"file": ("a.wav", content, "audio/wav")}, data={"prompt": text})
    parts = {part.name: part for part in parse_form(request.headers["content-type"], request.read())}
    assert parts["file"].content == content
    assert (parts["file"].filename, parts["file"].content_type) == ("a.wav", "audio/wav")
    assert parts["prompt"].content.decode() == text


@pytest.mark.parametrize(
    ("content_type", "body", "says"),
    [
        ("application/json", b"{}", "multipart/form-data with a boundary"),
        ("multipart/form-data", b"", "with a boundary"),
        ("multipart/form-data; boundary=b", b"", "truncated"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx', "truncated"),
        ("multipart/form-data; boundary=b", b"--b\r\nno headers\r\n--b--\r\n", "no blank line"),
        ("multipart/form-data; boundary=b", b"--b\r\nX: y\r\n\r\nx\r\n--b--\r\n", "no name"),
    ],
)
def test_a_broken_form_is_refused(content_type: str, body: bytes, says: str) -> None:
    with pytest.raises(UnreadableForm, match=says):
        parse_form(content_type, body)


@given(st.binary(max_size=100))
def test_noise_is_refused_and_never_crashes(noise: bytes) -> None:
    try:
        parse_form("multipart/form-data; boundary=b", b"--b\r\n" + noise + b"\r\n--b--")
    except UnreadableForm:
        return
