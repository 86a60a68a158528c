"""Redacts what a model may see, in this process, by the same decision and detector as the stair."""

import asyncio
from collections.abc import Sequence

from governance.errors import TransientError
from governance.redacting import RedactionState, redact_words
from governance.redaction import PiiDetector
from infra.keys import Keyring
from schemas.base import Data
from schemas.policies import Policy
from schemas.redacted import EntitySealed, UtteranceRedacted
from schemas.redaction import PiiSpan
from schemas.turns import AssistantGenerated, UtteranceFinalized
from streams.voice.start import Setup

DETECT_WITHIN_S = 1.0  # the caller waits


class CallRedactor:
    """One call's redaction; a value has the same pseudonym all through it."""

    def __init__(self, *, detector: PiiDetector, keyring: Keyring, policy: Policy, setup: Setup) -> None:
        """Take the detector of the process and the ring that holds the call's key."""
        self._detector = detector
        self._keyring = keyring
        self._policy = policy
        self._setup = setup
        self._state = RedactionState()

    async def redact(self, text: str, question: str | None) -> str:
        """Give what the caller answered to a question, without personal data; raises TransientError: fails closed."""
        try:
            async with asyncio.timeout(DETECT_WITHIN_S):
                if question:
                    self._take(AssistantGenerated(utterance="-", turn=0, text=question), await self._detect(question))
                spans = await self._detect(text)
        except Exception as wrong:  # noqa: BLE001 - fails closed: whatever the detector does, no clear text passes
            raise TransientError(f"redaction failed: {type(wrong).__name__}") from None
        answer = self._take(UtteranceFinalized(participant="caller", utterance="-", text=text), spans)
        return next(one.text for one in answer if isinstance(one, UtteranceRedacted))

    async def _detect(self, text: str) -> list[PiiSpan]:
        return await asyncio.to_thread(
            self._detector.detect, text, context=self._state.question, language=self._state.language
        )

    def _take(self, said: UtteranceFinalized | AssistantGenerated, spans: Sequence[PiiSpan]) -> list[Data]:
        self._state, answer = redact_words(
            self._state, said, spans, detector=self._detector.version, policy=self._policy, digest=self._digest,
            seal=_seal_nothing,
        )
        return answer

    def _digest(self, value: str) -> str:
        return self._keyring.digest(tenant=self._setup.tenant, call_id=self._setup.call_id, value=value)


def _seal_nothing(pseudonym: str, entity: str, value: str) -> EntitySealed:  # noqa: ARG001 - the decision's shape
    """Stand in for sealing: the stair seals the same original, here it is forgotten."""
    return EntitySealed(pseudonym=pseudonym, entity=entity, key_id="-", sealed="")
