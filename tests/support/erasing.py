"""Calls with everything that can be kept of them, and what a test needs to erase, hold and look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, text

from infra import audit_store, erasures, holds, recordings, reveals
from infra.database import transaction
from infra.forgetting import Forgetter
from infra.keys import Keyring
from infra.policies import load
from infra.policy_book import PolicyBook
from infra.read_model import apply
from infra.recording_chunks import cut
from infra.retention_sweeper import Sweeper
from infra.sealed_originals import open_original, seal_original
from schemas.audio import AudioRecord
from schemas.audit import Source
from schemas.base import Event
from schemas.calls import CallEnded, DeadlineSet
from schemas.deadletters import DeadLettered
from schemas.desk import HandoffNoteRedacted
from schemas.disclosures import ConsentRequired, DisclosureRequired
from schemas.emergencies import EmergencyAlerted
from schemas.legs import BriefingPlayed
from schemas.outside import ProviderCalled
from schemas.retention import Certificate, RetentionRules, SweepReport, Target
from schemas.reviews import CallReviewed
from schemas.turns import Provider
from streams import entries
from tests.support import calls
from tests.support.calls import TENANT

SUBJECT = "caller-3f"
WROTE = ProviderCalled(
    provider=Provider(name="acme", model="m1", region="eu"), operation="chat", outcome="answered", duration_ms=9
)
CARD = "4111 1111 1111 1111"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULES = RetentionRules()
REQUIRED = DisclosureRequired(
    disclosure="ai", rule="disclosure.ai", policy_version="p", due_at=calls.FAR, language="en", jurisdiction="FR"
)
CONSENT = ConsentRequired(
    rule="consent.recording", policy_version="p", mode="ask", on_refusal="delete", jurisdiction="FR"
)
READ = CallReviewed(agent="cora", label="clean", subject="text/e1", about="e1", began_at=calls.START)
NOTED = HandoffNoteRedacted(handoff="h1", agent="ann", text="call <CARD_1> back", detector="d1")
BRIEFED = BriefingPlayed(
    handoff="h1", agent="ann", text="Why you are asked: <CARD_1>.", played_ms=20, whole=True, utterance="briefing-a1"
)
ALARM = EmergencyAlerted(
    emergency="e1", kinds=("medical",), rule="emergency.medical", reason="a body in danger", policy_version="p",
    queue="emergency", attempt=1,
)


@dataclass
class Store:
    """A database, a keyring and the rules that hold."""

    pool: Engine
    kek: Path
    keyring: Keyring
    rules: RetentionRules = RULES

    @property
    def forgetter(self) -> Forgetter:
        house = load().model_copy(update={"retention": self.rules})
        return Forgetter(
            pool=self.pool, keyring=self.keyring, policies=PolicyBook(engine=self.pool, house=house)
        )

    def tell(self, call_id: str = "call-1", *, tenant: str = TENANT, handoff: str = "h1") -> None:
        """Record a whole call: read model, log with payloads, sealed original, reveal, sound, dead letter, timer."""
        sealed = seal_original(
            self.keyring, tenant=tenant, call_id=call_id, pseudonym="<CARD_1>", entity="CREDIT_CARD", value=CARD
        )
        due = DeadlineSet(deadline=f"{tenant}/{call_id}/d", why="handoff.claim", due_at=calls.FAR)
        letter = DeadLettered(topic="call.raw", reason="unreadable", field=None, sha256="a" * 64, size=3)
        facts = (
            sealed, due, letter, WROTE, CallEnded(reason="hangup"), REQUIRED, CONSENT, ALARM, NOTED, READ, BRIEFED,
        )
        told = [
            *calls.story(call_id=call_id, tenant=tenant, handoff=handoff),
            *(calls.event(number, data, call_id=call_id, tenant=tenant)
              for number, data in enumerate(facts, start=50)),
        ]
        self.record(told)
        self._more(call_id, tenant)

    def record(self, told: Iterable[Event]) -> None:
        """Do what the recorder does."""
        with transaction(self.pool) as connection:
            for offset, event in enumerate(told):
                src = Source(cluster="c", topic_id="t", partition=0, offset=offset)
                drafted = entries.draft(event, src=src, keyring=self.keyring)
                apply(connection, event)
                audit_store.append(connection, event.tenant, [drafted], NOW)

    def _more(self, call_id: str, tenant: str) -> None:
        sound = AudioRecord(
            tenant=tenant, call_id=call_id, kind="media", number=1, offset_ms=0, encoding="mulaw", sample_rate=8000,
            payload=b"\xff" * 160,
        )
        chunk = cut([sound], direction="in", place=f"{tenant}/{call_id}", keyring=self.keyring, at=NOW)
        reason = seal_original(
            self.keyring, tenant=tenant, call_id=call_id, pseudonym="r", entity="X", value="why"
        )
        asked = reveals.Reveal(
            tenant=tenant, reveal=f"r-{call_id}", call_id=call_id, pseudonym="<CARD_1>", entity="CREDIT_CARD",
            reason=reason.sealed, key_id=reason.key_id, state="approved", asked_by="cleo", asked_at=NOW, expires_at=NOW,
        )
        with transaction(self.pool) as connection:
            assert chunk is not None
            recordings.begin(connection, tenant=tenant, call_id=call_id, at=NOW)
            recordings.keep(connection, [chunk])
            reveals.add(connection, asked)

    def ask(self, target: Target | None = None, *, tenant: str = TENANT, at: datetime = NOW) -> str:
        """Ask for an erasure."""
        self.keyring.ensure(tenant=tenant, call_id=":access")
        with transaction(self.pool) as connection:
            return erasures.request(
                connection, self.keyring, target or Target(subject=SUBJECT), tenant=tenant, reason="she asked",
                by="dora", at=at,
            )

    def erase(self, erasure: str | None = None, *, tenant: str = TENANT, at: datetime = NOW) -> Certificate:
        """Carry it out."""
        return self.forgetter.erase(tenant=tenant, erasure=erasure or self.ask(tenant=tenant), by="dora", at=at)

    def hold(self, target: Target | None = None, *, tenant: str = TENANT) -> str:
        """Place a hold."""
        self.keyring.ensure(tenant=tenant, call_id=":access")
        with transaction(self.pool) as connection:
            return holds.place(
                connection, self.keyring, target or Target(subject=SUBJECT), tenant=tenant, reason="a lawsuit",
                by="cleo", at=NOW,
            )

    def release(self, hold: str) -> None:
        """End it."""
        with transaction(self.pool) as connection:
            holds.release(connection, self.keyring, tenant=TENANT, hold=hold, by="cleo", at=NOW)

    def sweep(self, *, at: datetime = NOW) -> SweepReport:
        """Sweep once."""
        return Sweeper(self.forgetter).once(at=at)

    def rows(self, call_id: str = "call-1", *, tenant: str = TENANT) -> dict[str, int]:
        """Count what is left of a call, by table, where there is any."""
        found = {}
        with transaction(self.pool) as connection:
            for table in tables(self.pool, "call_id"):
                query = text(f'SELECT count(*) FROM "{table}" WHERE tenant = :tenant AND call_id = :call_id')
                found[table] = connection.execute(query, {"tenant": tenant, "call_id": call_id}).scalar_one()
        return {table: count for table, count in found.items() if count}

    def kinds(self, *, tenant: str = TENANT) -> list[str]:
        """Give the types of the log's entries about retention, in order."""
        query = text(
            "SELECT type FROM audit_index WHERE tenant = :tenant "
            "AND type ~ '^(erasure|call|subject|hold|key)[.]' ORDER BY idx"
        )
        with transaction(self.pool) as connection:
            return list(connection.execute(query, {"tenant": tenant}).scalars())


def opened(keyring: Keyring, *, call_id: str, key_id: str, sealed: str) -> str:
    """Open what was sealed for <CARD_1>."""
    return open_original(keyring, call_id=call_id, pseudonym="<CARD_1>", key_id=key_id, sealed=sealed)


def tables(pool: Engine, column: str) -> list[str]:
    """Name every table that has such a column."""
    query = text(
        "SELECT table_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND column_name = :column ORDER BY table_name"
    )
    with transaction(pool) as connection:
        return list(connection.execute(query, {"column": column}).scalars())
