"""A payment window opens by the rules of the version that its call began with."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from infra import policy_store
from infra.call_policies import CallPolicies
from infra.clock import now
from infra.database import engine, transaction
from infra.front_door import event
from infra.keys import Keyring
from infra.payment_door import PaymentDoor
from infra.policies import bundle, load
from infra.policy_book import PolicyBook
from infra.policy_store import Publication
from infra.policy_yaml import Document
from infra.read_model import apply
from schemas.base import Data, Event
from schemas.calls import CallAdmitted
from schemas.payments import PaymentWindowOpened
from schemas.policies import Policy
from schemas.turns import AssistantGenerated

pytestmark = pytest.mark.contract
TENANT = "acme"
PAYS = """layer: tenant
id: acme
version: {version}
title: Acme takes cards
payment: {{asked_for: [{asked}]}}
"""


@pytest.fixture
def pool(database_url: str) -> Engine:
    return engine(database_url)


@pytest.fixture
def book(pool: Engine) -> PolicyBook:
    return PolicyBook(engine=pool, house=load())


def publish(pool: Engine, book: PolicyBook, *, version: int, asked: str) -> Policy:
    documents = [Document("acme.yaml", PAYS.format(version=version, asked=asked).encode())]
    made = bundle(documents)
    with transaction(pool) as connection:
        publication = Publication(made.label, "live", "cora", now(), f"event-{version}")
        policy_store.publish(connection, TENANT, made, documents, publication)
    book.forget_current(TENANT)
    return made


def told(data: Data, call: str, name: str) -> Event:
    return event(data, call_id=call, tenant=TENANT, source="/test", source_id=f"{call}/{name}", occurred_at=now())


def opened_by(door: PaymentDoor, call: str, name: str) -> list[str | None]:
    question = AssistantGenerated(utterance=name, turn=1, text="Please tell me your card number.")
    passed = door.admit([told(question, call, name)])
    return [one.data.policy_version for one in passed if isinstance(one.data, PaymentWindowOpened)]


def begin(pool: Engine, call: str, policy: Policy) -> None:
    admitted = CallAdmitted(
        channel="sip", caller_pseudonym=None, language="en", encoding=None, sample_rate=None, audio_partition=None,
        policy_version=policy.label,
    )
    with transaction(pool) as connection:
        apply(connection, told(admitted, call, "0"))


def test_a_running_call_keeps_its_rules_and_a_new_one_has_those_of_the_newest(
    pool: Engine, book: PolicyBook, tmp_path: Path
) -> None:
    keyring = Keyring(engine=pool, kek=tmp_path / "kek.json")
    door = PaymentDoor(engine=pool, keyring=keyring, policy_of=CallPolicies(engine=pool, book=book).of)
    assert opened_by(door, "before", "a1") == []  # the house asks for no window
    cards = publish(pool, book, version=1, asked="CREDIT_CARD")
    begin(pool, "running", cards)
    codes = publish(pool, book, version=2, asked="CVV")
    begin(pool, "new", codes)
    assert opened_by(door, "running", "a1") == [cards.label]
    assert opened_by(door, "new", "a1") == []
    assert opened_by(door, "unknown", "a1") == []  # not in the read model yet: what counts for new calls
