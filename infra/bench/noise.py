"""Noise under a caller's voice, from a seed: white, or other people talking, at a given distance in decibels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from infra.speech.ports import Samples

LOUD = 500  # quieter is no part of the speech whose level counts
PEAK = 32_000


def white(samples: Samples, *, snr_db: float, seed: int) -> Samples:
    """Add white noise."""
    return _under(samples, np.random.default_rng(seed).normal(0, 1, len(samples)), snr_db)


def babble(samples: Samples, others: Sequence[Samples], *, snr_db: float, seed: int) -> Samples:
    """Add other people, each begun somewhere and repeated."""
    chance = np.random.default_rng(seed)
    mixed = np.zeros(len(samples))
    for one in others:
        shifted = np.roll(one.astype(np.float64), int(chance.integers(len(one))))
        mixed += np.resize(shifted, len(samples))
    return _under(samples, mixed, snr_db)


def level(samples: NDArray[np.float64]) -> float:
    """Give the root mean square of what is audible of it."""
    heard = samples[np.abs(samples) > LOUD]
    return float(np.sqrt(np.mean(heard**2))) if len(heard) else 1.0


def _under(samples: Samples, noise: NDArray[np.float64], snr_db: float) -> Samples:
    speech = samples.astype(np.float64)
    own = float(np.sqrt(np.mean(noise**2))) or 1.0
    mixed = speech + noise / own * level(speech) / 10 ** (snr_db / 20)
    loudest = max(PEAK, float(np.abs(mixed).max()))
    loud: Samples = (mixed * PEAK / loudest).astype(np.int16)
    return loud
