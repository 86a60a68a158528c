"""A vendor that says nothing any more is left when the time is up, and not after a goodbye that never comes."""

import asyncio
import base64
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import numpy as np
import pytest

from governance.errors import TransientError
from infra.speech import deepgram_client
from infra.speech.closing import WITHIN_S, hurried
from infra.speech.deepgram_speech_to_text import DeepgramSpeechToText
from infra.speech.deepgram_text_to_speech import DeepgramTextToSpeech
from infra.speech.gemini_speech_to_speech import GeminiSpeechToSpeech
from infra.speech.openai_client import open_client
from infra.speech.openai_speech_to_speech import OpenAISpeechToSpeech
from infra.speech.voxtral_speech_to_text import VoxtralSpeechToText

pytestmark = pytest.mark.fault

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEN_S = 10.0  # what the library waits by itself
BOUND_MS = 300
FRAME = np.ones(1_600, dtype=np.int16)


@asynccontextmanager
async def frozen(says: bytes = b"") -> AsyncIterator[str]:
    """Run a server that opens a websocket, says one thing, and then neither reads nor answers; gives its address."""
    stay = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        key = next(line.split(b":", 1)[1].strip() for line in head.split(b"\r\n")
                   if line.lower().startswith(b"sec-websocket-key:"))
        accept = base64.b64encode(hashlib.sha1(key + MAGIC, usedforsecurity=False).digest())
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        if says:
            writer.write(bytes((0x81, len(says))) + says)
        await writer.drain()
        await stay.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        stay.set()
        server.close()


async def deepgram_voice(url: str) -> None:
    client = deepgram_client.open_client(api_key="k", url=url)
    one = DeepgramTextToSpeech(client, model="aura-2-thalia-en", region="eu", timeout_ms=BOUND_MS)
    with pytest.raises(TransientError, match="timeout"):
        await anext(one.speak("hello"))


async def deepgram_ear(url: str) -> None:
    client = deepgram_client.open_client(api_key="k", url=url)
    call = await DeepgramSpeechToText(client, model="nova-3", region="eu", timeout_ms=BOUND_MS).open(sample_rate=8_000)
    listening = call.begin(digits=False, heard=lambda _: None)
    await listening.feed(FRAME)
    with pytest.raises(TransientError, match="timeout"):
        await listening.finish()
    await call.close()


async def voxtral(url: str) -> None:
    speech = VoxtralSpeechToText(base_url=f"{url}/v1", api_key="k", model="m", region="eu", timeout_ms=BOUND_MS)
    call = await speech.open(sample_rate=8_000)
    listening = call.begin(digits=False, heard=lambda _: None)
    await listening.feed(FRAME)
    with pytest.raises(TransientError, match="timeout"):
        await listening.finish()
    await listening.drop()
    await call.close()


async def gemini(url: str) -> None:
    one = GeminiSpeechToSpeech(
        api_key="k", model="m", voice="v", region="eu", timeout_ms=30_000, url=url.replace("http", "ws", 1)
    )
    dialogue = await one.open(sample_rate=8_000, instructions="")
    await dialogue.hear(FRAME)
    await dialogue.close()


async def openai(url: str) -> None:
    client = open_client(base_url=f"{url}/v1", api_key="k", timeout_ms=30_000)
    one = OpenAISpeechToSpeech(
        client, model="m", voice="v", transcription_model=None, region="eu", timeout_ms=30_000
    )
    dialogue = await one.open(sample_rate=8_000, instructions="")
    await dialogue.hear(FRAME)
    await dialogue.close()


@pytest.mark.parametrize(("leave", "says"), [
    (deepgram_voice, b""), (deepgram_ear, b""), (voxtral, b'{"type":"session.created","id":"s"}'),
    (gemini, b'{"setupComplete":{}}'), (openai, b""),
])
async def test_a_frozen_vendor_is_not_waited_for_as_it_is_left(
    leave: Callable[[str], Awaitable[None]], says: bytes
) -> None:
    async with frozen(says) as url:
        began = time.monotonic()
        await leave(url)
        assert time.monotonic() - began < TEN_S - WITHIN_S


def test_a_socket_of_another_make_stays_as_it_is() -> None:
    assert hurried("anything") == "anything"
