"""Decides what becomes of a call in which nobody speaks: she is asked once, and then the call ends."""

from typing import Literal

from pydantic import Field

from schemas.base import Frozen

Step = Literal["ask", "end"]


class Patience(Frozen):
    """How long nobody may speak, in milliseconds of the call's own audio; 0: for ever."""

    ask_after_ms: int = Field(default=15_000, ge=0)
    end_after_ms: int = Field(default=15_000, ge=0, description="counted from the end of the question")


def decide(patience: Patience, *, silent_ms: int, asked: bool) -> Step | None:
    """Give what is due after so much silence since anybody spoke or pressed a key."""
    if not asked:
        return "ask" if patience.ask_after_ms and silent_ms >= patience.ask_after_ms else None
    return "end" if patience.end_after_ms and silent_ms >= patience.end_after_ms else None
