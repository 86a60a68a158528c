"""`callwarden call`: plays a recording as the caller, prints what comes back and saves the answer."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlsplit

import numpy as np
import typer
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus, InvalidURI, WebSocketException

from governance.errors import InputError
from infra.call_script import CallRefused, CallResult, CallScript, Hangup, Say, Wait
from infra.cli_parts import wrong_use
from infra.clock import now
from infra.handset import Handset
from infra.settings import Settings
from infra.speech.wav import UnreadableAudio, Wav, read_wav, write_wav
from schemas.calls import Encoding

OPEN_WITHIN_S = 10.0
GREETING_WITHIN_S = 8.0
MOST_ANSWERS_BYTES = 4 * 1024 * 1024
TELEPHONE_RATE = 8_000
RATES = (8_000, 16_000, 24_000)


async def place_call(
    script: CallScript, *, url: str, call_id: str, token: str | None = None, caller: str | None = None,
    encoding: Encoding = "mulaw", sample_rate: int = TELEPHONE_RATE, fast: bool = False,
) -> CallResult:
    """Play a script as the caller of one call; raises CallRefused where the service does not take it."""
    path = f"/v1/calls/{quote(call_id, safe='')}/audio?encoding={encoding}&sample_rate={sample_rate}"
    address = url.rstrip("/") + path
    result = CallResult(call_id=call_id, answer=Wav(np.zeros(0, dtype=np.int16), sample_rate))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        async with connect(
            address, additional_headers=headers, open_timeout=OPEN_WITHIN_S, max_size=MOST_ANSWERS_BYTES,
            compression=None,
        ) as socket:
            handset = Handset(socket, result, encoding=encoding, sample_rate=sample_rate, fast=fast)
            await handset.run(script, caller=caller)
    except InvalidStatus as refused:
        raise CallRefused(f"the service refused the call: {_reason(refused)}") from None
    except InvalidURI:
        raise CallRefused(f"{url} is no WebSocket address: give ws://host:port") from None
    except TimeoutError:
        raise CallRefused(f"nothing answers at {url}: is the service running?") from None
    except OSError:
        raise CallRefused(f"nothing listens at {url}: start it with `callwarden up`, or give --url") from None
    except WebSocketException as wrong:
        raise CallRefused(f"the connection failed: {type(wrong).__name__}") from None
    return result


def call(
    file: Annotated[Path, typer.Argument(help="WAV file: PCM 16 bit, G.711 mu-law or A-law")],
    url: Annotated[str | None, typer.Option(help="ws://host:port of the service")] = None,
    call_id: Annotated[str | None, typer.Option(help="id of the call; one is made of the time where absent")] = None,
    caller: Annotated[str | None, typer.Option(help="the caller's number")] = None,
    fast: Annotated[bool, typer.Option(help="without waiting for the time that speech takes")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Call the service with a recording; the login comes from CALLWARDEN_TOKEN."""
    settings = Settings()
    try:
        wav = read_wav(file.read_bytes())
    except OSError as wrong:
        wrong_use(f"{file}: {wrong.strerror}")
    except UnreadableAudio as wrong:
        wrong_use(f"{file}: {wrong}")
    encoding, rate = encoding_of(wav)
    script: CallScript = (Wait(GREETING_WITHIN_S), Say(wav), Wait(), Hangup())
    try:
        result = asyncio.run(place_call(
            script, url=websocket_address(url or f"ws://{settings.host}:{settings.port}"),
            call_id=call_id or f"call-{now():%Y%m%dT%H%M%S.%f}", caller=caller, encoding=encoding, sample_rate=rate,
            fast=fast, token=settings.token.get_secret_value() if settings.token else None,
        ))
    except InputError as refused:
        wrong_use(str(refused))
    answer = file.with_name(f"{file.stem}.answer.wav")
    try:
        answer.write_bytes(write_wav(result.answer))
    except OSError as wrong:
        wrong_use(f"{answer}: {wrong.strerror}; the answer cannot be saved")
    typer.echo(json.dumps(_plain(result, answer)) if as_json else _told(result, answer))
    if result.errors:
        typer.echo(f"callwarden: {'; '.join(result.errors)}", err=True)
        raise typer.Exit(2)
    if not result.answered_after_ms:
        raise typer.Exit(1)


def encoding_of(wav: Wav) -> tuple[Encoding, int]:
    """Give the encoding that loses nothing of a recording, and the nearest rate a call can have."""
    rate = next((rate for rate in RATES if wav.sample_rate <= rate), RATES[-1])
    return ("mulaw" if rate == TELEPHONE_RATE else "linear16"), rate


def websocket_address(url: str) -> str:
    """Take an http address as well."""
    try:
        parts = urlsplit(url)
        reachable = parts.hostname is not None and parts.port != 0  # a port that none can have raises as well
    except ValueError:
        raise CallRefused(f"{url} is no WebSocket address: give ws://host:port") from None
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    if scheme not in {"ws", "wss"} or not reachable:
        raise CallRefused(f"{url} is no WebSocket address: give ws://host:port")
    return parts._replace(scheme=scheme).geturl()


def _reason(refused: InvalidStatus) -> str:
    try:
        problem = json.loads(refused.response.body or b"")
        return str(problem.get("detail") or problem.get("title"))
    except (ValueError, AttributeError):
        return refused.response.reason_phrase


def _plain(result: CallResult, answer: Path) -> dict[str, object]:
    seen = asdict(result)
    return {**seen, "answer": str(answer), "answer_ms": round(result.answer.duration_ms)}


def _told(result: CallResult, answer: Path) -> str:
    lines = [f"call {result.call_id}"]
    lines += [f"spoke {begin / 1000:.1f} s to {end / 1000:.1f} s" for begin, end in result.said]
    lines += [f"first sound of the answer after {after} ms" for after in result.answered_after_ms]
    if not result.answered_after_ms:
        lines.append("no answer was heard")
    if result.clears:
        lines.append(f"the assistant stopped for the caller {result.clears} times")
    if result.transfer:
        lines.append("transferred: " + ", ".join(f"{name} {value}" for name, value in result.transfer.items()))
    return "\n".join([*lines, f"answer saved: {answer}"])
