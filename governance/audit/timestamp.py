"""Time-stamp requests and what a token says (RFC 3161, DER by hand); `openssl ts -verify` judges its signature."""

from dataclasses import dataclass
from datetime import UTC, datetime

from governance.audit.errors import VerificationError

SHA256_BYTES = 32
INTEGER, OCTETS, OID, SEQUENCE, CONTEXT_0, GENERALIZED_TIME = 0x02, 0x04, 0x06, 0x30, 0xA0, 0x18
SHA256_ALGORITHM = bytes.fromhex("300d06096086480165030402010500")  # 2.16.840.1.101.3.4.2.1 and NULL
SIGNED_DATA, TST_INFO = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d0109100104")
TRUE = b"\x01\x01\xff"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a token states: this digest existed at that time; its signature is not judged here."""

    digest: bytes
    at: datetime
    nonce: int | None


def request(digest: bytes, *, nonce: int) -> bytes:
    """Write the request for a SHA-256 digest; asks for the authority's certificate too."""
    if len(digest) != SHA256_BYTES:
        raise ValueError("not a SHA-256 digest")
    imprint = _der(SEQUENCE, SHA256_ALGORITHM + _der(OCTETS, digest))
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1, "big")
    return _der(SEQUENCE, _der(INTEGER, b"\x01") + imprint + _der(INTEGER, number) + TRUE)


def read(response: bytes) -> Stamp:
    """Read a response; raises VerificationError where no stamp was granted or it is not one of SHA-256."""
    whole = _parts(_one(response, SEQUENCE))
    status = _parts(_expect(whole, 0, SEQUENCE))
    if int.from_bytes(_expect(status, 0, INTEGER), "big") > 1:  # 0 granted, 1 granted with changes
        raise VerificationError("time stamp: refused by the authority")
    content = _parts(_expect(whole, 1, SEQUENCE))
    if _expect(content, 0, OID) != SIGNED_DATA:
        raise VerificationError("time stamp: not signed data")
    signed = _parts(_one(_expect(content, 1, CONTEXT_0), SEQUENCE))
    inner = _parts(_expect(signed, 2, SEQUENCE))
    if _expect(inner, 0, OID) != TST_INFO:
        raise VerificationError("time stamp: states something else")
    return _stated(_one(_one(_expect(inner, 1, CONTEXT_0), OCTETS), SEQUENCE))


def check(response: bytes, *, digest: bytes, nonce: int) -> Stamp:
    """Read the response to a request of ours: it must speak of that digest and carry that nonce."""
    stamp = read(response)
    if stamp.digest != digest or stamp.nonce != nonce:
        raise VerificationError("time stamp: answers another request")
    return stamp


def _stated(info: bytes) -> Stamp:
    parts = _parts(info)
    imprint = _parts(_expect(parts, 2, SEQUENCE))
    if _der(SEQUENCE, _expect(imprint, 0, SEQUENCE)) != SHA256_ALGORITHM:
        raise VerificationError("time stamp: not of a SHA-256 digest")
    try:
        said = _expect(parts, 4, GENERALIZED_TIME).decode("ascii")
        at = datetime.strptime(said.partition(".")[0].rstrip("Z"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise VerificationError("time stamp: its time cannot be read") from None
    numbers = [content for tag, content in parts[5:] if tag == INTEGER]
    return Stamp(_expect(imprint, 1, OCTETS), at, int.from_bytes(numbers[0], "big") if numbers else None)


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    parts: list[tuple[int, bytes]] = []
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise VerificationError("time stamp: cut short")
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[at : at + count], "big")
            at += count
        if at + length > len(data):
            raise VerificationError("time stamp: cut short")
        parts.append((tag, data[at : at + length]))
        at += length
    return parts


def _one(data: bytes, tag: int) -> bytes:
    return _expect(_parts(data), 0, tag)


def _expect(parts: list[tuple[int, bytes]], number: int, tag: int) -> bytes:
    if number >= len(parts) or parts[number][0] != tag:
        raise VerificationError("time stamp: not laid out as RFC 3161 says")
    return parts[number][1]
