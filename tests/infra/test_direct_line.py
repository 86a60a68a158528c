"""A direct line over loopback: whole messages in their order, and an end to what is none."""

import asyncio
import json
import struct
from collections.abc import AsyncIterator

import pytest

from infra.direct_line import MOST_BYTES, MOST_HEAD, MOST_UNREAD, DirectLine, Head, head_of

pytestmark = pytest.mark.contract

Message = tuple[Head, bytes]


class End:
    """What one side of a line was given."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[Message] = asyncio.Queue()
        self.lost = asyncio.Event()
        self.line = DirectLine(self._take, lost=lambda _: self.lost.set())

    def _take(self, line: DirectLine, head: Head, value: bytes) -> None:
        assert line is self.line
        if head.get("says") == "no":
            raise ValueError("it is not wanted")
        self.messages.put_nowait((head, value))

    async def next(self) -> Message:
        async with asyncio.timeout(60):
            return await self.messages.get()

    async def ended(self) -> None:
        async with asyncio.timeout(60):
            await self.lost.wait()


@pytest.fixture
async def server() -> AsyncIterator[tuple[End, int]]:
    """An end that waits for one connection, and its port."""
    end = End()
    listening = await asyncio.get_running_loop().create_server(lambda: end.line, host="127.0.0.1", port=0)
    yield end, listening.sockets[0].getsockname()[1]
    end.line.close()
    listening.close()


@pytest.fixture
async def ends(server: tuple[End, int]) -> AsyncIterator[tuple[End, End]]:
    there, port = server
    here = End()
    await asyncio.get_running_loop().create_connection(lambda: here.line, "127.0.0.1", port)
    yield here, there
    here.line.close()


@pytest.fixture
async def raw(server: tuple[End, int]) -> AsyncIterator[tuple[asyncio.StreamWriter, End]]:
    """A connection that sends what it likes to an end."""
    there, port = server
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    yield writer, there
    writer.close()


def framed(head: bytes, value: bytes = b"") -> bytes:
    return struct.pack(">IH", 2 + len(head) + len(value), len(head)) + head + value


async def test_messages_come_whole_and_in_order_both_ways(ends: tuple[End, End]) -> None:
    here, there = ends
    assert here.line.open
    for number in range(500):
        assert here.line.send({"number": str(number)}, bytes(number))
    for number in range(500):
        assert await there.next() == ({"number": str(number)}, bytes(number))
    assert there.line.send({"ask": "claim", "token": "ü"})
    assert await here.next() == ({"ask": "claim", "token": "ü"}, b"")


async def test_a_message_may_come_in_pieces_and_several_in_one(raw: tuple[asyncio.StreamWriter, End]) -> None:
    writer, there = raw
    message = framed(b'{"a":"b"}', b"value")
    for at in range(len(message)):
        writer.write(message[at : at + 1])
        await writer.drain()
        await asyncio.sleep(0)
    assert await there.next() == ({"a": "b"}, b"value")
    joined = b"".join(framed(json.dumps({"number": str(number)}).encode(), b"\0" * number) for number in range(30))
    writer.write(joined + message[:3])
    for number in range(30):
        assert await there.next() == ({"number": str(number)}, b"\0" * number)
    writer.write(message[3:])
    assert await there.next() == ({"a": "b"}, b"value")
    assert there.line.open


@pytest.mark.parametrize("spoiled", [
    framed(b"no JSON"), framed(b"[]"), framed(b'"text"'), framed(b'{"number":1}'), framed(b'{"a":{"b":"c"}}'),
    framed(b"\xff\xfe"), framed(b""), struct.pack(">IH", MOST_BYTES + 1, 2), struct.pack(">IH", 5, 4),
    struct.pack(">IH", 0, 0), framed(b'{"says":"no"}'), b"GET / HTTP/1.1\r\n\r\n",
])
async def test_what_is_no_message_ends_the_line_and_nothing_behind_it_is_heard(
    raw: tuple[asyncio.StreamWriter, End], spoiled: bytes
) -> None:
    writer, there = raw
    writer.write(framed(b'{"a":"b"}') + spoiled + framed(b'{"c":"d"}'))
    await there.ended()
    assert await there.next() == ({"a": "b"}, b"")
    assert there.messages.empty()
    assert not there.line.open


async def test_the_longest_message_comes_and_a_longer_one_does_not_leave(ends: tuple[End, End]) -> None:
    here, there = ends
    longest = MOST_BYTES - 2 - len(b"{}")
    assert not here.line.send({}, bytes(longest + 1))
    assert not here.line.send({"a": "b" * MOST_HEAD})
    assert here.line.send({}, bytes(longest))
    assert await there.next() == ({}, bytes(longest))
    assert here.line.open


async def test_where_the_other_side_does_not_read_nothing_more_is_sent(server: tuple[End, int]) -> None:
    there, port = server
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
    writer.write(framed(b"{}"))
    await there.next()
    sent = 0
    while there.line.send({"number": str(sent)}, bytes(MOST_UNREAD // 4)):
        sent += 1
        assert sent < 10_000
    assert there.line.open  # what the log brings meanwhile comes directly again once it reads
    async with asyncio.timeout(60):
        while not there.line.send({"number": "last"}):
            await reader.read(1 << 20)
    writer.close()
    await there.ended()


async def test_a_line_that_is_closed_or_was_never_there_takes_nothing(ends: tuple[End, End]) -> None:
    here, there = ends
    never = End().line
    never.close()
    assert not never.open
    assert not never.send({})
    here.line.close()
    assert not here.line.open
    assert not here.line.send({})
    await there.ended()
    await here.ended()
    assert not there.line.send({})
    here.line.close()


def test_a_head_is_an_object_of_strings() -> None:
    assert head_of(b'{"call":"c","number":"1"}') == {"call": "c", "number": "1"}
    for wrong in (b'{"a":null}', b"[]", b"", b"{", b'{"a":["b"]}'):
        with pytest.raises(ValueError, match=r".+"):
            head_of(wrong)
