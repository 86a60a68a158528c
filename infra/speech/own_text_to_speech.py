"""Voices whose own servers are not OpenAI-compatible: fish-speech (/v1/tts) and CosyVoice (/stream/inference_sft)."""

from collections.abc import AsyncIterator
from typing import Literal

import httpx

from governance.errors import TransientError
from infra.speech.bounded import Failures, streamed
from infra.speech.ports import Samples
from infra.speech.retry_after import TurnedAway, told_ms
from infra.speech.sound import RATE, Sound
from schemas.turns import Provider

FAILURES: Failures = (httpx.HTTPError, OSError, TransientError)
FISH_RATE = 44_100


class OwnTextToSpeech:
    """Speaks phrases by a server's own route."""

    sample_rate = RATE

    def __init__(
        self, server: Literal["fish-speech", "cosyvoice"], *, base_url: str, api_key: str | None, model: str,
        voice: str, region: str, timeout_ms: int,
    ) -> None:
        """The time bounds the wait for the first and for each next piece of audio."""
        self.provider = Provider(name=server, model=model, region=region)
        self._fish = server == "fish-speech"
        self._voice = voice
        self._timeout_ms = timeout_ms
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = httpx.AsyncClient(base_url=base_url, headers=headers, timeout=timeout_ms / 1000)

    def speak(self, text: str) -> AsyncIterator[Samples]:
        """Give the audio of a phrase as it arrives."""
        return streamed(lambda: self._ask(text), within_ms=self._timeout_ms, failures=FAILURES)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def _ask(self, text: str) -> AsyncIterator[Samples]:
        if self._fish:
            asked = self._client.build_request("POST", "/v1/tts", json={
                "text": text, "format": "wav", "streaming": True, "reference_id": self._voice,
            })
        else:
            asked = self._client.build_request("POST", "/stream/inference_sft", data={
                "tts_text": text, "spk_id": self._voice,
            })
        response = await self._client.send(asked, stream=True)
        try:
            if response.status_code != httpx.codes.OK:
                status, wait_ms = response.status_code, told_ms(response.headers.items())
                raise TurnedAway(f"status {status}", status_code=status, wait_ms=wait_ms)
            sound = self._sound(response)
            async for chunk in response.aiter_bytes():
                if len(samples := sound.push(chunk)):
                    yield samples
                sound.check()
            if len(samples := sound.end()):
                yield samples
        finally:
            await response.aclose()

    def _sound(self, response: httpx.Response) -> Sound:
        content_type = response.headers.get("content-type", "")
        if self._fish:
            return Sound(content_type=content_type, rate=FISH_RATE)
        told = response.headers.get("x-custom-header-samplerate", "")
        return Sound(content_type=content_type, rate=int(told) if told.isdecimal() else RATE, shape="f32")
