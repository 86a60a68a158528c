"""Control frames of the audio socket: JSON text beside the binary audio, in both directions."""

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from governance.errors import InputError
from schemas.audio import AudioRecord
from schemas.base import Jurisdiction


class ControlUnreadable(InputError):
    """A text frame is no control frame; `fatal` where it is not even JSON, so that audio was meant."""

    def __init__(self, reason: str, *, field: str | None, fatal: bool) -> None:
        """Keep place and kind; never the frame."""
        super().__init__(reason)
        self.field = field
        self.fatal = fatal


class Control(BaseModel):
    """What a channel says beside the audio; fields of a newer channel are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    type: Literal["start", "mark", "clear", "dtmf", "stop", "payment_window"]
    caller: str | None = Field(default=None, max_length=256)
    channel: str = Field(default="websocket", min_length=1, max_length=64)
    language: str = Field(default="en", pattern=r"^[a-z]{2}(-[A-Z]{2})?$")
    jurisdiction: Jurisdiction | None = None
    fast: bool = False
    name: str | None = Field(default=None, max_length=200)
    digits: str | None = Field(default=None, pattern=r"^[0-9A-D*#]{1,64}$")
    state: Literal["open", "closed"] | None = None
    limit_ms: int | None = Field(default=None, ge=1, le=86_400_000)


def read(text: str) -> Control:
    """Read a frame; raises ControlUnreadable."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        reason = "a text frame must be JSON; audio goes in binary frames"
        raise ControlUnreadable(reason, field=None, fatal=True) from None
    try:
        control = Control.model_validate(content)
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"]) or "frame"
        raise ControlUnreadable(f"{field}: {first['type']}", field=field, fatal=False) from None
    needed = {"mark": "name", "dtmf": "digits", "payment_window": "state"}.get(control.type)
    if needed and getattr(control, needed) is None:
        raise ControlUnreadable(f"{needed}: missing", field=needed, fatal=False)
    return control


def frame(record: AudioRecord) -> str:
    """Write a control record to the channel as a frame."""
    try:
        content = json.loads(record.payload or b"{}")
    except ValueError:
        content = {}
    return json.dumps({**(content if isinstance(content, dict) else {}), "type": record.kind})


def reason_of(record: AudioRecord) -> str:
    """Give the reason that a `stop` states, or nothing."""
    return str(json.loads(frame(record)).get("reason", ""))


def error(reason: str) -> str:
    """Write what was wrong with a frame."""
    return json.dumps({"type": "error", "reason": reason})
