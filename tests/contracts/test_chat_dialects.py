"""GPT-4o mini, Gemini Flash and Claude by their compatible endpoints: each answer is whole, or its failure is named."""

from collections.abc import Mapping, Sequence

import pytest

from governance.errors import TransientError
from infra.provider_chains import Entry, Keyed
from infra.speech.chat_dialects import BEGINS, CLAUDE, COMPATIBLE, GEMINI, OPENAI, dialect_of
from infra.speech.kinds import WRITES
from infra.speech.ports import LanguageModel
from infra.speech.refusal import Refused, judgement
from schemas.speech import ChatChunk, ChatMessage, Usage
from tests.support.chat_vendors import ASKED, SAID, THOUGHT, WORDS, ChatVendors, chat_vendors

pytestmark = pytest.mark.contract

MODELS = {"openai": "gpt-4o-mini", "gemini": "gemini-2.5-flash", "claude": "claude-haiku-5-5"}
PERSONA = ChatMessage(role="system", text="You answer the telephone.")
SUMMARY = ChatMessage(role="system", text="So far: she asked for an order.")
HELLO = ChatMessage(role="assistant", text="Hello, how can I help?")
QUESTION = ChatMessage(role="user", text="Where is my order? My card is 4242.")
CALL = (PERSONA, SUMMARY, HELLO, QUESTION)
WHOLE = "".join(WORDS)
PLAIN: Mapping[str, object] = {}


def model(vendor: str, server: ChatVendors, more: Mapping[str, object]) -> LanguageModel:
    """Open one as the file of chains does: by its kind, with a key, and the address of the server here."""
    entry = Entry.model_validate({
        "name": vendor, "kind": vendor, "model": MODELS[vendor], "region": "us", "url": server.base(vendor),
        "first_ms": 30_000, **more,
    })
    return WRITES[vendor](Keyed.model_validate({"entry": entry, "key": "opensesame"}))


async def chunks(
    vendor: str, server: ChatVendors, messages: Sequence[ChatMessage] = CALL, *, more: Mapping[str, object] = PLAIN
) -> list[ChatChunk]:
    one = model(vendor, server, more)
    try:
        return [chunk async for chunk in one.answer(messages)]
    finally:
        await one.close()


async def failure(
    vendor: str, server: ChatVendors, *, more: Mapping[str, object] = PLAIN, kind: type[TransientError] = TransientError
) -> tuple[str, str]:
    """Give the words that came before it failed, and how it is named."""
    one, said = model(vendor, server, more), list[str]()

    async def listen() -> None:
        async for chunk in one.answer(CALL):
            said.append(chunk.text)

    with pytest.raises(kind) as failed:
        await listen()
    await one.close()
    assert "4242" not in str(failed.value)
    assert "opensesame" not in str(failed.value)
    return "".join(said), str(failed.value)


@pytest.mark.parametrize("vendor", MODELS)
async def test_an_answer_comes_in_pieces_with_its_end_and_its_usage(vendor: str) -> None:
    async with chat_vendors() as server:
        told = await chunks(vendor, server)
    assert "".join(one.text for one in told) == WHOLE
    assert len([one for one in told if one.text]) == len(WORDS)
    assert [one.ended for one in told if one.ended] == ["stop"]
    assert [one.usage for one in told if one.usage][-1] == Usage(input_tokens=ASKED, output_tokens=SAID)
    (body,), (headers,) = server.asked, server.headers
    assert (body["model"], body["stream"], body["stream_options"]) == (MODELS[vendor], True, {"include_usage": True})
    assert "tools" not in body
    assert headers["Authorization"] == "Bearer opensesame"


@pytest.mark.parametrize("vendor", MODELS)
@pytest.mark.parametrize("messages", [(PERSONA,), CALL, (PERSONA, QUESTION, HELLO)], ids=["greeting", "turn", "last"])
async def test_a_call_begins_with_the_assistant_and_no_endpoint_refuses_it(
    vendor: str, messages: tuple[ChatMessage, ...]
) -> None:
    async with chat_vendors() as server:
        told = await chunks(vendor, server, messages)
    assert "".join(one.text for one in told) == WHOLE
    sent = server.asked[0]["messages"]
    assert sent[0]["content"].startswith(PERSONA.text)
    if vendor == "openai":
        assert len(sent) == len(messages)  # nothing is put into a conversation that is taken as it is
    elif messages[-1] is not QUESTION:
        assert (sent[1]["role"], sent[-1]["role"]) == ("user", "user")
    else:
        assert [one["content"] for one in sent[1:]] == [BEGINS, HELLO.text, QUESTION.text]
        assert SUMMARY.text in sent[0]["content"]


@pytest.mark.parametrize("vendor", MODELS)
async def test_an_error_in_mid_answer_is_a_named_failure_after_what_was_said(vendor: str) -> None:
    async with chat_vendors("error") as server:
        words, why = await failure(vendor, server)
    assert words == "".join(WORDS[:3])
    assert "timeout" not in why
    assert len(server.asked) == 1  # nothing is said twice


@pytest.mark.parametrize("vendor", MODELS)
async def test_an_answer_without_an_end_was_broken_off(vendor: str) -> None:
    async with chat_vendors("unfinished") as server:
        if vendor == "openai":  # the kind knows any server: its own address says that each answer has an end
            assert "".join(one.text for one in await chunks(vendor, server)) == "".join(WORDS[:3])
            return
        assert await failure(vendor, server) == ("".join(WORDS[:3]), "unfinished answer")


async def test_a_refusal_in_a_field_of_its_own_is_named_and_none_of_its_words_is_an_answer() -> None:
    async with chat_vendors("refused") as server:
        words, why = await failure("openai", server, kind=Refused)
    assert (words, why) == ("", "answer refused by its model")
    assert len(server.asked) == 1


@pytest.mark.parametrize("code", ["content_filter", "content_policy_violation"])
async def test_a_question_that_the_vendor_judges_is_a_refusal_whatever_its_status(code: str) -> None:
    async with chat_vendors("judged") as server:
        server.withheld = code
        words, why = await failure("openai", server, kind=Refused)
    assert (words, why.split(": ")[0]) == ("", "answer withheld by its vendor")
    assert code.startswith(why.split(": ")[1])
    assert len(server.asked) == 1


@pytest.mark.parametrize(("vendor", "named"), [
    ("openai", "content_filter"), ("gemini", "content_filter"), ("gemini", "SAFETY"), ("gemini", "PROHIBITED_CONTENT"),
    ("gemini", "content_filter: RECITATION"), ("claude", "content_filter"), ("claude", "refusal"),
])
@pytest.mark.parametrize("how", ["withheld", "stopped"])
async def test_what_a_vendor_withholds_is_a_named_failure_and_asked_for_once(
    vendor: str, named: str, how: str
) -> None:
    async with chat_vendors(how) as server:
        server.withheld = named
        words, why = await failure(vendor, server, kind=Refused)
    judged = judgement(named)
    assert why == f"answer withheld by its vendor: {judged}"
    assert WHOLE.startswith(words)
    assert len(server.asked) == 1


async def test_an_end_by_a_name_of_its_own_is_an_end_where_nothing_more_is_known_of_a_server() -> None:
    async with chat_vendors("stopped") as server:
        server.withheld = "eos_token"
        told = await chunks("openai", server)
        assert "".join(one.text for one in told) == "".join(WORDS[:3])
        refused = await failure("gemini", server, kind=Refused)
        assert refused == ("".join(WORDS[:2]), "answer withheld by its vendor")  # a name nobody knows is not passed on


@pytest.mark.parametrize("vendor", MODELS)
async def test_an_answer_cut_at_its_length_says_so(vendor: str) -> None:
    async with chat_vendors("length") as server:
        told = await chunks(vendor, server, more={"answer_tokens": 64})
    assert "".join(one.text for one in told) == "".join(WORDS[:3])
    assert [one.ended for one in told if one.ended] == ["length"]
    assert server.asked[0]["max_completion_tokens"] == 64


async def test_a_model_that_thinks_its_tokens_away_is_named_and_can_be_told_not_to() -> None:
    async with chat_vendors() as server:
        thinks = {"model": "gemini-3.5-flash", "answer_tokens": 200}
        assert await failure("gemini", server, more=thinks) == ("", "tokens spent before the first word")
        told = await chunks("gemini", server, more={**thinks, "thinking": "none"})
        assert [one.usage for one in told if one.usage][-1] == Usage(input_tokens=ASKED, output_tokens=SAID)
        told = await chunks("gemini", server, more={**thinks, "answer_tokens": 2_000, "thinking": "low"})
        assert [one.usage for one in told if one.usage][-1] == Usage(input_tokens=ASKED, output_tokens=SAID + THOUGHT)
    assert [one.get("reasoning_effort") for one in server.asked] == [None, "none", "low"]


async def test_a_field_that_an_endpoint_does_not_know_is_never_sent_unasked() -> None:
    async with chat_vendors() as server:
        for vendor in MODELS:
            await chunks(vendor, server)
        assert all("reasoning_effort" not in one for one in server.asked)
        assert (await failure("openai", server, more={"thinking": "low"}))[1] == "BadRequestError 400"


@pytest.mark.parametrize("vendor", MODELS)
@pytest.mark.parametrize("status", ["429", "400", "401"])
async def test_a_refusal_is_named_by_its_status_and_not_asked_again_at_once(vendor: str, status: str) -> None:
    async with chat_vendors(status) as server:
        words, why = await failure(vendor, server)
    assert (words, status in why) == ("", True)
    assert why.endswith("asked to wait 20 s") == (status == "429")
    assert len(server.asked) == 1  # Retry-After was 20 s: nobody on the telephone waits for it, the next one is asked


@pytest.mark.parametrize("vendor", MODELS)
@pytest.mark.parametrize("status", ["500", "503", "529"])
async def test_a_fault_that_passes_is_tried_once_more(vendor: str, status: str) -> None:
    async with chat_vendors(status) as server:
        assert (await failure(vendor, server))[1].endswith(status)
    assert len(server.asked) == 2


def test_an_endpoint_is_known_by_its_kind_or_by_its_address() -> None:
    assert dialect_of("openai", None) is OPENAI
    assert dialect_of("openai", OPENAI.url) is OPENAI
    assert dialect_of("openai", f"{GEMINI.url}/") is GEMINI
    assert dialect_of("openai", CLAUDE.url) is CLAUDE
    assert dialect_of("claude", "http://gateway.example/v1") is CLAUDE
    assert dialect_of("openai", "http://127.0.0.1:8000/v1") is COMPATIBLE
    assert dialect_of("local", "http://127.0.0.1:8000/v1") is COMPATIBLE
