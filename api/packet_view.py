"""The packet as its reader may see it: what was said since, what was noted, and which pseudonyms she may open."""

from sqlalchemy import Connection

from api.auth import RIGHTS
from api.parts import Parts
from infra import handoff_notes, reveals
from infra.tokens import Principal
from schemas.answers import HandoffDetail, Revealable


def for_reader(connection: Connection, parts: Parts, who: Principal, detail: HandoffDetail) -> HandoffDetail:
    """Give the handoff as this reader may see it; before she takes it an agent sees what the policy shows her."""
    packet = detail.packet
    if packet is None:
        return detail
    rules = parts.policies.current(who.tenant).live
    mine = detail.claimed_by == who.subject
    notes = handoff_notes.notes(connection, who.tenant, detail.handoff)
    if who.role == "agent" and not mine and rules.handoff.before_claim == "summary":
        less = packet.model_copy(update={"transcript": (), "pseudonyms": (), "caller_pseudonym": None})
        return detail.model_copy(update={"packet": less, "partly": True})
    since = tuple(
        one for one in handoff_notes.lines(connection, who.tenant, detail.call_id, since=packet.requested_at)
        if all(one.event_id != line.event_id for line in packet.transcript)
    )
    may_reveal = who.role in RIGHTS["reveal"] and (
        who.role != "agent" or reveals.in_hands(connection, who.tenant, detail.call_id, who.subject)
    )
    kinds = reveals.sealed(connection, who.tenant, detail.call_id) if may_reveal else {}
    revealable = tuple(
        Revealable(pseudonym=name, entity=entity, second_person=rules.reveal.needs_second(entity))
        for name, entity in kinds.items()
    )
    return detail.model_copy(update={"since": since, "notes": notes, "revealable": revealable})
