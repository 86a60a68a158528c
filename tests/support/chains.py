"""Chains over real adapters to local servers, and one call's parts around them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from infra.clock import now
from infra.provider_chains import Entry, Keyed
from infra.speech.circuit import Circuit
from infra.speech.kinds import HEARS, SPEAKS, WRITES
from infra.speech.links import Link
from infra.speech.ports import LanguageModel, SpeechToText, TextToSpeech
from schemas.audio import AudioRecord
from streams.voice.reporter import Reporter
from streams.voice.spans import Traces
from streams.voice.start import Setup
from tests.support.provider_server import ProviderServer
from tests.support.telephone import Recorded

SETUP = Setup(call_id="c1", tenant="default", encoding="linear16", sample_rate=8_000, audio_partition=None, fast=True)
IMPATIENT_MS, PATIENT_MS = 400, 30_000


def entry(server: ProviderServer | str, name: str, *, region: str = "local", first_ms: int | None = None) -> Keyed:
    """Name a server as one provider; one that answers well is waited for, however busy the machine is."""
    url = server if isinstance(server, str) else server.url
    if first_ms is None:
        first_ms = PATIENT_MS if isinstance(server, ProviderServer) and server.how == "good" else IMPATIENT_MS
    return Keyed(entry=Entry(
        name=name, kind="openai", model="m", region=region, url=url, voice="v", first_ms=first_ms, whole_ms=PATIENT_MS
    ))


def hears(one: Keyed, circuit: Circuit | None = None) -> Link[SpeechToText]:
    return Link(HEARS["openai"](one), one.entry.whole_ms, circuit or Circuit())


def writes(one: Keyed, circuit: Circuit | None = None) -> Link[LanguageModel]:
    return Link(WRITES["openai"](one), one.entry.whole_ms, circuit or Circuit())


def speaks(one: Keyed, circuit: Circuit | None = None) -> Link[TextToSpeech]:
    return Link(SPEAKS["openai"](one), one.entry.whole_ms, circuit or Circuit())


class Outlet:
    """Keeps what goes to the caller."""

    def __init__(self) -> None:
        self.records: list[AudioRecord] = []

    async def send(self, record: AudioRecord, *, partition: int | None) -> None:
        self.records.append(record)

    @property
    def frames(self) -> int:
        """Frames that were sent and are not silence."""
        return sum(1 for one in self.records if one.kind == "media" and any(one.payload))


@asynccontextmanager
async def told() -> AsyncIterator[tuple[Reporter, Recorded, Traces]]:
    """Give a reporter, what it delivered once it is left, and traces."""
    door = Recorded()
    reporter = Reporter(door, SETUP, now=now)
    try:
        yield reporter, door, Traces(call_id=SETUP.call_id)
    finally:
        await reporter.close(within_s=5)
