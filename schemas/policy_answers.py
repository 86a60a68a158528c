"""What the doors answer about policies: publications, versions with their documents, and back-tests."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Frozen

PolicyMode = Literal["live", "shadow"]
DocumentName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$", examples=["acme.yaml"])]


class PolicyDocument(Frozen):
    """One YAML document of a bundle, as its author wrote it; `layer` in it says what it is laid over."""

    name: DocumentName
    text: str = Field(min_length=1, max_length=256 * 1024)


class PublicationAnswer(Frozen):
    """One version, made live or set to watch; `entry` is the id of the event in the audit log."""

    policy_version: str = Field(examples=["acme@3+sha256:0f1e2d3c"])
    id: str
    version: int
    title: str
    digest: str
    mode: PolicyMode
    published_by: str
    published_at: datetime
    entry: str


class PolicyPage(Frozen):
    """Publications, newest first, and what counts for calls that begin now."""

    live: str
    shadow: str | None = None
    publications: tuple[PublicationAnswer, ...]
    cursor: str | None = None


class PolicyVersion(Frozen):
    """A version with its documents, those that ship with Callwarden among them."""

    policy_version: str
    id: str
    version: int
    title: str
    digest: str
    documents: tuple[PolicyDocument, ...]
