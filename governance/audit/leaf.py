"""Leaves: what is written for ever, as canonical JSON (RFC 8785) without personal data."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Annotated, Literal

import rfc8785
from pydantic import Field, ValidationError

from governance.audit.errors import VerificationError
from governance.errors import InputError
from schemas.audit import Commitment, Count, Draft, Name, Sha256Hex, Source
from schemas.base import Frozen

LEAF_VERSION: Literal[1] = 1
MAX_LEAF_BYTES = 4096  # policy; the bundle format would carry 65,535
PSEUDONYM_BYTES = 16

# A leaf holds texts, whole numbers up to 2**53 and null under ASCII names only. For these the standard
# library's C writer gives the bytes of RFC 8785, six times faster; whoever reads a leaf checks with rfc8785.
WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

Instant = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")]
PseudonymKind = Literal["stream", "actor", "subject"]


class Leaf(Frozen):
    """The envelope of an entry; `seq` is dense within a stream, `prev` the stream's previous leaf hash."""

    v: Literal[1]
    tenant: Name
    stream: Name
    seq: Count
    prev: Sha256Hex | None
    event_id: Name
    type: Name
    occurred_at: Instant
    recorded_at: Instant
    actor: Name
    subject: Name | None
    cause: Name | None
    policy_version: Name | None
    payload: Commitment | None
    src: Source | None


def instant(at: datetime) -> str:
    """Write an instant as RFC 3339 in UTC; equal lengths make texts sort as times do."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def pseudonym(key: bytes, *, kind: PseudonymKind, value: str) -> str:
    """Stand in for an id under the tenant's key: a bare hash of a short id could be guessed."""
    return hmac.digest(key, f"{kind}\x00{value}".encode(), hashlib.sha256)[:PSEUDONYM_BYTES].hex()


def leaf_of(draft: Draft, *, seq: int, prev: bytes | None, recorded_at: datetime) -> Leaf:
    """Give a draft its place in its stream."""
    return Leaf(
        v=LEAF_VERSION,
        tenant=draft.tenant,
        stream=draft.stream,
        seq=seq,
        prev=None if prev is None else prev.hex(),
        event_id=draft.event_id,
        type=draft.type,
        occurred_at=instant(draft.occurred_at),
        recorded_at=instant(recorded_at),
        actor=draft.actor,
        subject=draft.subject,
        cause=draft.cause,
        policy_version=draft.policy_version,
        payload=draft.payload,
        src=draft.src,
    )


def canonical(leaf: Leaf) -> bytes:
    """Write the bytes that are hashed and kept; they are never written again from a parsed leaf."""
    entry = WRITER.encode(leaf.model_dump()).encode()
    if len(entry) > MAX_LEAF_BYTES:
        raise InputError(f"audit entry {leaf.event_id} is longer than {MAX_LEAF_BYTES} bytes")
    return entry


def parse_leaf(entry: bytes) -> Leaf:
    """Read a leaf; only its one canonical spelling is accepted."""
    if len(entry) > MAX_LEAF_BYTES:
        raise VerificationError(f"is longer than {MAX_LEAF_BYTES} bytes")
    try:
        leaf = Leaf.model_validate(json.loads(entry))
    except (ValidationError, ValueError, RecursionError):
        raise VerificationError("is not a leaf of this log's format") from None
    if rfc8785.dumps(leaf.model_dump()) != entry:
        raise VerificationError("is not in canonical form")
    return leaf


def same_content(leaf: Leaf, draft: Draft) -> bool:
    """Tell whether a draft says again what a leaf says.

    Place, source and ciphertext may differ: a redelivery can be sealed afresh. `pt_hmac` may not.
    """
    return _content(leaf, leaf.occurred_at) == _content(draft, instant(draft.occurred_at))


def _content(said: Leaf | Draft, occurred_at: str) -> tuple[str | int | None, ...]:
    committed = None if said.payload is None else said.payload.pt_hmac
    size = None if said.payload is None else said.payload.size
    return (
        said.stream, said.type, occurred_at, said.actor, said.subject, said.cause,
        said.policy_version, committed, size,
    )  # fmt: skip
