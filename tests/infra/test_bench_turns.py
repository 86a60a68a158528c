"""The bench of barge-in: its caller on a real socket, the stand-ins' signs, its arithmetic; no test says how fast."""

import asyncio
import json
from contextlib import suppress

import aiohttp
import numpy as np
import pytest
from aiohttp import WSMsgType, web

from infra.bench.barge_in import report_of
from infra.bench.barge_in_line import Cut, CuttingLine
from infra.bench.eager import EagerReport
from infra.bench.figures import Machine, spread
from infra.bench.vendor_times import HUM, hummed, marked, number_heard, words_of
from infra.bench.vendors import Vendors
from infra.bench.voice import spoken
from infra.bench.voice_line import RATE, Door, frames
from infra.cli_bench import app
from infra.pii import PresidioDetector

pytestmark = pytest.mark.flow
MACHINE = Machine(cpu="any", cores=2, load_before=0.1)
FRAME = (np.ones(RATE // 50) * 5_000).astype("<i2").tobytes()


async def assistant(request: web.Request) -> web.WebSocketResponse:
    """Speaks for ever; falls silent at the caller's first sound, and drops what it said only where she barges in."""
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    speaking = asyncio.Event()
    speaking.set()

    async def speak() -> None:
        with suppress(ConnectionError):
            while True:
                await speaking.wait()
                await socket.send_bytes(FRAME)
                await asyncio.sleep(0.02)

    task, tail = asyncio.create_task(speak()), b""
    async for message in socket:
        if message.type != WSMsgType.BINARY:
            continue
        tail = (tail + message.data)[-4096:]
        if not any(message.data):
            speaking.set()
            continue
        speaking.clear()
        if (number := number_heard(tail)) is not None and number != HUM:
            await socket.send_str(json.dumps({"type": "clear"}))
            tail = b""
    task.cancel()
    return socket


async def test_the_caller_notes_when_the_assistant_fell_silent_and_that_a_backchannel_let_it_go_on() -> None:
    application = web.Application()
    application.add_routes([web.get("/{call}", assistant)])
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = f"ws://127.0.0.1:{runner.addresses[0][1]}/{{call}}"
    door = Door(address, {}, greets=True, out_rate=RATE)
    line = CuttingLine("c1", door, spoken()[: RATE * 2 // 2], 2, True, 1)
    async with aiohttp.ClientSession() as session:
        await line.run(session)
    await runner.cleanup()
    assert [one.cleared_s is None for one in (*line.hummed, *line.barged)] == [True, True, False, False]
    for one in line.barged:
        assert one.cleared_s is not None
        assert one.last_sent_s <= one.cleared_s
        assert one.last_played_s <= one.cleared_s
    assert all(one.longest_gap_s > 0 for one in line.hummed)  # heard, not between messages


async def test_the_stand_in_hears_a_backchannel_and_the_turn_after_it_on_one_connection() -> None:
    application = web.Application()
    application.add_routes([web.get("/v2/listen", Vendors(audio_ms=100, eager_ms=0).listen)])
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"ws://127.0.0.1:{runner.addresses[0][1]}/v2/listen"
    told: list[tuple[str, str]] = []
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as socket:

        async def until_over() -> None:
            async with asyncio.timeout(30):
                while not told or told[-1][0] != "EndOfTurn":
                    message = await socket.receive_json()
                    told.append((str(message.get("event", message["type"])), str(message.get("transcript", ""))))

        for clip in (hummed(spoken()), marked(spoken()[: RATE // 2], 7)):
            told.clear()
            for piece in frames(clip, 20):
                await socket.send_bytes(piece)
            await until_over()
            assert {text for event, text in told if event in {"Update", "EndOfTurn"}} == {
                "Mm-hm." if number_heard(clip) == HUM else f"What is the {words_of(7)}?",
            }
    await runner.cleanup()


def test_a_report_counts_what_a_backchannel_stopped_and_says_whether_the_target_was_met() -> None:
    barged = [Cut(last_sent_s=0.1, cleared_s=0.3, last_played_s=0.22, longest_gap_s=0.02)] * 3
    hums = [Cut(2.0, None, 2.1, 0.4), Cut(0.1, 0.3, 0.2, 0.02)]
    report = report_of(barged, hums, command="c", date="2026-03-01", machine=MACHINE, calls=1)
    assert (report.backchannels, report.stopped_by_backchannel) == (2, 1)
    assert report.backchannel_pause is not None
    assert report.backchannel_pause.p50_ms == 400
    assert report.met
    late = [Cut(last_sent_s=0.2, cleared_s=0.3, last_played_s=0.22, longest_gap_s=0.02)]
    assert not report_of(late, [], command="c", date="2026-03-01", machine=MACHINE, calls=1).met


def test_a_backchannel_is_told_by_its_first_samples_and_a_turn_by_its_last() -> None:
    assert number_heard(hummed(spoken())[:640]) == HUM
    assert number_heard(marked(spoken(), 7)) == 7


def test_a_report_of_the_eager_end_of_turn_can_be_written() -> None:
    report = EagerReport(
        command="callwarden bench eager", date="2026-03-01", machine=MACHINE, eager_ms=150, off=spread([0.6]),
        on=spread([0.5]), lost=0,
    )
    assert EagerReport.model_validate_json(report.model_dump_json()) == report
    assert {"barge-in", "eager"} <= {one.name for one in app.registered_commands}


def test_no_detector_takes_the_words_of_a_turn_for_anything() -> None:
    detector = PresidioDetector()
    asked = [f"What is the {words_of(number)}?" for number in range(400)]  # else its answer would count as lost
    assert [one for one in asked if detector.detect(one, context=None, language="en")] == []
