"""A language model behind any OpenAI-compatible server: POST /v1/chat/completions, streamed, with its usage."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Literal

from openai import APIError, AsyncOpenAI, AsyncStream, omit
from openai.types import CompletionUsage
from openai.types.chat import (
    ChatCompletionAssistantMessageParam,
    ChatCompletionChunk,
    ChatCompletionMessageParam,
    ChatCompletionSystemMessageParam,
    ChatCompletionUserMessageParam,
)

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
        wire = [_wire(message) for message in fitted(messages, self._dialect)]
        return streamed(lambda: self._ask(wire), within_ms=self._timeout_ms, failures=FAILURES)

    async def warm(self) -> None:
        """Connect before the first question."""
        await openai_client.warm(self._client)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    async def _ask(self, messages: list[ChatCompletionMessageParam]) -> AsyncIterator[ChatChunk]:
        try:
            stream = await self._client.chat.completions.create(
                model=self.provider.model,
                messages=messages,
                stream=True,
                stream_options={"include_usage": True},
                max_completion_tokens=self._answer_tokens,
                reasoning_effort=self._thinking if self._thinking is not None else omit,
            )
            async with stream, aclosing(self._read(stream)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except APIError as failed:  # some judge the question itself, and say so by a status or in mid-stream
            if judgement(failed.code) is None:
                raise
            raise by_the_vendor(failed.code) from None

    async def _read(self, stream: AsyncStream[ChatCompletionChunk]) -> AsyncGenerator[ChatChunk, None]:
        spoke, ended, refused = False, None, None
        async for chunk in stream:
            why = _ended(chunk, knows_all=self._dialect.says_why)
            if why == "withheld":  # its usage is still to come: what is withheld is billed
                why, refused = None, by_the_vendor(chunk.choices[0].finish_reason)
            elif _refuses(chunk):
                refused = refused or by_the_model()
            text = "" if refused else _said(chunk)
            spoke, ended = spoke or bool(text), why or ended
            usage = _usage(chunk)
            if text or usage or why:
                yield ChatChunk(text=text, usage=usage, ended=why)
        if refused is not None:
            raise refused
        if ended is None and self._dialect.says_why:
            raise TransientError("unfinished answer")
        if ended == "length" and not spoke:
            raise TransientError("tokens spent before the first word")


def _said(chunk: ChatCompletionChunk) -> str:
    """Give the words of a piece."""
    delta = getattr(chunk.choices[0], "delta", None) if chunk.choices else None  # some servers' last piece has none
    text = getattr(delta, "content", None) if delta is not None else None
    if text is not None and not isinstance(text, str):
        raise TypeError  # the library does not check what it is given
    return text or ""


def _refuses(chunk: ChatCompletionChunk) -> bool:
    """Tell whether a piece holds words of a refusal, which stand in a field of their own."""
    delta = getattr(chunk.choices[0], "delta", None) if chunk.choices else None
    return bool(getattr(delta, "refusal", None))


def _ended(chunk: ChatCompletionChunk, *, knows_all: bool) -> Ended | Literal["withheld"] | None:
    """Give how the answer ended, if it did; withheld where its vendor judged it.

    Of an endpoint that is known whatever is neither an end nor the limit is a judgement: they have names of their own
    for it (`content_filter`, `SAFETY`, `PROHIBITED_CONTENT`). Other servers have names of their own for an end.
    """
    why = getattr(chunk.choices[0], "finish_reason", None) if chunk.choices else None
    if not why:
        return None
    named = str(why).lower()
    if named in AT_ITS_LIMIT:
        return "length"
    if named in WHOLE | NO_WORDS:
        return "stop"
    return "withheld" if knows_all or judgement(named) else "stop"


def _usage(chunk: ChatCompletionChunk) -> Usage | None:
    """Read what the answer took so far; a total above both parts holds what the model thought, which is output."""
    told = chunk.usage
    if not told:
        return None
    read, written, total = (_count(told, name) for name in ("prompt_tokens", "completion_tokens", "total_tokens"))
    return Usage(input_tokens=read, output_tokens=max(written, total - read))


def _count(told: CompletionUsage, name: str) -> int:
    found = getattr(told, name, None)  # what was thought alone is told without `completion_tokens`
    return found if isinstance(found, int) else 0


def _wire(message: ChatMessage) -> ChatCompletionMessageParam:
    match message.role:
        case "system":
            return ChatCompletionSystemMessageParam(role="system", content=message.text)
        case "assistant":
            return ChatCompletionAssistantMessageParam(role="assistant", content=message.text)
        case "user":
            return ChatCompletionUserMessageParam(role="user", content=message.text)
