"""What every session of a process shares."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from governance.endpointing import Limits
from governance.patience import Patience
from infra.speech.links import Link
from infra.speech.ports import LanguageModel, SpeechToSpeech, SpeechToText, TextToSpeech, TurnDetector, VoiceActivity
from schemas.policies import Policy
from streams.voice.lines import Lines
from streams.voice.ports import Redact
from streams.voice.reporter import Door
from streams.voice.signs import AFTER_MS, Kind
from streams.voice.start import Setup, withholds_nothing
from streams.voice.stock import Stock
from streams.voice.tactics import Tactics
from streams.voice.wire import Outlet


@dataclass(frozen=True, slots=True)
class Parts:
    """What every session of a process shares: providers, models, doors and rules."""

    speech_to_text: SpeechToText | tuple[Link[SpeechToText], ...]
    text_to_speech: TextToSpeech | tuple[Link[TextToSpeech], ...]
    language_model: LanguageModel | tuple[Link[LanguageModel], ...]
    activity: Callable[[int], VoiceActivity]  # one for each call, at this rate or the nearest it can hear
    detector: TurnDetector | None  # None: silence and her words alone end a turn
    door: Door
    outlet: Outlet
    redactor: Callable[[Setup], Redact]
    policy: Policy | None
    lines: Lines
    limits: Limits
    now: Callable[[], datetime]
    stock: Stock = field(default_factory=Stock)
    sign: Kind = "off"
    sign_after_ms: int = AFTER_MS
    eager: bool = False
    patience: Patience = field(default_factory=Patience)
    speech_to_speech: tuple[Link[SpeechToSpeech], ...] = ()
    withheld: Callable[[Setup], bool] = withholds_nothing  # whether the sound of a call may go to no such model now
    tactics: Tactics = field(default_factory=Tactics)
