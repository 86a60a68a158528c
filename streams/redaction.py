"""call.events -> call.redacted: from here on no clear text exists; a text that could not be read is withheld.

The one room that asks: the detector's answer and version are inside the event, and nothing is asked again.
"""

from governance.errors import InvariantError
from governance.payment_window import is_withheld
from governance.redacting import RedactionState, admit, question, redact_keys, redact_words, withhold
from governance.redacting_notes import redact_note, withhold_note
from governance.redacting_payments import pass_withheld
from governance.redaction import PiiDetector
from infra.hidden_names import with_hidden_names
from infra.keys import Keyring
from infra.sealed_originals import seal_original
from schemas.base import Data, Event, derived_id
from schemas.calls import CallStarted, DtmfPressed
from schemas.desk import HandoffNoted
from schemas.redacted import EntitySealed
from schemas.redaction import PiiSpan
from schemas.topics import CALL_EVENTS, CALL_REDACTED
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    InterimTranscribed,
    UtteranceFinalized,
)
from streams import states
from streams.detection import Detection, DetectionFailed
from streams.flight import Answer, Json, Room
from streams.pinning import Pinning, Rules

DETECT_WITHIN_S = 2.0  # a detector that takes longer has failed: the text is withheld and the call goes on


def room(*, detector: PiiDetector, keyring: Keyring, policy: Rules) -> Room:
    """Give the room that asks `detector`, seals what it found under the call's key, and pins a call's policy."""
    detection = Detection(detector, within_s=DETECT_WITHIN_S)
    pinning = Pinning(policy)

    async def decide(state: Json, event: Event) -> Answer:
        before = states.read(RedactionState, state)
        event = with_hidden_names(event, keyring)
        after, said = await _redacted(before, event)
        events = [event] if said is None else [
            event.follow(data, room="redaction", n=n) for n, data in enumerate(said)
        ]
        return Answer(states.write(state, after), events)

    async def _redacted(state: RedactionState, event: Event) -> tuple[RedactionState, list[Data] | None]:
        if not event.data.clear_text:
            return state, None
        policy = await pinning.live(event, state.policy_version)
        if is_withheld(event.data):
            return pass_withheld(state, event.data, policy)

        def digest(value: str) -> str:
            return keyring.digest(tenant=event.tenant, call_id=event.call_id, value=value)

        def seal(pseudonym: str, entity: str, value: str) -> EntitySealed:
            return seal_original(
                keyring, tenant=event.tenant, call_id=event.call_id, pseudonym=pseudonym, entity=entity, value=value
            )

        match event.data:
            case CallStarted(caller=caller) as started:
                name = keyring.pseudonym(tenant=event.tenant, kind="caller", value=caller) if caller else None
                return admit(state, started, caller_pseudonym=name, policy_version=policy.label)
            case DtmfPressed() as pressed:
                return redact_keys(state, pressed, digest=digest, policy=policy)
            case HandoffNoted() as noted:
                spans = await _found(detection, noted, state.language)
                if spans is None:
                    return withhold_note(state, noted, detector=detector.version, policy=policy)
                return redact_note(state, noted, spans, detector.version, policy=policy, digest=digest, seal=seal)
            case (
                InterimTranscribed() | UtteranceFinalized()
                | AssistantGenerated() | AssistantSynthesised() | AssistantHeard()
            ) as said:
                try:
                    spans = await detection.detect(
                        said.text, context=question(state, said), language=state.language,
                        growing=isinstance(said, InterimTranscribed),
                    )
                except DetectionFailed as wrong:  # fails closed: no text passes, and the call goes on
                    return withhold(state, said, error=wrong.kind, detector=detector.version, policy=policy)
                return redact_words(
                    state, said, spans, detector=detector.version, policy=policy, digest=digest, seal=seal,
                    published_as=derived_id(event.id, "redaction", 0),
                )
            case _:
                raise InvariantError(f"{event.type} holds clear text that nothing redacts")

    return Room("redaction", CALL_EVENTS, CALL_REDACTED, decide)


async def _found(detection: Detection, noted: HandoffNoted, language: str) -> list[PiiSpan] | None:
    """What a note holds, or None where nobody could tell."""
    try:
        return await detection.detect(noted.text, context=None, language=language, growing=False)
    except DetectionFailed:
        return None
