"""Deletes one class of a call's data from every table that holds it; what is listed nowhere fails a test."""

from collections.abc import Mapping

from sqlalchemy import Connection, text

from schemas.retention import DataClass

OF_CALL = "DELETE FROM {table} WHERE tenant = :tenant AND call_id = :call_id"
ROWS: Mapping[DataClass, tuple[str, ...]] = {
    "recording": ("recording_chunk", "recording"),
    "words": ("utterance", "sealed_entity", "reveal", "dead_letter", "outbox", "deadline", "payment_window",
              "recording_gap", "webhook_delivery", "handoff_note"),
    "decisions": ("turn", "verdict", "handoff", "disclosure", "recording_consent", "emergency",
                  "call_processor", "review", "briefing"),
}
# A packet repeats the transcript; the handoff itself is a decision. Its version moves, so that doors show it.
PACKETS = text(
    "UPDATE handoff SET packet = NULL, version = version + 1 "
    "WHERE tenant = :tenant AND call_id = :call_id AND packet IS NOT NULL"
)
# Whose a briefing's sound is stays as long as the recording; its words go with all others.
BRIEFINGS = text(
    "UPDATE briefing SET text = NULL WHERE tenant = :tenant AND call_id = :call_id AND text IS NOT NULL"
)
# Entries stay; the sealed payloads that open with the call's own key go. Who read the call is sealed under another.
PAYLOADS = text("""
DELETE FROM audit_payload AS p USING audit_index AS i, audit_leaf AS l
WHERE i.tenant = :tenant AND i.call = :call_id AND p.tenant = i.tenant AND p.idx = i.idx
    AND l.tenant = i.tenant AND l.idx = i.idx
    AND convert_from(l.entry, 'UTF8')::jsonb #>> '{payload,kid}' = :key_id
""")
CALL = "call"


def sweep(
    connection: Connection, data_class: DataClass, *, tenant: str, call_id: str, key_id: str | None
) -> dict[str, int]:
    """Delete a class in the caller's transaction; gives the rows by table, of those that had any.

    For `words` the receipt must be there before: the log lets payloads go for no other reason.
    """
    mine = {"tenant": tenant, "call_id": call_id}
    deleted = {table: _delete(connection, OF_CALL.format(table=table), mine) for table in ROWS[data_class]}
    if data_class == "words":
        deleted["handoff.packet"] = connection.execute(PACKETS, mine).rowcount
        deleted["briefing.text"] = connection.execute(BRIEFINGS, mine).rowcount
        if key_id is not None:
            deleted["audit_payload"] = connection.execute(PAYLOADS, {**mine, "key_id": key_id}).rowcount
    return {table: count for table, count in deleted.items() if count}


def sweep_call(connection: Connection, *, tenant: str, call_id: str) -> dict[str, int]:
    """Delete the call's own row, once every class is gone."""
    count = _delete(connection, OF_CALL.format(table=CALL), {"tenant": tenant, "call_id": call_id})
    return {CALL: count} if count else {}


def _delete(connection: Connection, statement: str, values: Mapping[str, str]) -> int:
    return connection.execute(text(statement), values).rowcount
