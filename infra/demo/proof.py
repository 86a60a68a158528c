"""The proof that one entry of a call is in the log, fetched over HTTP and checked here (C2SP tlog-proof)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from governance.audit.checkpoint import parse_text
from governance.audit.errors import VerificationError
from governance.audit.merkle import leaf_hash
from governance.audit.note import encode64, parse_note, parse_vkey
from governance.audit.proof import parse_proof, verify_proof
from governance.audit.tiles import ENTRIES, decode_bundle, tile_holding

COVERED_WITHIN_S = 20.0
LOOK_EVERY_S = 0.5
# The entry that matters most in a call is proven; the first kind that it has.
WANTED = ("emergency_detected", "handoff_requested", "barge_in_detected", "dtmf_redacted", "utterance_redacted")


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry of the log and the signed checkpoint that commits to it."""

    index: int
    kind: str
    size: int
    root: str
    checkpoint: bytes
    verified: bool


async def prove(officer: httpx.AsyncClient, entries: list[dict[str, Any]], *, tenant: str) -> Proof:
    """Prove the call's most telling entry; raises TimeoutError when no checkpoint comes to cover it."""
    entry = most_telling(entries)
    async with asyncio.timeout(COVERED_WITHIN_S):
        while True:
            answer = await officer.get(f"/v1/audit/entries/{entry['index']}/proof")
            if answer.status_code == httpx.codes.OK:
                break
            await asyncio.sleep(LOOK_EVERY_S)
    log = f"/v1/audit/{tenant}"
    keys = (await _content(officer, f"{log}/key")).decode().split()
    proof = parse_proof(answer.content)
    checkpoint = parse_text(parse_note(proof.checkpoint).text)
    tile = tile_holding(proof.index, level=ENTRIES, size=checkpoint.size)
    bundle = decode_bundle(await _content(officer, f"{log}/{tile.path}"), width=tile.width)
    return Proof(
        index=int(entry["index"]), kind=str(entry["type"]), size=checkpoint.size, root=encode64(checkpoint.root),
        checkpoint=proof.checkpoint,
        verified=verifies(answer.content, entry=entry, content=bundle[proof.index - tile.start], key=keys[0]),
    )


def verifies(proof: bytes, *, entry: Mapping[str, Any], content: bytes, key: str) -> bool:
    """Tell whether the entry that a search showed is the one the proof is for, and the proof holds."""
    leaf = leaf_hash(content)
    try:
        verify_proof(proof, leaf=leaf, keys=[parse_vkey(key)])
    except VerificationError:
        return False
    return bool(parse_proof(proof).index == entry["index"] and leaf.hex() == entry["leaf_hash"])


def most_telling(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Choose the entry to prove."""
    first = {one["type"]: one for one in reversed(entries)}
    return next((first[kind] for kind in WANTED if kind in first), entries[0])


async def _content(client: httpx.AsyncClient, path: str) -> bytes:
    answer = await client.get(path)
    answer.raise_for_status()
    return answer.content
