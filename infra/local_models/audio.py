"""POST /v1/audio/speech and /v1/audio/transcriptions: Piper and Whisper behind the OpenAI audio API."""

from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from infra.local_models.engines import EngineRoom
from infra.local_models.errors import ApiError, invalid, unknown_model
from infra.local_models.kokoro import VOICES
from infra.local_models.piper import FASTEST, OUTPUT_RATE, PITCH_BY_VOICE, SLOWEST, split_clauses
from infra.local_models.upload import LARGEST_BODY_BYTES, Upload, read_upload
from infra.local_models.waiting import Turns, gone
from infra.local_models.whisper import WORKERS, Transcript
from infra.speech.wav import Wav, write_wav

SPEECH_MODELS = ("piper-joe", "tts-1")
KOKORO = "kokoro"  # in the extra of that name
TRANSCRIPTION_MODELS = ("whisper-tiny.en", "whisper-1")
LONGEST_TEXT = 4096  # characters, as the OpenAI endpoint


class SpeechRequest(BaseModel):
    """What to say and how; without a format the answer is a WAV file."""

    model: str
    input: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    voice: str = "joe"
    response_format: Literal["pcm", "wav"] = "wav"
    speed: Annotated[float, Field(ge=SLOWEST, le=FASTEST)] = 1.0


def audio_router(room: EngineRoom) -> APIRouter:
    """Both endpoints."""
    router = APIRouter()
    turns = Turns(WORKERS)

    @router.post("/v1/audio/speech")
    def speech(request: SpeechRequest) -> Response:
        if request.model not in (*SPEECH_MODELS, KOKORO):
            raise unknown_model(request.model, SPEECH_MODELS)
        voices = VOICES if request.model == KOKORO else tuple(PITCH_BY_VOICE)
        if request.voice not in voices:
            raise invalid(f"there is no such voice; known: {', '.join(voices)}", param="voice")
        engines = room.engines()
        speaker = engines.kokoro if request.model == KOKORO else engines.speaker
        if not split_clauses(request.input):
            raise invalid("there is nothing in the text that can be spoken", param="input")
        clauses = speaker.speak(request.input, voice=request.voice, speed=request.speed)
        if request.response_format == "pcm":
            return StreamingResponse(_pcm(clauses), media_type=f"audio/pcm;rate={OUTPUT_RATE}")
        return Response(write_wav(Wav(np.concatenate(list(clauses)), OUTPUT_RATE)), media_type="audio/wav")

    @router.post("/v1/audio/transcriptions")
    async def transcriptions(request: Request) -> Response:
        engines = room.engines()
        upload = read_upload(request.headers.get("content-type", ""), await _body(request))
        if upload.model not in TRANSCRIPTION_MODELS:
            raise unknown_model(upload.model, TRANSCRIPTION_MODELS)
        async with turns.turn(request):
            transcript = await run_in_threadpool(
                engines.transcriber.transcribe, upload.audio, prompt=upload.prompt, words=upload.words
            )
        return _answer(upload, transcript)

    return router


def _pcm(clauses: Iterator[NDArray[np.int16]]) -> Iterator[bytes]:
    for samples in clauses:
        yield samples.astype("<i2").tobytes()


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > LARGEST_BODY_BYTES:
                limit = LARGEST_BODY_BYTES // 1_000_000
                raise ApiError(413, f"the recording is larger than {limit} MB", code="too_large", param="file")
    except ClientDisconnect:
        raise gone() from None
    return bytes(body)


def _answer(upload: Upload, transcript: Transcript) -> Response:
    if upload.response_format == "text":
        return PlainTextResponse(transcript.text + "\n")
    if upload.response_format == "json":
        return JSONResponse({"text": transcript.text})
    duration = round(transcript.duration_ms / 1000, 3)
    segment = {
        "id": 0,
        "seek": 0,
        "start": 0.0,
        "end": duration,
        "text": transcript.text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": transcript.avg_logprob,
        "compression_ratio": 1.0,
        "no_speech_prob": transcript.no_speech_prob,
    }
    body: dict[str, object] = {
        "task": "transcribe",
        "language": "english",
        "duration": duration,
        "text": transcript.text,
        "segments": [segment] if transcript.text else [],
    }
    if upload.words:
        body["words"] = [
            {
                "word": word.text,
                "start": round(word.start_ms / 1000, 3),
                "end": round(word.end_ms / 1000, 3),
                "probability": round(word.probability, 4),
            }
            for word in transcript.words
        ]
    return JSONResponse(body)
