"""What figures answer: counts and percentiles of each day, and of a call, without a word that was said."""

from datetime import date

from pydantic import Field

from schemas.base import Frozen


class CallSignals(Frozen):
    """How far a call is, and which kinds of verdicts there are in it, each once, in their order."""

    turns: int = 0
    verdicts: tuple[str, ...] = ()


class WaterfallPart(Frozen):
    """One step between the caller's last sound and the first she hears; `start_ms` counts from the first."""

    name: str
    start_ms: float
    ms: float


class DayFigures(Frozen):
    """One day in UTC; calls count on the day they began."""

    day: date
    calls: int
    turns: int = Field(description="turns whose time to first audio was measured")
    ttfa_p50_ms: float | None = None
    ttfa_p95_ms: float | None = None
    ttfa_p99_ms: float | None = None
    utterances: int = Field(description="texts that redaction was asked for")
    hidden_later: int = Field(description="of these, texts of which more was hidden once what followed was heard")
    withheld: int = Field(description="of these, texts that redaction could not answer and nobody may read")
    emergencies: int
    stood_down: int = Field(description="of these, emergencies that turned out to be none")
    handoffs: int


class FiguresReport(Frozen):
    """The days in order; days without a call are left out."""

    days: tuple[DayFigures, ...]
