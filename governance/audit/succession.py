"""The entry with which a log goes on under another origin (ADR-0042): it names what was signed last under the former.

A log that lost entries it had signed may sign nothing more under its origin, or it would be a fork (C2SP
tlog-checkpoint). Another log takes up what is left and says so, in clear: nothing about it is sealed.
"""

import hashlib

from governance.audit.checkpoint import Checkpoint
from governance.audit.errors import VerificationError
from schemas.audit import Commitment

SUCCEEDED = "log.succeeded"
ALGORITHM = "log-succeeded/1"


def commitment(former: Checkpoint) -> Commitment:
    """Bind an entry to the last checkpoint of the former log: the digest of its text, its root and its size."""
    return Commitment(
        alg=ALGORITHM, kid=SUCCEEDED, ct_sha256=hashlib.sha256(str(former).encode()).hexdigest(),
        pt_hmac=former.root.hex(), size=former.size,
    )


def check_former(payload: Commitment | None, former: Checkpoint) -> None:
    """Check that an entry names this checkpoint as the former log's last."""
    if payload != commitment(former):
        raise VerificationError(f"names another last checkpoint than {former.origin} at {former.size}")
