"""What every event has in common: frozen models, the CloudEvents envelope (1.0), derived ids (RFC 9562, version 5)."""

import re
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator

# One namespace for every id this project derives; changing it would make old and new ids disagree.
NAMESPACE = UUID("5f0c6a52-3a54-5c0e-9c9b-0d3f6b0c7a11")

CallId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$")]
Tenant = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
# What an audit entry and a column can hold: no control character, and never long.
Label = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")]
# ISO 3166-1 alpha-2, with the subdivision of ISO 3166-2 where a law is a state's; EU is the union.
Jurisdiction = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
# Room for sums of both, in every reader's integers and calendar: what lies beyond is no instant or number of a call.
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
Instant = Annotated[AwareDatetime, Field(ge=EARLIEST, lt=LATEST)]
MOST = (1 << 31) - 1  # milliseconds: 24 days
MAX_SEQUENCE = 1 << 53
TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
Participant = Literal["caller", "assistant", "human"]


def derived_id(cause: str, room: str, n: int) -> str:
    """Give the id of the n-th event that `room` answers to `cause`: a replay gives the same."""
    return str(uuid5(NAMESPACE, f"{cause}/{room}/{n}"))


def arrival_id(source: str, source_id: str) -> str:
    """Give the id of what a channel sent as `source_id`: a repeated webhook is the same event."""
    return str(uuid5(NAMESPACE, f"{source}#{source_id}"))


class Frozen(BaseModel):
    """A value: immutable, and nothing in it that the schema does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Data(Frozen):
    """The data of one event type; the class names the type and says whether it carries a person's words."""

    type: ClassVar[str]
    version: ClassVar[int] = 1
    # True where a field holds what a person said or a number that identifies her, in clear.
    clear_text: ClassVar[bool] = False

    @classmethod
    def ce_type(cls) -> str:
        """Give the CloudEvents type, e.g. `callwarden.call_started.v1`."""
        return f"callwarden.{cls.type}.v{cls.version}"


class Event(Frozen):
    """One fact about one call, as it lies on a topic: CloudEvents attributes and typed data."""

    id: Label
    source: Label
    call_id: CallId
    tenant: Tenant
    occurred_at: Instant
    sequence: int = Field(
        default=0, ge=0, le=MAX_SEQUENCE, description="place on its topic within the call; 0 before intake"
    )
    cause: Label | None = Field(default=None, description="id of the event this one answers")
    traceparent: str | None = None
    data: Data

    @field_validator("traceparent")
    @classmethod
    def _of_w3c(cls, value: str | None) -> str | None:
        # Of a broken context W3C says: go on without it.
        return value if value is not None and TRACEPARENT.fullmatch(value) else None

    @property
    def type(self) -> str:
        """The short type, e.g. `call_started`."""
        return self.data.type

    def follow(self, data: Data, *, room: str, n: int, at: datetime | None = None) -> "Event":
        """Give the n-th event that `room` answers to this one: derived id, same call, same instant."""
        return Event(
            id=derived_id(self.id, room, n),
            source=f"/callwarden/{room}",
            call_id=self.call_id,
            tenant=self.tenant,
            occurred_at=at or self.occurred_at,
            cause=self.id,
            traceparent=self.traceparent,
            data=data,
        )
