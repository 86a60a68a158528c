"""Voice activity by the Silero VAD model: how likely a frame of 32 ms is speech."""

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from infra.speech.onnx_session import open_session, packaged_file

FRAME_MS = 32
RATES = (8_000, 16_000)
CLEARLY_SILENT = 0.15
RESET_AFTER_SILENCE_MS = 2_000  # long silence or music dulls the state, and later speech is missed


def load_silero() -> ort.InferenceSession:
    """Opens the model; one session serves every call of a process."""
    return open_session(packaged_file("pipecat", "audio/vad/data/silero_vad.onnx"), threads=1)


class SileroVad:
    """Judges the frames of one audio stream in order; not to be shared between streams."""

    def __init__(self, session: ort.InferenceSession, *, sample_rate: int) -> None:
        if sample_rate not in RATES:
            raise ValueError(f"Silero hears 8000 or 16000 samples a second, not {sample_rate}")
        self.frame_samples = sample_rate * FRAME_MS // 1000
        self._session = session
        self._rate = np.array(sample_rate, dtype=np.int64)
        self._context_samples = self.frame_samples // 8
        self.reset()

    def reset(self) -> None:
        """Forgets what was heard so far."""
        self._state = np.zeros((2, 1, 128), dtype=np.float32)
        self._context = np.zeros(self._context_samples, dtype=np.float32)
        self._silent_ms = 0

    def probability(self, frame: NDArray[np.float32]) -> float:
        """The probability of speech in the next frame, whose samples lie within -1 and 1."""
        if frame.shape != (self.frame_samples,):
            raise ValueError(f"a frame has {self.frame_samples} samples, not {frame.shape}")
        window = np.concatenate((self._context, frame), dtype=np.float32)
        output, self._state = self._session.run(
            None, {"input": window[None, :], "state": self._state, "sr": self._rate}
        )
        self._context = window[-self._context_samples :]
        probability = float(output[0, 0])
        self._silent_ms = self._silent_ms + FRAME_MS if probability < CLEARLY_SILENT else 0
        if self._silent_ms >= RESET_AFTER_SILENCE_MS:
            self.reset()
        return probability
