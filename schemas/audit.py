"""Shapes of the audit log: what a caller hands in, what it gets back, what a search answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from schemas.base import Frozen

MAX_SAFE_INTEGER = (1 << 53) - 1  # RFC 8785 numbers are IEEE doubles

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Sha256Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, le=MAX_SAFE_INTEGER)]


class Commitment(Frozen):
    """Binds a leaf to a payload kept elsewhere, without telling anything about it."""

    alg: Name
    kid: Name
    ct_sha256: Sha256Hex
    pt_hmac: Sha256Hex
    size: Count


class Source(Frozen):
    """Where in the event stream an entry came from."""

    cluster: Name
    topic_id: Name
    partition: Count
    offset: Count


class Draft(Frozen):
    """An entry before the log gives it a place; stream, actor and subject are keyed pseudonyms.

    `call`, `rule`, `actor_label` and `ct` stay outside the leaf: they serve queries and can be erased.
    `actor_label` is the login of staff or the name of a component, never a caller's.
    """

    tenant: Name
    stream: Name
    event_id: Name
    type: Name
    occurred_at: AwareDatetime
    actor: Name
    subject: Name | None = None
    cause: Name | None = None
    policy_version: Name | None = None
    payload: Commitment | None = None
    src: Source | None = None
    call: Name | None = None
    rule: Name | None = None
    actor_label: Name | None = None
    ct: bytes | None = Field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Appended:
    """The place of an entry: durable at this index once the caller's transaction commits.

    `duplicate`: it was there before. `conflict`: its id was taken by other content, and the index is
    that of the `dedup.conflict` entry written instead.
    """

    index: int
    leaf_hash: bytes
    duplicate: bool = False
    conflict: bool = False


class AuditFilter(Frozen):
    """What a search asks for; `actor` matches a pseudonym or a label, times are half open."""

    call: str | None = None
    actor: str | None = None
    subject: str | None = None
    type: str | None = None
    rule: str | None = None
    policy: str | None = None
    from_at: AwareDatetime | None = None
    to_at: AwareDatetime | None = None
    q: str | None = None


class AuditEntry(Frozen):
    """One entry as a search shows it; of a read, what for."""

    index: int
    event_id: str
    type: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    actor_label: str | None
    subject: str | None
    call: str | None
    rule: str | None
    policy: str | None
    leaf_hash: Sha256Hex
    purpose: str | None = None


class Witnessed(Frozen):
    """A checkpoint of the log of logs that others vouched for: who, when we were told, when it was stamped."""

    size: int
    cosigned_at: datetime
    witnesses: tuple[str, ...]
    stamped_at: datetime | None


class Existence(Frozen):
    """When an entry came to be: after the last checkpoint without it (`after`) and before the first with it (`before`).

    These two are our own word. `vouched_after` and `vouched_before` are what others vouched for around it.
    """

    index: int
    after: datetime | None
    after_size: int | None
    before: datetime
    before_size: int
    vouched_after: Witnessed | None
    vouched_before: Witnessed | None


class AuditPage(Frozen):
    """Entries in the order of the log, and the cursor of the next page where there is one."""

    entries: tuple[AuditEntry, ...]
    cursor: str | None = None
