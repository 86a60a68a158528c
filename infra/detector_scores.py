"""Scores detectors on labelled rows: leaks and over-masking together, so that masking everything never looks good."""

from collections.abc import Callable, Iterable, Sequence
from time import perf_counter
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from governance.redaction import PiiDetector, to_hide
from schemas.base import Frozen
from schemas.policies import RedactionRules

NONE = "none"  # the label of a row in which nothing is to be heard


class Gold(BaseModel):
    """A labelled place of a row; further fields are left unread."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    start: int
    end: int
    type: str


class Row(BaseModel):
    """A labelled utterance; `context` or `requested_item` is what was asked just before."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str
    spans: tuple[Gold, ...] = ()
    label: str | None = None
    context: str | None = None
    requested_item: str | None = None
    language: str = "en"
    source: str | None = None
    hard: bool | None = None


class PiiScore(Frozen):
    """One detector on one file; rates are None where the file has no such rows.

    Over-redaction is the share of letters and digits outside every label that were hidden.
    """

    rows: int
    leak_rate: float | None
    span_leaks: dict[str, str]
    char_recall: float | None
    over_redaction: float | None
    false_alarm_rate: float | None
    p50_ms: Annotated[float, Field(ge=0)]
    p95_ms: Annotated[float, Field(ge=0)]


class LabelScore(Frozen):
    """One signal on one file."""

    rows: int
    recall: float | None
    false_alarm_rate: float | None
    missed: int
    false_alarms: int
    by_kind: dict[str, str] = Field(default={}, description="heard of each label")
    p95_ms: Annotated[float, Field(ge=0)] = 0.0


def score_pii(rows: Sequence[Row], detector: PiiDetector, rules: RedactionRules) -> PiiScore:
    """Type-agnostic masking: a labelled place leaks when any letter or digit of it stays readable."""
    leaks: dict[str, list[int]] = {}
    leaking = masked = letters = alarms = over = ordinary = 0
    times: list[float] = []
    for row in rows:
        began = perf_counter()
        found = to_hide(
            detector.detect(row.text, context=row.context or row.requested_item, language=row.language), rules
        )
        times.append((perf_counter() - began) * 1000)
        hidden = {at for span in found for at in range(span.start, span.end)}
        labelled = {at for gold in row.spans for at in range(gold.start, gold.end)}
        plain = [at for at, char in enumerate(row.text) if char.isalnum() and at not in labelled]
        over, ordinary = over + sum(at in hidden for at in plain), ordinary + len(plain)
        open_spans = 0
        for gold in row.spans:
            places = [at for at in range(gold.start, min(gold.end, len(row.text))) if row.text[at].isalnum()]
            seen = sum(at in hidden for at in places)
            masked, letters = masked + seen, letters + len(places)
            count = leaks.setdefault(gold.type, [0, 0])
            count[0] += seen < len(places)
            count[1] += 1
            open_spans += seen < len(places)
        leaking += open_spans > 0
        alarms += bool(found) and not row.spans
    rows_labelled = sum(bool(row.spans) for row in rows)
    times.sort()
    return PiiScore(
        rows=len(rows),
        leak_rate=rate(leaking, rows_labelled),
        span_leaks={kind: f"{open_}/{all_}" for kind, (open_, all_) in sorted(leaks.items())},
        char_recall=rate(masked, letters),
        over_redaction=rate(over, ordinary),
        false_alarm_rate=rate(alarms, len(rows) - rows_labelled),
        p50_ms=round(times[len(times) // 2], 2) if times else 0,
        p95_ms=round(times[int(len(times) * 0.95)], 2) if times else 0,
    )


def score_labels(rows: Iterable[Row], *, heard: Callable[[str], str | None]) -> LabelScore:
    """Recall on rows that carry a label and false alarms on `none`; a wrong kind counts as heard."""
    positives = negatives = missed = alarms = 0
    kinds: dict[str, list[int]] = {}
    times: list[float] = []
    for row in rows:
        began = perf_counter()
        signal = heard(row.text)
        times.append((perf_counter() - began) * 1000)
        label = row.label or NONE
        if label == NONE:
            negatives += 1
            alarms += signal is not None
        else:
            positives += 1
            missed += signal is None
            kind = kinds.setdefault(label, [0, 0])
            kind[0] += signal is not None
            kind[1] += 1
    times.sort()
    return LabelScore(
        rows=positives + negatives,
        recall=rate(positives - missed, positives),
        false_alarm_rate=rate(alarms, negatives),
        missed=missed,
        false_alarms=alarms,
        by_kind={kind: f"{found}/{all_}" for kind, (found, all_) in sorted(kinds.items())},
        p95_ms=round(times[int(len(times) * 0.95)], 2) if times else 0,
    )


def sources(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows of a file by source and difficulty, never pooled; a file that names neither is one group."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        name = ", ".join(part for part in (row.source, "hard" if row.hard else None) if part)
        groups.setdefault(name, []).append(row)
    return groups


def rate(part: int, whole: int) -> float | None:
    """A share with four decimals, or None of nothing."""
    return round(part / whole, 4) if whole else None


def table(scores: dict[str, dict[str, Any]]) -> list[str]:
    """Scores as lines for people: one detector a line under each file."""
    lines: list[str] = []
    for name, detectors in scores.items():
        lines.append(name)
        for detector, score in detectors.items():
            shown = ", ".join(
                f"{key} {' '.join(f'{k} {v}' for k, v in value.items()) if isinstance(value, dict) else value}"
                for key, value in score.items() if value != {}
            )
            lines.append(f"  {detector}: {shown}")
    return lines
