"""What real networks do to frames, from a seed: late, lost, doubled, reordered, in bursts, by a drifting clock."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

FRAME_MS = 20


@dataclass(frozen=True, slots=True)
class Arrival:
    """A frame as it comes out of the network: when, and which one it is."""

    at_ms: float
    number: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Network:
    """One impairment, or several; a share is a probability of each frame."""

    seed: int = 1
    lost: float = 0.0
    burst: int = 1  # so many frames in a row are lost where one is
    doubled: float = 0.0
    reordered: float = 0.0
    behind: int = 2  # how many frames later a reordered one comes
    jitter_ms: float = 0.0
    stall_every_ms: int = 0
    stall_ms: int = 0
    drift: float = 0.0  # of the caller's clock: 0.005 sends half a percent too fast

    def carry(self, frames: Sequence[bytes]) -> list[Arrival]:
        """Give what arrives, in the order in which it does."""
        chance = random.Random(self.seed)
        places: list[tuple[float, int]] = []
        dropping = 0
        for number in range(len(frames)):
            if dropping == 0 and chance.random() < self.lost:
                dropping = self.burst
            if dropping:
                dropping -= 1
                continue
            moved = self.behind + 0.5 if chance.random() < self.reordered else 0.0
            places.append((number + moved, number))
            if chance.random() < self.doubled:
                places.append((number + chance.choice((0.1, 3.1)), number))
        arrivals, latest = [], 0.0
        for place, number in sorted(places):
            at_ms = place * FRAME_MS / (1 + self.drift) + chance.random() * self.jitter_ms
            latest = max(latest, self._released(at_ms))
            arrivals.append(Arrival(latest, number, frames[number]))
        return arrivals

    def _released(self, at_ms: float) -> float:
        """Give when a stall lets through what came while it lasted: all of it at once."""
        if not self.stall_every_ms:
            return at_ms
        into_ms = at_ms % self.stall_every_ms
        began_ms = self.stall_every_ms - self.stall_ms
        return at_ms if into_ms < began_ms else at_ms - into_ms + self.stall_every_ms


def arrived(arrivals: Sequence[Arrival]) -> set[int]:
    """Give the numbers of the frames that came at all."""
    return {one.number for one in arrivals}
