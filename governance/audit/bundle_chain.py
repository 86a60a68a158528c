"""The part of a bundle that shows that its log only grew: older checkpoints, each with the proof from it to this one.

`chain/<size>.checkpoint` is a signed note, `chain/<size>.consistency` what a witness is sent to come from it to the
checkpoint of the bundle (C2SP tlog-witness, add-checkpoint): `old <size>`, the hashes, an empty line, the checkpoint.
"""

import re
from collections.abc import Mapping, Sequence

from governance.audit.checkpoint import Checkpoint, open_checkpoint
from governance.audit.errors import VerificationError
from governance.audit.merkle import HASH_BYTES, verify_consistency
from governance.audit.note import VerifierKey, decode64, encode64

NAME = re.compile(r"chain/([1-9][0-9]{0,18})\.(?:checkpoint|consistency)")
MAX_HASHES = 63


def note_path(size: int) -> str:
    """Name the file of an older checkpoint."""
    return f"chain/{size}.checkpoint"


def proof_path(size: int) -> str:
    """Name the file of the proof from an older checkpoint."""
    return f"chain/{size}.consistency"


def write_consistency(old: int, hashes: Sequence[bytes], checkpoint: bytes) -> bytes:
    """Write the proof from a size to a checkpoint, as a witness is asked with."""
    return "\n".join([f"old {old}", *(encode64(each) for each in hashes), "", ""]).encode() + checkpoint


def read_consistency(data: bytes) -> tuple[int, tuple[bytes, ...], bytes]:
    """Read the size, the hashes and the checkpoint, strictly."""
    head, gap, checkpoint = data.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise VerificationError("consistency: not text") from None
    found = re.fullmatch(r"old ([1-9][0-9]{0,18})", first, re.ASCII)
    hashes = tuple(decode64(line) for line in lines)
    if not gap or found is None or len(hashes) > MAX_HASHES or any(len(each) != HASH_BYTES for each in hashes):
        raise VerificationError("consistency: is not `old <size>`, hashes and a checkpoint")
    return int(found[1]), hashes, checkpoint


def check_chain(
    files: Mapping[str, bytes], *, keys: Sequence[VerifierKey], checkpoint: Checkpoint, note: bytes
) -> tuple[int, ...]:
    """Check that a given key signed each older checkpoint and that it is the log's beginning; gives their sizes."""
    found = {name: NAME.fullmatch(name) for name in files if name.startswith("chain/")}
    sizes = sorted({int(match[1]) for match in found.values() if match})
    stray = next((name for name in sorted(found) if found[name] is None), None)
    if stray is not None:
        raise VerificationError(f"{stray}: is no older checkpoint")
    for size in sizes:
        _check(files, size, keys, checkpoint, note)
    return tuple(sizes)


def check_kept(files: Mapping[str, bytes], kept: bytes, *, keys: Sequence[VerifierKey]) -> None:
    """Check that the checkpoint that a verifier kept is one of the chain; the chain itself was checked before."""
    try:
        mine = open_checkpoint(kept, keys)
    except VerificationError as error:
        raise VerificationError(f"the kept checkpoint: {error.diagnostic}") from None
    data = files.get(note_path(mine.size))
    if data is None:
        raise VerificationError(
            f"{note_path(mine.size)}: is missing, so nothing shows that the log extends the kept checkpoint: "
            "have the bundle made with it"
        )
    if open_checkpoint(data, keys) != mine:
        raise VerificationError(f"{note_path(mine.size)}: is not the kept checkpoint: the log has two histories")


def _check(
    files: Mapping[str, bytes], size: int, keys: Sequence[VerifierKey], checkpoint: Checkpoint, note: bytes
) -> None:
    for name in (note_path(size), proof_path(size)):
        if name not in files:
            raise VerificationError(f"{name}: is missing")
    try:
        older = open_checkpoint(files[note_path(size)], keys)
    except VerificationError as error:
        raise VerificationError(f"{note_path(size)}: {error.diagnostic}") from None
    if (older.origin, older.size) != (checkpoint.origin, size):
        raise VerificationError(f"{note_path(size)}: is of another log or size")
    try:
        old, hashes, shown = read_consistency(files[proof_path(size)])
        verify_consistency(
            old=size, new=checkpoint.size, old_root=older.root, new_root=checkpoint.root, proof=hashes
        )
    except VerificationError as error:
        raise VerificationError(f"{proof_path(size)}: {error.diagnostic}") from None
    if (old, shown) != (size, note):
        raise VerificationError(f"{proof_path(size)}: is of another checkpoint")
