"""A webhook counts only with its vendor's own signature over exactly this body."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from infra.ingest.signatures import Delivery, signed
from infra.ingest.sources import Known, Source, Vendor
from tests.support import vendor_hooks as hooks

pytestmark = pytest.mark.pure
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADDRESS = "https://voice.example/v1/ingest/twilio"
FIELDS = {"CallSid": "CA1", "CallStatus": "completed", "From": "+12025550123", "Empty": ""}
HOOKS: dict[Vendor, hooks.Hook] = {
    "livekit": hooks.livekit({"event": "room_started", "id": "e1", "room": {"sid": "RM1"}}, AT),
    "retell": hooks.retell({"event": "call_started", "call": hooks.retell_call()}, AT),
    "twilio": hooks.twilio(FIELDS, ADDRESS),
    "vapi": hooks.vapi({"type": "status-update"}),
}


def known(vendor: Vendor, secret: str = hooks.SECRET, key: str = "") -> Known:
    return Known(source=Source(vendor=vendor, tenant="acme", secret="S", key=key), secret=SecretStr(secret))


def delivery(vendor: Vendor) -> Delivery:
    headers, body = HOOKS[vendor]
    return Delivery(address=ADDRESS, headers=headers, body=body, at=AT)


@pytest.mark.parametrize("vendor", HOOKS)
def test_the_vendors_own_webhook_is_known(vendor: Vendor) -> None:
    assert signed(delivery(vendor), known(vendor))


@pytest.mark.parametrize("vendor", HOOKS)
def test_another_secret_signs_nothing(vendor: Vendor) -> None:
    assert not signed(delivery(vendor), known(vendor, secret="another-secret-of-the-same-length"))


@pytest.mark.parametrize("vendor", HOOKS)
def test_without_its_header_nothing_is_known(vendor: Vendor) -> None:
    assert not signed(replace(delivery(vendor), headers={}), known(vendor))


@pytest.mark.parametrize("vendor", ["livekit", "retell", "twilio"])
def test_one_changed_letter_of_the_body_breaks_the_signature(vendor: Vendor) -> None:
    given = delivery(vendor)
    assert not signed(replace(given, body=given.body.replace(b"call", b"calf").replace(b"Call", b"Calf")
                              .replace(b"room", b"roof")), known(vendor))


@pytest.mark.parametrize("vendor", ["livekit", "retell"])
def test_an_old_webhook_is_not_taken_again(vendor: Vendor) -> None:
    assert not signed(replace(delivery(vendor), at=AT + timedelta(minutes=11)), known(vendor))


def test_twilio_signs_the_address_it_was_told_to_call() -> None:
    behind = replace(delivery("twilio"), address="http://10.0.0.1/v1/ingest/twilio")
    assert not signed(behind, known("twilio"))
    told = known("twilio").model_copy(update={
        "source": Source(vendor="twilio", tenant="acme", secret="S", address=ADDRESS)
    })
    assert signed(behind, told)


def test_a_livekit_token_of_another_key_is_refused() -> None:
    assert signed(delivery("livekit"), known("livekit", key="APIkey"))
    assert not signed(delivery("livekit"), known("livekit", key="APIother"))


def test_a_token_without_a_signature_is_refused() -> None:
    unsigned = "eyJhbGciOiJub25lIn0.eyJzaGEyNTYiOiIiLCJleHAiOjQxMDI0NDQ4MDB9."
    assert not signed(replace(delivery("livekit"), headers={"authorization": unsigned}), known("livekit"))
