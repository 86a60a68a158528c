"""A call is held to the version it began with; one that watches is recorded and asks for nothing."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from infra import calls_reader, policy_store
from infra.database import engine, transaction
from infra.front_door import event
from infra.keys import Keyring
from infra.policies import bundle, load
from infra.policy_book import PolicyBook
from infra.policy_store import Mode, Publication, VersionTaken
from infra.policy_yaml import Document
from infra.read_model import apply
from schemas.base import Data, Event
from schemas.calls import CallAdmitted, CallEnded, CallStarted
from schemas.handoffs import HandoffOffered
from schemas.policies import Policy
from schemas.redaction import PiiSpan
from schemas.turns import UtteranceFinalized
from schemas.verdicts import HandoffRequested, ShadowVerdictReached, VerdictReached
from streams import handoff, intake, policy, redaction, turns
from streams.flight import Json, Room
from tests.support.calls import START, TENANT

pytestmark = pytest.mark.contract
SAID = "the word is pineapple"  # none of the house's own rules listens for it
OWN = """layer: tenant
id: acme
version: {version}
title: Acme's calls
rules:
  own.word:
    reason: Pineapples go to people.
    queue: general
    when: {{says: {{words: [{word}]}}}}
"""


class Nothing:
    """A detector that finds nothing: what is redacted is not the matter here."""

    version = "nothing"

    def detect(self, text: str, *, context: str | None, language: str, growing: bool = False) -> list[PiiSpan]:
        return []


@pytest.fixture
def pool(database_url: str) -> Engine:
    return engine(database_url)


def publish(pool: Engine, book: PolicyBook, *, version: int, word: str = "pineapple", mode: Mode = "live") -> Policy:
    documents = [Document("acme.yaml", OWN.format(version=version, word=word).encode())]
    made = bundle(documents)
    with transaction(pool) as connection:
        published = Publication(made.label, mode, "cora", START, f"event-{version}")
        policy_store.publish(connection, TENANT, made, documents, published)
    book.forget_current(TENANT)
    return made


class Stair:
    """The rooms from the front door to the offer, with what each remembers of one call."""

    def __init__(self, pool: Engine, book: PolicyBook, folder: Path) -> None:
        keyring = Keyring(engine=pool, kek=folder / "kek.json")
        self._rooms: Sequence[Room] = [
            intake.ROOM, redaction.room(detector=Nothing(), keyring=keyring, policy=book), turns.ROOM,
            policy.room(book), handoff.room(book),
        ]
        self._states: list[Json] = [{} for _ in self._rooms]
        self._numbers = 0

    async def send(self, *said: Data) -> list[Event]:
        events = [
            event(data, call_id="c1", tenant=TENANT, source="/tests", source_id=str(n), occurred_at=START)
            for n, data in enumerate(said, self._numbers)
        ]
        self._numbers += len(said)
        every: list[Event] = []
        for n, room in enumerate(self._rooms):
            below: list[Event] = []
            for one in events:
                answer = await room.decide(json.loads(json.dumps(self._states[n])), one)
                self._states[n] = answer.state
                below += answer.events
            every += [one for one in below if one.id not in {known.id for known in every}]
            events = below
        return every


def said(words: str, turn: int = 1) -> UtteranceFinalized:
    return UtteranceFinalized(participant="caller", utterance=f"u{turn}", turn=turn, text=words)


def of(kind: type[Data], events: list[Event]) -> list[Data]:
    return [one.data for one in events if isinstance(one.data, kind)]


@pytest.fixture
def book(pool: Engine) -> PolicyBook:
    return PolicyBook(engine=pool, house=load())


async def test_a_call_is_held_to_the_version_it_began_with(pool: Engine, book: PolicyBook, tmp_path: Path) -> None:
    first = publish(pool, book, version=1)
    stair = Stair(pool, book, tmp_path)
    [admitted] = of(CallAdmitted, await stair.send(CallStarted(channel="phone")))
    assert isinstance(admitted, CallAdmitted)
    assert admitted.policy_version == first.label
    publish(pool, book, version=2, word="papaya")
    events = await stair.send(said(SAID))
    [verdict] = of(VerdictReached, events)
    assert isinstance(verdict, VerdictReached)
    assert (verdict.rule, verdict.policy_version) == ("own.word", first.label)
    assert of(HandoffOffered, events)
    after = Stair(pool, book, tmp_path)
    await after.send(CallStarted(channel="phone"))
    assert not of(VerdictReached, await after.send(said(SAID)))


async def test_until_a_tenant_publishes_the_policy_of_the_house_counts(
    pool: Engine, book: PolicyBook, tmp_path: Path
) -> None:
    [admitted] = of(CallAdmitted, await Stair(pool, book, tmp_path).send(CallStarted(channel="phone")))
    assert isinstance(admitted, CallAdmitted)
    assert admitted.policy_version == load().label


async def test_a_version_that_watches_is_recorded_and_asks_for_nothing(
    pool: Engine, book: PolicyBook, tmp_path: Path
) -> None:
    shadow = publish(pool, book, version=1, mode="shadow")
    stair = Stair(pool, book, tmp_path)
    events = await stair.send(CallStarted(channel="phone"), said(SAID), CallEnded(reason="hangup"))
    [seen] = of(ShadowVerdictReached, events)
    assert isinstance(seen, ShadowVerdictReached)
    assert (seen.rule, seen.policy_version) == ("own.word", shadow.label)
    assert seen.because[0].end > 0
    assert not of(VerdictReached, events) + of(HandoffRequested, events)
    with transaction(pool) as connection:
        for n, one in enumerate(events, 1):
            apply(connection, one.model_copy(update={"sequence": n}))
        shown = calls_reader.call(connection, TENANT, "c1")
    assert shown is not None
    assert [one.rule for one in shown.shadow_verdicts] == ["own.word"]
    assert (shown.verdicts, shown.policy_version) == ((), load().label)


async def test_a_channel_cannot_make_a_version_act_that_only_watches(
    pool: Engine, book: PolicyBook, tmp_path: Path
) -> None:
    live = publish(pool, book, version=1)
    shadow = publish(pool, book, version=2, mode="shadow")
    for asked, given in ((shadow.label, live.label), ("nobody@1", live.label), (load().label, load().label)):
        started = CallStarted(channel="phone", policy_version=asked)
        [admitted] = of(CallAdmitted, await Stair(pool, book, tmp_path).send(started))
        assert isinstance(admitted, CallAdmitted)
        assert admitted.policy_version == given


def test_a_shadow_ends_when_a_version_goes_live(pool: Engine, book: PolicyBook) -> None:
    publish(pool, book, version=1, mode="shadow")
    assert book.current(TENANT).shadow is not None
    publish(pool, book, version=1)
    current = book.current(TENANT)
    assert (current.live.id, current.shadow) == ("acme", None)
    assert book.current("other").live == load()


def test_a_published_version_never_changes(pool: Engine, book: PolicyBook) -> None:
    kept = publish(pool, book, version=1)
    with pytest.raises(VersionTaken, match="new `version`"):
        publish(pool, book, version=1, word="papaya")
    for statement in ("UPDATE policy_version SET title = 'x'", "DELETE FROM policy_publication"):
        with pytest.raises(DBAPIError, match="append-only"), transaction(pool) as connection:
            connection.execute(text(statement))
    assert PolicyBook(engine=pool, house=load()).version(TENANT, kept.label) == kept
