"""Redacts the lines of a file: those of one call share pseudonyms, questions and digits that run over lines."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from pydantic import Field

from governance.redaction import PiiDetector, Pseudonyms, redact, to_hide, without_overlaps
from governance.redaction_window import Window, follow
from schemas.base import Frozen, Participant
from schemas.policies import RedactionRules
from schemas.redaction import PiiSpan


class Line(Frozen):
    """One utterance to redact."""

    text: Annotated[str, Field(max_length=20_000)]
    context: str | None = None
    speaker: Participant = "caller"
    call: str | None = None


class LineRedactor:
    """Takes lines in order and gives their answers in the same order, a call's lines once the file has ended."""

    def __init__(self, *, detector: PiiDetector, rules: RedactionRules, digest: Callable[[str], str]) -> None:
        """`digest` binds a value to its pseudonym without keeping the value."""
        self._detector = detector
        self._rules = rules
        self._digest = digest
        self._lines: list[tuple[Line, list[PiiSpan]]] = []
        self._places: dict[str, list[int]] = {}
        self._windows: dict[str, Window] = {}
        self._questions: dict[str, str] = {}

    def add(self, line: Line) -> None:
        """Detects in one line, and in earlier lines of its call where it completes a number."""
        asked = line.context
        if asked is None and line.call is not None and line.speaker == "caller":
            asked = self._questions.get(line.call)
        spans = self._detector.detect(line.text, context=asked, language="en")
        if line.call is not None:
            spans = self._follow(line.call, line, spans)
        self._lines.append((line, spans))

    def _follow(self, call: str, line: Line, spans: list[PiiSpan]) -> list[PiiSpan]:
        places = self._places.setdefault(call, [])
        found, earlier, window = follow(
            self._windows.get(call, Window()), line.text, spans, participant=line.speaker
        )
        for number, span in earlier:
            self._lines[places[number - 1]][1].append(span)
        places.append(len(self._lines))
        self._windows[call] = window
        if line.speaker != "caller":
            self._questions[call] = line.text
        return found

    def ready(self) -> Iterator[dict[str, Any]]:
        """Answers that no later line can change."""
        if not self._places:
            yield from self.finish()

    def finish(self) -> Iterator[dict[str, Any]]:
        """The answers of all lines that are held."""
        known: dict[str, Pseudonyms] = {}
        for line, spans in self._lines:
            before = known.get(line.call, Pseudonyms()) if line.call is not None else Pseudonyms()
            hidden = without_overlaps(to_hide(spans, self._rules))
            done = redact(line.text, hidden, before, digest=self._digest)
            if line.call is not None:
                known[line.call] = done.pseudonyms
            yield {
                "text": line.text,
                "redacted": done.text,
                "spans": [span.model_dump() for span in hidden],
            }
        self._lines.clear()
