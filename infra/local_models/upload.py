"""Reads what is posted for transcription: the form fields of the OpenAI API and the recording among them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from infra.local_models.errors import ApiError, invalid
from infra.local_models.multipart import Part, UnreadableForm, parse_form
from infra.speech.g711 import decode_alaw, decode_mulaw
from infra.speech.log_mel import SAMPLE_RATE
from infra.speech.wav import HIGHEST_RATE, LOWEST_RATE, UnreadableAudio, Wav, read_wav

LARGEST_BODY_BYTES = 25_000_000  # as the OpenAI endpoint
FULL_SCALE = 32_768.0
FORMATS = ("json", "verbose_json", "text")
RAW_PCM_TYPES = ("audio/pcm", "audio/l16")
TELEPHONE_RATE = 8_000


@dataclass(frozen=True)
class Upload:
    """A recording to transcribe, at 16 kHz within -1 and 1, and how to answer."""

    model: str
    audio: NDArray[np.float32]
    response_format: str
    prompt: str | None
    words: bool


def read_upload(content_type: str, body: bytes) -> Upload:
    """Reads the form or says what is wrong with it."""
    try:
        parts = parse_form(content_type, body)
    except UnreadableForm as error:
        raise invalid(str(error)) from None
    file = next((part for part in parts if part.name == "file"), None)
    if file is None:
        raise invalid("the form has no part named file", param="file", code="missing_required_parameter")
    response_format = _field(parts, "response_format") or "json"
    if response_format not in FORMATS:
        raise invalid(f"response_format must be one of {', '.join(FORMATS)}", param="response_format")
    if _field(parts, "language") not in (None, "", "en", "english"):
        raise invalid("this model hears English only; leave language out or say en", param="language")
    model = _field(parts, "model")
    if model is None:
        raise invalid("the form has no part named model", param="model", code="missing_required_parameter")
    granularities = {_text(part) for part in parts if part.name.removesuffix("[]") == "timestamp_granularities"}
    return Upload(
        model=model,
        audio=_audio(file, parts),
        response_format=response_format,
        prompt=_field(parts, "prompt"),
        words="word" in granularities and response_format == "verbose_json",
    )


def _audio(file: Part, parts: Sequence[Part]) -> NDArray[np.float32]:
    try:
        wav = _recording(file, parts)
    except UnreadableAudio as error:
        raise invalid(f"the recording cannot be read: {error}", param="file", code="unreadable_audio") from None
    samples = wav.samples.astype(np.float32) / FULL_SCALE
    if wav.sample_rate == SAMPLE_RATE:
        return samples
    resampled: NDArray[np.float32] = soxr.resample(samples, wav.sample_rate, SAMPLE_RATE, quality="HQ")
    return resampled


def _recording(file: Part, parts: Sequence[Part]) -> Wav:
    """A WAV file whatever it is called; else headerless audio that its content type describes."""
    if not file.content:
        raise UnreadableAudio("the file is empty")
    name = (file.filename or "").lower()
    if file.content.startswith(b"RIFF"):
        return read_wav(file.content)
    if file.content_type in RAW_PCM_TYPES or name.endswith((".pcm", ".raw")):
        if len(file.content) % 2:
            raise UnreadableAudio("16 bit samples need an even number of bytes")
        return Wav(np.frombuffer(file.content, dtype="<i2").astype(np.int16), _rate(parts, default=SAMPLE_RATE))
    if file.content_type in ("audio/basic", "audio/pcmu") or name.endswith(".ulaw"):
        return Wav(decode_mulaw(file.content), _rate(parts, default=TELEPHONE_RATE))
    if file.content_type == "audio/pcma" or name.endswith(".alaw"):
        return Wav(decode_alaw(file.content), _rate(parts, default=TELEPHONE_RATE))
    raise UnreadableAudio("neither a WAV file nor raw audio/pcm, audio/basic (mu-law) or audio/pcma (A-law)")


def _rate(parts: Sequence[Part], *, default: int) -> int:
    """The form field `sample_rate`, an addition to the OpenAI API for headerless audio."""
    value = _field(parts, "sample_rate")
    if value is None:
        return default
    if not value.isdecimal() or not LOWEST_RATE <= int(value) <= HIGHEST_RATE:
        raise invalid(f"sample_rate must be a number from {LOWEST_RATE} to {HIGHEST_RATE}", param="sample_rate")
    return int(value)


def _field(parts: Sequence[Part], name: str) -> str | None:
    return next((_text(part) for part in parts if part.name == name), None)


def _text(part: Part) -> str:
    try:
        return part.content.decode("utf-8")
    except UnicodeDecodeError:
        raise ApiError(400, f"{part.name} is not UTF-8 text", code="invalid_value", param=part.name) from None
