"""The processors of a call in the read model: counted from each outside call, named by whatever text names one."""

from sqlalchemy import BigInteger, Column, Connection, DateTime, MetaData, Table, Text, select
from sqlalchemy.dialects.postgresql import insert

from schemas.answers import Processor
from schemas.base import Event
from schemas.outside import Operation, ProviderCalled
from schemas.redacted import AssistantRedacted, UtteranceRedacted
from schemas.turns import Provider

COUNTS = ("calls", "failed", "audio_ms", "characters", "input_tokens", "output_tokens")
PROCESSOR = Table(
    "call_processor",
    MetaData(),
    Column("tenant", Text, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("provider", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("region", Text, primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in COUNTS),
    Column("first_at", DateTime(timezone=True), nullable=False),
)
MAKERS: dict[str, Operation] = {"generated": "chat", "synthesised": "text_to_speech"}


def called(connection: Connection, event: Event, data: ProviderCalled) -> None:
    """Add one outside call."""
    counts = {
        "calls": 1, "failed": int(data.outcome == "failed"), "audio_ms": data.audio_ms or 0,
        "characters": data.characters or 0, "input_tokens": data.input_tokens or 0,
        "output_tokens": data.output_tokens or 0,
    }
    row = {**_key(event, data.operation, data.provider), **counts, "first_at": event.occurred_at}
    statement = insert(PROCESSOR).values(row)
    more = {name: PROCESSOR.c[name] + statement.excluded[name] for name in COUNTS}
    connection.execute(statement.on_conflict_do_update(index_elements=list(PROCESSOR.primary_key), set_=more))


def named(connection: Connection, event: Event, data: UtteranceRedacted | AssistantRedacted) -> None:
    """Note who made a text, also where its channel reports no outside calls."""
    operation: Operation | None = "speech_to_text"
    if isinstance(data, AssistantRedacted):
        operation = MAKERS.get(data.stage)
    if data.provider is None or operation is None:
        return
    row = {**_key(event, operation, data.provider), **dict.fromkeys(COUNTS, 0), "first_at": event.occurred_at}
    connection.execute(insert(PROCESSOR).values(row).on_conflict_do_nothing())


def of_call(connection: Connection, tenant: str, call_id: str) -> tuple[Processor, ...]:
    """Give the processors of a call, in the order of their ports and names."""
    query = select(PROCESSOR).where(PROCESSOR.c.tenant == tenant, PROCESSOR.c.call_id == call_id)
    rows = connection.execute(query.order_by(*PROCESSOR.primary_key))
    return tuple(
        Processor(
            operation=row.operation, provider=Provider(name=row.provider, model=row.model, region=row.region),
            calls=row.calls, failed=row.failed, audio_ms=row.audio_ms, characters=row.characters,
            input_tokens=row.input_tokens, output_tokens=row.output_tokens, first_at=row.first_at,
        )
        for row in rows
    )


def _key(event: Event, operation: Operation, provider: Provider) -> dict[str, object]:
    return {
        "tenant": event.tenant, "call_id": event.call_id, "operation": operation, "provider": provider.name,
        "model": provider.model, "region": provider.region,
    }
