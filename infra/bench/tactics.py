"""Time to first audio with each tactic on and off: the whole service, with stand-ins or the local models."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import numpy as np
import soxr

from governance.errors import TransientError
from governance.output_rail import rail_of, withheld
from infra import apache_kafka, clock
from infra.bench.machine import this_machine
from infra.bench.tactics_figures import Row, TacticsReport, quantiles
from infra.bench.voice import LOUD, spoken
from infra.bench.voice_line import RATE, Asked, hold
from infra.bench.voice_sides import READY_WITHIN_S, Side, at_stand_ins, callwarden, vendors
from infra.child import Child, ChildFailed
from infra.child_process import free_port
from infra.house import SINGLE_THREAD, command_of
from infra.policies import load
from infra.speech.wav import read_wav
from schemas.conditions import Condition
from schemas.policies import ComposedRule

CALLS, SPREAD_S, FRAME_MS = 2, 1.0, 20
SETTLED_S = 2.0
ATTEMPTS = 2  # a busy machine may start a process too late; what never ran has no row
RAIL_RULES, RAIL_ROUNDS = 20, 300
QUESTION = "What are your opening hours?"
LOCAL = {
    "speech_to_text": "openai", "transcription_model": "whisper-tiny.en", "text_to_speech": "openai",
    "speech_model": "piper-joe", "speech_voice": "joe", "chat_model": "scripted:orders",
}
LOCAL_PAUSE_S = 6.0  # an answer of the local voice is heard to its end
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to run the service: what is switched, and which turns count."""

    name: str
    switch: Mapping[str, str] = field(default_factory=dict)
    first_turns: bool = False  # only the first turn of a call shows it
    stand_ins_only: bool = False
    local_only: bool = False  # the stand-in recogniser hears the end of a turn itself

    def fits(self, *, local: bool) -> bool:
        """Tell whether this way says anything with these models."""
        return not (self.stand_ins_only if local else self.local_only)


VARIANTS = (
    Variant("as shipped"),
    Variant("acting on interims: off", {"act_on_interims": "false"}),
    Variant("semantic end of turn: off", {"semantic_end": "false"}, local_only=True),
    Variant("streaming by phrase: off", {"stream_phrases": "false"}),
    Variant("cache of answers: exact", {"answer_cache": "exact"}),
    Variant("small model first: on", {"small_chat_model": "stand-in-small"}, stand_ins_only=True),
    Variant("slow model, fillers: off", {"chat_model": "stand-in-slow", "sign": "off"}, stand_ins_only=True),
    Variant("slow model, fillers: on", {"chat_model": "stand-in-slow"}, stand_ins_only=True),
    Variant("warm connections: on, first turns", first_turns=True),
    Variant("warm connections: off, first turns", {"warm_connections": "false"}, first_turns=True),
)


async def measure(
    *, turns: int, local: bool, folder: Path, command: str, tell: Tell, variants: Sequence[Variant] = VARIANTS
) -> TacticsReport:
    """Run the service once for each variant, one after the other, each with a broker and a database of its own."""
    machine, rows = this_machine(), []
    async with (local_models() if local else vendors()) as (url, child):
        clip = await asked_aloud(url) if local else spoken()
        for place, one in enumerate(variants):
            if not one.fits(local=local):
                tell(f"{one.name}: only with {'stand-ins' if local else '--local'}")
                continue
            for attempt in range(ATTEMPTS):
                tell(one.name)
                try:
                    where = folder / f"{place}-{attempt}"
                    rows.append(await _row(one, url, child, clip, turns=turns, local=local, folder=where))
                    tell(f"{one.name}: {rows[-1].ttfa_ms}, {rows[-1].turns} turns, {rows[-1].lost} lost")
                    break
                except (ChildFailed, TransientError, TimeoutError) as failed:
                    tell(f"{one.name} did not run: {failed}")
    return TacticsReport(
        command=command, date=clock.now().date().isoformat(), machine=machine, load_after=this_machine().load_before,
        stack="local models" if local else "stand-ins", calls=CALLS, rows=tuple(rows), rail_ms=rail(),
    )


def rail() -> dict[str, float]:
    """Time one phrase's way past twenty rules, in this process."""
    rules = {
        f"no.promise-{number}": ComposedRule(reason="Bench.", withhold=True, when=Condition.model_validate(
            {"says": {"by": "assistant", "words": [f"never word{number}", f"forbidden{number}*"]}}
        )) for number in range(RAIL_RULES)
    }
    house = load().model_copy(update={"rules": rules})
    rules_alone = rail_of(house) or house
    took: list[float] = []
    for _ in range(RAIL_ROUNDS):
        began = time.perf_counter()
        withheld("We are open from nine to six on every day of the week.", "Of course.", rules_alone, turn=1)
        took.append(time.perf_counter() - began)
    return quantiles(took[1:])  # the first compiles the phrases


async def asked_aloud(url: str) -> bytes:
    """Give the question as the local voice says it, without silence around or within it."""
    body = {"model": "piper-joe", "voice": "joe-low", "input": QUESTION, "response_format": "wav"}
    async with httpx.AsyncClient(trust_env=False, timeout=READY_WITHIN_S) as client:
        wav = read_wav((await client.post(f"{url}/audio/speech", json=body)).raise_for_status().content)
    samples = soxr.resample(wav.samples.astype(np.float32), wav.sample_rate, RATE).astype("<i2")
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > LOUD)
    cut = samples[int(loud[0]) : int(loud[-1]) + 1]
    heard: bytes = np.where(cut == 0, 1, cut).astype("<i2").tobytes()
    return heard


@asynccontextmanager
async def local_models() -> AsyncIterator[tuple[str, Child]]:
    """Run the real models of this machine; gives their address."""
    port = free_port()
    child = Child("local-models", command_of("local-models", "--port", str(port)), SINGLE_THREAD)
    await child.start(within_s=READY_WITHIN_S)
    try:
        yield f"http://127.0.0.1:{port}/v1", child
    finally:
        await child.stop()


async def _row(
    one: Variant, url: str, child: Child, clip: bytes, *, turns: int, local: bool, folder: Path
) -> Row:
    asks = {"models_url": url, **LOCAL} if local else at_stand_ins(url)
    kafka = apache_kafka.start(folder / "kafka", apache_kafka.copy_libs())
    try:
        async with callwarden(
            url, child, kafka=kafka, data=folder / "service", asks={**asks, **one.switch}
        ) as side:
            if local:
                side = replace(side, door=replace(side.door, pause_s=LOCAL_PAUSE_S))
            waves = [await _wave(side, clip, turns=turns, name=f"wave-{number}") for number in range(2)]
    finally:
        kafka.stop()
    # The second wave says what the first one said: it finds what was kept. First turns are too few for one wave.
    counted = [turn for wave in waves for turn in wave if turn.warm] if one.first_turns else [
        turn for turn in waves[1] if not turn.warm
    ]
    took = [turn.first_at - turn.ended_at for turn in counted if turn.first_at is not None]
    return Row(
        name=one.name, switch={f"CALLWARDEN_{name.upper()}": value for name, value in one.switch.items()},
        turns=len(counted), lost=len(counted) - len(took), ttfa_ms=quantiles(took),
    )


async def _wave(side: Side, clip: bytes, *, turns: int, name: str) -> list[Asked]:
    await asyncio.sleep(SETTLED_S)
    return await hold(
        side.door, clip, calls=CALLS, turns=turns + 1, spread_s=SPREAD_S, frame_ms=FRAME_MS, name=name
    )
