"""1,000 calls with values nobody may find again, through the whole service; then everything it keeps is read."""

import asyncio
import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from infra import audit_reader
from infra.clock import now
from infra.database import engine, transaction
from infra.house import open_house
from infra.keys import KeyDestroyed, Keyring
from infra.sealed_originals import open_original
from infra.sealed_payload import SealBroken
from infra.settings import Settings
from schemas.topics import TOPICS
from tests.support.canaries import DIGITS, KNOWN, Mint, calls
from tests.support.canary_house import (
    TENANT,
    Canaries,
    client,
    logged_to,
    name,
    records,
    rows,
    send_calls,
    send_line,
    send_spoiled,
    send_wrong,
)
from tests.support.canary_search import Search

pytestmark = pytest.mark.flow

CALLS, SEED = 1000, 20261121
RECORDED_WITHIN_S = 240.0
ENDED = text("SELECT count(*) FROM audit_index WHERE tenant = :tenant AND type = 'call_ended'")
LETTERS = text("SELECT count(*) FROM dead_letter WHERE tenant = :tenant")
LOOP = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def canaries(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Canaries]:
    """Run every call and every wrong input through a house of its own, until all of it is recorded."""
    # Not below pytest's folder: the database has a user of its own, and pytest closes that folder to her.
    data, outside = Path(tempfile.mkdtemp(prefix="callwarden-canaries-")), tmp_path_factory.mktemp("outside")
    log, spans = outside / "stderr.log", outside / "spans.jsonl"
    mint, planted = Mint(SEED + 1), calls(CALLS, seed=SEED)
    with logged_to(log):
        house = await open_house(
            Settings(data=data, port=0, otlp_endpoint=f"file://{spans}", models_url="none"), voice=False
        )
    pool = engine(house.settings.database_url)
    try:
        keyring = Keyring(engine=pool, kek=house.settings.kek)
        await send_calls(house, planted)
        lost = [*await send_wrong(house, mint), *await send_spoiled(house, keyring, mint)]
        lost += await send_line(house, mint)
        one = Canaries(house, pool, keyring, planted, lost, log, spans)
        async with asyncio.timeout(RECORDED_WITHIN_S):
            while not await asyncio.to_thread(_recorded, one):
                await asyncio.sleep(0.5)
        yield one
    finally:
        pool.dispose()
        await house.stop()
        shutil.rmtree(data, ignore_errors=True)


def _recorded(canaries: Canaries) -> bool:
    with transaction(canaries.pool) as connection:
        ended: int = connection.execute(ENDED, {"tenant": TENANT}).scalar_one()
        letters: int = connection.execute(LETTERS, {"tenant": TENANT}).scalar_one()
    return ended >= len(canaries.planted) and letters >= 15


def search_of(canaries: Canaries) -> Search:
    return Search([KNOWN, *canaries.lost, *(value for one in canaries.planted for value in one.values)])


def nothing_found(canaries: Canaries, search: Search) -> None:
    """Fail with the forms whose values were found and where, never with a value."""
    found: Counter[str] = Counter()
    for one in canaries.planted:
        found.update(f"{one.form}: {place}" for places in search.of(one.values).values() for place in places)
    found.update(f"wrong input {n}: {place}" for n, value in enumerate(canaries.lost)
                 for place in search.seen.get(value, ()))
    assert not found, "\n" + "\n".join(f"{number} x {what}" for what, number in sorted(found.items()))


def test_the_search_finds_every_value_in_what_was_said() -> None:
    for one in calls(44, seed=1):
        search = Search(one.values)
        search.text("said", json.dumps([data.model_dump(mode="json") for data in one.events]))
        missed = set(one.values) - set(search.seen)
        assert not missed or "lines" in one.form, one.form


@LOOP
async def test_no_topic_and_no_changelog_holds_a_value(canaries: Canaries) -> None:
    search, seen = search_of(canaries), Counter[str]()
    for topic, content in await records(canaries.house.settings.bootstrap_servers):
        search.content(topic, content)
        seen[topic] += 1
    # No voice answers here, and nobody is in danger.
    assert {one.name for one in TOPICS} - {"call.audio.out", "call.emergencies"} <= set(seen)
    assert any("changelog" in topic for topic in seen)
    assert {"call.redacted", "call.turns", "call.governed", "call.outcomes"} <= search.seen.pop(KNOWN)
    nothing_found(canaries, search)


@LOOP
async def test_no_table_holds_a_value(canaries: Canaries) -> None:
    search = search_of(canaries)
    for table, row in rows(canaries.pool):
        search.text(table, row)
    assert {"utterance", "handoff"} <= search.seen.pop(KNOWN)
    nothing_found(canaries, search)


@LOOP
async def test_of_a_card_read_out_over_several_lines_no_line_is_left(canaries: Canaries) -> None:
    said = text("SELECT text FROM utterance WHERE call_id = :call AND participant = 'caller' AND stage = 'final'")
    left: Counter[str] = Counter()
    for number, one in enumerate(canaries.planted):
        if "lines" in one.form:
            with transaction(canaries.pool) as connection:
                lines = connection.execute(said, {"call": name(number)}).scalars().all()
            kept = " ".join(re.sub(r"<[A-Z_]+_[0-9]+>", "", line or "") for line in lines)
            words = re.findall(r"[0-9]|\b(?:" + "|".join(DIGITS) + r")\b", kept)
            left.update({one.form: len(words)} if words else {})
    assert not left


@LOOP
async def test_no_answer_packet_export_or_metric_holds_a_value(canaries: Canaries, tmp_path: Path) -> None:
    search = search_of(canaries)
    async with canaries.client("agent") as agent:
        for number in range(0, len(canaries.planted), 7):
            for path in ("", "/turns", "/transcript?interims=true"):
                answer = await agent.get(f"/v1/calls/{name(number)}{path}")
                assert answer.status_code == 200
                search.text(f"answer {path}", answer.text)
        ended = {"limit": "50", "state": "withdrawn"}  # their callers hung up at once
        for one in (await agent.get("/v1/handoffs", params=ended)).json()["handoffs"]:
            search.text("packet", (await agent.get(f"/v1/handoffs/{one['handoff']}")).text)
        for path in ("/metrics", "/readyz", "/v1/calls", "/v1/handoffs"):
            search.text(path, (await agent.get(path)).text)
    async with canaries.client("compliance") as officer:
        for form in ("text/csv", "application/json"):
            search.text("audit", (await officer.get("/v1/audit/entries", headers={"Accept": form})).text)
    with transaction(canaries.pool) as connection:
        audit_reader.export(connection, TENANT, tmp_path)
    assert search.folder(tmp_path) > 3
    assert {"packet", "answer /transcript?interims=true"} <= search.seen.pop(KNOWN)
    nothing_found(canaries, search)


@LOOP
async def test_no_log_line_and_no_span_holds_a_value(canaries: Canaries) -> None:
    search = search_of(canaries)
    log, spans = canaries.log.read_text(), canaries.spans.read_text()
    search.text("log", log)
    search.text("spans", spans)
    assert "dead letter" in log
    assert "process call.governed" in spans
    nothing_found(canaries, search)


@LOOP
async def test_what_staff_write_and_see_stays_out_of_every_table(canaries: Canaries) -> None:
    mint = Mint(SEED + 2)
    card, keyed, phone = mint.card(), mint.phone(), mint.phone()
    async with client(canaries.house, "agent", subject="ann") as ann:
        (offer, *_) = (await ann.get("/v1/handoffs", params={"limit": 1, "state": "withdrawn"})).json()["handoffs"]
        with transaction(canaries.pool) as connection:
            connection.execute(
                text("UPDATE handoff SET state = 'offered', expires_at = '2999-01-01' WHERE handoff = :one"),
                {"one": offer["handoff"]},
            )
        steps = (("claim", None), ("accept", None), ("complete", {"disposition": f"called back on {phone}"}))
        for step, body in steps:
            headers = {"Idempotency-Key": f"{keyed}-{step}"}
            taken = await ann.post(f"/v1/handoffs/{offer['handoff']}/{step}", json=body, headers=headers)
            assert taken.status_code == 200, step
            if step == "accept":
                ask = {"pseudonym": await _some_pseudonym(canaries, offer["call_id"]), "reason": f"card {card} refused"}
                again = {"Idempotency-Key": f"{keyed}-reveal"}
                opened = await ann.post(f"/v1/calls/{offer['call_id']}/reveals", json=ask, headers=again)
                assert opened.status_code == 200
                assert re.sub(r"\D", "", opened.json()["value"])
    search = Search([card, keyed, phone])
    for table, row in rows(canaries.pool):
        search.text(table, row)
    assert search.seen == {}


@LOOP
async def test_originals_open_with_the_key_and_with_nothing_else(canaries: Canaries, tmp_path: Path) -> None:
    kept = text(
        "SELECT call_id, pseudonym, key_id, sealed FROM sealed_entity WHERE tenant = :tenant ORDER BY 1, 2"
    )
    with transaction(canaries.pool) as connection:
        originals = connection.execute(kept, {"tenant": TENANT}).all()
    search = search_of(canaries)
    for row in originals:
        arguments = {"call_id": row.call_id, "pseudonym": row.pseudonym, "key_id": row.key_id, "sealed": row.sealed}
        search.text("opened", open_original(canaries.keyring, **arguments))
    whole = [one for one in canaries.planted if one.form in ("card, written", "bank account", "mail, spoken", "name")]
    assert not [one.form for one in whole if one.values[0] not in search.seen]
    wrong = originals[0]
    arguments = {"call_id": "another", "pseudonym": wrong.pseudonym, "key_id": wrong.key_id, "sealed": wrong.sealed}
    with pytest.raises(SealBroken):
        open_original(canaries.keyring, **arguments)
    thief = Keyring(engine=canaries.pool, kek=tmp_path / "kek.json")
    arguments["call_id"] = wrong.call_id
    with pytest.raises(Exception, match="another key-encryption key"):
        open_original(thief, **arguments)
    with transaction(canaries.pool) as connection:
        canaries.keyring.destroy(connection, tenant=TENANT, call_id=wrong.call_id, at=now())
    with pytest.raises(KeyDestroyed):
        open_original(canaries.keyring, **arguments)


@LOOP
async def test_no_file_on_disk_holds_a_value(canaries: Canaries) -> None:
    with canaries.pool.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("CHECKPOINT"))
    search = search_of(canaries)
    assert await asyncio.to_thread(search.folder, canaries.house.settings.data) > 100
    assert search.seen.pop(KNOWN)
    nothing_found(canaries, search)


async def _some_pseudonym(canaries: Canaries, call_id: str) -> str:
    query = text("SELECT pseudonym FROM sealed_entity WHERE tenant = :tenant AND call_id = :call ORDER BY 1 LIMIT 1")
    with transaction(canaries.pool) as connection:
        found: str = connection.execute(query, {"tenant": TENANT, "call": call_id}).scalar_one()
    return found
