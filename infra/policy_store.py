"""Published policies on PostgreSQL: a version is written once, a publication makes it live or lets it watch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BigInteger, Column, Connection, DateTime, Integer, MetaData, Row, Table, Text, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from governance.errors import InputError, InvariantError
from infra.policies import bundle, complete
from infra.policy_yaml import Document
from schemas.policies import Policy

Mode = Literal["live", "shadow"]


def version_columns() -> tuple[Column[Any], ...]:
    """Give the columns of a table of versions: the label, of its key, and what it stands for."""
    return (
        Column("label", Text, primary_key=True),
        Column("id", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("title", Text, nullable=False),
        Column("digest", Text, nullable=False),
        Column("documents", JSONB, nullable=False),
    )


def version_values(policy: Policy, documents: Sequence[Document]) -> dict[str, object]:
    """Give what stands in these columns."""
    return {
        "label": policy.label, "id": policy.id, "version": policy.version, "title": policy.title,
        "digest": policy.digest, "documents": [{"name": one.name, "text": one.text.decode()} for one in documents],
    }


POLICIES = MetaData()
VERSION = Table(
    "policy_version",
    POLICIES,
    Column("tenant", Text, primary_key=True),
    *version_columns(),
    Column("first_by", Text, nullable=False),
    Column("first_at", DateTime(timezone=True), nullable=False),
)
PUBLICATION = Table(
    "policy_publication",
    POLICIES,
    Column("tenant", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=True),
    Column("label", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("event_id", Text, nullable=False),
)


class PolicyUnknown(InputError):
    """This tenant has published no such version."""


class VersionTaken(InputError):
    """Another document was published under this id and version; published versions never change."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Which version was published, how, by whom and when; `event_id` names its entry in the audit log."""

    label: str
    mode: Mode
    by: str
    at: datetime
    event_id: str


@dataclass(frozen=True, slots=True)
class InForce:
    """The labels that count for calls that begin now; None where the policy of the house is live."""

    live: str | None
    shadow: str | None


def publish(
    connection: Connection, tenant: str, policy: Policy, documents: Sequence[Document], publication: Publication
) -> None:
    """Write a publication, and the version where it is new; raises VersionTaken."""
    values = version_values(policy, complete(documents))
    first = {"tenant": tenant, "first_by": publication.by, "first_at": publication.at}
    connection.execute(insert(VERSION).values({**values, **first}).on_conflict_do_nothing())
    kept = select(VERSION.c.digest).where(
        VERSION.c.tenant == tenant, VERSION.c.id == policy.id, VERSION.c.version == policy.version
    )
    if connection.execute(kept).scalar_one_or_none() != policy.digest:
        raise VersionTaken(
            f"{policy.id}@{policy.version} was published with another content: give the document a new `version`"
        )
    connection.execute(insert(PUBLICATION).values(
        tenant=tenant, label=publication.label, mode=publication.mode, published_by=publication.by,
        published_at=publication.at, event_id=publication.event_id,
    ))


def in_force(connection: Connection, tenant: str) -> InForce:
    """What the newest publications say: a shadow runs until a version goes live or another shadow takes its place."""
    newest = select(PUBLICATION).where(PUBLICATION.c.tenant == tenant).order_by(PUBLICATION.c.number.desc())
    live = connection.execute(newest.where(PUBLICATION.c.mode == "live").limit(1)).one_or_none()
    shadow = connection.execute(newest.where(PUBLICATION.c.mode == "shadow").limit(1)).one_or_none()
    watching = shadow is not None and (live is None or shadow.number > live.number)
    return InForce(live.label if live else None, shadow.label if shadow and watching else None)


def read(connection: Connection, tenant: str, label: str) -> tuple[Policy, Row[Any]]:
    """A published version and its row; raises PolicyUnknown."""
    query = select(VERSION).where(VERSION.c.tenant == tenant, VERSION.c.label == label)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise PolicyUnknown("there is no such policy version")
    policy = bundle([Document(one["name"], one["text"].encode()) for one in row.documents])
    if policy.digest != row.digest:
        raise InvariantError("the documents of a published policy are not those of its version")
    return policy, row


def was_live(connection: Connection, tenant: str, label: str) -> bool:
    """Tell whether a version was ever published to act, and not only to watch."""
    query = select(PUBLICATION.c.number).where(
        PUBLICATION.c.tenant == tenant, PUBLICATION.c.label == label, PUBLICATION.c.mode == "live"
    )
    return connection.execute(query.limit(1)).first() is not None


def history(
    connection: Connection, tenant: str, *, before: int | None, limit: int
) -> list[tuple[int, Publication, Row[Any]]]:
    """Publications, newest first, each with its number and its version's row."""
    query = (
        select(PUBLICATION, VERSION.c.id, VERSION.c.version, VERSION.c.title, VERSION.c.digest)
        .join(VERSION, (VERSION.c.tenant == PUBLICATION.c.tenant) & (VERSION.c.label == PUBLICATION.c.label))
        .where(PUBLICATION.c.tenant == tenant)
    )
    if before is not None:
        query = query.where(PUBLICATION.c.number < before)
    rows = connection.execute(query.order_by(PUBLICATION.c.number.desc()).limit(limit))
    return [(
        row.number,
        Publication(row.label, row.mode, row.published_by, row.published_at, row.event_id), row,
    ) for row in rows]
