"""What an operator's system knows of a caller is asked by her pseudonym, within a bound; every failure has its name."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from pydantic import SecretStr

from governance.errors import InputError, TransientError
from infra.caller_context import LARGEST, MOST_FACTS, HttpCallerContext

pytestmark = pytest.mark.contract


class Desk:
    """An operator's system that answers as it is told."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 200
        self.body = '{"facts": ["She is a gold member."], "more": 1}'
        self.asked: list[dict[str, str]] = []
        self.keys: list[str | None] = []
        self.never = asyncio.Event()
        self.hangs = False

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        self.keys.append(request.headers.get("authorization"))
        if self.hangs:
            await self.never.wait()
        return web.Response(status=self.status, text=self.body, headers={"location": self.url})


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    one = Desk()
    app = web.Application()
    app.add_routes([web.get("/callers", one.answer)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}/callers"
    try:
        yield one
    finally:
        one.never.set()
        await runner.cleanup()


async def ask(url: str, *, timeout_ms: int = 30_000, key: SecretStr | None = None) -> tuple[str, ...]:
    context = HttpCallerContext(url=url, timeout_ms=timeout_ms, key=key)
    return await context.facts(tenant="acme", call_id="c1", caller="caller-3f")


async def test_facts_are_asked_by_the_pseudonym_with_the_operators_key() -> None:
    async with desk() as one:
        assert await ask(one.url, key=SecretStr("opensesame")) == ("She is a gold member.",)
        assert one.asked == [{"tenant": "acme", "call": "c1", "caller": "caller-3f"}]
        assert one.keys == ["Bearer opensesame"]


@pytest.mark.parametrize(("status", "body", "says"), [
    (500, "{}", "status 500"), (302, "", "status 302"), (200, "<html>", "another shape"),
    (200, '{"facts": "one"}', "another shape"), (200, "x" * (LARGEST + 1), "too long"),
    (200, f'{{"facts": {["f"] * (MOST_FACTS + 1)}}}'.replace("'", '"'), "another shape"),
])
async def test_a_wrong_answer_is_a_named_failure(status: int, body: str, says: str) -> None:
    async with desk() as one:
        one.status, one.body = status, body
        with pytest.raises(TransientError, match=says):
            await ask(one.url)


async def test_who_never_answers_is_not_waited_for() -> None:
    async with desk() as one:
        one.hangs = True
        with pytest.raises(TransientError, match="timeout"):
            await ask(one.url, timeout_ms=100)


async def test_nobody_there_is_a_named_failure() -> None:
    with pytest.raises(TransientError, match="ClientConnectorError"):
        await ask("http://127.0.0.1:1/callers")


async def test_an_address_that_is_none_is_refused_at_the_start() -> None:
    with pytest.raises(InputError, match="CALLER_CONTEXT_URL"):
        await ask("file:///etc/passwd")
