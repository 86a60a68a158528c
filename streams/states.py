"""A room's state between JSON, as its table keeps it, and the value its decision takes; what was written is not parsed.

A call's state grows with the call: to parse it for each event would make a long call slow for everybody.
"""

from typing import Any, TypeVar

from schemas.base import Frozen
from streams.flight import Json

S = TypeVar("S", bound=Frozen)


def place_of(tenant: str, call_id: str) -> str:
    """Name a call in the tables of states: a call id is a tenant's own."""
    return f"{tenant}/{call_id}"


class Written(dict[str, Any]):
    """JSON that still has the value it was written from, for as long as the table holds it."""

    __slots__ = ("value",)

    def __init__(self, value: Frozen) -> None:
        super().__init__(value.model_dump(mode="json"))
        self.value = value


def read(shape: type[S], state: Json) -> S:
    """Give the value of a state."""
    if isinstance(state, Written) and isinstance(state.value, shape):
        return state.value
    return shape.model_validate(state)


def write(before: Json, value: Frozen) -> Json:
    """Give a value as the state to keep; `before` itself where it is unchanged."""
    if isinstance(before, Written) and before.value == value:
        return before
    return Written(value)
