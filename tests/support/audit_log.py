"""Builds audit logs in memory: drafts, entries, and the folder of a signed log."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.audit.checkpoint import Checkpoint, sign_checkpoint
from governance.audit.merkle import Frontier, leaf_hash
from governance.audit.note import ED25519, VerifierKey
from governance.audit.sequence import Sequencer
from governance.audit.tiles import ENTRIES, TILE_WIDTH, encode_bundle, levels_at, tiles_at
from schemas.audit import Commitment, Draft, Source

ORIGIN = "callwarden.local/audit/acme"
TENANT = "acme"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class SeedSigner:
    """Signs with an Ed25519 key made from one repeated byte."""

    def __init__(self, *, name: str = ORIGIN, byte: int = 7) -> None:
        """Make the key."""
        self._private = Ed25519PrivateKey.from_private_bytes(bytes((byte,)) * 32)
        self.key = VerifierKey(name, ED25519, self._private.public_key().public_bytes_raw())

    def sign(self, text: str) -> bytes:
        """Sign a note text."""
        return self._private.sign(text.encode())


def draft(number: int, *, tenant: str = TENANT, says: str = "hello", stream: str | None = None) -> Draft:
    """Make the draft of event `number`; what it `says` is what its commitment binds."""
    committed = hashlib.sha256(f"{number} {says}".encode()).hexdigest()
    return Draft(
        tenant=tenant,
        stream=stream or f"stream-{number % 5}",
        event_id=f"event-{number}",
        type="turn.ended" if number % 2 else "policy.verdict",
        occurred_at=NOON + timedelta(milliseconds=number),
        actor="9f" * 16,
        actor_label="worker.governance",
        subject="3c" * 16,
        policy_version="baseline-3",
        payload=Commitment(alg="A256GCM", kid="k1", ct_sha256=committed, pt_hmac=committed, size=len(says)),
        src=Source(cluster="c1", topic_id="governed", partition=0, offset=number),
        call=f"call-{number % 5}",
        rule="person.requested" if number % 3 == 0 else None,
        ct=f"sealed {number}".encode(),
    )


def entries(count: int, *, first: int = 0) -> list[bytes]:
    """Sequence `count` drafts into leaves."""
    sequencer = Sequencer(tenant=TENANT, frontier=Frontier(), recorded_at=NOON, streams={}, known={})
    for number in range(first, first + count):
        sequencer.take(draft(number))
    return [row.placed.entry for row in sequencer.rows]


def checkpoint(written: Sequence[bytes], *, signer: SeedSigner | None = None) -> bytes:
    """Sign the size and root of these entries."""
    frontier = Frontier()
    for entry in written:
        frontier.push(leaf_hash(entry))
    signer = signer or SeedSigner()
    return sign_checkpoint(Checkpoint(signer.key.name, frontier.size, frontier.root()), [signer]).encode()


def folder(written: Sequence[bytes], *, signer: SeedSigner | None = None) -> dict[str, bytes]:
    """Lay a log out as path and content, from the entries alone."""
    size = len(written)
    files = {
        bundle.path: encode_bundle(written[bundle.start : bundle.start + bundle.width])
        for bundle in tiles_at(size, level=ENTRIES)
    }
    frontier = Frontier()
    hashes: dict[int, list[bytes]] = {0: [leaf_hash(entry) for entry in written]}
    for each in hashes[0]:
        for (level, _), root in frontier.push(each):
            if level % 8 == 0:
                hashes.setdefault(level // 8, []).append(root)
    for level in levels_at(size):
        for tile in tiles_at(size, level=level):
            files[tile.path] = b"".join(hashes[level][tile.start : tile.start + tile.width])
            assert len(files[tile.path]) == 32 * tile.width <= 32 * TILE_WIDTH
    files["checkpoint"] = checkpoint(written, signer=signer)
    return files
