"""The local models answer the real OpenAI client as a process of their own, with real models."""

import asyncio
import io
import re
import socket
import struct
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import openai
import pytest
import soxr
from openai import AsyncOpenAI

from infra.speech.wav import Wav, read_wav, write_wav

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]
SUPPORT = ROOT / "tests" / "data" / "audio" / "speak-to-customer-support.wav"
START_S = 60


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    command = [sys.executable, "-m", "infra.local_models", "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("ready http://127.0.0.1:"), line
        yield line.removeprefix("ready ").strip()
    finally:
        process.terminate()
        _, logged = process.communicate(timeout=START_S)
    assert logged == "", "the server logs nothing of what it is asked"


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def test_it_is_healthy_once_it_says_ready(url: str) -> None:
    assert httpx.get(url.removesuffix("/v1") + "/healthz").status_code == 200


def test_a_client_that_leaves_in_the_middle_of_its_recording_is_no_fault_of_the_server(url: str) -> None:
    at = httpx.URL(url)
    with socket.create_connection((at.host, at.port or 0), timeout=START_S) as half:
        half.sendall(b"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: here\r\nContent-Length: 999\r\n\r\nhalf")
    assert httpx.get(url.removesuffix("/v1") + "/healthz").status_code == 200  # and its log stays empty, see `url`


@pytest.mark.asyncio
async def test_the_models_say_that_the_dialogue_is_scripted(url: str) -> None:
    async with AsyncOpenAI(base_url=url, api_key="unused") as client:
        origins = {model.id: model.owned_by async for model in client.models.list()}
    assert "not a language model" in origins["scripted:orders"]
    assert {"scripted", "scripted:insurance", "scripted:helpdesk", "piper-joe", "whisper-tiny.en"} <= set(origins)


@pytest.mark.asyncio
async def test_a_streamed_answer_is_the_whole_answer_in_tokens(url: str) -> None:
    async with AsyncOpenAI(base_url=url, api_key="unused") as client:
        asked: list[openai.types.chat.ChatCompletionMessageParam] = [{"role": "user", "content": "Where is my order?"}]
        whole = await client.chat.completions.create(model="scripted:orders", messages=asked)
        stream = await client.chat.completions.create(
            model="scripted:orders", messages=asked, stream=True, stream_options={"include_usage": True}
        )
        chunks = [chunk async for chunk in stream]
    tokens = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]
    assert "".join(tokens) == whole.choices[0].message.content == "I can look that up. What is your order number?"
    assert len(tokens) == 10
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == len(tokens)


@pytest.mark.asyncio
async def test_a_caller_on_a_telephone_line_is_understood(url: str) -> None:
    async with AsyncOpenAI(base_url=url, api_key="unused") as client:
        heard = await client.audio.transcriptions.create(model="whisper-tiny.en", file=SUPPORT)
    assert "customer support" in heard.text.lower()


@pytest.mark.asyncio
async def test_words_have_times_within_the_speech(url: str) -> None:
    async with AsyncOpenAI(base_url=url, api_key="unused") as client:
        heard = await client.audio.transcriptions.create(
            model="whisper-1", file=SUPPORT, response_format="verbose_json", timestamp_granularities=["word"]
        )
    assert heard.words is not None
    assert words(heard.text) == words(" ".join(word.word for word in heard.words))
    starts = [word.start for word in heard.words]
    assert starts == sorted(starts)
    assert 1.2 < starts[0] < 2.3  # the caller begins at about 1.8 s
    assert 4.0 < heard.words[-1].end < 5.0


@pytest.mark.parametrize("voice", ["joe", "joe-low", "joe-high"])
@pytest.mark.asyncio
async def test_what_is_spoken_is_heard_again(url: str, voice: str) -> None:
    said = "Your order left our warehouse yesterday and should be with you on Thursday."
    async with AsyncOpenAI(base_url=url, api_key="unused") as client:
        speech = await client.audio.speech.create(model="piper-joe", voice=voice, input=said, response_format="wav")
        heard = await client.audio.transcriptions.create(model="whisper-1", file=("speech.wav", speech.content))
    missing = set(words(said)) - set(words(heard.text))
    assert len(missing) <= 2, missing


@pytest.mark.asyncio
async def test_a_number_spoken_digit_by_digit_is_heard_with_a_prompt(url: str) -> None:
    said = "My order number is four, four, two, one."
    async with AsyncOpenAI(base_url=url, api_key="unused") as client:
        speech = await client.audio.speech.create(model="piper-joe", voice="joe", input=said, response_format="wav")
        heard = await client.audio.transcriptions.create(
            model="whisper-1", file=("speech.wav", speech.content), prompt="My number is 4 0 9 3, 2 7 1 5, 6 6 8 0."
        )
    assert re.sub(r"\D", "", heard.text) == "4421"


@pytest.mark.asyncio
async def test_pcm_arrives_clause_by_clause_at_24_khz(url: str) -> None:
    long = (
        "Hello there. You can return almost anything within thirty days, as long as it is unused. Please ask for more."
    )
    async with (
        AsyncOpenAI(base_url=url, api_key="unused") as client,
        client.audio.speech.with_streaming_response.create(
            model="tts-1", voice="joe", input=long, response_format="pcm"
        ) as response,
    ):
        pieces = [piece async for piece in response.iter_bytes()]
    assert len(pieces) >= 3
    assert 4.0 < len(b"".join(pieces)) / 2 / 24_000 < 12.0


@pytest.mark.asyncio
async def test_two_callers_are_heard_at_once(url: str) -> None:
    async with AsyncOpenAI(base_url=url, api_key="unused") as client:
        heard = await asyncio.gather(
            *(client.audio.transcriptions.create(model="whisper-1", file=SUPPORT) for _ in range(4))
        )
    assert {one.text for one in heard} == {heard[0].text}


def test_a_wav_answer_is_readable_by_others(url: str) -> None:
    body = {"model": "tts-1", "voice": "joe", "input": "Hello.", "response_format": "wav"}
    answer = httpx.post(f"{url}/audio/speech", json=body, timeout=START_S)
    with wave.open(io.BytesIO(answer.content)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24_000, 1, 2)


def test_raw_audio_is_heard_by_its_content_type(url: str) -> None:
    spoken = read_wav(SUPPORT.read_bytes())
    pcm = (soxr.resample(spoken.samples.astype(np.float32), 8_000, 16_000)).astype("<i2").tobytes()
    answer = httpx.post(
        f"{url}/audio/transcriptions",
        files={"file": ("call", pcm, "audio/pcm")},
        data={"model": "whisper-1", "response_format": "text"},
        timeout=START_S,
    )
    assert "customer support" in answer.text.lower()


@pytest.mark.parametrize("duration_s", [0.1, 2.0, 35.0])
def test_silence_says_nothing(url: str, duration_s: float) -> None:
    silence = write_wav(Wav(np.zeros(int(duration_s * 8_000), dtype=np.int16), 8_000))
    answer = httpx.post(
        f"{url}/audio/transcriptions", files={"file": silence}, data={"model": "whisper-1"}, timeout=START_S
    )
    assert answer.json() == {"text": ""}


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (b"", "empty"),
        (b"ID3\x04 an mp3", "neither a WAV file"),
        (SUPPORT.read_bytes()[:1000], "truncated"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt " + struct.pack("<IHHIIHH", 16, 2, 1, 8000, 4000, 256, 4), "unsupported codec"),
    ],
)
def test_unreadable_audio_is_refused_with_a_reason(url: str, file: bytes, says: str) -> None:
    answer = httpx.post(f"{url}/audio/transcriptions", files={"file": ("call.wav", file)}, data={"model": "whisper-1"})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert says in error["message"]
    assert (error["type"], error["code"]) == ("invalid_request_error", "unreadable_audio")


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        ("/chat/completions", {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}, 404, "scripted"),
        ("/chat/completions", {"model": "scripted", "messages": []}, 400, "messages"),
        ("/chat/completions", {"model": "scripted"}, 400, "messages"),
        ("/audio/speech", {"model": "tts-1", "voice": "alloy", "input": "hi"}, 400, "joe-low"),
        ("/audio/speech", {"model": "tts-1", "voice": "joe", "input": ""}, 400, "input"),
        ("/audio/speech", {"model": "tts-1", "voice": "joe", "input": "..."}, 400, "nothing"),
        ("/audio/speech", {"model": "tts-1", "voice": "joe", "input": "x", "response_format": "mp3"}, 400, "pcm"),
        ("/audio/speech", {"model": "tts-1", "voice": "joe", "input": "x", "speed": 9}, 400, "speed"),
        ("/audio/transcriptions", {}, 400, "multipart"),
        ("/nowhere", {}, 404, "Not Found"),
    ],
)
def test_a_bad_request_is_told_what_is_wrong(
    url: str, path: str, body: dict[str, object], status: int, says: str
) -> None:
    answer = httpx.post(url + path, json=body)
    assert answer.status_code == status
    assert says in answer.json()["error"]["message"]


def test_a_wrong_script_stops_the_process_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("persona: mine\n", encoding="utf-8")
    command = [sys.executable, "-m", "infra.local_models", "--port", "0", "--script", str(tmp_path / "mine.yaml")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=START_S, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "mine.yaml: description: Field required" in done.stderr


def test_it_refuses_to_listen_beyond_loopback() -> None:
    command = [sys.executable, "-m", "infra.local_models", "--host", "0.0.0.0", "--port", "0"]  # noqa: S104 - must be refused
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=START_S, check=False)
    assert done.returncode == 1
    assert "loopback only" in done.stderr
