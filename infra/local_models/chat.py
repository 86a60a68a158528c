"""POST /v1/chat/completions: the scripted dialogue behind the OpenAI chat API, streamed token by token or whole."""

import asyncio
import json
import re
import secrets
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from infra.clock import now
from infra.local_models.dialogue import Message, answer
from infra.local_models.engines import EngineRoom
from infra.local_models.errors import unknown_model
from infra.local_models.script import Script

MODEL = "scripted"
DEFAULT_PERSONA = "orders"
TOKEN = re.compile(r"\s*\S+")


class ContentPart(BaseModel):
    """One part of a message; only text is read."""

    type: str
    text: str = ""


class ChatMessage(BaseModel):
    """One message of the conversation."""

    role: str
    content: str | list[ContentPart] | None = None

    def plain(self) -> Message | None:
        """The message as the dialogue knows it; None for what it does not (tool results)."""
        content = self.content or ""
        text = content if isinstance(content, str) else " ".join(part.text for part in content if part.type == "text")
        match self.role:
            case "user":
                return Message("user", text)
            case "assistant":
                return Message("assistant", text)
            case "system" | "developer":
                return Message("system", text)
            case _:
                return None


class StreamOptions(BaseModel):
    """What a streamed answer carries besides text."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """The part of a chat request that a script can honour; the rest is ignored."""

    model: str
    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    stream: bool = False
    stream_options: StreamOptions | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None


def chat_models(scripts: Sequence[str]) -> tuple[str, ...]:
    """The names that the endpoint knows."""
    return (MODEL, *(f"{MODEL}:{persona}" for persona in scripts))


def chat_router(room: EngineRoom, *, pace_ms: int) -> APIRouter:
    """The endpoint; `pace_ms` lies between two streamed tokens."""
    router = APIRouter()

    @router.post("/v1/chat/completions")
    async def complete(request: ChatRequest) -> Response:
        script = _script(request.model, room)
        heard = [message for message in (one.plain() for one in request.messages) if message]
        tokens = TOKEN.findall(answer(script, heard))
        limit = request.max_completion_tokens or request.max_tokens or len(tokens)
        finish = "length" if limit < len(tokens) else "stop"
        prompt_tokens = sum(len(message.text.split()) for message in heard)
        completion = _Completion(request.model, tokens[:limit], finish, prompt_tokens)
        if not request.stream:
            return JSONResponse(completion.whole())
        include_usage = bool(request.stream_options and request.stream_options.include_usage)
        events = completion.events(pace_ms=pace_ms, include_usage=include_usage)
        return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-cache"})

    return router


def _script(model: str, room: EngineRoom) -> Script:
    scripts = room.engines().scripts
    name, _, persona = model.partition(":")
    script = scripts.get(persona or DEFAULT_PERSONA) if name == MODEL else None
    if script is None:
        raise unknown_model(model, chat_models(tuple(scripts)))
    return script


class _Completion:
    """One answer in the shapes of the API."""

    def __init__(self, model: str, tokens: list[str], finish: str, prompt_tokens: int) -> None:
        self._tokens = tokens
        self._finish = finish
        self._head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(now().timestamp()), "model": model}
        self._usage = {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": len(tokens),
            "total_tokens": prompt_tokens + len(tokens),
        }

    def whole(self) -> dict[str, object]:
        message = {"role": "assistant", "content": "".join(self._tokens), "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self._finish}
        return {**self._head, "object": "chat.completion", "choices": [choice], "usage": self._usage}

    async def events(self, *, pace_ms: int, include_usage: bool) -> AsyncIterator[bytes]:
        yield self._event({"role": "assistant", "content": ""})
        for token in self._tokens:
            if pace_ms:
                await asyncio.sleep(pace_ms / 1000)
            yield self._event({"content": token})
        yield self._event({}, finish=self._finish)
        if include_usage:
            yield self._chunk([], usage=self._usage)
        yield b"data: [DONE]\n\n"

    def _event(self, delta: dict[str, str], *, finish: str | None = None) -> bytes:
        return self._chunk([{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}])

    def _chunk(self, choices: list[dict[str, object]], *, usage: dict[str, int] | None = None) -> bytes:
        chunk = {**self._head, "object": "chat.completion.chunk", "choices": choices, "usage": usage}
        return f"data: {json.dumps(chunk)}\n\n".encode()
