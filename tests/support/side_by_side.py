"""One caller's story on two lines of a running service at once: one that a vendor carries, one that is a cascade."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from infra import clock
from infra.house import House
from infra.tokens import LocalIssuer, Role
from streams.voice.lines import Lines
from tests.support.carried import LONG, ask, when
from tests.support.distant import DistantTelephone, dialled
from tests.support.live_models import SAID, LiveServer
from tests.support.provider_server import ProviderServer

CARRIED, CASCADE = "carried", "cascade"
CALLS = (CARRIED, CASCADE)
CARD = "My card is 4242 4242 4242 4242 for the order."
PERSON = "Stop, I want to speak to a person, please."
CALLER = "+15550142"
STORY = " ".join([LONG] * 3)  # long enough to be cut, however slow the machine is
WITHIN_S, AGAIN_AFTER_S, LOOK_EVERY_S = 60.0, 20.0, 0.2
Lines_ = list[dict[str, Any]]


@dataclass
class Told:
    """What is known of a call when it is over."""

    detail: dict[str, Any] = field(default_factory=dict)
    lines: Lines_ = field(default_factory=list)
    turns: list[dict[str, Any]] = field(default_factory=list)
    packet: dict[str, Any] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    controls: list[dict[str, Any]] = field(default_factory=list)
    proof: str = ""

    def said_by(self, participant: str) -> list[dict[str, Any]]:
        """Give one side's lines."""
        return [one for one in self.lines if one["participant"] == participant]


def login(house: House, role: Role) -> str:
    """Give a token."""
    issuer = LocalIssuer(house.settings.keys, issuer=house.settings.issuer)
    return issuer.issue(subject=role, tenant="default", role=role, now=clock.now())


@asynccontextmanager
async def reading(house: House, role: Role) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {login(house, role)}"}
    async with httpx.AsyncClient(base_url=house.url, headers=headers, timeout=30, trust_env=False) as client:
        yield client


async def told(house: House, vendor: LiveServer, cascade: ProviderServer) -> dict[str, Told]:
    """Place both calls, step by step together, and give what is on record of them."""
    calls = {call: Told() for call in CALLS}
    async with reading(house, "supervisor") as reader:
        async with AsyncExitStack() as stack:
            phones = []
            for call in CALLS:
                phones.append(await stack.enter_async_context(
                    dialled(house.url, call_id=call, token=login(house, "channel"), caller=CALLER)
                ))
                await _until(reader, call, lambda lines: any(_finished(one, 0) for one in lines))
                if call == CARRIED:
                    await when(lambda: vendor.opened == 1)
                    vendor.most = 1
            await _talk(reader, phones, vendor, cascade)
            for call in CALLS:
                calls[call].packet = await _taken_over(house, call)
            for phone in phones:
                await when(phone.transferred)
                calls[phone.call_id].controls = phone.controls
        for call in CALLS:
            await _ended(house, reader, call, calls[call])
    return calls


async def _talk(
    reader: httpx.AsyncClient, phones: Sequence[DistantTelephone], vendor: LiveServer, cascade: ProviderServer
) -> None:
    cascade.heard = CARD
    await _all(_asked(reader, one, lambda lines: any(_finished(line, 1) for line in lines)) for one in phones)
    cascade.heard, vendor.said, cascade.answer = "Where is my order?", STORY, (STORY,)
    await _all(_begins_to_hear(one) for one in phones)
    cascade.heard = PERSON
    await _all(
        _asked(reader, one, lambda lines: any(_connecting(line) for line in lines), samples=22_000) for one in phones
    )
    vendor.said = SAID


async def _all(steps: Sequence[Coroutine[None, None, None]] | Any) -> None:
    async with asyncio.TaskGroup() as group:
        for step in steps:
            group.create_task(step)


async def _asked(
    reader: httpx.AsyncClient, phone: DistantTelephone, true: Callable[[Lines_], bool], *, samples: int = 11_000
) -> None:
    """Speak, again where nothing came of it."""
    for _ in range(3):
        await ask(phone, samples=samples)
        try:
            await _until(reader, phone.call_id, true, within_s=AGAIN_AFTER_S)
        except TimeoutError:
            continue
        return
    raise AssertionError(f"{phone.call_id}: nothing came of it")


async def _begins_to_hear(phone: DistantTelephone) -> None:
    before = phone.audible
    await ask(phone)
    await when(lambda: phone.audible > before + 40)


async def _until(
    reader: httpx.AsyncClient, call: str, true: Callable[[Lines_], bool], *, within_s: float = WITHIN_S
) -> Lines_:
    async with asyncio.timeout(within_s):
        while True:
            answer = await reader.get(f"/v1/calls/{call}/transcript")
            if answer.status_code == httpx.codes.OK and true(lines := answer.json()["lines"]):
                return list(lines)
            await asyncio.sleep(LOOK_EVERY_S)


def _finished(line: dict[str, Any], from_turn: int) -> bool:
    """Tell whether it is an answer that was heard to its end."""
    assistant = line["participant"] == "assistant" and line["turn"] >= from_turn
    return assistant and "heard" in line["stages"] and not line["interrupted"]


def _connecting(line: dict[str, Any]) -> bool:
    return "heard" in line["stages"] and len(line["text"]) > 10 and Lines().connecting.startswith(line["text"])


async def _taken_over(house: House, call: str) -> dict[str, Any]:
    """Claim, read and accept, as an agent; gives the packet."""
    async with reading(house, "agent") as agent:
        offer = await _offered(agent, call)
        path = f"/v1/handoffs/{offer['handoff']}"
        (await agent.post(f"{path}/claim")).raise_for_status()
        read = await agent.get(path)
        (await agent.post(f"{path}/accept")).raise_for_status()
    return dict(read.raise_for_status().json()["packet"])


async def _offered(agent: httpx.AsyncClient, call: str) -> dict[str, Any]:
    async with asyncio.timeout(WITHIN_S):
        while True:
            page = (await agent.get("/v1/handoffs", params={"state": "offered"})).raise_for_status().json()
            for one in page["handoffs"]:
                if one["call_id"] == call:
                    return dict(one)
            await asyncio.sleep(LOOK_EVERY_S)


async def _ended(house: House, reader: httpx.AsyncClient, call: str, told: Told) -> None:
    """Wait until the end of the call, and what led to it, are in the log."""
    async with reading(house, "compliance") as officer, asyncio.timeout(WITHIN_S):
        while True:
            page = await officer.get("/v1/audit/entries", params={"call": call, "limit": 500})
            told.entries = page.raise_for_status().json()["entries"]
            if {"call_ended", "handoff_accepted"} <= {one["type"] for one in told.entries}:
                break
            await asyncio.sleep(LOOK_EVERY_S)
        [asked_for] = [one for one in told.entries if one["event_id"] == told.packet["audit_position"]]
        while not told.proof:
            proof = await officer.get(f"/v1/audit/entries/{asked_for['index']}/proof")
            told.proof = proof.text if proof.status_code == httpx.codes.OK else ""
            await asyncio.sleep(LOOK_EVERY_S)
    told.detail = (await reader.get(f"/v1/calls/{call}")).raise_for_status().json()
    told.lines = (await reader.get(f"/v1/calls/{call}/transcript")).raise_for_status().json()["lines"]
    told.turns = (await reader.get(f"/v1/calls/{call}/turns")).raise_for_status().json()["turns"]
