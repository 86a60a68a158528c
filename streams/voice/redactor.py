"""Redacts what a model may see, in this process, by the same decision and detector as the stair."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from governance.redacting import Answer, RedactionState, redact_words
from governance.redaction import Pseudonyms, redact
from governance.redaction_window import Window
from infra.keys import Keyring
from schemas.base import Data
from schemas.policies import Policy
from schemas.redacted import AssistantRedacted, EntitySealed, UtteranceRedacted
from schemas.redaction import PiiSpan
from schemas.turns import AssistantGenerated, UtteranceFinalized
from streams.detection import Detection, DetectionFailed
from streams.voice.start import Setup

DETECT_WITHIN_S = 0.7  # the caller waits; what was asked and what she answered are two detections
KEPT_DETECTIONS = 8


@dataclass(frozen=True, slots=True)
class _Ready:
    before: RedactionState
    text: str
    question: str | None
    after: RedactionState
    redacted: str

    def of(self, before: RedactionState, text: str, question: str | None) -> bool:
        return before is self.before and (text, question) == (self.text, self.question)


class CallRedactor:
    """One call's redaction; a value has the same pseudonym all through it."""

    def __init__(self, *, detection: Detection, keyring: Keyring, policy: Policy, setup: Setup) -> None:
        """Take the detector of the process and the ring that holds the call's key."""
        self._detection = detection
        self._keyring = keyring
        self._policy = policy
        self._setup = setup
        language = setup.language[:2]
        self._state = RedactionState(
            language=language, pseudonyms=Pseudonyms(language=language), window=Window(language=language)
        )
        self._asked: dict[tuple[str, str | None], asyncio.Task[list[PiiSpan]]] = {}
        self._foreseen: asyncio.Task[None] | None = None
        self._ready: _Ready | None = None

    async def __call__(self, text: str, question: str | None) -> str:
        """Give what the caller answered to a question, without personal data; raises DetectionFailed: fails closed."""
        ready = self._ready is not None and self._ready.of(self._state, text, question)
        if question and not ready:  # it was said, whatever becomes of the answer
            self._state, question = (await self._after(question))[0], None
        self._state, redacted = await self._answered(text, question)
        return redacted

    async def preview(self, text: str, question: str | None) -> str:
        """Give the same without taking it as said; raises DetectionFailed."""
        return (await self._answered(text, question))[1]

    async def hide(self, text: str) -> str:
        """Give what the assistant said, without personal data; raises DetectionFailed."""
        self._state, answer = await self._after(text)
        return next(one.text for one in answer if isinstance(one, AssistantRedacted))

    def foresee(self, text: str, question: str | None) -> None:
        """Redact ahead of the end of turn; of a text that changes again, that is of no use to anybody."""
        self._foreseen = asyncio.create_task(self._ahead(text, question))

    async def about(self, text: str) -> str:
        """Give what somebody else tells of the caller, without personal data; raises DetectionFailed: fails closed."""
        spans = await self._detect(text, None)
        hidden, _, pseudonyms = redact(text, spans, self._state.pseudonyms, digest=self._digest)
        self._state = self._state.model_copy(update={"pseudonyms": pseudonyms})
        return hidden

    async def _ahead(self, text: str, question: str | None) -> None:
        with suppress(DetectionFailed):  # it is tried again when it is needed
            await self._answered(text, question)

    async def _answered(self, text: str, question: str | None) -> tuple[RedactionState, str]:
        """Give what an answer makes of the call's state, and the answer redacted; the same again is decided once."""
        before = self._state
        if (ready := self._ready) is not None and ready.of(before, text, question):
            return ready.after, ready.redacted
        state = (await self._after(question))[0] if question else before
        after, answer = self._take(state, _said(text), await self._detect(text, state.question))
        self._ready = _Ready(before, text, question, after, _redacted(answer))
        return after, self._ready.redacted

    async def _after(self, question: str) -> Answer:
        spans = await self._detect(question, self._state.question)
        return self._take(self._state, AssistantGenerated(utterance="-", turn=0, text=question), spans)

    async def _detect(self, text: str, context: str | None) -> list[PiiSpan]:
        """Detect once for a text and its context, however often it is asked; a failure is asked again."""
        place = (text, context)
        known = self._asked.get(place)
        if known is None or (known.done() and (known.cancelled() or known.exception() is not None)):
            known = asyncio.create_task(
                self._detection.detect(text, context=context, language=self._state.language)
            )
            self._asked[place] = known
            while len(self._asked) > KEPT_DETECTIONS:
                del self._asked[next(iter(self._asked))]
        return await asyncio.shield(known)

    def _take(
        self, state: RedactionState, said: UtteranceFinalized | AssistantGenerated, spans: Sequence[PiiSpan]
    ) -> Answer:
        return redact_words(
            state, said, spans, detector=self._detection.version, policy=self._policy, digest=self._digest,
            seal=_seal_nothing,
        )

    def _digest(self, value: str) -> str:
        return self._keyring.digest(tenant=self._setup.tenant, call_id=self._setup.call_id, value=value)


def _said(text: str) -> UtteranceFinalized:
    return UtteranceFinalized(participant="caller", utterance="-", text=text)


def _redacted(answer: Sequence[Data]) -> str:
    return next(one.text for one in answer if isinstance(one, UtteranceRedacted))


def _seal_nothing(pseudonym: str, entity: str, value: str) -> EntitySealed:  # noqa: ARG001 - the decision's shape
    """Stand in for sealing: the stair seals the same original, here it is forgotten."""
    return EntitySealed(pseudonym=pseudonym, entity=entity, key_id="-", sealed="")
