"""Keeps the packets of handoffs at what may be read now, whichever comes first: the packet or the amendment."""

from sqlalchemy import Connection, select

from governance.amending import amended_packet
from infra.read_tables import HANDOFF, UTTERANCE
from schemas.base import Event
from schemas.handoffs import HandoffPacket
from schemas.redacted import RedactionAmended


def amend(connection: Connection, event: Event, data: RedactionAmended) -> None:
    """Amend every packet of the call that holds the text."""
    mine = (HANDOFF.c.tenant == event.tenant, HANDOFF.c.call_id == event.call_id, HANDOFF.c.packet.is_not(None))
    for row in connection.execute(select(HANDOFF.c.handoff, HANDOFF.c.packet).where(*mine)).all():
        packet = HandoffPacket.model_validate(row.packet)
        now = amended_packet(packet, {data.amends: data.text})
        if now != packet:
            here = (HANDOFF.c.tenant == event.tenant, HANDOFF.c.handoff == row.handoff)
            values = {"packet": now.model_dump(mode="json"), "version": HANDOFF.c.version + 1}
            connection.execute(HANDOFF.update().where(*here).values(**values))


def current(connection: Connection, event: Event, packet: HandoffPacket) -> HandoffPacket:
    """Give a packet with what was amended before it arrived."""
    query = select(UTTERANCE.c.event_id, UTTERANCE.c.text).where(
        UTTERANCE.c.tenant == event.tenant, UTTERANCE.c.call_id == event.call_id,
        UTTERANCE.c.facts.has_key("amended_by"),
    )  # fmt: skip
    return amended_packet(packet, {row.event_id: row.text for row in connection.execute(query)})
