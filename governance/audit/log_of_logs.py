"""The log of logs: its entries are the signed checkpoints of every other log (C2SP tlog-checkpoint, signed-note)."""

from dataclasses import dataclass, field

from governance.audit.checkpoint import Checkpoint, parse_text
from governance.audit.errors import VerificationError
from governance.audit.note import SIGNATURE_MARK, encode64, parse_note

LOGS = "_logs"  # no tenant's name begins so: its origin and address are those of no tenant
ED25519_SIGNATURE_BYTES = 64


def is_of_logs(name: str) -> bool:
    """Tell whether an origin or the name of a key is that of a log of logs."""
    return name.rpartition("/")[2] == LOGS


def entry_of(note: bytes) -> bytes:
    """Write a checkpoint as an entry: its text with the log's own Ed25519 lines, a note by itself.

    The ML-DSA-44 lines are left beside the checkpoint: they are ten times as long as all else, and each signing of the
    same checkpoint makes others.
    """
    parsed = parse_note(note)
    origin = parse_text(parsed.text).origin
    lines = [
        f"{SIGNATURE_MARK}{each.name} {encode64(each.key_id + each.body)}\n"
        for each in parsed.signatures
        if each.name == origin and len(each.body) == ED25519_SIGNATURE_BYTES
    ]
    if not lines:
        raise VerificationError("checkpoint: no Ed25519 signature of its own log")
    return f"{parsed.text}\n{''.join(lines)}".encode()


def read_entry(entry: bytes) -> Checkpoint:
    """Read the checkpoint that an entry is; only its one spelling is accepted."""
    try:
        checkpoint = parse_text(parse_note(entry).text)
        same = entry_of(entry) == entry and str(checkpoint) == parse_note(entry).text
    except VerificationError as error:
        raise VerificationError(f"is not a signed checkpoint: {error.diagnostic}") from None
    if not same or is_of_logs(checkpoint.origin):
        raise VerificationError("is not a checkpoint as a log of logs holds it")
    return checkpoint


@dataclass(slots=True)
class Ledger:
    """The newest checkpoint of each log so far; a log that shrank, or has two histories, shows here."""

    heads: dict[str, Checkpoint] = field(default_factory=dict)

    def extend(self, entry: bytes, hashed: bytes) -> None:
        """Take the next entry, or say what is wrong with it."""
        del hashed
        checkpoint = read_entry(entry)
        before = self.heads.get(checkpoint.origin, checkpoint)
        if checkpoint.size < before.size:
            raise VerificationError(f"shows {checkpoint.origin} cut from {before.size} to {checkpoint.size}")
        if checkpoint.size == before.size and checkpoint.root != before.root:
            raise VerificationError(f"shows another history of {checkpoint.origin} at {checkpoint.size}")
        self.heads[checkpoint.origin] = checkpoint
