"""Keeps the packets of handoffs at what may be read now, whichever comes first: the packet or the amendment."""

from sqlalchemy import Connection, select, text

from governance.amending import amended_packet
from infra.read_tables import HANDOFF, UTTERANCE
from schemas.base import Event
from schemas.handoffs import HandoffPacket
from schemas.redacted import RedactionAmended

# Two workers may fold two topics of one call at once, and neither sees what the other has not committed.
ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:place, 0))")


def amend(connection: Connection, event: Event, data: RedactionAmended) -> None:
    """Amend every packet of the call that holds the text."""
    hold(connection, event)
    mine = (HANDOFF.c.tenant == event.tenant, HANDOFF.c.call_id == event.call_id, HANDOFF.c.packet.is_not(None))
    for row in connection.execute(select(HANDOFF.c.handoff, HANDOFF.c.packet).where(*mine)).all():
        packet = HandoffPacket.model_validate(row.packet)
        now = amended_packet(packet, {data.amends: data.text})
        if now != packet:
            here = (*mine, HANDOFF.c.handoff == row.handoff)  # what was erased meanwhile is not written again
            values = {"packet": now.model_dump(mode="json"), "version": HANDOFF.c.version + 1}
            connection.execute(HANDOFF.update().where(*here).values(**values))


def current(connection: Connection, event: Event, packet: HandoffPacket) -> HandoffPacket:
    """Give a packet with what was amended before it arrived."""
    hold(connection, event)
    query = select(UTTERANCE.c.event_id, UTTERANCE.c.text).where(
        UTTERANCE.c.tenant == event.tenant, UTTERANCE.c.call_id == event.call_id,
        UTTERANCE.c.facts.has_key("amended_by"),
    )  # fmt: skip
    return amended_packet(packet, {row.event_id: row.text for row in connection.execute(query)})


def hold(connection: Connection, event: Event) -> None:
    """Wait until no other transaction writes packets of this call, and keep others waiting until this one ends."""
    connection.execute(ALONE, {"place": f"packets/{event.tenant}/{event.call_id}"})
