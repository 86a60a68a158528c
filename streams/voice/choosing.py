"""Which language model of a call is asked first, and when the large one takes over from the small one."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from governance.routing import Asked, doubts, route
from infra.speech.links import Link
from infra.speech.ports import LanguageModel
from schemas import telemetry as registry
from streams.voice.phrasing import end_of_phrase, surely_ended
from streams.voice.spans import TurnTrace

Written = Link[LanguageModel]


class Doubted(Exception):
    """The answer begins with not knowing; nothing of it was given."""


class Choosing:
    """One call's choice between two models."""

    def __init__(self, small: Sequence[Written]) -> None:
        """Take the links of the small model; without any nothing is chosen."""
        self.flagged = False  # the policy found something in the turn
        self._small = {id(link) for link in small}
        self._failed_before = False

    def order(
        self, links: Sequence[Written], *, text: str, turns: int, summarised: bool, trace: TurnTrace
    ) -> tuple[Written, ...]:
        """Give whom to ask, first to last; the other size comes after."""
        small = tuple(link for link in links if id(link) in self._small)
        large = tuple(link for link in links if id(link) not in self._small)
        if not small or not large:
            return tuple(links)
        routed = route(Asked(
            text=text, turns=turns, flagged=self.flagged, failed_before=self._failed_before, summarised=summarised,
        ))
        self._failed_before = False
        trace.note({registry.ROUTE: routed.size, registry.ROUTE_REASON: routed.reason})
        return (*small, *large) if routed.size == "small" else (*large, *small)

    def may_doubt(self, link: Written, links: Sequence[Written]) -> bool:
        """Tell whether somebody better can still be asked."""
        return id(link) in self._small and any(id(one) not in self._small for one in links[links.index(link) + 1 :])

    def failed(self, link: Written, *, trace: TurnTrace, doubted: bool) -> None:
        """Take that a model did not answer: the next turn goes to the large one."""
        if id(link) in self._small:
            self._failed_before = True
            if doubted:
                trace.note({registry.ESCALATED: True})

    async def sure(self, pieces: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
        """Pass an answer on from its first phrase, which no voice could have spoken sooner; raises Doubted before."""
        held, judged = "", False
        async with aclosing(pieces):
            async for piece in pieces:
                if judged:
                    yield piece
                    continue
                held += piece
                if end_of_phrase(held, first=True) is None and not surely_ended(held):
                    continue
                judged = True
                if doubts(held):
                    raise Doubted
                yield held
        if not judged:
            if doubts(held):
                raise Doubted
            if held:
                yield held
