"""Log-mel features as Whisper and smart-turn expect them: 80 Slaney mel bands, 25 ms windows every 10 ms at 16 kHz."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
WINDOW = 400
HOP = 160
BANDS = 80
FRAMES_PER_SECOND = SAMPLE_RATE // HOP
FLOOR_LOG = -10.0  # log10 of the smallest power kept
DYNAMIC_RANGE_LOG = 8.0  # 80 dB below the loudest cell everything is equal
LINEAR_UNTIL_HZ = 1000.0
HZ_PER_MEL = 200.0 / 3.0
LOG_STEP = np.log(6.4) / 27.0


def _mel_to_hz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    linear_until = LINEAR_UNTIL_HZ / HZ_PER_MEL
    curved = LINEAR_UNTIL_HZ * np.exp(LOG_STEP * (mels - linear_until))
    return np.asarray(np.where(mels < linear_until, mels * HZ_PER_MEL, curved))


def _filterbank() -> NDArray[np.float32]:
    nyquist = SAMPLE_RATE / 2
    highest = LINEAR_UNTIL_HZ / HZ_PER_MEL + np.log(nyquist / LINEAR_UNTIL_HZ) / LOG_STEP
    edges = _mel_to_hz(np.linspace(0.0, highest, BANDS + 2))
    bins = np.linspace(0.0, nyquist, WINDOW // 2 + 1)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    area = 2.0 / (edges[2:] - edges[:-2])
    return (np.maximum(0.0, np.minimum(rising, falling)) * area[:, None]).astype(np.float32)


_FILTERS = _filterbank()
_HANN = np.hanning(WINDOW + 1)[:-1].astype(np.float32)


def log_mel(audio: NDArray[np.float32], *, frames: int) -> NDArray[np.float32]:
    """Gives (80, frames); audio shorter than that is followed by digital silence, which costs nothing."""
    audio = audio[: frames * HOP]
    spoken = min(frames, len(audio) // HOP + 2)  # two more: the window straddles the end of the audio
    tail = np.zeros(max(0, spoken * HOP - len(audio)), dtype=np.float32)
    padded = np.pad(np.concatenate((audio.astype(np.float32), tail)), WINDOW // 2, mode="reflect")
    windows = sliding_window_view(padded, WINDOW)[::HOP][:spoken]
    power = np.abs(np.fft.rfft(windows * _HANN, axis=-1)).astype(np.float32) ** 2
    logs = np.full((BANDS, frames), FLOOR_LOG, dtype=np.float32)
    logs[:, :spoken] = np.log10(np.maximum(_FILTERS @ power.T, 10.0**FLOOR_LOG))
    scaled: NDArray[np.float32] = (np.maximum(logs, logs.max() - DYNAMIC_RANGE_LOG) + 4.0) / 4.0
    return scaled
