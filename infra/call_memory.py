"""What a session must know of a call that another worker carried: what was said and heard, and who has it now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select

from infra import calls_reader
from infra.read_tables import CALL, HANDOFF, UTTERANCE
from infra.tenancy import tenant_transaction

ON_THE_WAY = ("requested", "packaged", "offered", "claimed", "declined", "released", "expired")
Line = tuple[str, str]  # participant, what was really said


@dataclass(frozen=True, slots=True)
class CallMemory:
    """One running call as the read model has it; words are redacted.

    `heard_ms` is the end of the caller's last recorded utterance in the call's audio, `heard_at` when it was recorded.
    """

    started_at: datetime | None = None
    lines: tuple[Line, ...] = ()
    heard_ms: int = 0
    heard_at: datetime | None = None
    connecting: bool = False
    with_person: bool = False

    @property
    def unanswered(self) -> bool:
        """Whether the caller spoke last: nobody has heard an answer to it."""
        return bool(self.lines) and self.lines[-1][0] == "caller"


def remember(engine: Engine, *, tenant: str, call_id: str) -> CallMemory:
    """Read what is recorded of a call; empty where nothing is."""
    mine = (UTTERANCE.c.tenant == tenant, UTTERANCE.c.call_id == call_id)
    heard = select(func.max(UTTERANCE.c.facts["end_ms"].as_integer()), func.max(UTTERANCE.c.occurred_at)).where(
        *mine, UTTERANCE.c.participant == "caller", UTTERANCE.c.stage == "final"
    )
    states = select(HANDOFF.c.state).where(HANDOFF.c.tenant == tenant, HANDOFF.c.call_id == call_id)
    started = select(CALL.c.started_at).where(CALL.c.tenant == tenant, CALL.c.call_id == call_id)
    with tenant_transaction(engine, tenant) as connection:
        said = calls_reader.transcript(connection, tenant, call_id)
        heard_ms, heard_at = connection.execute(heard).one()
        handoffs = set(connection.execute(states).scalars())
        started_at = connection.execute(started).scalar_one_or_none()
    return CallMemory(
        started_at=started_at, heard_ms=heard_ms or 0, heard_at=heard_at,
        lines=tuple((one.participant, one.text) for one in said.lines if one.text) if said else (),
        connecting=not handoffs.isdisjoint(ON_THE_WAY), with_person="accepted" in handoffs,
    )
