"""The voice worker's end of direct lines, over loopback: it finds the gateways of its calls, again where one breaks."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from infra.direct_line import ASKS, DirectLine, Head
from streams.voice.direct import DirectLines
from streams.voice.start import Setup
from tests.support.chains import SETUP
from tests.support.direct_gateway import DirectGateway

pytestmark = pytest.mark.fault

AGAIN_AFTER_S = 0.01


class Gateway(DirectGateway):
    """A gateway whose calls are the default tenant's."""

    def invites(self, call_id: str) -> Setup:
        told = self.lines.invite(("default", call_id))
        return SETUP.model_copy(update={"call_id": call_id, **told})

    async def hosted(self, *calls: str, be: bool = True) -> None:
        await self.has(*(("default", call) for call in calls), be=be)

    def cut(self) -> None:
        for line in list(self.lines._lines):
            line.close()

    async def told(self) -> bytes:
        return (await self.taken_next())[1]


class Worker:
    """The real end of a worker, and what it heard."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()
        self.lines = DirectLines(take=self._take, again_after_s=AGAIN_AFTER_S)

    def _take(self, head: Head, value: bytes) -> None:
        self.heard.put_nowait(value)

    async def heard_next(self) -> bytes:
        async with asyncio.timeout(60):
            return await self.heard.get()

    async def hears(self, call: str, *, be: bool = True) -> None:
        async with asyncio.timeout(60):
            while self.lines.has(("default", call)) is not be:
                await asyncio.sleep(0.001)


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with Gateway() as gateway:
        yield gateway


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    worker = Worker()
    yield worker
    worker.lines.stop()


def head(call_id: str) -> Head:
    return {"tenant": "default", "call": call_id}


async def test_a_call_that_begins_is_claimed_and_both_sides_hear_each_other(gateway: Gateway, worker: Worker) -> None:
    worker.lines.open(gateway.invites("a"))
    assert not worker.lines.has(("default", "a"))  # nobody waits for it
    assert not worker.lines.send(("default", "a"), head("a"), b"too soon")
    await gateway.hosted("a")
    assert gateway.lines.send(("default", "a"), head("a"), b"hello")
    assert await worker.heard_next() == b"hello"
    assert worker.lines.has(("default", "a"))
    assert worker.lines.send(("default", "a"), head("a"), b"answer")
    assert await gateway.told() == b"answer"


async def test_calls_of_one_gateway_share_one_line_and_end_each_for_itself(gateway: Gateway, worker: Worker) -> None:
    first, second, later = gateway.invites("a"), gateway.invites("b"), gateway.invites("c")
    worker.lines.open(first)
    worker.lines.open(second)  # the line is not there yet
    await gateway.hosted("a", "b")
    worker.lines.open(later)
    await gateway.hosted("c")
    assert len(gateway.lines._lines) == 1
    worker.lines.close(first)
    await gateway.hosted("a", be=False)
    assert not worker.lines.has(("default", "a"))
    assert not worker.lines.send(("default", "a"), head("a"), b"over")
    assert gateway.lines.send(("default", "b"), head("b"), b"goes on")
    assert await worker.heard_next() == b"goes on"
    worker.lines.close(first)


async def test_calls_of_two_gateways_have_a_line_each(gateway: Gateway, worker: Worker) -> None:
    other = Gateway()
    await other.lines.start()
    worker.lines.open(gateway.invites("a"))
    worker.lines.open(other.invites("b"))
    await worker.hears("a")
    await worker.hears("b")
    assert worker.lines.send(("default", "b"), head("b"), b"answer")
    assert await other.told() == b"answer"
    await other.lines.stop()
    await worker.hears("b", be=False)
    assert worker.lines.has(("default", "a"))
    assert gateway.taken.empty()


async def test_a_line_that_breaks_is_there_again_with_all_its_calls(gateway: Gateway, worker: Worker) -> None:
    for call in "ab":
        worker.lines.open(gateway.invites(call))
    for _ in range(3):
        await gateway.hosted("a", "b")
        gateway.cut()
        await gateway.hosted("a", "b", be=False)
    await gateway.hosted("a", "b")
    assert gateway.lines.send(("default", "b"), head("b"), b"again")
    assert await worker.heard_next() == b"again"


async def test_of_a_gateway_that_forgot_a_call_the_others_go_on(gateway: Gateway, worker: Worker) -> None:
    worker.lines.open(over := gateway.invites("a"))
    worker.lines.open(gateway.invites("b"))
    await gateway.hosted("a", "b")
    gateway.lines.forget(("default", "a"))  # its socket is closed, and its session waits whether it comes again
    gateway.cut()
    await gateway.hosted("b", be=False)
    await gateway.hosted("b")
    await worker.hears("b")
    assert not worker.lines.has(("default", "a"))
    assert not worker.lines.send(("default", "a"), head("a"), b"nobody's")
    assert worker.lines.send(("default", "b"), head("b"), b"a word")
    assert await gateway.told() == b"a word"
    worker.lines.close(over)
    assert gateway.taken.empty()


async def test_of_a_call_whose_socket_closes_nothing_is_sent_to_a_gateway_that_would_drop_it(
    gateway: Gateway, worker: Worker
) -> None:
    worker.lines.open(gateway.invites("a"))
    await worker.hears("a")
    gateway.lines.forget(("default", "a"))
    await worker.hears("a", be=False)
    assert not worker.lines.send(("default", "a"), head("a"), b"by the log alone")


async def test_an_idle_line_that_breaks_is_missed_by_nobody_and_found_by_the_next_call(
    gateway: Gateway, worker: Worker
) -> None:
    worker.lines.open(first := gateway.invites("a"))
    await gateway.hosted("a")
    worker.lines.close(first)
    await gateway.hosted("a", be=False)
    gateway.cut()
    async with asyncio.timeout(60):
        while worker.lines._lines:
            await asyncio.sleep(0.001)
    assert not worker.lines._connecting
    worker.lines.open(gateway.invites("b"))
    await gateway.hosted("b")


@pytest.mark.parametrize("address", ["127.0.0.1:1", "127.0.0.1:none", "nowhere", "127.0.0.1:99999"])
async def test_an_address_where_nobody_listens_is_tried_for_as_long_as_its_call_lasts(
    worker: Worker, address: str
) -> None:
    setup = SETUP.model_copy(update={"direct_line": address, "direct_token": "t"})
    worker.lines.open(setup)
    (trying,) = worker.lines._connecting.values()
    await asyncio.sleep(5 * AGAIN_AFTER_S)
    assert not trying.done()
    assert not worker.lines.has((setup.tenant, setup.call_id))
    worker.lines.close(setup)
    async with asyncio.timeout(60):
        await trying
    assert not worker.lines._connecting


async def test_a_gateway_that_hangs_up_at_once_is_tried_again_and_heard_when_it_does_not(worker: Worker) -> None:
    answered: list[DirectLine] = []
    claims: asyncio.Queue[Head] = asyncio.Queue()

    class Rude(DirectLine):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            answered.append(self)
            if len(answered) < 4:
                transport.close()

    listening = await asyncio.get_running_loop().create_server(
        lambda: Rude(lambda _, head, value: claims.put_nowait(head), lost=lambda _: None), host="127.0.0.1", port=0
    )
    address = f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    setup = SETUP.model_copy(update={"direct_line": address, "direct_token": "t"})
    worker.lines.open(setup)
    async with asyncio.timeout(60):
        assert (await claims.get())["token"] == "t"
    assert len(answered) == 4
    assert not worker.lines.has((setup.tenant, setup.call_id))  # nobody has said that it hears the call
    assert answered[-1].send({ASKS: "claimed", "tenant": setup.tenant, "call": setup.call_id})
    await worker.hears(setup.call_id)
    assert not worker.lines._connecting
    worker.lines.stop()
    listening.close()


async def test_a_call_without_an_invitation_goes_by_the_log(worker: Worker) -> None:
    for setup in (SETUP, SETUP.model_copy(update={"direct_line": "127.0.0.1:1"})):
        worker.lines.open(setup)
        assert not worker.lines._connecting
        assert not worker.lines.has((setup.tenant, setup.call_id))
        worker.lines.close(setup)


async def test_stop_ends_the_lines_and_what_is_still_tried(gateway: Gateway, worker: Worker) -> None:
    worker.lines.open(gateway.invites("a"))
    await gateway.hosted("a")
    worker.lines.open(SETUP.model_copy(update={"direct_line": "127.0.0.1:1", "direct_token": "t"}))
    (trying,) = worker.lines._connecting.values()
    worker.lines.stop()
    async with asyncio.timeout(60):
        await asyncio.wait([trying])
    await gateway.hosted("a", be=False)
    assert not worker.lines.send(("default", "a"), head("a"), b"over")
