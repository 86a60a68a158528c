"""Handoffs as they change, as server-sent events (HTML Living Standard, 9.2)."""

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress

from api.desk_feed import DeskFeed, FellBehind, Look, Told
from api.parts import Parts
from infra.tokens import Principal

STILL_HERE = b": still here\n\n"


async def stream(parts: Parts, who: Principal, *, mine: bool = False) -> AsyncIterator[bytes]:
    """Give what is open, then each change; a state is never told twice, a missed bell costs one heartbeat.

    A stream that fell too far behind ends: who connects again is told what is open.
    """
    with parts.streams.taken():
        yield b"retry: 1000\n\n"
        async with parts.desk_feeds.follow(who, mine=mine) as feed:
            look = await feed.first(who)
            known: Mapping[str, Told] = {}
            with suppress(FellBehind):
                while True:
                    said, known = _news(feed, look, known, who.subject if mine else None)
                    if said:
                        yield said
                    newer = await feed.next(look, who)
                    if newer is None:
                        yield STILL_HERE
                    else:
                        look = newer


def _news(
    feed: DeskFeed, look: Look, known: Mapping[str, Told], agent: str | None
) -> tuple[bytes, Mapping[str, Told]]:
    """Write what changed since what is known; the rest is known then. Of all that is open nothing is copied."""
    if agent is None:
        shown = look.rows
    else:
        hers = look.hers.get(agent, frozenset())
        shown = {name: told for name, told in look.rows.items() if name in hers or name in known}
    if shown is known:
        return b"", known
    over = [feed.closed.get(name) for name in known if name not in look.rows]
    if None in over:
        raise FellBehind
    said = [told.said for told in over if told is not None]
    said += [told.said for name, told in shown.items() if known.get(name) is not told]
    return b"".join(said), shown
