"""The gateway's end of direct lines, over loopback: a call is heard by who shows its token, and by nobody else."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from api.direct_lines import OFF, DirectLines
from api.metrics import Metrics
from infra.direct_line import ASKS, DirectLine, Head
from tests.support.direct_gateway import DirectGateway as Gateway

pytestmark = pytest.mark.contract

CALL, OTHER = ("default", "call-1"), ("default", "call-2")


class Worker:
    """The other end of one connection."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[Head, bytes]] = asyncio.Queue()
        self.lost = asyncio.Event()
        self.told: list[str] = []  # which of its calls the gateway has said that it hears
        self.line = DirectLine(self._take, lost=lambda _: self.lost.set())

    def _take(self, _: DirectLine, head: Head, value: bytes) -> None:
        if head.get(ASKS) == "claimed":
            self.told.append(head["call"])
        else:
            self.heard.put_nowait((head, value))

    async def dial(self, address: str) -> "Worker":
        host, _, port = address.rpartition(":")
        await asyncio.get_running_loop().create_connection(lambda: self.line, host, int(port))
        return self

    def ask(self, what: str, call: tuple[str, str], token: str = "") -> None:
        assert self.line.send({ASKS: what, "tenant": call[0], "call": call[1], "token": token})

    def tell(self, call: tuple[str, str], value: bytes) -> None:
        assert self.line.send({"tenant": call[0], "call": call[1]}, value)

    async def heard_next(self) -> bytes:
        async with asyncio.timeout(60):
            return (await self.heard.get())[1]

    async def ended(self) -> None:
        async with asyncio.timeout(60):
            await self.lost.wait()


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with Gateway() as gateway:
        yield gateway


async def claimed(gateway: Gateway, call: tuple[str, str], worker: Worker | None = None) -> Worker:
    told = gateway.lines.invite(call)
    worker = worker or await Worker().dial(told["direct_line"])
    worker.ask("claim", call, told["direct_token"])
    await gateway.has(call)
    return worker


async def test_who_shows_the_token_hears_the_call_and_is_heard(gateway: Gateway) -> None:
    assert not gateway.lines.send(CALL, {}, b"too soon")
    worker = await claimed(gateway, CALL)
    assert gateway.lines.send(CALL, {"number": "1"}, b"hello")
    assert await worker.heard_next() == b"hello"
    assert worker.told == ["call-1"]
    worker.tell(CALL, b"answer")
    assert await gateway.taken_next() == ({"tenant": "default", "call": "call-1"}, b"answer")


@pytest.mark.parametrize("token", ["", "wrong", "ü"])
async def test_a_wrong_token_hears_nothing_and_other_calls_of_the_line_go_on(gateway: Gateway, token: str) -> None:
    worker = await claimed(gateway, OTHER)
    gateway.lines.invite(CALL)
    worker.ask("claim", CALL, token)
    worker.tell(CALL, b"not hers")
    worker.tell(OTHER, b"hers")
    assert (await gateway.taken_next())[1] == b"hers"
    assert not gateway.lines.has(CALL)
    assert not gateway.lines.send(CALL, {}, b"a word")
    assert gateway.lines.send(OTHER, {}, b"another")
    assert await worker.heard_next() == b"another"
    assert gateway.taken.empty()
    assert worker.told == ["call-2"]


async def test_the_token_of_one_call_is_none_of_another_nor_of_the_same_call_later(gateway: Gateway) -> None:
    old = gateway.lines.invite(CALL)
    other = gateway.lines.invite(OTHER)
    assert len({old["direct_token"], other["direct_token"], gateway.lines.invite(CALL)["direct_token"]}) == 3
    worker = await Worker().dial(old["direct_line"])
    for token in (old["direct_token"], other["direct_token"]):
        worker.ask("claim", CALL, token)
    worker.ask("claim", OTHER, other["direct_token"])
    await gateway.has(OTHER)
    assert not gateway.lines.has(CALL)


async def test_what_a_line_says_of_a_call_that_it_has_not_claimed_is_not_taken(gateway: Gateway) -> None:
    hers, his = await claimed(gateway, CALL), await claimed(gateway, OTHER)
    his.tell(CALL, b"not his")
    his.ask("release", CALL)
    his.tell(("", ""), b"nobody's")
    his.tell(OTHER, b"his")
    assert (await gateway.taken_next())[1] == b"his"
    assert gateway.taken.empty()
    assert gateway.lines.has(CALL)
    hers.tell(CALL, b"hers")
    assert (await gateway.taken_next())[1] == b"hers"


async def test_one_line_carries_several_calls_and_releases_one_of_them(gateway: Gateway) -> None:
    worker = await claimed(gateway, CALL)
    await claimed(gateway, OTHER, worker)
    worker.ask("release", CALL)
    await gateway.has(CALL, be=False)
    assert not gateway.lines.send(CALL, {}, b"by the log")
    assert gateway.lines.send(OTHER, {}, b"directly")
    assert await worker.heard_next() == b"directly"


async def test_a_worker_that_takes_a_call_over_hears_it_alone(gateway: Gateway) -> None:
    told = gateway.lines.invite(CALL)
    before, after = await Worker().dial(told["direct_line"]), await Worker().dial(told["direct_line"])
    for worker, word in ((before, b"first"), (after, b"second")):
        worker.ask("claim", CALL, told["direct_token"])
        worker.tell(CALL, word)
        assert (await gateway.taken_next())[1] == word
    before.ask("release", CALL)  # what is no longer its own
    before.line.close()
    await before.ended()
    assert gateway.lines.send(CALL, {}, b"a word")
    assert await after.heard_next() == b"a word"
    assert before.heard.empty()


async def test_a_call_that_is_over_is_claimed_by_nobody_and_others_on_the_line_go_on(gateway: Gateway) -> None:
    told = gateway.lines.invite(CALL)
    worker = await claimed(gateway, OTHER)
    gateway.lines.forget(CALL)
    worker.ask("claim", CALL, told["direct_token"])  # its worker heard of the end a moment later
    worker.ask("claim", CALL)
    worker.tell(CALL, b"nobody's")
    worker.tell(OTHER, b"a word")
    assert (await gateway.taken_next())[1] == b"a word"
    assert gateway.taken.empty()
    assert not gateway.lines.has(CALL)
    gateway.lines.forget(OTHER)
    gateway.lines.forget(OTHER)
    assert not gateway.lines.send(OTHER, {}, b"a word")


async def test_a_line_that_breaks_has_no_call_and_a_new_one_claims_it_again(gateway: Gateway) -> None:
    told = gateway.lines.invite(CALL)
    for _ in range(3):
        worker = await Worker().dial(told["direct_line"])
        worker.ask("claim", CALL, told["direct_token"])
        await gateway.has(CALL)
        worker.line.close()
        await gateway.has(CALL, be=False)
        assert not gateway.lines.send(CALL, {}, b"by the log")


async def test_stop_ends_every_line_and_those_that_have_said_nothing(gateway: Gateway) -> None:
    address = gateway.lines.invite(CALL)["direct_line"]
    workers = [await claimed(gateway, CALL), await Worker().dial(address), await Worker().dial(address)]
    async with asyncio.timeout(60):
        while len(gateway.lines._lines) < len(workers):  # taken up by the listener
            await asyncio.sleep(0)
    await gateway.lines.stop()
    for worker in workers:
        await worker.ended()
    assert not gateway.lines.has(CALL)
    with pytest.raises(OSError, match=r".+"):
        await Worker().dial(address)


@pytest.mark.parametrize("host", [OFF, "192.0.2.1"])  # the second is no address of this machine
async def test_without_a_place_to_listen_nobody_is_invited_and_calls_go_by_the_log(host: str) -> None:
    lines = DirectLines(host=host, take=lambda head, value: None, metrics=Metrics())
    with capture_logs() as logs:
        await lines.start()
    assert len(logs) == (host != OFF)
    assert lines.invite(CALL) == {}
    assert not lines.has(CALL)
    assert not lines.send(CALL, {}, b"a word")
    lines.forget(CALL)
    await lines.stop()
