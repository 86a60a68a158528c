"""Asks witnesses to cosign a checkpoint (C2SP tlog-witness); what they answer is checked before it counts."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException

from governance.audit.checkpoint import Checkpoint
from governance.audit.errors import VerificationError
from governance.audit.log_policy import Witness
from governance.audit.merkle import NodeReader, consistency_proof
from governance.audit.note import encode64, parse_note, verify_note
from governance.errors import InvariantError, TransientError
from infra.whole_answer import whole_answer

TIMEOUT_S = 5.0
MAX_ANSWER = 64 * 1024
CONFLICT, UNPROCESSABLE = 409, 422


class ForkSeen(InvariantError):
    """A witness has seen another history of this log: fatal, people must look."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answered: its lines, or the size it has, or neither."""

    lines: bytes = b""
    size: int | None = None


def cosign(witness: Witness, checkpoint: Checkpoint, note: bytes, *, known: int, read: NodeReader) -> bytes:
    """Get the witness's signature line for a note of ours; `known` is the size it was last seen to have.

    TransientError where it does not answer or answers nonsense, ForkSeen where it refuses our history. A witness that
    has another size than we think is asked again from there, once.
    """
    size = known
    for _ in range(2):
        if size > checkpoint.size:
            raise TransientError(f"witness {witness.name} is ahead: it has {size}, this checkpoint {checkpoint.size}")
        answer = _add(witness, checkpoint, note, size, read)
        if answer.size is None:
            return _checked(witness, note, answer.lines)
        size = answer.size
    raise TransientError(f"witness {witness.name} does not say one size")


def body(checkpoint: Checkpoint, note: bytes, *, old: int, read: NodeReader) -> bytes:
    """Write the request: the size the witness has, the proof from there, and the checkpoint as the log signed it."""
    proof = consistency_proof(old=old, new=checkpoint.size, read=read) if old else []
    lines = [f"old {old}", *(encode64(each) for each in proof), "", ""]
    return "\n".join(lines).encode() + note


def _add(witness: Witness, checkpoint: Checkpoint, note: bytes, old: int, read: NodeReader) -> Answer:
    address = f"{witness.url.rstrip('/')}/add-checkpoint"
    if not address.startswith(("http://", "https://")):
        raise TransientError(f"witness {witness.name} has no http address")
    request = urllib.request.Request(address, data=body(checkpoint, note, old=old, read=read))  # noqa: S310 - http only, see above
    try:
        status, said = whole_answer(partial(_exchange, request), within_s=TIMEOUT_S)
    except (OSError, ValueError, HTTPException) as outside:
        raise TransientError(f"witness {witness.name} does not answer: {type(outside).__name__}") from None
    return Answer(lines=said) if status is None else _refused(witness, status, said.strip(), old)


def _exchange(request: urllib.request.Request) -> tuple[int | None, bytes]:
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - http only, see above
            return None, answer.read(MAX_ANSWER)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read(MAX_ANSWER)


def _refused(witness: Witness, status: int, said: bytes, old: int) -> Answer:
    if status == CONFLICT and said.isdigit() and len(said) < 20 and int(said) != old:
        return Answer(size=int(said))
    if status in (CONFLICT, UNPROCESSABLE):
        raise ForkSeen(f"witness {witness.name} refuses this history of the log")
    raise TransientError(f"witness {witness.name} answers {status}")


def _checked(witness: Witness, note: bytes, lines: bytes) -> bytes:
    """Keep the line of this witness only, and only if it is right: a bad line is never published."""
    try:
        text = parse_note(note).text
        whole = text.encode() + b"\n" + lines
        _, signed = verify_note(whole, [witness.key])
    except VerificationError as error:
        raise TransientError(f"witness {witness.name} answered no signature of its own: {error.diagnostic}") from None
    mine = {(key.name, key.key_id) for key in signed}
    kept = [
        line for line, each in zip(lines.decode().splitlines(), parse_note(whole).signatures, strict=True)
        if (each.name, each.key_id) in mine
    ]  # fmt: skip
    return f"{kept[0]}\n".encode()
