"""Control frames of an agent's leg and of listening in: JSON text beside the binary audio."""

import json
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from governance.errors import InputError

LegControl = Literal["join", "hold", "resume", "leave"]


class _Control(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    type: LegControl


def read(text: str) -> LegControl:
    """Read what an agent asks for; raises InputError."""
    try:
        return _Control.model_validate_json(text).type
    except ValidationError:
        raise InputError("a text frame is JSON whose type is join, hold, resume or leave") from None


def frame(kind: str, facts: Mapping[str, str | int] | None = None) -> str:
    """Write a frame."""
    return json.dumps({"type": kind, **(facts or {})})
