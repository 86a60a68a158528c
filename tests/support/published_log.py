"""A log in a real database with its key and guard: appended to, signed and tampered with."""

from dataclasses import dataclass

from sqlalchemy import Engine, text

from governance.audit.note import Signer
from infra.audit_keys import Ed25519Signer
from infra.audit_store import append
from infra.audit_tables import AUDIT
from infra.checkpoints import Published, publish
from infra.database import transaction
from infra.rollback_guard import RollbackGuard
from tests.support.audit_log import NOON, ORIGIN, TENANT, draft

SAY = text(
    "INSERT INTO utterance VALUES (:tenant, :event, :call, 1, 'caller', 'final', 'u', 1, :words, '{}', now()) "
    "ON CONFLICT (tenant, event_id) DO UPDATE SET text = excluded.text"
)


@dataclass(frozen=True)
class Log:
    """A log with all it needs to be signed."""

    pool: Engine
    guard: RollbackGuard
    signer: Ed25519Signer
    others: tuple[Signer, ...] = ()

    def add(self, *numbers: int, says: str = "hello") -> None:
        with transaction(self.pool) as connection:
            append(connection, TENANT, [draft(number, says=says) for number in numbers], NOON)

    def say(self, number: int, words: str) -> None:
        """Have the read model show words for an event, or other words than before."""
        with transaction(self.pool) as connection:
            said = {"tenant": TENANT, "event": f"event-{number}", "call": f"call-{number % 5}", "words": words}
            connection.execute(SAY, said)

    def publish(self, *, heartbeat: bool = False) -> Published:
        with transaction(self.pool) as connection:
            return publish(
                connection,
                tenant=TENANT,
                origin=ORIGIN,
                signers=[self.signer, *self.others],
                guard=self.guard,
                signed_at=NOON,
                heartbeat=heartbeat,
            )

    def tamper(self, *statements: str) -> None:
        """Act as a database administrator who can switch triggers off."""
        with transaction(self.pool) as connection:
            connection.execute(text("SET LOCAL callwarden.migration = 'on'"))
            for table in AUDIT.sorted_tables:
                connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
            for statement in statements:
                connection.execute(text(statement))

    def restore_empty(self) -> None:
        """Restore a backup from before the first entry."""
        tables = "audit_leaf, audit_node, audit_head, audit_stream, audit_index, audit_payload, audit_checkpoint"
        self.tamper(f"TRUNCATE {tables}")
