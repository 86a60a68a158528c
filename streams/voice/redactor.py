"""Redacts what a model may see, in this process, by the same decision and detector as the stair."""

from collections.abc import Sequence

from governance.redacting import RedactionState, redact_words
from governance.redaction import Pseudonyms
from governance.redaction_window import Window
from infra.keys import Keyring
from schemas.base import Data
from schemas.policies import Policy
from schemas.redacted import EntitySealed, UtteranceRedacted
from schemas.redaction import PiiSpan
from schemas.turns import AssistantGenerated, UtteranceFinalized
from streams.detection import Detection
from streams.voice.start import Setup

DETECT_WITHIN_S = 0.7  # the caller waits; what was asked and what she answered are two detections


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

    async def redact(self, text: str, question: str | None) -> str:
        """Give what the caller answered to a question, without personal data; raises DetectionFailed: fails closed."""
        if question:
            self._take(AssistantGenerated(utterance="-", turn=0, text=question), await self._detect(question))
        spans = await self._detect(text)
        answer = self._take(UtteranceFinalized(participant="caller", utterance="-", text=text), spans)
        return next(one.text for one in answer if isinstance(one, UtteranceRedacted))

    async def _detect(self, text: str) -> list[PiiSpan]:
        return await self._detection.detect(text, context=self._state.question, language=self._state.language)

    def _take(self, said: UtteranceFinalized | AssistantGenerated, spans: Sequence[PiiSpan]) -> list[Data]:
        self._state, answer = redact_words(
            self._state, said, spans, detector=self._detection.version, policy=self._policy, digest=self._digest,
            seal=_seal_nothing,
        )
        return answer

    def _digest(self, value: str) -> str:
        return self._keyring.digest(tenant=self._setup.tenant, call_id=self._setup.call_id, value=value)


def _seal_nothing(pseudonym: str, entity: str, value: str) -> EntitySealed:  # noqa: ARG001 - the decision's shape
    """Stand in for sealing: the stair seals the same original, here it is forgotten."""
    return EntitySealed(pseudonym=pseudonym, entity=entity, key_id="-", sealed="")
