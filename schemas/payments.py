"""The payment window: while it is open nothing said or pressed is stored (PCI DSS 4.0, 3.3: not even encrypted)."""

from typing import ClassVar, Literal

from pydantic import Field

from schemas.base import Data, Label

WITHHELD = "<PAYMENT>"
LONGEST_MS = 900_000


class PaymentWindowOpened(Data):
    """From now on, for at most `within_ms`, no audio, no words and no keys of this call are stored."""

    type: ClassVar[str] = "payment_window_opened"
    window: Label = Field(description="the channel's name of it, or derived from the assistant's question")
    opened_by: Literal["channel", "policy"] = "channel"
    within_ms: int = Field(default=120_000, ge=1_000, le=LONGEST_MS, description="it closes then, whoever forgot it")


class PaymentWindowClosed(Data):
    """What is said and pressed is stored again, redacted."""

    type: ClassVar[str] = "payment_window_closed"
    window: Label
    reason: Literal["channel", "time", "call_ended"] = "channel"


class PaymentDataDestroyed(Data):
    """Receipt: what came out of a window too late to be stopped at the door was not kept; nothing of it is told."""

    type: ClassVar[str] = "payment_data_destroyed"
    window: Label
    what: Literal["words", "keys", "audio"]
    pieces: int = Field(ge=1, description="events, or audio records")
    audio_ms: int = Field(default=0, ge=0)
