"""The part of a policy document that says what a caller is told, in which words, by when, and what she is asked."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.base import Frozen, Jurisdiction
from schemas.conditions import Milliseconds, Name
from schemas.disclosures import Mode, Occasion
from schemas.legs import Announce

Reason = Annotated[str, Field(min_length=1, max_length=500)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Sentence = Annotated[str, Field(min_length=8, max_length=500, pattern=r"\w+\W+\w+")]
Texts = dict[Language, Sentence]
Again = Literal["to_human", "from_human", "resumed"]
AI, RECORDING, LISTENING = "ai", "recording", "listening"
KNOWN = (AI, RECORDING)  # what a detector of the house hears in any words


class Statement(Frozen):
    """What the caller must have heard within `heard_within_ms`; where texts are given the assistant says them."""

    enabled: bool = True
    heard_within_ms: Milliseconds
    reason: Reason
    texts: Texts = Field(default={}, description="by language; without any, the assistant says it in its own words")
    jurisdictions: tuple[Jurisdiction, ...] = Field(default=(), description="where it is due; none named: everywhere")
    whole: bool = Field(default=True, description="an interrupted statement was not given")
    again: tuple[Again, ...] = Field(default=(), description="due again after a transfer, or a broken session")

    def said_in(self, language: str) -> tuple[str, ...]:
        """Give the words in a language; where there are none in it, in every other."""
        mine = self.texts.get(language[:2])
        return (mine,) if mine is not None else tuple(self.texts.values())

    def due(self, occasion: Occasion) -> bool:
        """Tell whether it is due then; what a person takes over she need not say of herself."""
        return self.enabled and (occasion in ("start", LISTENING) or occasion in self.again)


class DisclosureRules(Frozen):
    """What the caller must be told: that an AI speaks, that she is recorded, and what a house adds of its own."""

    ai: Statement
    statements: dict[Name, Statement] = Field(default={}, max_length=20)

    def every(self) -> Iterator[tuple[str, Statement]]:
        """Give each by its kind, in the order in which it is said."""
        yield AI, self.ai
        yield from self.statements.items()

    @model_validator(mode="after")
    def _known(self) -> "DisclosureRules":
        if AI in self.statements:
            raise ValueError("`ai` stands beside `statements`, not within")
        wordless = [kind for kind, one in self.statements.items() if kind not in KNOWN and not one.texts]
        if wordless:
            raise ValueError(f"nobody can tell whether {wordless[0]!r} was said: give its `texts`")
        return self


class RecordingConsent(Frozen):
    """Whether a call may be recorded, by jurisdiction; what no row names is `elsewhere`, an unknown one strictest.

    none: it may. notice: once she has heard that it is. ask: once she has said yes to the question.
    """

    elsewhere: Mode = "none"
    where: dict[Jurisdiction, Mode] = Field(default={})
    questions: Texts = Field(default={}, description="by language; one that yes answers")
    on_refusal: Literal["keep", "delete"] = Field(default="delete", description="what was recorded before")
    reason: Reason = "The caller decides whether she is recorded."

    def modes(self) -> set[Mode]:
        """Give every mode that can come up."""
        return {self.elsewhere, *self.where.values()}


class ConsentRules(Frozen):
    """What the caller must agree to."""

    recording: RecordingConsent = RecordingConsent()

    @model_validator(mode="after")
    def _askable(self) -> "ConsentRules":
        if "ask" in self.recording.modes() and not self.recording.questions:
            raise ValueError("`ask` needs `recording.questions`")
        return self


class ListeningRules(Frozen):
    """Who on a call is told that a supervisor listens in: nobody, the agent on her leg, or the caller as well.

    By jurisdiction, as consent. For `everyone` the statement `listening` is said before any sound leaves.
    """

    announce: Announce = Field(default="never", description="where no row of `where` counts")
    where: dict[Jurisdiction, Announce] = Field(default={})

    def every(self) -> set[Announce]:
        """Give every way that can come up."""
        return {self.announce, *self.where.values()}
