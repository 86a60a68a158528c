"""An input that could not be read, kept with its reason; never its content in clear."""

from typing import ClassVar

from pydantic import Field

from schemas.base import Data


class DeadLettered(Data):
    """What could not be read: where it came from, which field, why, and its SHA-256."""

    type: ClassVar[str] = "dead_lettered"
    topic: str
    reason: str = Field(max_length=500)
    field: str | None = None
    sha256: str
    size: int = Field(ge=0)
