"""Callers of the bench: CloudEvents through POST /v1/events, at a rate or as fast as they are accepted."""

import asyncio
import time
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from infra.bench.sentences import SENTENCES
from schemas.base import Data
from schemas.calls import CallStarted
from schemas.turns import UtteranceFinalized

ONE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
BATCH_OF = 50
CALLS = 20
HTTP_WITHIN_S = 20.0


@dataclass(frozen=True, slots=True)
class Accepted:
    """An utterance that came in: its event id, and when it was sent and its 202 came back (perf_counter)."""

    event_id: str
    sent_at: float
    accepted_at: float


class Callers:
    """Speaks for a number of calls over one keep-alive client."""

    def __init__(self, client: httpx.AsyncClient, *, prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    async def open(self) -> None:
        """Start the calls."""
        started = [self._event(n, "start", CallStarted(channel="phone", language="en")) for n in range(CALLS)]
        await self._post(started, BATCH)

    async def speak(self, *, rate: int, count: int) -> list[Accepted]:
        """Say utterances at a rate whatever the answers take (an open loop)."""
        began, sends = time.perf_counter(), []
        for n in range(count):
            await asyncio.sleep(max(began + n / rate - time.perf_counter(), 0))
            sends.append(asyncio.create_task(self._say(n)))
        return await asyncio.gather(*sends)

    async def pile_up(self, *, first: int, count: int) -> list[Accepted]:
        """Say utterances in batches, as fast as they are accepted."""
        piled: list[Accepted] = []
        for n in range(first, first + count, BATCH_OF):
            sent_at = time.perf_counter()
            ids = await self._post([self._utterance(m) for m in range(n, min(n + BATCH_OF, first + count))], BATCH)
            piled += [Accepted(one, sent_at, time.perf_counter()) for one in ids]
        return piled

    async def _say(self, n: int) -> Accepted:
        event = self._utterance(n)
        sent_at = time.perf_counter()
        ids = await self._post(event, ONE)
        return Accepted(ids[0], sent_at, time.perf_counter())

    async def _post(self, content: object, kind: str) -> list[str]:
        answer = await self._client.post("/v1/events", json=content, headers={"content-type": kind})
        if answer.status_code != HTTPStatus.ACCEPTED:
            raise httpx.HTTPError(f"POST /v1/events answered {answer.status_code}")
        ids: list[str] = answer.json()["ids"]
        return ids

    def _utterance(self, n: int) -> dict[str, object]:
        turn = n // CALLS + 1
        said = UtteranceFinalized(
            participant="caller", utterance=f"u{turn}", turn=turn, text=SENTENCES[n % len(SENTENCES)],
            start_ms=turn * 4000, end_ms=turn * 4000 + 2000,
        )
        return self._event(n % CALLS, f"u{turn}", said)

    def _event(self, call: int, name: str, data: Data) -> dict[str, object]:
        call_id = f"{self._prefix}-{call}"
        return {
            "specversion": "1.0", "id": f"{call_id}-{name}", "source": "https://bench.example/calls",
            "type": data.ce_type(), "subject": call_id, "data": data.model_dump(mode="json", exclude_none=True),
        }
