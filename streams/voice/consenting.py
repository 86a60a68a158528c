"""What one call's caller must be told and is asked, said by the session; it decides by the same rules as the stair."""

from collections.abc import Callable
from datetime import datetime

from governance import consent, disclosures
from governance.consent import AGREED, ConsentState
from governance.disclosures import DisclosuresState, Line, Owed
from schemas.disclosure_rules import LISTENING, RECORDING
from schemas.disclosures import DisclosureHeard, Occasion
from schemas.policies import Policy
from schemas.turns import AssistantHeard
from streams.voice.lines import Lines
from streams.voice.start import Setup

MOST_TIMES = 3  # that a statement nobody let it finish is said, and that a question nobody answered is asked
SHORT_WORDS = 8  # of an answer that asks for nothing else


class Consenting:
    """One call's disclosures and consent; without a policy, or where it gives no words, nothing is said."""

    def __init__(self, policy: Policy | None, setup: Setup, *, lines: Lines, now: Callable[[], datetime]) -> None:
        """Begin: what is due at the start of a call, or of a session that takes it up again."""
        self._policy = policy
        self._setup = setup
        self._lines = lines
        self._now = now
        self._said: dict[str, int] = {}
        self._asked = 0
        self._owed, self._consent = DisclosuresState(), ConsentState()
        if policy is None:
            return
        language, place = setup.language[:2], setup.jurisdiction
        occasion: Occasion = "resumed" if setup.resumed else "start"
        before = DisclosuresState(language=language, jurisdiction=place)
        self._owed, _ = disclosures.require(before, policy, occasion=occasion, cause=setup.call_id, at=now())
        self._consent = consent.begin(policy, jurisdiction=place, language=language)
        if setup.resumed:  # how it was answered before, nobody here knows: the stair does; it is not asked again
            self._asked = MOST_TIMES

    @property
    def status(self) -> str:
        """How the caller stands to being recorded, as the stair will say."""
        return self._consent.status

    @property
    def statements(self) -> tuple[Owed, ...]:
        """What the caller is owed, and what of it she has heard."""
        return self._owed.owed

    @property
    def asks(self) -> bool:
        """Whether the question is still to be put to the caller."""
        waits = self._consent.mode == "ask" and self._consent.status in ("due", "requested")
        return self._policy is not None and waits and self._asked < MOST_TIMES

    def opening(self) -> str:
        """Give what a call begins with, the statements before the question; empty where there is nothing."""
        return f"{self.owed()} {self.question()}".strip()

    def question(self) -> str:
        """Give the question where it is still to be put; empty where it is not."""
        if self._policy is None or not self.asks:
            return ""
        self._asked += 1
        return consent.question(self._consent, self._policy)

    def owed(self) -> str:
        """Give the statements that the caller has not heard, each a few times at most."""
        if self._policy is None:
            return ""
        rules = dict(self._policy.disclosure.every())
        words: list[str] = []
        for one in self._owed.owed:
            if one.kind == LISTENING:
                continue  # said on its own, before the listener hears anything
            texts = rules[one.kind].said_in(self._owed.language)
            times = self._said.get(one.kind, 0)
            unwanted = one.kind == RECORDING and self._consent.status in ("refused", "withdrawn")
            if not one.heard and texts and times < MOST_TIMES and not unwanted:
                self._said[one.kind] = times + 1
                words.append(texts[0])
        return " ".join(words)

    def listening(self) -> str:
        """Begin a round of telling that somebody listens in; gives the words, empty where the policy has none."""
        if self._policy is None:
            return ""
        self._owed, told = disclosures.require(
            self._owed, self._policy, occasion="listening", cause=self._setup.call_id, at=self._now()
        )
        statement = self._policy.disclosure.statements.get(LISTENING)
        return statement.said_in(self._owed.language)[0] if told and statement is not None else ""

    @property
    def knows_of_listening(self) -> bool:
        """Whether the caller has heard of every listener so far."""
        return all(one.heard for one in self._owed.owed if one.kind == LISTENING)

    def heard(self, said: AssistantHeard, *, at: datetime) -> None:
        """Take what the caller has heard of an answer."""
        if self._policy is None:
            return
        line = Line(
            event_id="", utterance=said.utterance, text=said.text, at=at, turn=said.turn, interrupted=said.interrupted,
            played_ms=said.played_ms, how=said.method,
        )
        self._owed, told = disclosures.take(self._owed, line, self._policy)
        self._consent = consent.hear_assistant(self._consent, said.text, self._policy)
        if any(isinstance(one, DisclosureHeard) and one.disclosure == RECORDING for one in told):
            self._consent = consent.hear_notice(self._consent)

    def answered(self, text: str) -> str | None:
        """Take the caller's words; gives what to say where they changed whether she is recorded."""
        before, self._consent = self._consent, consent.hear_caller(self._consent, text)
        if self._consent.status == before.status:
            return None
        if self._consent.status in AGREED:
            said = self._lines.recorded
        else:
            said = self._lines.not_recorded if before.status not in AGREED else self._lines.recording_stopped
        return said.get(self._consent.language) or said["en"]


def only_answers(text: str) -> bool:
    """Tell whether the caller's words hold no more than her answer."""
    return len(text.split()) <= SHORT_WORDS
