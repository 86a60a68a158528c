"""Every kind of provider that is turned away says for how long, is asked once, and nobody waits for it."""

import numpy as np
import pytest

from infra.provider_chains import Entry, Keyed
from infra.speech.kinds import CONVERSES, HEARS, SPEAKS, WRITES
from infra.speech.retry_after import TurnedAway
from schemas.speech import ChatMessage
from tests.support.turning_away import TurningAway, turning_away

pytestmark = pytest.mark.contract

QUESTION = (ChatMessage(role="user", text="Where is my order?"),)
ASKED = [
    *(("hears", kind) for kind in ("openai", "deepgram", "voxtral", "soniox")),
    *(("writes", kind) for kind in ("openai", "gemini", "claude")),
    *(("speaks", kind) for kind in ("openai", "deepgram", "fish-speech", "cosyvoice")),
    *(("converses", kind) for kind in ("openai", "gemini")),
]
PATHS = {"soniox": "/transcribe-websocket", "openai": "/v1", "gemini": "/v1", "claude": "/v1", "voxtral": "/v1"}


def keyed(port: str, kind: str, server: TurningAway) -> Keyed:
    socket = kind == "soniox" or (port, kind) == ("converses", "gemini")
    path = "" if (port, kind) == ("converses", "gemini") else PATHS.get(kind, "")
    entry = Entry.model_validate({
        "name": kind, "kind": kind, "model": "m", "region": "us", "voice": "v", "first_ms": 10_000,
        "url": f"{'ws' if socket else 'http'}://{server.place}{path}",
    })
    return Keyed.model_validate({"entry": entry, "key": "opensesame"})


async def ask(port: str, kind: str, server: TurningAway) -> None:
    one = keyed(port, kind, server)
    match port:
        case "hears":
            hears = HEARS[kind](one)
            recogniser = await hears.open(sample_rate=8_000)
            listening = recogniser.begin(digits=False, heard=lambda _: None)
            await listening.feed(np.ones(8_000, dtype=np.int16))
            await listening.finish()
        case "writes":
            _ = [chunk async for chunk in WRITES[kind](one).answer(QUESTION)]
        case "speaks":
            _ = [piece async for piece in SPEAKS[kind](one).speak("Hello.")]
        case _:
            await CONVERSES[kind](one).open(sample_rate=8_000, instructions="")


@pytest.mark.parametrize(("port", "kind"), ASKED)
@pytest.mark.parametrize("status", [429, 503])
async def test_the_time_that_a_vendor_asks_for_is_read_and_it_is_asked_once(port: str, kind: str, status: int) -> None:
    async with turning_away(status) as server:
        with pytest.raises(TurnedAway) as away:
            await ask(port, kind, server)
        assert (away.value.status_code, away.value.wait_ms) == (status, 20_000)
        # Pipecat opens a socket that failed once more before it can be told that it is not wanted.
        assert server.asked == 1 or (kind == "soniox" and server.asked == 2)
    assert "opensesame" not in str(away.value)


async def test_a_fault_that_asks_for_no_time_is_tried_once_more() -> None:
    async with turning_away(503, "Retry-After: 0\r\n") as server:
        with pytest.raises(TurnedAway) as away:
            await ask("writes", "openai", server)
        assert (away.value.wait_ms, server.asked) == (0, 2)
