"""A language model behind any OpenAI-compatible server: POST /v1/chat/completions, streamed, with its usage."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Literal

from openai import APIError, AsyncOpenAI, AsyncStream

from governance.errors import TransientError
from infra.speech import openai_client
from infra.speech.bounded import streamed
from infra.speech.chat_dialects import COMPATIBLE, LONGEST_ANSWER_TOKENS, Dialect, fitted
from infra.speech.openai_client import FAILURES
from infra.speech.refusal import by_the_model, by_the_vendor, judgement
from schemas.speech import ChatChunk, ChatMessage, Ended, Thinking, Usage
from schemas.turns import Provider

WHOLE = frozenset({"stop", "eos", "end_turn", "stop_sequence"})
AT_ITS_LIMIT = frozenset({"length", "max_tokens"})
NO_WORDS = frozenset({"tool_calls", "function_call"})  # of tools nobody gave it: an empty answer, and named as one


class OpenAILanguageModel:
    """Writes the assistant's words token by token."""

    def __init__(
        self, client: AsyncOpenAI, *, model: str, region: str, timeout_ms: int, name: str = "openai",
        dialect: Dialect = COMPATIBLE, thinking: Thinking | None = None, answer_tokens: int = LONGEST_ANSWER_TOKENS,
    ) -> None:
        """Take an open client; the time bounds the wait for the first and for each next piece.

        `thinking` is sent only where it is given; what a model thinks counts among the tokens of its answer.
        """
        self.provider = Provider(name=name, model=model, region=region)
        self._client = client
        self._timeout_ms = timeout_ms
        self._dialect = dialect
        self._thinking = thinking
        self._answer_tokens = answer_tokens

    def answer(self, messages: Sequence[ChatMessage]) -> AsyncIterator[ChatChunk]:
        """Give the next message as it is written; raises TransientError also where it breaks off, Refused for none."""
        asked = {
            "model": self.provider.model,
            "messages": [{"role": one.role, "content": one.text} for one in fitted(messages, self._dialect)],
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_completion_tokens": self._answer_tokens,
        }
        if self._thinking is not None:
            asked["reasoning_effort"] = self._thinking
        return streamed(lambda: self._ask(asked), within_ms=self._timeout_ms, failures=FAILURES)

    async def warm(self) -> None:
        """Connect before the first question."""
        await openai_client.warm(self._client)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    async def _ask(self, asked: Mapping[str, Any]) -> AsyncIterator[ChatChunk]:
        try:
            # Not `chat.completions.create`: it holds each message against every kind there is, and makes an object with
            # all its fields of each piece. At the tenth turn that is 6 ms before the question leaves (docs/latency.md).
            stream = await self._client.post(
                "/chat/completions", body=asked, cast_to=object, stream=True, stream_cls=AsyncStream[object]
            )
            async with stream, aclosing(self._read(stream)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except APIError as failed:  # some judge the question itself, and say so by a status or in mid-stream
            if judgement(failed.code) is None:
                raise
            raise by_the_vendor(failed.code) from None

    async def _read(self, stream: AsyncStream[object]) -> AsyncGenerator[ChatChunk, None]:
        spoke, ended, refused = False, None, None
        async for piece in stream:
            choice = _choice(piece)
            why = _ended(choice, knows_all=self._dialect.says_why)
            if why == "withheld":  # its usage is still to come: what is withheld is billed
                why, refused = None, by_the_vendor(choice["finish_reason"])
            elif _delta(choice).get("refusal"):  # its words stand in a field of their own
                refused = refused or by_the_model()
            text = "" if refused else _said(choice)
            spoke, ended = spoke or bool(text), why or ended
            usage = _usage(piece)
            if text or usage or why:
                yield ChatChunk(text=text, usage=usage, ended=why)
        if refused is not None:
            raise refused
        if ended is None and self._dialect.says_why:
            raise TransientError("unfinished answer")
        if ended == "length" and not spoke:
            raise TransientError("tokens spent before the first word")


def _choice(piece: object) -> Mapping[str, Any]:
    """Give the one answer that is asked for; a piece that tells the usage alone has none."""
    choices = _fields(piece).get("choices")
    if choices and not isinstance(choices, list):
        raise TypeError
    return _fields(choices[0]) if choices else {}


def _delta(choice: Mapping[str, Any]) -> Mapping[str, Any]:
    delta = choice.get("delta")  # some servers' last piece has none
    return {} if delta is None else _fields(delta)


def _fields(found: object) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise TypeError  # the library does not check what it is given
    return found


def _said(choice: Mapping[str, Any]) -> str:
    """Give the words of a piece."""
    text = _delta(choice).get("content")
    if text is not None and not isinstance(text, str):
        raise TypeError
    return text or ""


def _ended(choice: Mapping[str, Any], *, knows_all: bool) -> Ended | Literal["withheld"] | None:
    """Give how the answer ended, if it did; withheld where its vendor judged it.

    Of an endpoint that is known whatever is neither an end nor the limit is a judgement: they have names of their own
    for it (`content_filter`, `SAFETY`, `PROHIBITED_CONTENT`). Other servers have names of their own for an end.
    """
    why = choice.get("finish_reason")
    if not why:
        return None
    named = str(why).lower()
    if named in AT_ITS_LIMIT:
        return "length"
    if named in WHOLE | NO_WORDS:
        return "stop"
    return "withheld" if knows_all or judgement(named) else "stop"


def _usage(piece: object) -> Usage | None:
    """Read what the answer took so far; a total above both parts holds what the model thought, which is output."""
    told = _fields(piece).get("usage")
    if not told:
        return None
    found = [_fields(told).get(name) for name in ("prompt_tokens", "completion_tokens", "total_tokens")]
    read, written, total = (one if isinstance(one, int) else 0 for one in found)  # thought alone: no completion_tokens
    return Usage(input_tokens=read, output_tokens=max(written, total - read))
