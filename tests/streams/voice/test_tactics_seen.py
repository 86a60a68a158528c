"""What a turn was taken and answered with is seen in its trace, and each of it may be switched off."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from infra.speech.ports import TurnDetector
from schemas.turns import AssistantHeard
from streams.voice.parts import Parts
from streams.voice.tactics import Tactics
from streams.voice.warming import Warming
from tests.support.carried import alone, ask_until, replied
from tests.support.chains import entry, hears, speaks, writes
from tests.support.provider_server import provider_server
from tests.support.talks import noted
from tests.support.voices import LINES, call, until

pytestmark = pytest.mark.contract


class Certain:
    """Hears that she has finished, always."""

    def probability(self, samples: NDArray[np.float32]) -> float:
        return 1.0


async def traced(
    spans: InMemorySpanExporter, *, tactics: Tactics, detector: TurnDetector | None
) -> dict[str, object]:
    """Give what the trace of an answered turn says."""
    async with provider_server() as house:
        one = entry(house, "house")

        def parts(given: Parts) -> Parts:
            return replace(
                given, speech_to_text=(hears(one),), text_to_speech=(speaks(one),), language_model=(writes(one),),
                lines=LINES, detector=detector, tactics=tactics,
            )

        async with call(alone(), parts) as (phone, door):
            await until(door, AssistantHeard)
            await ask_until(phone, lambda: any(replied(said) for said in door.of(AssistantHeard)))
            turn = next(said.turn for said in door.of(AssistantHeard) if replied(said))
    place = noted(spans, "turn").index(turn)
    names = ("end_of_turn", "on_interims", "by_phrase", "warmed", "interrupted")
    assert noted(spans, "played_ms")[place]
    return {name: noted(spans, name)[place] for name in names}


async def test_with_every_tactic_on_the_trace_of_a_turn_names_each(spans: InMemorySpanExporter) -> None:
    seen = await traced(spans, tactics=Tactics(warming=Warming()), detector=Certain())
    assert seen == {
        "end_of_turn": "finished", "on_interims": True, "by_phrase": True, "warmed": True, "interrupted": False,
    }


async def test_with_every_tactic_off_she_is_answered_all_the_same_and_the_trace_says_so(
    spans: InMemorySpanExporter
) -> None:
    off = Tactics(phrases=False, interims=False, rail=False)
    seen = await traced(spans, tactics=off, detector=None)
    assert seen == {
        "end_of_turn": "sounds_unfinished", "on_interims": False, "by_phrase": False, "warmed": False,
        "interrupted": False,
    }
