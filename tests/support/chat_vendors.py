"""A server of the three chat-completions endpoints as their documentation and their users' reports describe them.

OpenAI (`/v1`), Gemini's compatible endpoint (`/v1beta/openai`), Claude's (`/claude/v1`). Each refuses what its vendor
refuses; `how` says what becomes of an answer: good, length, thought, withheld, refused, judged (the question
itself), error, unfinished, or a status.
"""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

PATHS = {"openai": "/v1", "gemini": "/v1beta/openai", "claude": "/claude/v1"}
WORDS = ("Your ", "order ", "left ", "this ", "morning.")
REFUSAL = ("I'm sorry, ", "I can't help with that.")
ASKED, SAID, THOUGHT = 21, 5, 300
# What Gemini knows; of another field it says "Cannot find field" and refuses all of it.
KNOWN = {
    "model", "messages", "stream", "stream_options", "max_completion_tokens", "max_tokens", "reasoning_effort",
    "temperature", "top_p", "n", "stop", "tools", "tool_choice", "response_format", "extra_body",
}


@dataclass
class ChatVendors:
    """What it was asked, by whom, and how it answers."""

    url: str = ""
    how: str = "good"
    withheld: str = "content_filter"
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def base(self, vendor: str) -> str:
        """The base URL of a vendor's endpoint here."""
        return self.url + PATHS[vendor]

    async def chat(self, request: web.Request) -> web.StreamResponse:
        vendor = next(name for name, path in PATHS.items() if request.path == f"{path}/chat/completions")
        body = await request.json()
        self.asked.append(body)
        self.headers.append(dict(request.headers))
        if not request.headers.get("Authorization", "").startswith("Bearer "):
            return refusal(vendor, 401, "no key")
        if self.how.isdigit():
            wait = {"Retry-After": "20"} if self.how == "429" else None
            return refusal(vendor, int(self.how), "Resource has been exhausted", headers=wait)
        if self.how == "judged":
            return refusal(vendor, 400, "The prompt was filtered", code=self.withheld)
        if (wrong := against(vendor, body)) is not None:
            return refusal(vendor, 400, wrong)
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await answer.prepare(request)
        for event in getattr(self, f"_{vendor}")(body):
            await answer.write(event)
        return answer

    def _openai(self, body: dict[str, Any]) -> Iterator[bytes]:
        counted = bool(body.get("stream_options", {}).get("include_usage"))
        head: dict[str, Any] = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": "m",
                                "system_fingerprint": "fp"}

        def piece(delta: dict[str, Any], why: str | None = None) -> bytes:
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": why}
            return event({**head, "choices": [choice], **({"usage": None} if counted else {})})

        yield piece({"role": "assistant", "content": "", "refusal": None})
        name = "refusal" if self.how == "refused" else "content"
        for word in self._words(REFUSAL if self.how == "refused" else WORDS):
            yield piece({name: word})
            yield piece({})  # an empty delta says nothing
        if self.how == "error":
            yield event({"error": {"message": "The server had an error", "type": "server_error", "code": None}})
            return
        if self.how != "unfinished":
            yield piece({}, self._why())
            if counted:
                yield event({**head, "choices": [], "usage": usage(SAID, SAID)})
            yield b"data: [DONE]\n\n"

    def _gemini(self, body: dict[str, Any]) -> Iterator[bytes]:
        thinks = body["model"].startswith("gemini-3") and body.get("reasoning_effort") != "none"
        thought = THOUGHT if thinks or self.how == "thought" else 0
        words = () if thought > body["max_completion_tokens"] or self.how == "thought" else self._words(WORDS)
        why = "length" if not words and thought else self._why()
        head = {"object": "chat.completion.chunk", "created": 0, "id": "g", "model": body["model"]}
        for at, word in enumerate(words or ("",)):
            last = at + 1 >= len(words) and self.how not in {"unfinished", "error"}
            delta = {"content": word, "role": "assistant"} if word else {"role": "assistant"}
            told = usage(at + 1, at + 1 + thought)  # so far, in every piece; what was thought is in the total alone
            if not word:
                del told["completion_tokens"]
            choice = {"delta": delta, "index": 0, **({"finish_reason": why} if last else {})}
            yield event({**head, "choices": [choice], "usage": told})
        if self.how == "error":
            yield event([{"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}])
        elif self.how != "unfinished":
            yield b"data: [DONE]\n\n"

    def _claude(self, body: dict[str, Any]) -> Iterator[bytes]:
        head = {"id": "msg_1", "object": "chat.completion.chunk", "created": 0, "model": body["model"]}
        counted = bool(body.get("stream_options", {}).get("include_usage"))

        def piece(delta: dict[str, Any], why: str | None = None) -> bytes:
            return event({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": why}]})

        yield piece({"role": "assistant", "content": ""})
        for word in self._words(WORDS):
            yield piece({"content": word})
        if self.how == "error":
            said = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
            yield b"event: error\n" + event(said)
            return
        if self.how != "unfinished":
            yield piece({}, self._why())
            if counted:
                yield event({**head, "choices": [], "usage": usage(SAID, SAID)})
            yield b"data: [DONE]\n\n"

    def _words(self, words: tuple[str, ...]) -> tuple[str, ...]:
        if self.how == "withheld":
            return ()
        return words[:3] if self.how in {"length", "error", "unfinished", "stopped"} else words

    def _why(self) -> str:
        return {"length": "length", "withheld": self.withheld, "stopped": self.withheld}.get(self.how, "stop")


def against(vendor: str, body: dict[str, Any]) -> str | None:
    """Say what the vendor has against a question."""
    talk = [one for one in body["messages"] if one["role"] != "system"]
    if vendor == "openai":
        return "Unrecognized request argument supplied: reasoning_effort" if "reasoning_effort" in body else None
    if vendor == "gemini":
        unknown = sorted(set(body) - KNOWN)
        if unknown:
            return f'Invalid JSON payload received. Unknown name "{unknown[0]}": Cannot find field.'
        if [one["role"] for one in body["messages"]].count("system") > 1:
            return "System message should be the first one"
        return None if talk else "* GenerateContentRequest.contents: contents is not specified"
    if not talk:
        return "messages: at least one message is required"
    if not all(one["content"].strip() for one in talk):
        return "messages: text content blocks must be non-empty"
    if talk[0]["role"] != "user":
        return 'messages: first message must use the "user" role'
    return "This model does not support assistant message prefill." if talk[-1]["role"] != "user" else None


def refusal(
    vendor: str, status: int, why: str, *, headers: dict[str, str] | None = None, code: str | None = None
) -> web.Response:
    """A refusal in the vendor's shape: Gemini's is a list."""
    if vendor == "gemini":
        told: Any = [{"error": {"code": status, "message": why, "status": "INVALID_ARGUMENT"}}]
    else:
        told = {"error": {"message": why, "type": "invalid_request_error", "param": None, "code": code}}
    return web.json_response(told, status=status, headers=headers)


def usage(said: int, beyond: int) -> dict[str, int]:
    return {"prompt_tokens": ASKED, "completion_tokens": said, "total_tokens": ASKED + beyond}


def event(told: object) -> bytes:
    return f"data: {json.dumps(told)}\n\n".encode()


@asynccontextmanager
async def chat_vendors(how: str = "good") -> AsyncIterator[ChatVendors]:
    """Run one on a free port."""
    state = ChatVendors(how=how)
    app = web.Application()
    for path in PATHS.values():
        app.router.add_post(f"{path}/chat/completions", state.chat)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    state.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield state
    finally:
        await runner.cleanup()
