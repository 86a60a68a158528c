"""Payment windows: from when until when nothing that is said or keyed is kept (PCI DSS 4.0.1, requirement 3.3)."""

from typing import ClassVar, Literal

from pydantic import Field

from schemas.base import Data, Frozen, Instant, Label

WITHHELD = "<PAYMENT>"  # in place of words
WITHHELD_KEY = "x"  # in place of each key pressed
ENTITY = "PAYMENT"


class Overheard(Frozen):
    """What a rule of the house heard in words that are withheld: its name and how sure it is, never a word."""

    kind: Literal["handoff", "emergency", "disclosure"]
    rule: Label
    signal: Label
    score: float = Field(ge=0, le=1)


class PaymentWindowOpened(Data):
    """From here on no audio and no words of the call are kept, until the window closes or `closes_at` has come."""

    type: ClassVar[str] = "payment_window_opened"
    by: Literal["channel", "policy"] = "channel"
    limit_ms: int | None = Field(
        default=None, ge=1, le=86_400_000, description="closes at the latest so long after; the policy's, if shorter"
    )
    window: Label | None = Field(default=None, description="its id; the house gives it")
    closes_at: Instant | None = Field(default=None, description="the house gives it")
    policy_version: Label | None = Field(default=None, description="the house gives it")


class PaymentWindowClosed(Data):
    """Words and audio are kept again."""

    type: ClassVar[str] = "payment_window_closed"
    because: Literal["channel", "time", "call_ended"] = "channel"
    window: Label | None = Field(default=None, description="id of the one that was open, if one was")


class PaymentDataDestroyed(Data):
    """The receipt of what belonged to a window and was found after it had been kept, or came when it was over."""

    type: ClassVar[str] = "payment_data_destroyed"
    window: Label
    found: Literal["at_the_door", "in_the_recording", "in_the_call"] = Field(
        description="at_the_door: it came late and was not kept; otherwise it was kept and is deleted"
    )
    records: int = Field(ge=1)
    digests: tuple[str, ...] = Field(
        default=(), description="SHA-256 of the ciphertext of deleted audio, or ids of events whose words are gone"
    )
