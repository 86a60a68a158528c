"""A stream of the API followed in the process: what is told arrives, a refusal is raised, who leaves is gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

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

    async def refuse(_: Request) -> JSONResponse:
        return JSONResponse({"type": "urn:callwarden:problem:not-found", "detail": "no"}, status_code=404)

    return Starlette(routes=[Route("/tell", tell), Route("/short", short), Route("/refuse", refuse)])


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
