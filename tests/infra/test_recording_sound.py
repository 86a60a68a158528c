"""A recording rendered for everybody holds no word of a span: the local recogniser hears the rendition again."""

import re
from pathlib import Path

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray
from openai import AsyncOpenAI

from governance.recording import Characters, Plan, Said, of_caller
from governance.sounding import places
from infra.recording_chunks import Facts, Piece, Run
from infra.recording_sound import HEADER_BYTES, Rendition, doubled, wav
from infra.speech.wav import Wav, read_wav, write_wav
from schemas.recordings import Direction, Interval
from schemas.redacted import RedactedSpan
from schemas.turns import Word
from tests.support.voices import RATE, Voices

pytestmark = pytest.mark.flow
DIGITS = Path(__file__).parents[1] / "data" / "audio" / "digits" / "card-number.wav"
# Where each of its digits sounds, as its makers say.
DIGIT_WORDS = (
    ("four", 0, 450), ("three", 530, 1040), ("nine", 1100, 1640), ("zero", 1730, 2380), ("five", 2800, 3230),
    ("eight", 3290, 3720), ("three", 3770, 4280), ("seven", 4390, 4800), ("eight", 5300, 5730), ("nine", 5790, 6340),
    ("seven", 6460, 6880), ("seven", 7000, 7440), ("three", 8000, 8470), ("zero", 8580, 9120), ("three", 9170, 9630),
    ("eight", 9670, 10070),
)
SPOKEN_DIGIT = re.compile(r"\d|\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b", re.IGNORECASE)
PHONE = 8_000
# It hears digits best so; asked so about a rendition it makes digits up, also over plain silence.
PROMPT = "My number is 4 0 9 3, 2 7 1 5, 8 6 0 4, 1 9 5 2."
Samples = NDArray[np.int16]


def piece(samples: Samples, *, direction: Direction = "in", start_ms: int = 0) -> tuple[Piece, bytes]:
    body = samples.astype("<i2").tobytes()
    end_ms = start_ms + 1000 * len(samples) // PHONE
    one = Piece(
        direction=direction, place="p", number=0, last=0, start_ms=start_ms, end_ms=end_ms, encoding="linear16",
        sample_rate=PHONE, facts=Facts(runs=(Run(start_ms=start_ms, size=len(body)),)), key_id="k", sha256="0",
    )
    return one, body


def rendered(rendition: Rendition, pieces: list[tuple[Piece, bytes]]) -> Samples:
    """Render, and give the samples of both channels."""

    def read(within: Interval) -> list[tuple[Piece, bytes]]:
        return [one for one in pieces if one[0].start_ms < within.end_ms and one[0].end_ms > within.start_ms]

    whole = b"".join(wav(rendition, read))
    assert len(whole) == rendition.size
    part = b"".join(wav(rendition, read, first=HEADER_BYTES + 1001))
    assert part == whole[HEADER_BYTES + 1001 :]
    return np.frombuffer(whole[HEADER_BYTES:], dtype="<i2").reshape(-1, 2)


async def transcribe(url: str, samples: Samples, *, digits: bool) -> tuple[str, tuple[Word, ...]]:
    async with AsyncOpenAI(base_url=url, api_key="local") as client:
        heard = await client.audio.transcriptions.create(
            model="whisper-tiny.en", file=("a.wav", write_wav(Wav(samples, PHONE))), response_format="verbose_json",
            timestamp_granularities=["word"], prompt=PROMPT if digits else "",
        )
    words = tuple(
        Word(text=one.word, start_ms=int(1000 * one.start), end_ms=int(1000 * one.end)) for one in heard.words or ()
    )
    return heard.text.strip(), words


def redacted(samples: Samples, text: str, words: tuple[Word, ...], start: int, end: int) -> Samples:
    """Render the caller's channel without the words of a span."""
    span = RedactedSpan(
        start=start, end=end, entity="CREDIT_CARD", pseudonym="<CREDIT_CARD_1>", score=1, recognizer="r",
        redacted_start=start, redacted_end=start + 15,
    )
    length_ms = 1000 * len(samples) // PHONE
    said = Said(
        participant="caller", utterance="u1", start_ms=0, end_ms=length_ms,
        spans=(Characters(start=start, end=end),), places=places(text, words, [span]),
    )
    plans: dict[Direction, Plan] = {"in": of_caller([said], keys_ms=())}
    return rendered(Rendition(PHONE, length_ms, plans), [piece(samples)])[:, 0]


async def test_no_digit_of_a_synthesised_card_number_comes_back(local_models: str) -> None:
    said = "My card number is four, two, seven, one, five, three, eight, six. It expires soon, thank you very much."
    spoken = await Voices(local_models).say(said)
    samples = np.asarray(soxr.resample(spoken, RATE, PHONE), dtype=np.int16)
    text, words = await transcribe(local_models, samples, digits=True)
    found = list(re.finditer(r"\d|\b(?:four|two|seven|one|five|three|eight|six)\b", text))
    assert len(found) >= 6, "the recogniser hears the number in the original"
    without = redacted(samples, text, words, found[0].start(), found[-1].end())
    again, _ = await transcribe(local_models, without, digits=False)
    assert not SPOKEN_DIGIT.search(again)
    assert "card" in again.lower()


async def test_no_digit_of_a_real_speaker_comes_back(local_models: str) -> None:
    recording = read_wav(DIGITS.read_bytes())
    text = " ".join(word for word, _, _ in DIGIT_WORDS)
    words = tuple(Word(text=word, start_ms=start, end_ms=end) for word, start, end in DIGIT_WORDS)
    heard, _ = await transcribe(local_models, recording.samples, digits=True)
    assert len(SPOKEN_DIGIT.findall(heard)) >= 5
    without = redacted(recording.samples, text, words, 0, len(text))
    again, _ = await transcribe(local_models, without, digits=False)
    assert not SPOKEN_DIGIT.search(again)


async def test_without_word_times_nothing_of_the_utterance_is_heard(local_models: str) -> None:
    recording = read_wav(DIGITS.read_bytes())
    without = redacted(recording.samples, "my card is 4390", (), 11, 15)
    again, _ = await transcribe(local_models, without, digits=False)
    assert not SPOKEN_DIGIT.search(again)


def test_channels_are_placed_in_time_and_the_original_is_as_it_was() -> None:
    caller = np.arange(1, 8001, dtype=np.int16)
    answer = np.full(4000, 77, dtype=np.int16)
    sound = rendered(
        Rendition(PHONE, 2000, {}), [piece(caller), piece(answer, direction="out", start_ms=1500)]
    )
    assert sound.shape == (16_000, 2)
    assert np.array_equal(sound[:8000, 0], caller)
    assert not sound[8000:, 0].any()
    assert not sound[:12_000, 1].any()
    assert np.array_equal(sound[12_000:, 1], answer)


def test_what_two_runs_claim_is_found() -> None:
    ones = np.ones(8000, dtype=np.int16)
    first, second = piece(ones)[0], piece(ones, start_ms=600)[0]
    assert doubled([first, second]) == [Interval(start_ms=600, end_ms=1000)]
    assert doubled([first, piece(ones, start_ms=1000)[0]]) == []
