"""Synthetic callers on the whole local service: voices, speeds, noise, interruptions and slow dependencies."""

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import numpy as np

from governance.errors import InputError
from infra import clock
from infra.bench import noise
from infra.bench.caller_figures import BASELINE, PSEUDONYM, CallerReport, CallerResult, Condition, digits, right
from infra.bench.machine import program, this_machine
from infra.bench.slow_link import SlowLink
from infra.call_script import CallResult, CallScript, Hangup, Interrupt, Say, Wait
from infra.child import Child
from infra.cli_call import place_call, websocket_address
from infra.demo.callers import SPEECH_RATE, over_the_telephone
from infra.house import House, open_house
from infra.settings import Settings
from infra.speech.ports import Samples
from infra.tokens import LocalIssuer, Role

QUESTION, POLICY_QUESTION = "Where is my order?", "What is your return policy?"
REPLY, NUMBER = "The number is {digits}.", "47291"
SPOKEN_NUMBER = "four, seven, two, nine, one"
TALK = ("Did you see the match last night?", "The train was late again, so I walked.", "Pass me the other one, please.")
CONDITIONS = (
    Condition(name=BASELINE),
    Condition(name="slow speech", speed=0.8), Condition(name="fast speech", speed=1.3, number=False),
    Condition(name="another voice", voice="joe-low"),
    Condition(name="an accent", voice="jf_nezumi", model="kokoro", number=False, words_ratio=0.6),
    *(
        Condition(name=f"{kind} noise {db} dB", noise=kind, snr_db=db, number=db >= 20, words_ratio=ratio)
        for kind in ("white", "babble") for db, ratio in ((20, 0.8), (10, 0.5), (5, None))
    ),
    Condition(name="interruption", interrupts=True),
    Condition(name="slow dependencies", delay_s=0.6, ttfa_ratio=None, number=False),
)
ANSWER, GREETING, MORE = Wait(20.0), Wait(15.0), Wait(2.0)
INTERRUPT_AFTER_MS = 1_500
SPEECH_WITHIN_S, HTTP_WITHIN_S, CALL_WITHIN_S = 60.0, 20.0, 120.0
READS, READ_EVERY_S = 100, 0.2
READY_WITHIN_S = 90.0
Tell = Callable[[str], None]


async def measure(
    conditions: tuple[Condition, ...], *, rounds: int, folder: Path, command: str, tell: Tell
) -> CallerReport:
    """Open the service with a link that can be slowed before its models, and place each condition's calls."""
    machine = this_machine()
    models = Child("local-models", [*program("infra.local_models"), "--port", "0"], {})
    url = (await models.start(within_s=READY_WITHIN_S)).removeprefix("ready ")
    parts = urlsplit(url)
    link = SlowLink(host=parts.hostname or "127.0.0.1", port=parts.port or 0)
    slow_url = f"http://127.0.0.1:{await link.start()}/v1"
    os.environ["CALLWARDEN_MODELS_URL"] = slow_url  # of the processes that are started below
    house: House | None = None
    results, left_out = [], []
    try:
        house = await open_house(Settings(data=folder / "service", port=0, models_url=slow_url))
        for condition in conditions:
            tell(condition.name)
            link.delay_s = condition.delay_s
            try:
                results.append(await _condition(house, url, condition, rounds))
            except httpx.HTTPStatusError as missing:
                left_out.append(f"{condition.name}: the voice answered {missing.response.status_code}")
    finally:
        link.delay_s = 0.0
        if house is not None:
            await house.stop()
        await link.stop()
        await models.stop()
    return CallerReport(
        command=command, date=clock.now().date().isoformat(), machine=machine, results=tuple(results),
        left_out=tuple(left_out),
    )


async def _condition(house: House, models_url: str, condition: Condition, rounds: int) -> CallerResult:
    shares, right_numbers, cut, unanswered, barge_ins, failed = [], 0, 0, 0, 0, 0
    first: list[int] = []
    for number in range(rounds):
        script, said = await _script(models_url, condition, seed=number)
        call_id = f"{condition.name.replace(' ', '-')}-{number}-{clock.now():%H%M%S}"
        try:
            result = await _call(house, script, call_id)
        except (InputError, TimeoutError):
            failed += 1
            continue
        lines, told = await _heard(house, call_id)
        shares.append(right(" ".join(said), " ".join(lines)))
        right_numbers += NUMBER in told
        cut += max(0, len(lines) - len(said))
        unanswered += result.unanswered
        barge_ins += result.clears > 0
        first += result.answered_after_ms
    return CallerResult(
        condition=condition, calls=rounds, failed=failed, words_right=round(float(np.mean(shares or [0.0])), 3),
        numbers_right=right_numbers, turns_cut=cut, unanswered=unanswered, barge_ins=barge_ins, ttfa_ms=tuple(first),
    )


async def _script(models_url: str, condition: Condition, *, seed: int) -> tuple[CallScript, list[str]]:
    async def say(text: str) -> Samples:
        return await spoken(models_url, text, condition, seed=seed)

    question, reply = await say(QUESTION), await say(REPLY.format(digits=SPOKEN_NUMBER))
    rest = (ANSWER, MORE, Say(over_the_telephone(reply, SPEECH_RATE)), ANSWER, Hangup())
    asked = over_the_telephone(question, SPEECH_RATE)
    if condition.interrupts:
        before = over_the_telephone(await say(POLICY_QUESTION), SPEECH_RATE)
        said = [POLICY_QUESTION, QUESTION, REPLY.format(digits="")]
        return (GREETING, Say(before), Interrupt(INTERRUPT_AFTER_MS, asked), *rest), said
    return (GREETING, Say(asked), *rest), [QUESTION, REPLY.format(digits="")]


async def spoken(models_url: str, text: str, condition: Condition, *, seed: int) -> Samples:
    """Give a sentence in the voice, at the speed and in the noise of a condition; raises httpx.HTTPStatusError."""
    samples = await _synthesised(models_url, text, condition.model, condition.voice, condition.speed)
    if condition.noise is None or condition.snr_db is None:
        return samples
    if condition.noise == "white":
        return noise.white(samples, snr_db=condition.snr_db, seed=seed)
    others = [await _synthesised(models_url, one, "piper-joe", "joe-low", 1.1) for one in TALK]
    return noise.babble(samples, others, snr_db=condition.snr_db, seed=seed)


async def _synthesised(models_url: str, text: str, model: str, voice: str, speed: float) -> Samples:
    body = {"model": model, "voice": voice, "input": text, "response_format": "pcm", "speed": speed}
    async with httpx.AsyncClient(timeout=SPEECH_WITHIN_S, trust_env=False) as client:
        answer = await client.post(f"{models_url}/audio/speech", json=body)
    answer.raise_for_status()
    samples: Samples = np.frombuffer(answer.content, dtype="<i2").astype(np.int16)
    return samples


async def _call(house: House, script: CallScript, call_id: str) -> CallResult:
    async with asyncio.timeout(CALL_WITHIN_S):
        return await place_call(
            script, url=websocket_address(house.url), call_id=call_id, token=_login(house.settings, "channel")
        )


async def _heard(house: House, call_id: str) -> tuple[list[str], str]:
    """Give what was understood of the caller, redacted, and the digits of it, opened again."""
    headers = {"Authorization": f"Bearer {_login(house.settings, 'compliance')}"}
    async with httpx.AsyncClient(
        base_url=house.url, headers=headers, timeout=HTTP_WITHIN_S, trust_env=False
    ) as client:
        for _ in range(READS):  # the record follows the call
            if (await client.get(f"/v1/calls/{call_id}")).json().get("state") == "ended":
                break
            await asyncio.sleep(READ_EVERY_S)
        answer = (await client.get(f"/v1/calls/{call_id}/transcript")).json()
        lines = [str(one["text"] or "") for one in answer["lines"] if one["participant"] == "caller"]
        told = [digits(line) for line in lines]
        for line in lines:
            for pseudonym in PSEUDONYM.findall(line):
                body = {"pseudonym": pseudonym, "reason": "bench: is the number right?"}
                opened = (await client.post(f"/v1/calls/{call_id}/reveals", json=body)).json()
                told.append(digits(str(opened.get("value") or "")))
    return lines, " ".join(told)


def _login(settings: Settings, role: Role) -> str:
    issuer = LocalIssuer(settings.keys, issuer=settings.issuer)
    return issuer.issue(
        subject="bench", tenant=settings.tenant, role=role, now=clock.now(), lifetime=timedelta(hours=2)
    )
