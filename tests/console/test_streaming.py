"""A stream of the API followed in the process: what is told arrives, a refusal is raised, who leaves is gone."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing

import pytest
from nicegui import core
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from api.console import following
from api.console.asking import Refused
from api.console.streaming import NotStreamed, Told, follow, scope_of

pytestmark = pytest.mark.pure


def asked(path: str) -> Scope:
    return scope_of(path, "", {"Host": "127.0.0.1:80", "Cookie": "a=b"}, client=("127.0.0.1", 1), scheme="http")


def app(left: asyncio.Event) -> ASGIApp:
    async def tell(request: Request) -> StreamingResponse:
        async def events() -> AsyncIterator[bytes]:
            try:
                yield b"retry: 1000\n\n"
                yield f'event: line\nid: 1\ndata: {{"text": "{request.cookies["a"]}"}}'.encode()
                yield b"\n\n: still here\n\n"
                await asyncio.Event().wait()
            finally:
                left.set()

        return StreamingResponse(events(), media_type="text/event-stream")

    async def short(_: Request) -> StreamingResponse:
        return StreamingResponse(iter([b"event: over\ndata: {}\n\n"]))

    async def fall(_: Request) -> JSONResponse:
        raise RuntimeError("a fault")

    async def tear(_: Request) -> StreamingResponse:
        async def events() -> AsyncIterator[bytes]:
            yield b"event: line\ndata: {}\n\n"
            raise RuntimeError("a fault")

        return StreamingResponse(events())

    async def refuse(_: Request) -> JSONResponse:
        return JSONResponse({"type": "urn:callwarden:problem:not-found", "detail": "no"}, status_code=404)

    each = (tell, short, refuse, fall, tear)
    return Starlette(routes=[Route(f"/{one.__name__}", one) for one in each])


async def test_what_is_told_arrives_and_who_leaves_is_gone() -> None:
    left = asyncio.Event()
    async with aclosing(follow(app(left), asked("/tell"))) as stream:
        told = [one async for batch in _until_told(stream) for one in batch]
    assert told == [Told("line", {"text": "b"})]
    assert left.is_set()


async def _until_told(stream: AsyncIterator[list[Told]]) -> AsyncIterator[list[Told]]:
    async for batch in stream:
        yield batch
        if batch:
            return


async def test_a_stream_that_ends_ends_here_and_a_refusal_is_raised_whole() -> None:
    got = [one async for batch in follow(app(asyncio.Event()), asked("/short")) for one in batch]
    assert got == [Told("over", {})]
    with pytest.raises(NotStreamed) as refused:
        await anext(follow(app(asyncio.Event()), asked("/refuse")))
    assert refused.value.answer.status_code == 404
    assert refused.value.answer.json()["detail"] == "no"


async def test_a_stream_that_fails_is_told_and_not_waited_for_for_ever() -> None:
    async with asyncio.timeout(60):
        with pytest.raises(NotStreamed) as never_begun:
            await anext(follow(app(asyncio.Event()), asked("/fall")))
        torn_stream = follow(app(asyncio.Event()), asked("/tear"))
        assert [one async for batch in _until_told(torn_stream) for one in batch] == [Told("line", {})]
        with pytest.raises(NotStreamed) as torn:
            [batch async for batch in torn_stream]
    assert {never_begun.value.answer.status_code, torn.value.answer.status_code} <= {500, 503}


async def test_a_page_asks_again_for_a_stream_that_ended_without_saying_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "AGAIN_AFTER_S", 0.0)
    monkeypatch.setattr(core, "loop", asyncio.get_running_loop())
    streams = [[Told("line", 1)], [Told("line", 2), Told("over", {})], [Told("line", 3)]]
    heard: list[Told] = []
    left: list[Callable[[], object]] = []

    class Ask:
        async def follow(self, path: str) -> AsyncIterator[list[Told]]:
            yield streams.pop(0)
            yield []

    class Visit:
        ask = Ask()

    class Window:
        on_delete = staticmethod(left.append)

    async def hear(told: Sequence[Told]) -> None:
        heard.extend(told)

    async def miss(refused: Refused) -> None:
        raise AssertionError("nothing was refused")

    async with asyncio.timeout(60):
        await following.listen(Visit(), "/x", hear, miss, client=Window())  # type: ignore[arg-type]  # what it looks at
    assert [one.data for one in heard] == [1, 2, {}]
    assert len(left) == 1
