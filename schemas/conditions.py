"""What a rule of a policy document may ask of a call, and how its answers combine."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from schemas.base import Frozen, Participant

Score = Annotated[float, Field(ge=0, le=1)]
Milliseconds = Annotated[int, Field(gt=0, le=86_400_000)]
Turns = Annotated[int, Field(ge=1, le=1000)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")]
Words = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\W_]|^<")]
Speaker = Participant | Literal["anyone"]
MOST_WORDS = 500  # in one list
DEEPEST = 8  # conditions inside each other; nobody reads more

# What is asked, in the order of the documentation; each condition has exactly one of them.
KINDS = ("says", "detects", "mentions", "confidence_below", "every", "some", "negated", "within", "count", "sequence")


class Says(Frozen):
    """One of these words or phrases is said; a word that ends in `*` stands for every ending."""

    by: Speaker = "caller"
    words: tuple[Words, ...] = Field(default=(), max_length=MOST_WORDS)
    list: Name | None = Field(default=None, description="name of a list of words under `lists`")

    @model_validator(mode="after")
    def _some_words(self) -> Self:
        if bool(self.words) == (self.list is not None):
            raise ValueError("give either `words` or `list`")
        return self


class Detects(Frozen):
    """A detector of the house hears this signal, whether its own rule is on or not."""

    signal: Name
    at_least: Score = 0.5


class Mentions(Frozen):
    """Somebody says personal data of this type; of it only the type is known here."""

    entity: Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{0,60}$")]
    by: Speaker = "caller"


class Window(Frozen):
    """How far back it counts: so many turns, so many milliseconds, or both; the whole call where neither is given."""

    turns: Turns | None = None
    ms: Milliseconds | None = None


class Within(Window):
    """`of` holds now, or held in the window before."""

    of: "Condition"

    @model_validator(mode="after")
    def _a_window(self) -> Self:
        if self.turns is None and self.ms is None:
            raise ValueError("give `turns` or `ms`")
        return self


class Count(Window):
    """`of` holds now, and with now so many times within the window."""

    of: "Condition"
    at_least: Annotated[int, Field(ge=2, le=100)]


class Sequence(Window):
    """Each of these holds at a later utterance than the one before it, the last one now; the window spans them all."""

    of: "tuple[Condition, ...]" = Field(min_length=2, max_length=10)


class Condition(Frozen):
    """One question to a call, asked at each utterance; exactly one key."""

    model_config = ConfigDict(
        serialize_by_alias=True, json_schema_extra={"minProperties": 1, "maxProperties": 1}
    )

    says: Says | None = None
    detects: Detects | None = None
    mentions: Mentions | None = None
    confidence_below: Score | None = Field(default=None, description="how sure the recogniser was of the caller")
    every: "tuple[Condition, ...] | None" = Field(default=None, alias="all", min_length=1, max_length=20)
    some: "tuple[Condition, ...] | None" = Field(default=None, alias="any", min_length=1, max_length=20)
    negated: "Condition | None" = Field(default=None, alias="not")
    within: Within | None = None
    count: Count | None = None
    sequence: Sequence | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            keys = ("says", "detects", "mentions", "confidence_below", "all", "any", "not", *KINDS[7:])
            raise ValueError(f"a condition has exactly one of {', '.join(keys)}")
        return self

    def inner(self) -> "tuple[Condition, ...]":
        """The conditions that this one asks."""
        if self.every or self.some:
            return self.every or self.some or ()
        if self.negated:
            return (self.negated,)
        if self.sequence:
            return self.sequence.of
        one = self.within or self.count
        return (one.of,) if one else ()

    def depth(self) -> int:
        """How many conditions are inside each other."""
        return 1 + max((one.depth() for one in self.inner()), default=0)
