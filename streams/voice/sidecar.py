"""Turns what a model that hears and speaks tells of a call into the events of a cascade: governance sees no difference.

Generated and synthesised are what the vendor wrote down; heard is reckoned from what was really played, never from it.
"""

from dataclasses import dataclass

from infra.speech.dialogues import AssistantAudio, AssistantDone, AssistantSaid, CallerSaid, DialogueEvent
from schemas.base import Data
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    InterimTranscribed,
    Provider,
    UtteranceFinalized,
)
from streams.voice.mouth import Played
from streams.voice.spoken import Phrase, Spoken


@dataclass(slots=True)
class _Answer:
    turn: int
    text: str = ""
    samples: int = 0


class Sidecar:
    """The transcript beside one call's audio."""

    def __init__(self, provider: Provider, *, sample_rate: int) -> None:
        """`sample_rate` is that of the answers' audio."""
        self._provider = provider
        self._rate = sample_rate
        self._answers: dict[str, _Answer] = {}

    def take(self, event: DialogueEvent, *, turn: int) -> list[Data]:
        """Give the events that follow from what the model told."""
        match event:
            case CallerSaid(item, text, final=False):
                return [InterimTranscribed(
                    participant="caller", utterance=item, turn=turn, text=text, provider=self._provider
                )]
            case CallerSaid(item, text):
                return [UtteranceFinalized(
                    participant="caller", utterance=item, turn=turn, text=text.strip(), provider=self._provider
                )]
            case AssistantSaid(item, text):
                self._answer(item, turn).text += text
            case AssistantAudio(item, samples):
                self._answer(item, turn).samples += len(samples)
            case AssistantDone(item):
                return self._made(item)
        return []

    def heard(self, item: str, played: Played, *, interrupted: bool) -> AssistantHeard:
        """Give what the caller heard of an answer, in proportion of what was played, as no vendor here times words."""
        answer = self._answers.pop(item)
        text, audio_ms = answer.text.strip(), 1000 * answer.samples // self._rate
        heard = Spoken([Phrase(text, 0, audio_ms)]).heard(played.ms)
        return AssistantHeard(
            utterance=item, turn=answer.turn, text=heard, played_ms=played.ms, method=played.method,
            interrupted=interrupted, mismatch=heard != text,
        )

    def _answer(self, item: str, turn: int) -> _Answer:
        return self._answers.setdefault(item, _Answer(turn))

    def _made(self, item: str) -> list[Data]:
        answer = self._answers.get(item)
        if answer is None:
            return []
        text = answer.text.strip()
        return [
            AssistantGenerated(utterance=item, turn=answer.turn, text=text, provider=self._provider),
            AssistantSynthesised(
                utterance=item, turn=answer.turn, text=text, audio_ms=1000 * answer.samples // self._rate,
                provider=self._provider,
            ),
        ]
