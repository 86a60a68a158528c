"""Card numbers in payment windows of several calls through the whole service; then all of it is unsealed and read."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import Engine, text
from websockets.asyncio.client import connect

from governance.errors import InputError
from infra import audio_seal
from infra.clock import now
from infra.database import engine, transaction
from infra.house import House, open_house
from infra.keys import Keyring
from infra.recording_chunks import context
from infra.settings import Settings
from schemas.base import Data
from schemas.calls import CallEnded, CallStarted, DtmfPressed
from schemas.payments import WITHHELD, PaymentWindowClosed, PaymentWindowOpened
from schemas.topics import AUDIO_IN, CALL_EVENTS, CALL_RAW
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    InterimTranscribed,
    UtteranceFinalized,
    Word,
)
from tests.support.canaries import DIGITS, Mint
from tests.support.canary_house import MEDIA, TENANT, client, logged_to, records, rows
from tests.support.canary_search import Search
from tests.support.topic_reader import read_all

pytestmark = pytest.mark.flow
LOOP = pytest.mark.asyncio(loop_scope="module")
CALLS = 2
WITHIN_S = 90.0
POLICY = """
layer: tenant
id: payments
version: 1
title: Cards are taken
payment: {asked_for: [CREDIT_CARD], limit_ms: 120000}
"""
LINE, TIMED, LATE, OPENED_LATE = "pay-line", "pay-timed", "pay-late", "pay-opened-late"
RECORDED = f"""SELECT count(DISTINCT call) FILTER (WHERE type = 'payment_window_closed') >= :many + 4
    AND count(DISTINCT call) FILTER (WHERE type = 'payment_data_destroyed' AND call <> '{LINE}') >= 2
    AND count(DISTINCT call) FILTER (WHERE type = 'call_ended') >= :many + 1
    AND EXISTS (SELECT FROM recording WHERE call_id = '{LINE}' AND stopped_at IS NOT NULL) FROM audit_index"""


@dataclass(frozen=True)
class Paid:
    """The house after its calls, what was said in open windows, and what was said before a window was told."""

    house: House
    pool: Engine
    keyring: Keyring
    cards: Sequence[str]
    told_late: str
    log: Path
    spans: Path


def sent(call: str, number: int, data: Data, *, at: datetime | None = None, name: str = "") -> dict[str, object]:
    return {
        "specversion": "1.0", "id": f"{name}{number}", "source": "/tests", "type": data.ce_type(), "subject": call,
        "time": (at or now()).isoformat(), "data": data.model_dump(mode="json", exclude_none=True),
    }


def said(card: str, *, name: str = "u1") -> UtteranceFinalized:
    words = tuple(Word(text=one, start_ms=0, end_ms=100) for one in card)
    return UtteranceFinalized(participant="caller", utterance=name, turn=1, text=f"it is {card}", words=words)


def paid(mint: Mint, *, by_question: bool) -> tuple[list[Data], list[str]]:
    """A call whose window holds a card in every form; opened by the channel or by the assistant's question."""
    card = [mint.card() for _ in range(7)]
    spoken = " ".join(DIGITS[int(one)] for one in card[0])
    question = AssistantGenerated(utterance="a1", turn=1, text="Please tell me your card number, digit by digit.")
    reads_back = f"I have {card[1]}"
    inside: list[Data] = [
        InterimTranscribed(participant="caller", utterance="u1", turn=1, text=spoken[:40]),
        UtteranceFinalized(participant="caller", utterance="u1", turn=1, text=f"yes {spoken}"),
        said(card[2], name=f"u-{card[3]}"), DtmfPressed(digits=f"{card[4]}#", turn=1),
        AssistantGenerated(utterance="a2", turn=2, text=reads_back),
        AssistantSynthesised(utterance="a2", turn=2, text=reads_back, audio_ms=900),
        AssistantHeard(utterance="a2", turn=2, text=reads_back, played_ms=900, method="playback_mark",
                       interrupted=False, mismatch=False),
        UtteranceFinalized(participant="human", utterance="h1", turn=2, text=f"{card[5][:8]} {card[5][8:]}"),
    ]
    opening: Data = question if by_question else PaymentWindowOpened()
    after = UtteranceFinalized(participant="caller", utterance="u9", turn=3, text="can you repeat that please")
    rest = [*inside, PaymentWindowClosed(), after, CallEnded(reason="hangup")]
    return [CallStarted(channel="sip"), opening, *rest], card[:6]


async def send(house: House, events: list[dict[str, object]]) -> None:
    async with client(house, "channel") as channel:
        answer = await channel.post("/v1/events", content=json.dumps(events), headers=MEDIA)
        assert answer.status_code == 202, answer.status_code


async def until(pool: Engine, query: str, **given: object) -> None:
    def true() -> bool:
        with transaction(pool) as connection:
            return bool(connection.execute(text(query), {"tenant": TENANT, **given}).scalar_one())

    async with asyncio.timeout(WITHIN_S):
        while not await asyncio.to_thread(true):
            await asyncio.sleep(0.1)


async def send_line(house: House, pool: Engine, mint: Mint) -> list[str]:
    """Sound that spells a number and keys, over the audio line, once the gateway knows of the window."""
    heard, keyed = mint.card(), mint.card()
    address = f"{house.url.replace('http', 'ws')}/v1/calls/{LINE}/audio?sample_rate=8000"
    async with client(house, "channel") as channel:
        token = {"Authorization": channel.headers["Authorization"]}
    async with connect(address, additional_headers=token, proxy=None) as socket:
        await socket.send(b"before, " * 100)
        await send(house, [sent(LINE, 1, PaymentWindowOpened(), name="line")])
        await until(pool, "SELECT EXISTS (SELECT FROM subject_key WHERE call LIKE :name)", name=f"{LINE}#%")
        await socket.send(heard.encode() * 100)
        await socket.send(json.dumps({"type": "dtmf", "digits": keyed}))
        await socket.send(heard.encode() * 100)
        await until(pool, "SELECT EXISTS (SELECT FROM recording_gap WHERE call_id = :call)", call=LINE)
        await send(house, [sent(LINE, 2, PaymentWindowClosed(), name="line")])
        await socket.send(b"after, " * 100)
        await socket.send(json.dumps({"type": "stop"}))
        await socket.wait_closed()
    return [heard, keyed]


async def send_calls(house: House, pool: Engine, mint: Mint, started: datetime) -> tuple[list[str], str]:
    """Send calls with a window each: whole ones, one that time closes, one with late words, one that is told late."""
    cards: list[str] = []
    for number in range(CALLS):
        events, planted = paid(mint, by_question=number % 2 == 1)
        call, cards = f"pay-{number}", [*cards, *planted]
        for place, one in enumerate(events):  # one by one, as they happen
            await send(house, [sent(call, place, one, name=call)])
    timed = mint.card()
    short = [CallStarted(channel="sip"), PaymentWindowOpened(limit_ms=500), said(timed)]
    await send(house, [sent(TIMED, place, one, name=TIMED) for place, one in enumerate(short)])
    late, told_late, at = mint.card(), mint.card(), now()
    window = [CallStarted(channel="sip"), PaymentWindowOpened(), PaymentWindowClosed()]
    await send(house, [sent(LATE, place, one, at=at, name=LATE) for place, one in enumerate(window)])
    await send(house, [sent(LATE, 3, said(late), at=at, name=LATE)])
    first = [sent(OPENED_LATE, 0, CallStarted(channel="sip"), at=started - timedelta(minutes=5), name=OPENED_LATE)]
    await send(house, [*first, sent(OPENED_LATE, 1, said(told_late), name=OPENED_LATE)])
    await until(pool, "SELECT EXISTS (SELECT FROM sealed_entity WHERE call_id = :call)", call=OPENED_LATE)
    await send(house, [sent(OPENED_LATE, 2, PaymentWindowOpened(), at=started, name=OPENED_LATE),
                       sent(OPENED_LATE, 3, PaymentWindowClosed(), name=OPENED_LATE)])
    return [*cards, timed, late], told_late


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def paid_calls(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Paid]:
    """Take every card, until each window was looked through and each call is recorded."""
    data, outside = Path(tempfile.mkdtemp(prefix="callwarden-payments-")), tmp_path_factory.mktemp("outside")
    log, spans, policy, mint = outside / "log", outside / "spans.jsonl", outside / "policy.yaml", Mint(7)
    policy.write_text(POLICY)
    settings = Settings(data=data, port=0, otlp_endpoint=f"file://{spans}", models_url="none", policy=policy)
    with logged_to(log):
        house = await open_house(settings, voice=False)
    pool = engine(house.settings.database_url)
    try:
        cards, told_late = await send_calls(house, pool, mint, now())
        cards += await send_line(house, pool, mint)
        await until(pool, "SELECT count(*) = :many FROM payment_window WHERE settled_at IS NOT NULL", many=CALLS + 4)
        await until(pool, "SELECT bool_and(sent_at IS NOT NULL) FROM outbox")
        await until(pool, RECORDED, many=CALLS)  # what was sent goes down the stair yet, and sound beside it
        yield Paid(house, pool, Keyring(engine=pool, kek=house.settings.kek), cards, told_late, log, spans)
    finally:
        pool.dispose()
        await house.stop()
        shutil.rmtree(data, ignore_errors=True)


@LOOP
async def test_no_topic_table_span_or_log_holds_a_card(paid_calls: Paid) -> None:
    search = Search([*paid_calls.cards, paid_calls.told_late])
    for topic, content in await records(paid_calls.house.settings.bootstrap_servers):
        search.content(topic, content)
    for table, row in rows(paid_calls.pool):
        search.text(table, row)
    for place in (paid_calls.log, paid_calls.spans):
        search.text(place.name, place.read_text())
    assert not {place for places in search.seen.values() for place in places}


@LOOP
async def test_not_even_what_is_sealed_holds_one_for_who_has_the_keys(paid_calls: Paid) -> None:
    search, opened, shut = Search(paid_calls.cards), 0, 0
    servers, keyring = paid_calls.house.settings.bootstrap_servers, paid_calls.keyring
    for topic in (CALL_RAW.name, CALL_EVENTS.name):
        for one in await read_all(servers, topic):
            key_id, bound = one.headers["ce_keyid"], one.headers["ce_id"].encode()
            search.content(topic, keyring.open(key_id=key_id, ciphertext=one.value, context=bound))
            opened += 1
    for one in await read_all(servers, AUDIO_IN.name):
        try:
            frame = audio_seal.unseal(keyring, one.headers, one.value, direction="in")
        except InputError:
            shut += 1
        else:
            search.content(AUDIO_IN.name, frame.payload)
    with transaction(paid_calls.pool) as connection:
        chunks = connection.execute(text("SELECT call_id, direction, place, key_id, sealed FROM recording_chunk")).all()
    kept = b"".join(keyring.open(key_id=r.key_id, ciphertext=bytes(r.sealed), context=context(*r[:3])) for r in chunks)
    search.content("recording", kept)
    assert b"after, " in kept
    assert opened > CALLS * 20
    assert shut >= 3  # two frames and the keys of the audio line
    assert not {place for places in search.seen.values() for place in places}


@LOOP
async def test_a_transcript_tells_that_something_was_said_and_goes_on_after_the_window(paid_calls: Paid) -> None:
    query = text("SELECT DISTINCT text FROM utterance WHERE call_id = :call AND stage <> 'interim'")
    for number in range(CALLS):
        with transaction(paid_calls.pool) as connection:
            told = set(connection.execute(query, {"call": f"pay-{number}"}).scalars())
        asked = {"Please tell me your card number, digit by digit."} if number % 2 else set()
        assert told == {WITHHELD, "can you repeat that please"} | asked


@LOOP
async def test_the_audit_log_tells_each_window_its_end_and_what_was_destroyed(paid_calls: Paid) -> None:
    query = text("SELECT call, type, count(*) FROM audit_index WHERE type LIKE 'payment%' GROUP BY 1, 2")
    with transaction(paid_calls.pool) as connection:
        found = {(row[0], row[1]): row[2] for row in connection.execute(query)}
        left = connection.execute(text(f"SELECT text FROM utterance WHERE call_id = '{OPENED_LATE}'")).scalars().all()
        originals = connection.execute(text("SELECT count(*) FROM sealed_entity")).scalar_one()
    calls = [*(f"pay-{number}" for number in range(CALLS)), TIMED, LATE, OPENED_LATE, LINE]
    for kind in ("opened", "closed"):
        assert [found.get((call, f"payment_window_{kind}")) for call in calls] == [1] * len(calls)
    receipts = {call for (call, kind) in found if kind == "payment_data_destroyed"}
    assert {LATE, OPENED_LATE} <= receipts <= {LATE, OPENED_LATE, LINE}
    assert (left, originals) == ([WITHHELD], 0)
