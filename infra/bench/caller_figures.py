"""What synthetic callers measured, and gates that are ratios to the clean call of the same run."""

import re
from collections.abc import Sequence

from infra.bench.figures import Machine
from schemas.base import Frozen

BASELINE = "clean"
NUMBER_WORDS = {
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9",
}
PSEUDONYM = re.compile(r"<[A-Z_]+_\d+>")
WORD = re.compile(r"[a-z']+|\d")


class Condition(Frozen):
    """One way to call, and what of the clean call must be left; a ratio of None is measured and not a gate."""

    name: str
    voice: str = "joe-high"
    model: str = "piper-joe"
    speed: float = 1.0
    noise: str | None = None
    snr_db: float | None = None
    interrupts: bool = False
    delay_s: float = 0.0
    words_ratio: float | None = 0.8
    ttfa_ratio: float | None = 2.0
    number: bool = True  # whether the number must be right


class CallerResult(Frozen):
    """One condition: over all its calls."""

    condition: Condition
    calls: int
    failed: int = 0
    words_right: float
    numbers_right: int
    turns_cut: int
    unanswered: int
    barge_ins: int
    ttfa_ms: tuple[int, ...]

    @property
    def median_ms(self) -> float | None:
        """The median time to the first sound of an answer, as the caller's side hears it."""
        ordered = sorted(self.ttfa_ms)
        return ordered[(len(ordered) - 1) // 2] if ordered else None


class CallerReport(Frozen):
    """One run of `callwarden bench callers`."""

    command: str
    date: str
    machine: Machine
    results: tuple[CallerResult, ...]
    left_out: tuple[str, ...] = ()

    def gates(self) -> dict[str, bool]:
        """Tell of each gate whether it holds."""
        base = next(one for one in self.results if one.condition.name == BASELINE)
        held = {f"{BASELINE}: the number is understood": base.numbers_right == base.calls > 0}
        for one in self.results:
            held |= _gates(one, base)
        return held


def _gates(one: CallerResult, base: CallerResult) -> dict[str, bool]:
    wanted, name = one.condition, one.condition.name
    if one is base:
        return {}
    held = {f"{name}: nobody waits in vain": one.unanswered + one.failed <= base.unanswered + base.failed}
    if wanted.words_ratio is not None:
        share = one.words_right / base.words_right if base.words_right else 0.0
        held[f"{name}: words right >= {wanted.words_ratio:.2f} of clean"] = share >= wanted.words_ratio
    if wanted.ttfa_ratio is not None and base.median_ms:
        slower = (one.median_ms or float("inf")) / base.median_ms
        held[f"{name}: first sound <= {wanted.ttfa_ratio:.1f} x clean"] = slower <= wanted.ttfa_ratio
    if wanted.number:
        held[f"{name}: the number is understood as often as clean"] = one.numbers_right >= base.numbers_right
    if wanted.interrupts:
        held[f"{name}: each interruption stops the assistant"] = one.barge_ins >= one.calls
    return held


def words(text: str) -> list[str]:
    """Give the words of a text without numbers and what stands in for them."""
    plain = PSEUDONYM.sub(" ", text).lower().replace("where's", "where is").replace("it's", "it is")
    return [one for one in WORD.findall(plain) if one.isalpha() and one not in NUMBER_WORDS]


def digits(text: str) -> str:
    """Give the digits that a text says, one after the other."""
    found = WORD.findall(PSEUDONYM.sub(" ", text).lower())
    return "".join(NUMBER_WORDS.get(one, one if one.isdigit() else "") for one in found)


def right(said: str, heard: str) -> float:
    """Give the share of words that came through: 1 minus the word error rate, 0 at least."""
    return max(0.0, 1 - distance(words(said), words(heard)) / max(1, len(words(said))))


def distance(first: Sequence[str], second: Sequence[str]) -> int:
    """Give how many words must be changed, added or left out to make one of the other."""
    row = list(range(len(second) + 1))
    for at, one in enumerate(first, start=1):
        before, row[0] = row[0], at
        for place, other in enumerate(second, start=1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (one != other))
    return row[-1]
