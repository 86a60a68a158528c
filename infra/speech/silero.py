"""Voice activity by the Silero VAD model: how likely a frame of 32 ms is speech.

The model rests on a line that is still: most of a call nobody is heard, and asking costs as much as it does in speech.
The frames before a sound are judged with it, so the sound is met in a state in which the model could have been anyway.
"""

from collections import deque

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from infra.speech.onnx_session import open_session, packaged_file

FRAME_MS = 32
RATES = (8_000, 16_000)
CLEARLY_SILENT = 0.15
RESET_AFTER_SILENCE_MS = 2_000  # long silence or music dulls the state, and later speech is missed
STILL = 32 / 32_768  # of full scale, -60 dBFS: speech that is nowhere louder the model takes for silence
RESTS_AFTER_MS = 96
FRAMES_BEFORE = 32  # a second, judged before a sound that ends a longer rest: with half, some syllables end elsewhere


def load_silero() -> ort.InferenceSession:
    """Opens the model; one session serves every call of a process."""
    return open_session(packaged_file("pipecat", "audio/vad/data/silero_vad.onnx"), threads=1)


class SileroVad:
    """Judges the frames of one audio stream in order; not to be shared between streams."""

    def __init__(self, session: ort.InferenceSession, *, sample_rate: int, still: float = STILL) -> None:
        """`still`: the model is not asked about a silent line on which nothing is louder."""
        if sample_rate not in RATES:
            raise ValueError(f"Silero hears 8000 or 16000 samples a second, not {sample_rate}")
        self.frame_samples = sample_rate * FRAME_MS // 1000
        self._session = session
        self._rate = np.array(sample_rate, dtype=np.int64)
        self._context_samples = self.frame_samples // 8
        self._still = still
        self._unjudged: deque[NDArray[np.float32]] = deque(maxlen=FRAMES_BEFORE)
        self._passed_over = 0
        self._state: NDArray[np.float32]
        self._context: NDArray[np.float32]
        self._silent_ms: int
        self._forget()

    def reset(self) -> None:
        """Forgets what was heard so far."""
        self._unjudged.clear()
        self._passed_over = 0
        self._forget()

    def probability(self, frame: NDArray[np.float32]) -> float:
        """The probability of speech in the next frame, whose samples lie within -1 and 1."""
        if frame.shape != (self.frame_samples,):
            raise ValueError(f"a frame has {self.frame_samples} samples, not {frame.shape}")
        if self._silent_ms >= RESTS_AFTER_MS and max(frame.max(), -frame.min()) <= self._still:
            self._unjudged.append(frame)
            self._passed_over += 1
            return 0.0
        if self._passed_over:
            before = tuple(self._unjudged)
            if self._passed_over > len(before):
                self._forget()
            self._unjudged.clear()
            self._passed_over = 0
            for one in before:
                self._judge(one)
        return self._judge(frame)

    def _judge(self, frame: NDArray[np.float32]) -> float:
        window = np.concatenate((self._context, frame), dtype=np.float32)
        output, self._state = self._session.run(
            None, {"input": window[None, :], "state": self._state, "sr": self._rate}
        )
        self._context = window[-self._context_samples :]
        probability = float(output[0, 0])
        self._silent_ms = self._silent_ms + FRAME_MS if probability < CLEARLY_SILENT else 0
        if self._silent_ms >= RESET_AFTER_SILENCE_MS:
            self._forget()
        return probability

    def _forget(self) -> None:
        self._state = np.zeros((2, 1, 128), dtype=np.float32)
        self._context = np.zeros(self._context_samples, dtype=np.float32)
        self._silent_ms = 0
