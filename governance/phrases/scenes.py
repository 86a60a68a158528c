"""Scenes: concepts that stand together in one breath, and what in their surroundings takes them back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from governance.phrases.concepts import BREAKS, Concepts, Span
from governance.phrases.matching import Guard, Match, guarded
from governance.phrases.plain import Plain

NEGATIONS = frozenset({"not", "no", "never", "nobody", "without"})
NEAR, FAR, TOGETHER = 5, 10, 8  # words between
COMMON = frozenset(str.split(
    "not i me us we it she he OTHER HE KIN STRANGER ANYBODY ME VICTIM SELF ABUSER INTRUDER NOBODY PURSUER HAVE WANT "
    "TAKE TRY THERE COME SEND MUCH STOP SAYS SUDDEN LEAVE LET ABLE INSIDE TURN GRAB AWAY PLACE ENTRY LOW LIVE "
    "ANYMORE RESPOND MOVE MISS AGENT MAY CALL PASSIVE WIELD GONE SEE FOUND now just out help is are my BODY MANY "
    "REASON END"
))
# Words that may stand between subject and verb, verb and object, and change nothing.
LIGHT = frozenset(str.split(
    "is am are was were be been being 's has have had having do does did will would can could a an the this that my "
    "his her their our your it its he she they i we there and also just now still really so very too all like kind "
    "of sort totally completely suddenly actually literally currently also even already apparently basically badly "
    "severely slowly quickly almost me him us them you up on in at to for with from out down off some any both "
    "keeps keep kept start started starts starting begin began got get gets getting goes going gone went go seems "
    "seem looks look looking think believe who which now right here old little own poor young older younger elderly "
    "pregnant whole one please maybe probably possibly might may must not_only pretty try tries trying tried quite "
    "extremely dangerously "
    "terribly"
))


@dataclass(frozen=True, slots=True)
class Part:
    """One concept or word of a scene (or one of several), and how far it may lie behind the part before."""

    names: tuple[str, ...]
    gap: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Groups of parts (each in its order, the groups in any), how sure they make us, and what undoes them."""

    groups: tuple[tuple[Part, ...], ...]
    score: float
    guards: tuple[str, ...]
    unless: tuple[str, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every part."""
        return tuple(part for group in self.groups for part in group)

    @property
    def negative(self) -> bool:
        """Whether what is missing or failing is itself the danger, as in "not breathing"."""
        return any(not NEGATIONS.isdisjoint(part.names) for part in self.parts)

    @property
    def rarest(self) -> Part:
        """The part that ordinary speech has least: without it nobody looks for the others."""
        return min(self.parts, key=lambda part: (sum(name in COMMON for name in part.names), len(part.names)))


Index = Mapping[str, tuple[Scene, ...]]


def indexed(known: Iterable[Scene]) -> Index:
    """Scenes under each name of their rarest part."""
    index: dict[str, list[Scene]] = {}
    for one in known:
        for name in one.rarest.names:
            index.setdefault(name, []).append(one)
    return {name: tuple(under) for name, under in index.items()}


def scene(written: str, score: float, guards: tuple[str, ...]) -> Scene:
    """Reads `PERSON not BREATHE`, `SMELL .. GAS`, `BLOOD & MUCH`, each with `! WORDS` that must not be near.

    Between parts: a space lets words without weight pass, `+` none, `..` five words, `...` ten; groups that `&` joins
    stand in any order with at most eight words between.
    """
    body, _, without = written.partition(" ! ")
    groups = tuple(group(one) for one in body.split(" & "))
    return Scene(groups, score, guards, tuple(without.replace("|", " ").split()))


def group(written: str) -> tuple[Part, ...]:
    """Parts in their order, each with the gap before it."""
    parts: list[Part] = []
    gap = ""
    for word in written.split():
        if word in {"+", "..", "..."}:
            gap = word
        else:
            parts.append(Part(tuple(word.split("|")), gap))
            gap = ""
    return tuple(parts)


def scenes(score: float, guards: tuple[str, ...], *written: str) -> tuple[Scene, ...]:
    """Several scenes of one weight under the same guards."""
    return tuple(scene(one, score, guards) for one in written)


def believed(
    plain: Plain, spoken: Concepts, known: Index, guards: Mapping[str, Guard]
) -> Iterator[Match]:
    """Every scene heard that nothing in its surroundings takes back."""
    for one, place in found_in(spoken, known):
        match = match_of(spoken, one.score, place)
        denied = not one.negative and not NEGATIONS.isdisjoint(spoken.words[place[0] : place[1]])
        if denied or spoken_near(spoken, one.unless, place):
            continue
        if not any(
            guarded(plain.text, match.start, match.end, guards[name]) for name in one.guards
        ):
            yield match


def spoken_near(spoken: Concepts, names: Sequence[str], place: Span) -> bool:
    """Whether one of the words lies in the scene, behind it, or right before it."""
    return any(
        place[0] - 1 <= start and end <= place[1] + 3 for name in names for start, end in spoken.places.get(name, ())
    )


def found_in(spoken: Concepts, known: Index) -> Iterator[tuple[Scene, Span]]:
    """Every place where a scene's parts stand together, before guards are asked."""
    places = spoken.places
    asked = {id(one): one for name in places for one in known.get(name, ())}
    for one in asked.values():
        if all(any(name in places for name in part.names) for group in one.groups for part in group):
            for place in together(spoken, one):
                yield one, place


def spans(spoken: Concepts, part: Part) -> list[Span]:
    """Where a part is said."""
    return [span for name in part.names for span in spoken.places.get(name, ())]


def in_order(spoken: Concepts, parts: Sequence[Part]) -> list[Span]:
    """Places of the parts one after the other."""
    begun = [(span, span) for span in spans(spoken, parts[0])]
    for part in parts[1:]:
        begun = [
            (first, span) for first, last in begun for span in spans(spoken, part)
            if span[0] >= last[1] and bridges(spoken, last[1], span[0], part.gap)
        ]
    return [(first[0], last[1]) for first, last in begun]


def bridges(spoken: Concepts, start: int, end: int, gap: str) -> bool:
    """Whether the words between two parts let them belong together."""
    between = spoken.words[start:end]
    if gap == "+":
        return not between
    if gap in {"..", "..."}:
        return len(between) <= (NEAR if gap == ".." else FAR) and BREAKS.isdisjoint(between)
    return len(between) <= NEAR and LIGHT.issuperset(between)


def together(spoken: Concepts, one: Scene) -> Iterator[Span]:
    """Places of a scene's groups near each other in one sentence."""
    found = [in_order(spoken, parts) for parts in one.groups]
    if not all(found):
        return
    for first in found[0]:
        start, end = first
        for places in found[1:]:
            near = [place for place in places if beside(spoken, first, place)]
            if not near:
                break
            nearest = min(near, key=lambda place: abs(place[0] - first[0]))
            start, end = min(start, nearest[0]), max(end, nearest[1])
        else:
            yield start, end


def beside(spoken: Concepts, one: Span, other: Span) -> bool:
    """Whether two places do not overlap and few words of the same sentence lie between."""
    if other[0] < one[1] and one[0] < other[1]:
        return False
    between = spoken.words[min(one[1], other[1]) : max(one[0], other[0])]
    return len(between) <= TOGETHER and BREAKS.isdisjoint(between)


def match_of(spoken: Concepts, score: float, place: Span) -> Match:
    """A place of words as a match in the plain text."""
    return Match(score, spoken.at[place[0]][0], spoken.at[place[1] - 1][1])
