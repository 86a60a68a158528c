"""Makes events of any type with Hypothesis, from the models themselves: types, bounds and patterns."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

import annotated_types
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel

from schemas.base import Data, Event
from schemas.topics import EVENT_TYPES

EARLIEST, LATEST = datetime(2000, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001  # Hypothesis adds the zone itself
INSTANTS = st.datetimes(min_value=EARLIEST, max_value=LATEST, timezones=st.just(UTC))
CALL_IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,20}", fullmatch=True)
TENANTS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,10}", fullmatch=True)
TRACEPARENTS = st.from_regex(r"00-[0-9a-f]{31}1-[0-9a-f]{15}1-0[0-3]", fullmatch=True)
# Header values are never empty on the wire, and hold no control character.
TOKENS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40)


@cache  # Hypothesis prepares a strategy once, so the same one is given again
def models(shape: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Make instances of a model."""
    fields = {
        name: values(field.annotation, field.metadata) for name, field in shape.model_fields.items()
    }
    return st.fixed_dictionaries(fields).map(shape.model_validate)


def values(annotation: Any, bounds: Sequence[Any] = ()) -> st.SearchStrategy[Any]:
    """Make values of an annotated type."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return values(arguments[0], arguments[1:])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        least = max((one.min_length for one in bounds if isinstance(one, annotated_types.MinLen)), default=0)
        return st.lists(values(arguments[0]), min_size=least, max_size=least + 2).map(tuple)
    if arguments:  # a union
        return st.one_of([values(one, () if one is NoneType else bounds) for one in arguments])
    if annotation is AwareDatetime:
        return INSTANTS
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return models(annotation)
    return _plain(annotation, bounds)


def _plain(annotation: Any, bounds: Sequence[Any]) -> st.SearchStrategy[Any]:
    low: Any = next((one.ge for one in bounds if isinstance(one, annotated_types.Ge)), None)
    high: Any = next((one.le for one in bounds if isinstance(one, annotated_types.Le)), None)
    pattern = next((one.pattern for one in bounds if getattr(one, "pattern", None)), None)
    if annotation is str:
        return st.from_regex(pattern.rstrip("$"), fullmatch=True) if pattern else st.text(max_size=60)
    if annotation is bool:
        return st.booleans()
    if annotation is int:
        return st.integers(min_value=low if low is not None else -(2**53), max_value=high or 2**53)
    if annotation is float:
        return st.floats(min_value=low, max_value=high, allow_nan=False, allow_infinity=False)
    if annotation is NoneType:
        return st.none()
    raise NotImplementedError(f"no strategy for {annotation}")


def events(shape: type[Data] | None = None) -> st.SearchStrategy[Event]:
    """Make events of one type, or of any."""
    data = models(shape) if shape else st.one_of([models(one) for one in EVENT_TYPES.values()])
    return st.builds(
        Event,
        id=TOKENS,
        source=TOKENS,
        call_id=CALL_IDS,
        tenant=TENANTS,
        occurred_at=INSTANTS,
        sequence=st.integers(min_value=0, max_value=2**53),
        cause=st.none() | TOKENS,
        traceparent=st.none() | TRACEPARENTS,
        data=data,
    )
