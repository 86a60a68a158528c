"""Synthetic callers: noise is as loud as it says, words are counted right, gates are ratios to the clean call."""

import asyncio
from difflib import SequenceMatcher

import numpy as np
import pytest

from infra.bench import noise
from infra.bench.caller_figures import BASELINE, CallerReport, CallerResult, Condition, digits, right, words
from infra.bench.figures import Machine
from infra.bench.slow_link import SlowLink
from infra.bench.synthetic_callers import CONDITIONS, NUMBER, QUESTION, REPLY, SPOKEN_NUMBER, spoken
from infra.demo.callers import SPEECH_RATE, over_the_telephone
from tests.support.voices import Voices

pytestmark = pytest.mark.flow
MACHINE = Machine(cpu="made up", cores=2, load_before=0.0)


def result(
    name: str, *, words_right: float = 1.0, numbers: int = 1, first_ms: int = 1_000, interrupts: bool = False,
    unanswered: int = 0,
) -> CallerResult:
    return CallerResult(
        condition=Condition(name=name, interrupts=interrupts), calls=1, words_right=words_right, numbers_right=numbers,
        turns_cut=0, unanswered=unanswered, barge_ins=0, ttfa_ms=(first_ms, first_ms),
    )


def broken(*results: CallerResult) -> list[str]:
    report = CallerReport(command="", date="", machine=MACHINE, results=results)
    return [gate for gate, held in report.gates().items() if not held]


def test_gates_are_ratios_to_the_clean_call_of_the_same_run() -> None:
    slow_machine = result(BASELINE, words_right=0.5, first_ms=9_000)
    assert broken(slow_machine, result("noise", words_right=0.45, first_ms=12_000)) == []
    assert broken(result(BASELINE), result("noise", words_right=0.45, first_ms=2_500)) == [
        "noise: words right >= 0.80 of clean", "noise: first sound <= 2.0 x clean",
    ]
    assert broken(result(BASELINE, numbers=0)) == ["clean: the number is understood"]
    assert broken(result(BASELINE), result("x", numbers=0, unanswered=1, interrupts=True)) == [
        "x: nobody waits in vain", "x: the number is understood as often as clean",
        "x: each interruption stops the assistant",
    ]


def test_words_and_digits_are_counted_apart_from_each_other() -> None:
    assert words("Where's my order? It is <ORDER_1>, four 7.") == ["where", "is", "my", "order", "it", "is"]
    assert digits(f"the number is {SPOKEN_NUMBER}") == digits("4-7 2 nine, 1") == NUMBER
    assert right(QUESTION, "where is my other") == 0.75
    assert right(QUESTION, "") == 0.0


@pytest.mark.parametrize("snr_db", [20.0, 10.0, 5.0])
def test_noise_is_as_far_below_the_voice_as_it_says_and_the_same_for_a_seed(snr_db: float) -> None:
    voice = (np.sin(np.arange(48_000) / 9) * 8_000).astype(np.int16)
    for noisy in (
        noise.white(voice, snr_db=snr_db, seed=3),
        noise.babble(voice, [np.roll(voice[:9_000], 7) // 2], snr_db=snr_db, seed=3),
    ):
        scale = min(1.0, 32_000 / float(np.abs(voice).max()))
        rest = noisy.astype(float) - voice * scale
        measured = 20 * np.log10(noise.level(voice.astype(float)) / np.sqrt(np.mean(rest**2)))
        assert abs(measured - snr_db) < 1.5
    again = [noise.white(voice, snr_db=snr_db, seed=3) for _ in range(2)]
    assert np.array_equal(again[0], again[1])


async def test_a_slow_link_lets_everything_through_unchanged() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.read(100)).upper())
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    link = SlowLink(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    port = await link.start()
    link.delay_s = 0.01
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"question")
    assert await asyncio.wait_for(reader.read(), 10) == b"QUESTION"
    writer.close()
    await link.stop()
    server.close()


@pytest.mark.parametrize("name", ["white noise 20 dB", "babble noise 20 dB", "fast speech"])
async def test_her_question_is_understood_in_noise_and_at_speed(local_models: str, name: str) -> None:
    assert "order" in (await understood(local_models, QUESTION, name, digits_expected=False)).lower()


async def test_an_order_number_is_understood_at_20_db_but_for_a_digit_at_most(local_models: str) -> None:
    """The voice is never twice the same, and the recogniser is Whisper's smallest."""
    said = REPLY.format(digits=SPOKEN_NUMBER)
    found = digits(await understood(local_models, said, "white noise 20 dB", digits_expected=True))
    in_order = SequenceMatcher(a=NUMBER, b=found, autojunk=False).get_matching_blocks()
    assert sum(block.size for block in in_order) >= len(NUMBER) - 1


async def understood(models_url: str, text: str, name: str, *, digits_expected: bool) -> str:
    """Say a sentence in a condition, over a telephone, to the recogniser of a call."""
    condition = next(one for one in CONDITIONS if one.name == name)
    line = over_the_telephone(await spoken(models_url, text, condition, seed=0), SPEECH_RATE)
    port = Voices(models_url).recogniser(models_url, timeout_ms=60_000)
    recogniser = await port.open(sample_rate=line.sample_rate)
    listening = recogniser.begin(digits=digits_expected, heard=lambda _: None)
    await listening.feed(line.samples)
    transcript = await listening.finish()
    await recogniser.close()
    return transcript.text
