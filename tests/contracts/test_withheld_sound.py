"""Models that hear and speak: what their vendor withholds is told as withheld, and the line goes on."""

import json
from typing import Any

import pytest

from governance.errors import TransientError
from infra.speech.dialogues import AssistantAudio, AssistantDone, CallerStarted
from tests.contracts.test_speech_to_speech import PATIENT_MS, SECOND, SYSTEMS, heard_by, one_turn
from tests.support.dialogue_servers import SAID, DialogueServer, dialogue_server

pytestmark = pytest.mark.contract

HERS = "her card is 4111"


def incomplete(reason: str) -> dict[str, Any]:
    return {"status": "incomplete", "status_details": {"type": "incomplete", "reason": reason}}


def failed(code: str | None) -> dict[str, Any]:
    error = {"type": "invalid_request_error", "code": code, "message": HERS}
    return {"status": "failed", "status_details": {"type": "failed", "error": error}}


def ended(why: str) -> dict[str, Any]:
    return {"turnCompleteReason": why}


def judged(code: str) -> str:
    error = {"type": "invalid_request_error", "code": code, "message": HERS}
    return json.dumps({"type": "error", "event_id": "e", "error": error})


async def done(system: str, server: DialogueServer) -> AssistantDone:
    last = (await one_turn(system, server))[-1]
    assert isinstance(last, AssistantDone)
    return last


@pytest.mark.parametrize("words", [[], SAID])
@pytest.mark.parametrize(("system", "ending", "named"), [
    ("openai", incomplete("content_filter"), ": content_filter"),
    ("openai", failed("content_policy_violation"), ": content_policy"),
    ("gemini", ended("RESPONSE_REJECTED"), ": response_rejected"),
    ("gemini", ended("PROHIBITED_INPUT_CONTENT"), ": prohibited"),
    ("gemini", ended("GENERATED_AUDIO_SAFETY"), ": generated_audio_safety"),
    ("gemini", ended(f"INPUT_{HERS}"), ""),
])
async def test_a_judgement_ends_the_answer_by_its_name_and_with_what_it_took(
    system: str, ending: dict[str, Any], named: str, words: list[str]
) -> None:
    async with dialogue_server() as server:
        server.words, server.ending = words, ending
        last = await done(system, server)
    assert str(last.refused) == f"answer withheld by its vendor{named}"
    assert not last.interrupted
    assert last.usage is not None
    assert last.usage.output_tokens == 10


@pytest.mark.parametrize(("system", "ending"), [
    ("openai", incomplete("max_output_tokens")), ("gemini", ended("TURN_COMPLETE_REASON_UNSPECIFIED")),
    ("gemini", ended("NEED_MORE_INPUT")), ("gemini", ended("MAX_REGENERATION_REACHED")),
])
async def test_another_end_is_none(system: str, ending: dict[str, Any]) -> None:
    async with dialogue_server() as server:
        server.ending = ending
        assert (await done(system, server)).refused is None


@pytest.mark.parametrize("code", ["server_error", None])
async def test_a_failure_without_a_judgement_is_still_one_of_the_line(code: str | None) -> None:
    async with dialogue_server() as server:
        server.ending = failed(code)
        with pytest.raises(TransientError, match=r"^failed$"):
            await one_turn("openai", server)


async def test_openai_may_judge_a_question_by_an_error() -> None:
    async with dialogue_server() as server:
        server.wrong = judged("content_filter")
        last = await done("openai", server)
    assert str(last.refused) == "answer withheld by its vendor: content_filter"
    assert last.item == "a1"


async def test_gemini_interrupted_by_the_caller_is_not_withheld() -> None:
    async with dialogue_server() as server:
        server.fails, server.ending = True, ended("RESPONSE_REJECTED")
        told = await one_turn("gemini", server)
    assert told[-2:] == [CallerStarted(), AssistantDone("answer-0", interrupted=True)]


async def test_the_next_question_is_answered_on_the_same_line() -> None:
    async with dialogue_server() as server:
        server.words, server.ending = [], incomplete("content_filter")
        dialogue = await SYSTEMS["openai"](server.url, PATIENT_MS).open(sample_rate=8_000, instructions="")
        for words in ([], SAID):
            server.words, server.ending = words, {} if words else server.ending
            await dialogue.hear(SECOND)
            await dialogue.commit()
            told = await heard_by(dialogue)
        await dialogue.close()
    assert len([one for one in told if isinstance(one, AssistantAudio)]) == len(SAID)
    assert len(server.headers) == 1
