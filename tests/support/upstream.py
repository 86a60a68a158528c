"""A channel with several calls at once: sends each event until it is accepted, and remembers what was."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx

from infra import clock
from schemas.base import Data, derived_id
from schemas.calls import CallEnded, CallStarted, DtmfPressed
from schemas.turns import SpeechStopped, UtteranceFinalized

CONTENT = "application/cloudevents+json"
RETRY_S = 0.2
SAID = (
    "hello I am calling about my order",
    "my card is four one one one one one one one one one one one one one one one",
    "you can reach me at jane dot doe at example dot com",
    "the parcel should have come on Tuesday",
    "yes please do that",
    "can I speak to a real person please",
    "no it is still not here",
    "thank you that is all",
)


@dataclass(frozen=True)
class Sent:
    """One event a 202 was given for; `foot` is its id at the foot of the stair."""

    id: str
    foot: str
    data: Data


@dataclass
class Upstream:
    """Calls end when `over` is set; their last event is sent, too."""

    client: httpx.AsyncClient
    lines: int = 5
    pause_s: float = 0.25
    seed: int = 3
    accepted: dict[str, list[Sent]] = field(default_factory=dict)
    refused: int = 0
    repeated: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def count(self) -> int:
        return sum(map(len, self.accepted.values()))

    async def run(self) -> None:
        await asyncio.gather(*(self._line(number) for number in range(self.lines)))

    async def _line(self, number: int) -> None:
        chance = random.Random(self.seed * 1000 + number)
        call = 0
        while not self.over.is_set():
            call += 1
            await self._call(f"line-{number}-{call}", chance)

    async def _call(self, call_id: str, chance: random.Random) -> None:
        sent = self.accepted.setdefault(call_id, [])
        for n, data in enumerate(self._events(chance)):
            event: dict[str, object] = {
                "specversion": "1.0", "type": data.ce_type(), "source": "/upstream", "id": f"{call_id}/{n}",
                "subject": call_id, "time": clock.now().isoformat(), "data": data.model_dump(mode="json"),
            }
            given = await self._until_accepted(event)
            sent.append(Sent(given, derived_id(given, "redaction", 0) if data.clear_text else given, data))
            if chance.random() < 0.05:  # a channel that did not get our answer says it again
                self.repeated += 1
                assert await self._until_accepted(event) == given
            await asyncio.sleep(self.pause_s * chance.uniform(0.5, 1.5))

    def _events(self, chance: random.Random) -> Iterator[Data]:
        yield CallStarted(channel="phone", caller="+15557654321")
        for turn in range(1, chance.randint(15, 40)):
            if self.over.is_set():
                break
            text = chance.choice(SAID)
            yield UtteranceFinalized(participant="caller", utterance=f"u{turn}", turn=turn, text=text)
            yield SpeechStopped(participant="caller", at_ms=turn * 1000, turn=turn)
        yield DtmfPressed(digits="4242")
        yield CallEnded(reason="hangup")

    async def _until_accepted(self, event: dict[str, object]) -> str:
        while True:
            try:
                answer = await self.client.post("/v1/events", json=event, headers={"Content-Type": CONTENT})
            except httpx.HTTPError:
                self.refused += 1
            else:
                if answer.status_code == httpx.codes.ACCEPTED:
                    given: str = answer.json()["ids"][0]
                    return given
                assert answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR, answer.text
                self.refused += 1
            await asyncio.sleep(RETRY_S)
