"""A voice worker is killed in mid-call: another one takes the call up, says so once, and knows what was said before."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment

from infra import clock
from infra.apache_kafka import ApacheKafka
from infra.call_script import CallScript, Dtmf, Say, Wait
from infra.child import Child
from infra.cli_call import place_call, websocket_address
from infra.house import House, _environment, open_house
from infra.settings import Settings
from infra.speech.wav import Wav
from infra.tokens import LocalIssuer
from schemas.topics import AUDIO_IN
from streams.voice.air import GROUP
from tests.support.house import Database
from tests.support.voices import RATE, Voices

pytestmark = pytest.mark.fault
CALL = "killed-1"
WITHIN_S = 120.0


@pytest.fixture
async def house(
    own_kafka: ApacheKafka, own_database: Database, local_models: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    monkeypatch.setenv("CALLWARDEN_VOICE_LOST_AFTER_MS", "300000")  # longer than the call: the other one must miss it
    monkeypatch.setenv("CALLWARDEN_MODELS_URL", local_models)
    opened = await open_house(Settings(
        data=tmp_path, port=0, broker=f"kafka://{own_kafka.bootstrap_servers}", database=own_database.url,
        partitions=1, models_url=local_models,
    ))
    # A second worker for calls alone, beside the one of the house.
    command = [sys.executable, "-m", "infra.cli", "worker", "--rooms", "voice"]
    standby = Child("voice-1", command, _environment(opened.settings))
    opened.children.append(standby)
    try:
        await standby.start(within_s=WITHIN_S)
        yield opened
    finally:
        await opened.stop()


def headers(house: House, role: str) -> dict[str, str]:
    issuer = LocalIssuer(house.settings.keys, issuer=house.settings.issuer)
    token = issuer.issue(subject=role, tenant="default", role=role, now=clock.now())  # type: ignore[arg-type]  # literals
    return {"Authorization": f"Bearer {token}"}


async def carrier(servers: str) -> int:
    """Give the process that holds the partition of call.audio.in."""
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        [answer] = await admin.describe_consumer_groups([GROUP])
    finally:
        await admin.close()
    for _, _, _, _, _, members in answer.groups:
        for _, client_id, _, _, assignment in members:
            held = ConsumerProtocolMemberAssignment.decode(assignment).assignment if assignment else []
            if any(topic == AUDIO_IN.name and partitions for topic, partitions in held):
                return int(client_id.rsplit("-", 1)[1])
    raise AssertionError("nobody carries calls")


async def said(house: House) -> list[tuple[str, str]]:
    async with httpx.AsyncClient(base_url=house.url, headers=headers(house, "supervisor")) as reader:
        answer = await reader.get(f"/v1/calls/{CALL}/transcript")
        if answer.status_code != httpx.codes.OK:
            return []
        return [(line["participant"], line["text"] or "") for line in answer.json()["lines"]]


async def until_said(house: House, participant: str, words: str) -> list[tuple[str, str]]:
    async with asyncio.timeout(WITHIN_S):
        while True:
            lines = await said(house)
            if any(who == participant and words in text for who, text in lines):
                return lines
            await asyncio.sleep(0.1)


@pytest.mark.timeout(900)  # of patience only
async def test_another_worker_takes_the_call_up_and_answers_in_its_context(
    house: House, own_kafka: ApacheKafka, local_models: str
) -> None:
    voices = Voices(local_models)
    order = Wav(await voices.say("Where is my order?"), RATE)
    script: CallScript = (Wait(15.0), Say(order), Wait(15.0), Wait(15.0), Dtmf("424242#"), Wait(20.0))
    token = headers(house, "channel")["Authorization"].removeprefix("Bearer ")
    calling = asyncio.create_task(
        place_call(script, url=websocket_address(house.url), call_id=CALL, token=token, caller=None)
    )
    await until_said(house, "assistant", "order number")
    os.kill(await carrier(own_kafka.bootstrap_servers), signal.SIGKILL)
    await calling
    lines = await until_said(house, "assistant", "short interruption")
    assert sum("short interruption" in text for _, text in lines) == 1
    await until_said(house, "assistant", "left our warehouse")  # it knows what the keys are for
