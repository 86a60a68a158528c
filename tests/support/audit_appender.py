"""Appends to an audit log until it is killed, acknowledging each batch on stdout after its commit."""

import sys

from infra.audit_store import append
from infra.database import engine, transaction
from tests.support.audit_log import NOON, TENANT, draft


def run(url: str, first: int, batch: int) -> None:
    """Append overlapping batches, as a consumer does that is given the same messages again."""
    pool = engine(url)
    for start in range(first, first + 100_000, batch * 7 // 10):
        drafts = [draft(number) for number in range(start, start + batch)]
        with transaction(pool) as connection:
            appended = append(connection, TENANT, drafts, NOON)
        for said, each in zip(drafts, appended, strict=True):
            sys.stdout.write(f"{said.event_id} {each.index}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 10)
