"""A language model behind any OpenAI-compatible server: POST /v1/chat/completions, streamed, with its usage."""

from collections.abc import AsyncIterator, Sequence

from openai import AsyncOpenAI
from openai.types.chat import (
    ChatCompletionAssistantMessageParam,
    ChatCompletionMessageParam,
    ChatCompletionSystemMessageParam,
    ChatCompletionUserMessageParam,
)

from infra.speech import openai_client
from infra.speech.bounded import streamed
from infra.speech.openai_client import FAILURES
from schemas.speech import ChatChunk, ChatMessage, Usage
from schemas.turns import Provider

LONGEST_ANSWER_TOKENS = 400  # a minute and a half of speech: nobody listens longer


class OpenAILanguageModel:
    """Writes the assistant's words token by token."""

    def __init__(
        self, client: AsyncOpenAI, *, model: str, region: str, timeout_ms: int, name: str = "openai"
    ) -> None:
        """Take an open client; the time bounds the wait for the first and for each next piece."""
        self.provider = Provider(name=name, model=model, region=region)
        self._client = client
        self._timeout_ms = timeout_ms

    def answer(self, messages: Sequence[ChatMessage]) -> AsyncIterator[ChatChunk]:
        """Give the next message as it is written."""
        wire = [_wire(message) for message in messages]
        return streamed(lambda: self._ask(wire), within_ms=self._timeout_ms, failures=FAILURES)

    async def warm(self) -> None:
        """Connect before the first question."""
        await openai_client.warm(self._client)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    async def _ask(self, messages: list[ChatCompletionMessageParam]) -> AsyncIterator[ChatChunk]:
        stream = await self._client.chat.completions.create(
            model=self.provider.model,
            messages=messages,
            stream=True,
            stream_options={"include_usage": True},
            max_completion_tokens=LONGEST_ANSWER_TOKENS,
        )
        async with stream:
            async for chunk in stream:
                text = chunk.choices[0].delta.content if chunk.choices else None
                if text is not None and not isinstance(text, str):
                    raise TypeError  # the library does not check what it is given
                usage = chunk.usage and Usage(
                    input_tokens=chunk.usage.prompt_tokens, output_tokens=chunk.usage.completion_tokens
                )
                if text or usage:
                    yield ChatChunk(text=text or "", usage=usage or None)


def _wire(message: ChatMessage) -> ChatCompletionMessageParam:
    match message.role:
        case "system":
            return ChatCompletionSystemMessageParam(role="system", content=message.text)
        case "assistant":
            return ChatCompletionAssistantMessageParam(role="assistant", content=message.text)
        case "user":
            return ChatCompletionUserMessageParam(role="user", content=message.text)
