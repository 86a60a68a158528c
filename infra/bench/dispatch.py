"""From the last word of an emergency at the front door to the dispatch request leaving, on Apache Kafka."""

import asyncio
import json
import time
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import httpx
from pydantic import SecretStr

from infra import clock
from infra.apache_kafka import ApacheKafka
from infra.bench import plain_dispatch
from infra.bench.figures import Machine, Spread, spread
from infra.bench.machine import this_machine
from infra.bench.town import SECRET, Town, town
from infra.house import House, open_house
from infra.settings import Settings
from infra.tokens import LocalIssuer
from infra.webhooks.sender import Endpoint
from schemas.base import Data, Frozen
from schemas.calls import CallStarted
from schemas.turns import InterimTranscribed

TARGET_P95_MS = 150.0
WARM = 10
WITHIN_S = 120.0
ONE = "application/cloudevents+json"
GROWING = ("please help", "please help my husband is", "please help my husband is not breathing")
POLICY = """
layer: tenant
id: bench
version: 1
title: One rung
emergency:
  ladder:
    endpoints:
      town: {release: [location, callback]}
    rungs:
      - {endpoint: town, acknowledge_within_ms: 600000, tries: 1}
"""


class DispatchReport(Frozen):
    """One run of `callwarden bench dispatch`."""

    command: str
    date: str
    machine: Machine
    rate: int
    sent_to_dispatched: Spread
    accepted_to_dispatched: Spread
    sent_to_accepted: Spread
    plain: Spread

    def targets(self) -> dict[str, bool]:
        """Tell whether this run meets the goal."""
        what = f"sent to dispatched p95 <= {TARGET_P95_MS:.0f} ms"
        return {what: self.sent_to_dispatched.p95_ms <= TARGET_P95_MS}


async def measure(
    *, kafka: ApacheKafka, folder: Path, rate: int, count: int, command: str, tell: Callable[[str], None]
) -> DispatchReport:
    """Run the baseline, then the service; every call is one emergency that is heard on an interim."""
    machine = this_machine()
    async with town() as receiver:
        endpoint = Endpoint(
            name="town", url=receiver.url, secrets=(SecretStr(SECRET),), events=frozenset({"dispatch"}),
            allow_private=True,
        )
        tell("baseline: one aiokafka hop and the send")
        plain = await plain_dispatch.measure(kafka.bootstrap_servers, receiver, endpoint, rate=rate, count=count)
        tell("the service")
        house = await open_house(_settings(kafka, folder, receiver), voice=False)
        try:
            sent, accepted, dispatched = await _emergencies(house, receiver, rate=rate, count=count, tell=tell)
        finally:
            await house.stop()
    return DispatchReport(
        command=command, date=clock.now().date().isoformat(), machine=machine, rate=rate, plain=plain,
        sent_to_dispatched=spread([end - at for at, end in zip(sent, dispatched, strict=True)]),
        accepted_to_dispatched=spread([max(end - at, 0) for at, end in zip(accepted, dispatched, strict=True)]),
        sent_to_accepted=spread([end - at for at, end in zip(sent, accepted, strict=True)]),
    )


def _settings(kafka: ApacheKafka, folder: Path, receiver: Town) -> Settings:
    policy, endpoints = folder / "policy.yaml", folder / "endpoints.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    given = {"town": {"url": receiver.url, "secrets": [SECRET], "allow_private": True}}
    endpoints.write_text(json.dumps(given), encoding="utf-8")
    return Settings().model_copy(update={
        "data": folder / "service", "port": 0, "host": "127.0.0.1", "broker": f"kafka://{kafka.bootstrap_servers}",
        "database": "embedded", "policy": policy, "dispatch_endpoints": endpoints,
    })


async def _emergencies(
    house: House, receiver: Town, *, rate: int, count: int, tell: Callable[[str], None]
) -> tuple[list[float], list[float], list[float]]:
    issuer = LocalIssuer(house.settings.keys, issuer=house.settings.issuer)
    token = issuer.issue(
        subject="bench", tenant=house.settings.tenant, role="channel", now=clock.now(), lifetime=timedelta(hours=1)
    )
    headers = {"authorization": f"Bearer {token}", "content-type": ONE}
    sent: dict[str, float] = {}
    accepted: dict[str, float] = {}
    async with httpx.AsyncClient(base_url=house.url, headers=headers, timeout=30) as client:
        for prefix, many in (("warm", WARM), ("call", count)):
            tell(f"{many} emergencies, {rate} a second ({prefix})")
            names = [f"{prefix}-{n}" for n in range(many)]
            began = time.perf_counter()
            calls: list[asyncio.Task[None]] = []
            for n, name in enumerate(names):
                await asyncio.sleep(max(began + n / rate - time.perf_counter(), 0))
                calls.append(asyncio.create_task(_call(client, name, sent, accepted)))
            await asyncio.gather(*calls)
            await receiver.until(names, within_s=WITHIN_S)
    return [sent[one] for one in names], [accepted[one] for one in names], [receiver.at[one] for one in names]


async def _call(
    client: httpx.AsyncClient, name: str, sent: dict[str, float], accepted: dict[str, float]
) -> None:
    await _post(client, name, "start", CallStarted(channel="phone", language="en"))
    for n, words in enumerate(GROWING):
        await asyncio.sleep(0.3)  # as a recogniser tells them
        said = InterimTranscribed(participant="caller", utterance="u1", turn=1, text=words)
        sent[name] = time.perf_counter()
        await _post(client, name, f"u1-{n}", said)
        accepted[name] = time.perf_counter()


async def _post(client: httpx.AsyncClient, call_id: str, name: str, data: Data) -> None:
    content = {
        "specversion": "1.0", "id": f"{call_id}-{name}", "source": "https://bench.example/calls",
        "type": data.ce_type(), "subject": call_id, "data": data.model_dump(mode="json", exclude_none=True),
    }
    answer = await client.post("/v1/events", content=json.dumps(content))
    if answer.status_code != HTTPStatus.ACCEPTED:
        raise httpx.HTTPError(f"POST /v1/events answered {answer.status_code}")
