"""Policies of the house on PostgreSQL: what a setting names or what ships, kept so that old calls can be explained."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, DateTime, Integer, MetaData, Row, Table, Text, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from infra.policies import bundle, complete
from infra.policy_yaml import Document

HOUSE = Table(
    "house_policy",
    MetaData(),
    Column("label", Text, primary_key=True),
    Column("id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("documents", JSONB, nullable=False),
    Column("first_at", DateTime(timezone=True), nullable=False),
)
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]")


def keep(connection: Connection, documents: Sequence[Document], *, at: datetime) -> None:
    """Keep a version that counts from now on; one that is known stays as it is."""
    policy = bundle(documents)
    values = {
        "label": policy.label, "id": policy.id, "version": policy.version, "title": policy.title,
        "digest": policy.digest, "first_at": at,
        "documents": [{"name": _name(one.name), "text": one.text.decode()} for one in complete(documents)],
    }
    connection.execute(insert(HOUSE).values(values).on_conflict_do_nothing())


def read(connection: Connection, label: str) -> Row[Any] | None:
    """Give a version with its documents, or None where the house never had it."""
    return connection.execute(select(HOUSE).where(HOUSE.c.label == label)).one_or_none()


def _name(path: str) -> str:
    # Where a file lies is the operator's; of its name what every name of a document may hold.
    return NOT_IN_NAMES.sub("_", Path(path).name)[:100].lstrip("_.-") or "policy.yaml"
