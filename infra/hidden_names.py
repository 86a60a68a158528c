"""A channel's names and ids may hold a person's: they go on under a name of the call's own."""

from governance.metadata import without_persons
from infra.keys import Keyring
from schemas.base import Event

HIDDEN_HEX = 16


def with_hidden_names(event: Event, keyring: Keyring) -> Event:
    """The event with each personal name or id as a keyed digest, the same for the same within its call."""

    def name(value: str) -> str:
        return f"hidden-{keyring.digest(tenant=event.tenant, call_id=event.call_id, value=value)[:HIDDEN_HEX]}"

    data = without_persons(event.data, name=name)
    return event if data is event.data else event.model_copy(update={"data": data})
