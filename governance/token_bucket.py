"""A token bucket: how many requests fit now, and when the next one does."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """How many fit in a second over time, and how many at once."""

    per_s: float
    burst: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is left, as of an instant; a new one is full."""

    left: float
    at_s: float


@dataclass(frozen=True, slots=True)
class Taken:
    """The bucket after a request, whether it fits, what is left, and the seconds until it is full or it would fit."""

    bucket: Bucket
    fits: bool
    left: int
    full_in_s: float
    fits_in_s: float


def take(bucket: Bucket | None, rate: Rate, *, cost: float, at_s: float) -> Taken:
    """Take `cost` from the bucket if that fits; a clock that goes back gives nothing."""
    left = rate.burst
    if bucket is not None:
        left = min(rate.burst, bucket.left + max(0.0, at_s - bucket.at_s) * rate.per_s)
    fits = left >= cost
    rest = left - cost if fits else left
    return Taken(
        bucket=Bucket(rest, at_s), fits=fits, left=int(rest), full_in_s=(rate.burst - rest) / rate.per_s,
        fits_in_s=0.0 if fits else (cost - left) / rate.per_s,
    )
