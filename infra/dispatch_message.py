"""What a dispatch endpoint is told: a CloudEvent in its structured form, with originals opened at the last moment."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC

from infra.keys import Keyring
from infra.sealed_originals import open_original
from infra.webhooks.sender import Message
from schemas.base import Event
from schemas.emergencies import DispatchRequested, DispatchSupplemented, EmergencyStoodDown, SealedDetail

REQUESTED, SUPPLEMENTED = "callwarden.dispatch.v1", "callwarden.dispatch_detail.v1"
STOOD_DOWN = "callwarden.stand_down.v1"
TELEPHONE = re.compile(r"\+?\d(?:[ .()/-]{0,2}\d){6,14}")
Outgoing = DispatchRequested | DispatchSupplemented | EmergencyStoodDown
Opened = Mapping[str, Sequence[str]]


def opened(keyring: Keyring, event: Event, details: Sequence[SealedDetail]) -> Opened:
    """Open what may be released, by what it is about; raises KeyDestroyed, KeyUnknown or SealBroken."""
    told: dict[str, list[str]] = {}
    for one in details:
        value = open_original(
            keyring, call_id=event.call_id, pseudonym=one.pseudonym, key_id=one.key_id, sealed=one.sealed
        )
        # A number said just after an address may have been hidden as the end of it: it is to be called, not driven to.
        about = "callback" if TELEPHONE.fullmatch(value.strip()) else one.about
        told.setdefault(about, []).append(value)
    return told


def message(event: Event, data: Outgoing, *, message_id: str, released: Opened) -> Message:
    """Give the message; its body is in memory only, and never printed."""
    told: dict[str, object] = {"emergency": data.emergency, "drill": data.drill, "kinds": list(data.kinds), **released}
    match data:
        case DispatchRequested():
            kind = REQUESTED
            told |= {
                "reason": data.reason, "rule": data.rule, "policy_version": data.policy_version, "rung": data.rung,
                "attempt": data.attempt, "acknowledge_by": data.acknowledge_by.isoformat(),
                "acknowledge_at": f"/v1/emergencies/{event.call_id}/acknowledge",
            }
        case DispatchSupplemented():
            kind = SUPPLEMENTED
        case EmergencyStoodDown():
            kind = STOOD_DOWN
    content = {
        "specversion": "1.0", "id": message_id, "source": "/callwarden/dispatch", "type": kind,
        "subject": event.call_id, "time": event.occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json", "data": told,
    }
    return Message(id=message_id, type=kind, occurred_at=event.occurred_at, body=json.dumps(content).encode())
