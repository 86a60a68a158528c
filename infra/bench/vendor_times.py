"""What the stand-in vendors of the voice bench take, and how a turn is known again on its way through them."""

import re

from schemas.base import Frozen

FINAL_MS = 200  # from the caller's last sample at the recogniser to its end of turn
FIRST_TOKEN_MS = 250
FIRST_TOKENS_MS = {"stand-in-small": 80, "stand-in-slow": 1_800}  # of other models than the usual one
TOKEN_MS = 10
PHRASE_TOKENS = 6  # the first phrase is complete with this token
PHRASE_MS = FIRST_TOKEN_MS + (PHRASE_TOKENS - 1) * TOKEN_MS
FIRST_AUDIO_MS = 100
FIXED_MS = FINAL_MS + PHRASE_MS + FIRST_AUDIO_MS

MAGIC = b"\x2a\x15\x9c\x33\x51\x0f\xe6\x2d"  # in the samples of the caller's last frame, before the turn's number
WORDS = (
    "table", "plate", "bucket", "bottle", "saucer", "button", "basket", "ladder", "mirror", "spoon", "carpet",
    "teapot", "blanket", "candle", "kettle", "drawer",
)
MOST_TURNS = len(WORDS) ** 3
HUM_MS = 400
HUM = 0xFFFF_FFFF  # in place of a turn's number: the caller says no more than "mm-hm"
WORD = re.compile("|".join(WORDS))


class TurnTimes(Frozen):
    """When a turn passed the vendors, in seconds of the machine's monotonic clock."""

    heard_at: float  # the recogniser has the last sample
    final_at: float = 0.0  # its end of turn was sent
    asked_at: float = 0.0  # the language model has the request
    phrase_at: float = 0.0  # the token that completes the first phrase was sent
    said_at: float = 0.0  # the voice has the phrase
    audio_at: float = 0.0  # its first audio was sent

    @property
    def late_ms(self) -> float:
        """How much later than their fixed delays the stand-ins themselves were."""
        took_s = self.final_at - self.heard_at + self.phrase_at - self.asked_at + self.audio_at - self.said_at
        return 1000 * took_s - FIXED_MS


def words_of(number: int) -> str:
    """Name a turn in words that no detector takes for anything."""
    size = len(WORDS)
    return f"{WORDS[number // size // size]} {WORDS[number // size % size]} {WORDS[number % size]}"


def number_in(text: str) -> int | None:
    """Give the turn that a text names last; None where it names none."""
    found = WORD.findall(text.lower())[-3:]
    if len(found) < 3:
        return None
    first, second, third = (WORDS.index(one) for one in found)
    return (first * len(WORDS) + second) * len(WORDS) + third


def marked(clip: bytes, number: int) -> bytes:
    """Give a clip of linear16 with the turn's number in its last samples."""
    mark = MAGIC + number.to_bytes(4, "little") + b"\x01\x01"  # ends loud: silence is zero bytes
    return clip[: -len(mark)] + mark


def hummed(clip: bytes) -> bytes:
    """Give as much of a clip as a backchannel takes, told as one by its first samples (16 kHz)."""
    mark = MAGIC + HUM.to_bytes(4, "little") + b"\x01\x01"
    return mark + clip[len(mark) : 2 * 16 * HUM_MS]


def number_heard(tail: bytes) -> int | None:
    """Give the number in the samples heard last."""
    at = tail.rfind(MAGIC)
    number = tail[at + len(MAGIC) : at + len(MAGIC) + 4]
    return int.from_bytes(number, "little") if at >= 0 and len(number) == 4 else None
