"""Audio of an open window is sealed under a key of its own, which is destroyed with it: real database."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from infra import audio_seal
from infra.clock import now
from infra.database import transaction
from infra.front_door import event
from infra.keys import KeyDestroyed, Keyring
from infra.payment_door import PaymentDoor
from infra.payment_watch import PaymentWatch
from infra.read_model import apply
from schemas.audio import AudioRecord
from schemas.base import Data, Event
from schemas.codec import header_map
from schemas.payments import PaymentWindowClosed, PaymentWindowOpened
from schemas.policies import PaymentRules
from streams.payment_sweep import PaymentSweeper
from tests.support.held_to import held_to

pytestmark = pytest.mark.contract

FRAME = AudioRecord(kind="media", call_id="c1", tenant="acme", number=1, payload=b"sound")


def told(data: Data, name: str) -> Event:
    return event(data, call_id="c1", tenant="acme", source="/test", source_id=name, occurred_at=now())


def test_what_was_sealed_in_a_window_opens_no_more_once_it_is_settled(pool: Engine, tmp_path: Path) -> None:
    keyring = Keyring(engine=pool, kek=tmp_path / "kek.json")
    door = PaymentDoor(engine=pool, keyring=keyring, policy_of=held_to(PaymentRules()))
    watch = PaymentWatch(engine=pool, keyring=keyring)
    assert watch.look() == {}
    door.admit([told(PaymentWindowOpened(), "1")])
    (one,) = watch.look().values()
    keys = [f"c1#{one.window.window}", "c1"]
    (headers, sealed), (own, outside) = (audio_seal.seal(keyring, FRAME, direction="in", under=key) for key in keys)
    assert audio_seal.unseal(keyring, header_map(headers), sealed, direction="in") == FRAME
    closed = door.admit([told(PaymentWindowClosed(), "2")])
    assert watch.look() == {}
    with transaction(pool) as connection:
        for each in closed:
            apply(connection, each)
    PaymentSweeper(engine=pool, keyring=keyring, settled_after=timedelta(0)).once()
    with pytest.raises(KeyDestroyed):
        audio_seal.unseal(keyring, header_map(headers), sealed, direction="in")
    assert audio_seal.unseal(keyring, header_map(own), outside, direction="in") == FRAME


async def test_who_sends_audio_is_told_the_key_of_the_open_window(pool: Engine, tmp_path: Path) -> None:
    keyring = Keyring(engine=pool, kek=tmp_path / "kek.json")
    door = PaymentDoor(engine=pool, keyring=keyring, policy_of=held_to(PaymentRules()))
    watch = PaymentWatch(engine=pool, keyring=keyring)
    looking = asyncio.create_task(watch.run())
    try:
        assert watch.key_of(tenant="acme", call_id="c1") == "c1"
        door.admit([told(PaymentWindowOpened(), "1")])
        async with asyncio.timeout(30):
            while watch.key_of(tenant="acme", call_id="c1") == "c1":
                await asyncio.sleep(0.05)
        assert watch.key_of(tenant="other", call_id="c1") == "c1"
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
