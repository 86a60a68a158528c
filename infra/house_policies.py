"""Policies of the house on PostgreSQL: what a setting names or what ships, kept so that old calls can be explained."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, DateTime, MetaData, Row, Table, select
from sqlalchemy.dialects.postgresql import insert

from infra.policies import bundle, complete
from infra.policy_store import version_columns, version_values
from infra.policy_yaml import Document

HOUSE = Table(
    "house_policy",
    MetaData(),
    *version_columns(),
    Column("first_at", DateTime(timezone=True), nullable=False),
)
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]")


def keep(connection: Connection, documents: Sequence[Document], *, at: datetime) -> None:
    """Keep a version that counts from now on; one that is known stays as it is."""
    shown = [replace(one, name=_name(one.name)) for one in complete(documents)]
    values = version_values(bundle(documents), shown)
    connection.execute(insert(HOUSE).values({**values, "first_at": at}).on_conflict_do_nothing())


def read(connection: Connection, label: str) -> Row[Any] | None:
    """Give a version with its documents, or None where the house never had it."""
    return connection.execute(select(HOUSE).where(HOUSE.c.label == label)).one_or_none()


def _name(path: str) -> str:
    # Where a file lies is the operator's; of its name what every name of a document may hold.
    return NOT_IN_NAMES.sub("_", Path(path).name)[:100].lstrip("_.-") or "policy.yaml"
