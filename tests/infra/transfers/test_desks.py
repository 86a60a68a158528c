"""Every desk keeps the same promises against a carrier that speaks its own wire format."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from governance.errors import InputError
from infra.clock import now
from infra.transfers.carrying import carry
from infra.transfers.configuration import load
from infra.transfers.livekit import LiveKitDesk
from infra.transfers.ports import Bounds, TransferDesk
from infra.transfers.sip import MOST_UUI, SipDesk, user_to_user
from infra.transfers.twilio import TwilioDesk
from infra.transfers.webhook import WebhookDesk
from infra.webhooks.sender import Endpoint
from schemas.transfers import TransferContext
from tests.support.carriers import SECRET, Carrier, http_carrier, sip_switch

pytestmark = pytest.mark.contract

WEBHOOK_KEY = "whsec_" + base64.b64encode(SECRET.encode()).decode()
CONTEXT = TransferContext(
    handoff="5d2cbd44-18d6-5e56-9d43-0f6f1f4f10aa", call_id="call-7f3a", tenant="acme", transfer="t-1", kind="cold",
    leg="CA77", reference="https://desk.example/v1/handoffs/h1", reason="She asked for a person <1>",
    summary="Elle a payé « 40 € » & waits. " * 400, language="en", queue="general", priority=5, disclosure="heard",
    consent="given",
)
BOUNDS = Bounds(timeout_ms=3_000, tries=2)
Made = tuple[TransferDesk, Carrier]


def desk_of(kind: str, carrier: Carrier, bounds: Bounds = BOUNDS) -> TransferDesk:
    secret = SecretStr(SECRET)
    match kind:
        case "twilio":
            return TwilioDesk(
                url=carrier.url, account="AC1", token=secret, workflow="WW1", caller_id="+12025550100",
                agent="client:ana", bounds=bounds,
            )
        case "livekit":
            return LiveKitDesk(
                url=carrier.url, api_key="key", secret=secret, target="tel:+12025550100", trunk="ST1", now=now,
                bounds=bounds,
            )
        case "sip":
            return SipDesk(
                host=carrier.host, port=carrier.port, target="sip:queue@pbx.example", own="sip:warden@calls.example",
                bounds=bounds,
            )
        case _:
            endpoint = Endpoint(
                name="desk", url=f"{carrier.url}/take", secrets=(SecretStr(WEBHOOK_KEY),), allow_private=True,
                events=frozenset({"transfer"}),
            )
            return WebhookDesk(endpoint=endpoint, now=now, bounds=bounds)


@pytest.fixture(params=["twilio", "livekit", "webhook", "sip"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def carrier(kind: str) -> Iterator[Carrier]:
    with sip_switch() if kind == "sip" else http_carrier() as one:
        yield one


async def test_a_cold_transfer_takes_reference_and_states_along_within_the_carriers_limits(
    kind: str, carrier: Carrier
) -> None:
    desk = desk_of(kind, carrier)
    done = await carry(desk, CONTEXT)
    await desk.close()
    assert (done.why, done.tries, carrier.wrong) == (None, 1, [])
    seen = carrier.seen[-1]
    if kind == "sip":
        assert seen["uui"].split(";")[0] == CONTEXT.handoff
        assert "d=heard" in seen["uui"]
        assert seen["head"]["target-dialog"] == "CA77"
        return
    named = {name.lower().removeprefix("x-").replace("-", "_"): value for name, value in seen["attributes"].items()}
    assert named.get("callwarden_packet", named.get("reference")) == CONTEXT.reference
    assert (named["disclosure"], named["consent"]) == ("heard", "given")
    assert str(named["summary"]).startswith("Elle a payé « 40 € » &")


async def test_a_passing_fault_is_tried_again_and_a_refusal_is_not(kind: str, carrier: Carrier) -> None:
    desk = desk_of(kind, carrier)
    carrier.answers = [503]
    again = await carry(desk, CONTEXT)
    carrier.answers = [403]
    refused = await carry(desk, CONTEXT.model_copy(update={"transfer": "t-2"}))
    carrier.answers = [503, 503]
    failed = await carry(desk, CONTEXT.model_copy(update={"transfer": "t-3"}))
    await desk.close()
    if kind == "sip":  # the same transaction has the same answer: asked again, the switch says 503 again or succeeds
        assert again.tries == 2
    else:
        assert (again.why, again.tries) == (None, 2)
    assert (refused.why, refused.tries) == ("refused", 1)
    assert (failed.why, failed.tries) == ("failed", 2)


async def test_a_carrier_that_says_nothing_is_not_waited_for(kind: str, carrier: Carrier) -> None:
    desk = desk_of(kind, carrier, Bounds(timeout_ms=300, tries=1))
    carrier.answers = [0] * 10
    done = await carry(desk, CONTEXT)
    await desk.close()
    assert (done.why, done.tries) == ("timeout", 1)


async def test_a_warm_transfer_brings_the_agent_in(kind: str, carrier: Carrier) -> None:
    desk = desk_of(kind, carrier)
    done = await carry(desk, CONTEXT.model_copy(update={"kind": "warm"}))
    await desk.close()
    assert (done.why, carrier.wrong) == (None, [])
    match kind:
        case "twilio":
            assert carrier.seen[0]["path"].endswith("/Conferences/t-1/Participants.json")
            assert carrier.seen[0]["form"]["To"] == "client:ana"
            assert carrier.seen[1]["conference"] == "t-1"
        case "livekit":
            assert carrier.seen[0]["path"].endswith("/CreateSIPParticipant")
        case "webhook":
            assert carrier.seen[0]["json"]["data"]["kind"] == "warm"
        case _:
            assert "X-Callwarden-Transfer=warm" in carrier.seen[0]["head"]["refer-to"]


async def test_a_switch_that_is_slow_hears_the_same_request_again() -> None:
    with sip_switch() as switch:
        desk = desk_of("sip", switch)
        switch.answers = [0]  # the first one is lost
        done = await carry(desk, CONTEXT)
        assert (done.why, done.tries, len(switch.seen)) == (None, 1, 2)
        assert switch.seen[0]["head"] == switch.seen[1]["head"]
        assert switch.news.wait(60)  # the NOTIFY was answered


async def test_a_leg_that_would_write_headers_of_its_own_is_refused() -> None:
    with sip_switch() as switch:
        desk = desk_of("sip", switch)
        done = await carry(desk, CONTEXT.model_copy(update={"leg": "a\r\nRefer-To: <sip:evil@example>"}))
        assert (done.why, switch.seen) == ("refused", [])


def test_what_does_not_fit_into_user_to_user_goes_from_the_end() -> None:
    long = CONTEXT.model_copy(update={"handoff": "h" * 90})
    for context in (CONTEXT, long):
        assert len(user_to_user(context)) <= MOST_UUI
    assert bytes.fromhex(user_to_user(long).partition(";")[0]).decode().startswith("hhh")


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "transfers.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_file_of_the_operator_names_desks_and_never_holds_a_key(
    written: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_KEY", WEBHOOK_KEY)
    monkeypatch.setenv("PHONE_KEY", SECRET)
    text = """
pbx: {kind: sip, host: 127.0.0.1, target: "sip:queue@pbx.example", own: "sip:warden@calls.example"}
crm: {kind: webhook, url: "https://crm.example/take", secret: {env: DESK_KEY}, tries: 3}
phones: {kind: twilio, account: AC1, token: {env: PHONE_KEY}, workflow: WW1, caller_id: "+1", agent: "client:ana"}
rooms: {kind: livekit, url: "https://rooms.example", api_key: k, secret: {env: PHONE_KEY}, target: "tel:+1", trunk: T}
"""
    desks = load(written(text), now=now)
    assert {name: type(one) for name, one in desks.items()} == {
        "pbx": SipDesk, "crm": WebhookDesk, "phones": TwilioDesk, "rooms": LiveKitDesk
    }
    assert desks["crm"].bounds.tries == 3
    assert load(None, now=now) == {}
    wrong = "pbx: {kind: sip, host: h, target: 'sip:a@b\\r\\nX: y', own: 'sip:a@b', password: hunter2}"
    with pytest.raises(InputError) as told:
        load(written(wrong), now=now)
    assert "pbx" in str(told.value)
    assert "hunter2" not in str(told.value)
