"""The part of a bundle that shows its checkpoint in the log of logs, which witnesses and an authority vouch for."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from governance.audit import timestamp
from governance.audit.checkpoint import open_checkpoint
from governance.audit.errors import VerificationError
from governance.audit.log_of_logs import is_of_logs, read_entry
from governance.audit.log_policy import LogPolicy, cosigned
from governance.audit.merkle import leaf_hash
from governance.audit.note import VerifierKey, parse_note, parse_vkey
from governance.audit.proof import parse_proof, verify_proof

ENTRY, PROOF, CHECKPOINT, KEYS = "logs/entry", "logs/entry.tlog-proof", "logs/checkpoint", "logs/log.pub"
STAMP = "logs/checkpoint.tsr"
PARTS = (ENTRY, PROOF, CHECKPOINT, KEYS)


@dataclass(frozen=True, slots=True)
class Vouched:
    """What was found right: where the checkpoint lies, whether a given key signed that log, who else did, when stamped.

    The stamp's own signature is for `openssl ts -verify`.
    """

    origin: str
    index: int
    trusted: bool
    witnesses: tuple[str, ...] = ()
    stamped_at: str | None = None


def check_logs(
    files: Mapping[str, bytes], *, keys: Sequence[VerifierKey], policy: LogPolicy | None, checkpoint: bytes
) -> Vouched | None:
    """Check the part where it is there; where a key of the log of logs or a policy is given, it must be."""
    given = [*(key for key in keys if is_of_logs(key.name)), *(policy.keys if policy else ())]
    if not any(name in files for name in (*PARTS, STAMP)) and not given:
        return None
    for name in PARTS:
        if name not in files:
            raise VerificationError(f"{name}: is missing, so the checkpoint is shown in no log of logs")
    known = given or _own_keys(files[KEYS])
    try:
        above = open_checkpoint(files[CHECKPOINT], known)
        names = tuple(cosigned(files[CHECKPOINT], policy)) if policy else ()
    except VerificationError as error:
        raise VerificationError(f"{CHECKPOINT}: {error.diagnostic}") from None
    if not is_of_logs(above.origin):
        raise VerificationError(f"{CHECKPOINT}: is not of a log of logs")
    try:
        read_entry(files[ENTRY])
    except VerificationError as error:
        raise VerificationError(f"{ENTRY}: {error.diagnostic}") from None
    if parse_note(files[ENTRY]).text != parse_note(checkpoint).text:
        raise VerificationError(f"{ENTRY}: is not the checkpoint of this bundle")
    try:
        verify_proof(files[PROOF], leaf=leaf_hash(files[ENTRY]), keys=known)
        proof = parse_proof(files[PROOF])
    except VerificationError as error:
        raise VerificationError(f"{PROOF}: {error.diagnostic}") from None
    if proof.checkpoint != files[CHECKPOINT]:
        raise VerificationError(f"{PROOF}: is of another checkpoint")
    return Vouched(above.origin, proof.index, bool(given), names, _stamped(files))


def _own_keys(data: bytes) -> list[VerifierKey]:
    """Read the keys that the bundle itself brings: with them alone it only agrees with itself."""
    try:
        return [parse_vkey(line) for line in data.decode(errors="replace").splitlines()]
    except VerificationError as error:
        raise VerificationError(f"{KEYS}: {error.diagnostic}") from None


def _stamped(files: Mapping[str, bytes]) -> str | None:
    if STAMP not in files:
        return None
    try:
        stamp = timestamp.read(files[STAMP])
    except VerificationError as error:
        raise VerificationError(f"{STAMP}: {error.diagnostic}") from None
    if stamp.digest != hashlib.sha256(files[CHECKPOINT]).digest():
        raise VerificationError(f"{STAMP}: is of other bytes than {CHECKPOINT}")
    return stamp.at.isoformat()
