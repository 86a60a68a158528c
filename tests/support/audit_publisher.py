"""Publishes one checkpoint of a log: a process of its own, for tests that kill it or fail its system calls."""

import sys
from pathlib import Path

from infra.audit_keys import log_signer
from infra.checkpoints import publish
from infra.database import engine, transaction
from infra.rollback_guard import RollbackGuard
from tests.support.audit_log import NOON, ORIGIN, TENANT


def main(url: str, folder: str) -> None:
    """Sign what the log holds and say its size once that is stored."""
    guard = RollbackGuard(Path(folder) / "guard.sqlite")
    with transaction(engine(url)) as connection:
        published = publish(
            connection, tenant=TENANT, origin=ORIGIN, signers=[log_signer(Path(folder), origin=ORIGIN)], guard=guard,
            signed_at=NOON,
        )
    sys.stdout.write(f"{published.checkpoint.size}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
