"""Semantic end of turn by the smart-turn v3.2 model: does this sound like somebody who has finished speaking."""

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from infra.speech.log_mel import FRAMES_PER_SECOND, SAMPLE_RATE, log_mel
from infra.speech.onnx_session import open_session, packaged_file

HEARD_SECONDS = 8
VARIANCE_FLOOR = 1e-7


def load_smart_turn() -> ort.InferenceSession:
    """Opens the model; one session serves every call of a process."""
    path = packaged_file("pipecat", "audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx")
    return open_session(path, threads=1)


class SmartTurn:
    """Judges the audio of a whole turn; holds no state between calls."""

    def __init__(self, session: ort.InferenceSession) -> None:
        self._session = session

    def probability(self, audio_16k: NDArray[np.float32]) -> float:
        """The probability that the turn has ended, by its last 8 s at 16 kHz; takes about 30 ms."""
        wanted = HEARD_SECONDS * SAMPLE_RATE
        heard = audio_16k[-wanted:].astype(np.float32)
        heard = np.pad(heard, (wanted - len(heard), 0))
        heard = (heard - heard.mean()) / np.sqrt(heard.var() + VARIANCE_FLOOR)
        features = log_mel(heard, frames=HEARD_SECONDS * FRAMES_PER_SECOND)
        (output,) = self._session.run(None, {"input_features": features[None]})
        return float(output[0, 0])
