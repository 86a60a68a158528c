"""Redacts lines in order: those of one call share pseudonyms, questions and what is said over several of them.

An answer waits while a later line of its call can still change it, and with it those after it, up to a bound.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from governance.holding import question_after
from governance.redaction import PiiDetector, Pseudonyms, redact, to_hide, without_overlaps
from governance.redaction_window import Window, follow
from governance.tongues import tongue
from schemas.base import Frozen, Participant
from schemas.policies import RedactionRules
from schemas.redaction import PiiSpan

MOST_WAITING = 20  # lines; what is still open in one that must go is hidden


class Line(Frozen):
    """One utterance to redact."""

    text: Annotated[str, Field(max_length=20_000)]
    context: str | None = None
    speaker: Participant = "caller"
    call: str | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "en"


@dataclass(slots=True)
class Waiting:
    """A line that was read and not answered: its place in its call, what is hidden in it, what may be half."""

    line: Line
    place: int
    spans: list[PiiSpan]
    held: tuple[PiiSpan, ...] = ()


class LineRedactor:
    """Takes lines in order and gives their answers in the same order."""

    def __init__(
        self, *, detector: PiiDetector, rules: RedactionRules, digest: Callable[[str], str],
        most_waiting: int | None = MOST_WAITING,
    ) -> None:
        """`digest` binds a value to its pseudonym without keeping the value; None waits as long as it takes."""
        self._detector = detector
        self._rules = rules
        self._digest = digest
        self._most_waiting = most_waiting
        self._lines: deque[Waiting] = deque()
        self._windows: dict[str, Window] = {}
        self._questions: dict[str, str] = {}
        self._pseudonyms: dict[str, Pseudonyms] = {}

    def add(self, line: Line) -> None:
        """Detects in one line, and in earlier lines of its call where it completes something."""
        asked = line.context
        if asked is None and line.call is not None and line.speaker == "caller":
            asked = self._questions.get(line.call)
        spans = self._detector.detect(line.text, context=asked, language=line.language[:2])
        if line.call is None:
            self._lines.append(Waiting(line, 0, spans))
        else:
            self._lines.append(self._follow(line.call, line, spans, asked))

    def _follow(self, call: str, line: Line, spans: list[PiiSpan], asked: str | None) -> Waiting:
        before, speaks = self._windows.get(call, Window(language=line.language[:2])), tongue(line.language)
        found, earlier, window, held = follow(
            before, line.text, spans, participant=line.speaker, asked=speaks.asked_for(asked), question=asked
        )
        for number, span in earlier:
            for one in self._lines:
                if one.line.call == call and one.place == number:
                    one.spans.append(span)
        self._windows[call] = window
        if line.speaker != "caller":
            self._questions[call] = question_after(self._questions.get(call), line.text, speaks)
        return Waiting(line, window.line, list(found), held)

    def ready(self) -> Iterator[dict[str, Any]]:
        """Answers that no later line can change, or that have waited as long as they may."""
        while self._lines:
            if not self._settled(self._lines[0]):
                if self._most_waiting is None or len(self._lines) <= self._most_waiting:
                    return
                self._lines[0].spans += self._lines[0].held
            yield self._answer(self._lines.popleft())

    def finish(self) -> Iterator[dict[str, Any]]:
        """The answers of all lines that wait: nothing follows them."""
        while self._lines:
            yield self._answer(self._lines.popleft())

    def _settled(self, one: Waiting) -> bool:
        if one.line.call is None:
            return True
        first = self._windows[one.line.call].first_open_line()
        return first is None or one.place < first

    def _answer(self, one: Waiting) -> dict[str, Any]:
        call = one.line.call
        hidden = without_overlaps(to_hide(one.spans, self._rules))
        fresh = Pseudonyms(language=one.line.language[:2])
        before = self._pseudonyms.get(call, fresh) if call is not None else fresh
        done = redact(one.line.text, hidden, before, digest=self._digest)
        if call is not None:
            self._pseudonyms[call] = done.pseudonyms
        return {"text": one.line.text, "redacted": done.text, "spans": [span.model_dump() for span in hidden]}
