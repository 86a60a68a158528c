"""`callwarden cost` on the usage that a real call recorded: reckoned again by hand, and what has no price is named."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path

import pytest
import typer
import yaml
from sqlalchemy import Engine
from typer.testing import CliRunner

from governance.errors import InputError
from infra import prices
from infra.cli_cost import cost_command
from infra.database import engine, transaction
from infra.keys import Keyring
from infra.read_model import apply
from infra.settings import Settings
from schemas.base import Event
from schemas.calls import CallEnded
from schemas.outside import ProviderCalled
from schemas.turns import AssistantHeard
from tests.support import calls
from tests.support.voices import RATE, Voices, call, heard, until

pytestmark = pytest.mark.flow
SECONDS = 90


@pytest.fixture
def pool(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path))
    pool = engine(database_url)
    Keyring(engine=pool, kek=Settings().kek).ensure(tenant=calls.TENANT, call_id="call-1")
    return pool


async def really_call(models_url: str) -> list[Event]:
    """Ask where an order is, with the real models; give what the call's providers were asked."""
    voices = Voices(models_url)
    async with call(voices) as (phone, door):
        await until(door, AssistantHeard)
        await phone.say(await voices.say("Where is my order?"), rate=RATE)
        await heard(door, lambda one: "order number" in one.text)
    return [one for one in door.events if isinstance(one.data, ProviderCalled)]


def test_every_price_that_ships_names_an_address_or_says_that_it_is_from_memory() -> None:
    shipped = prices.load()
    assert shipped.dated.isoformat() == "2026-11-22"
    for one in shipped.prices:
        named = one.source.startswith("https://") and one.checked is not None
        free = one.price == 0 and one.region == "local"
        assert named or free or (one.source.startswith("from memory") and one.checked is None), one.source


def listed(tmp_path: Path, *leave_out: str) -> str:
    rows = [
        ("speech_to_text", "whisper-tiny.en", "audio_minute", "0.6"),
        ("chat", "scripted:*", "million_input_tokens", "5"), ("chat", "scripted:*", "million_output_tokens", "15"),
        ("text_to_speech", "piper-*", "million_characters", "30"),
    ]
    entries = [
        {"provider": "openai", "operation": what, "model": model, "unit": unit, "price": price, "source": "by hand"}
        for what, model, unit, price in rows if what not in leave_out
    ]
    path = tmp_path / "prices.yaml"
    path.write_text(yaml.safe_dump({
        "currency": "EUR", "dated": "2026-11-21", "about": "for a test", "prices": entries,
    }))
    return str(path)


def run(url: str, *arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(cost_command(lambda _: url))
    done = CliRunner().invoke(app, ["--tenant", calls.TENANT, *arguments])
    return done.exit_code, done.stdout


def test_a_real_call_costs_what_its_recorded_usage_comes_to(
    local_models: str, pool: Engine, database_url: str, tmp_path: Path
) -> None:
    asked = asyncio.run(really_call(local_models))
    used: dict[str, list[ProviderCalled]] = {}
    with transaction(pool) as connection:
        apply(connection, calls.event(0, calls.admitted()))
        for number, one in enumerate(asked, start=1):
            assert isinstance(one.data, ProviderCalled)
            used.setdefault(one.data.operation, []).append(one.data)
            apply(connection, calls.event(number, one.data))
        apply(connection, calls.event(SECONDS, CallEnded(reason="hangup")))
    code, out = run(database_url, "--json", "--prices", listed(tmp_path))
    told = json.loads(out)
    by_hand = (
        Decimal(sum(one.audio_ms or 0 for one in used["speech_to_text"])) / 60_000 * Decimal("0.6")
        + Decimal(sum(one.input_tokens or 0 for one in used["chat"])) * 5 / 1_000_000
        + Decimal(sum(one.output_tokens or 0 for one in used["chat"])) * 15 / 1_000_000
        + Decimal(sum(one.characters or 0 for one in used["text_to_speech"])) * 30 / 1_000_000
    )
    assert set(used) == {"speech_to_text", "chat", "text_to_speech"}
    assert by_hand > Decimal("0.005")
    assert abs(Decimal(told["whole"]["amount"]) - by_hand) < Decimal("0.000002")
    assert Decimal(told["whole"]["minutes"]) == Decimal("1.5")
    assert abs(Decimal(told["whole"]["a_minute"]) - by_hand / Decimal("1.5")) < Decimal("0.000002")
    assert (code, told["unpriced"]) == (0, [])

    code, out = run(database_url, "--prices", listed(tmp_path, "chat"))
    assert code == 1
    assert "NOT IN THE SUM: chat openai/scripted:orders" in out
    assert "at least" in out
    code, out = run(database_url)  # the shipped list knows the local models, and asks nothing for them
    assert (code, "0.000000 for 1 calls, 1.500000 minutes" in out) == (0, True)
    assert json.loads(run(database_url, "--json", "--from", "2030-01-01")[1])["whole"]["calls"] == 0


def test_the_shipped_list_says_of_each_price_where_it_is_from_and_whether_it_was_held_against_that() -> None:
    shipped = prices.load()
    assert all(one.source for one in shipped.prices)
    paid = [one for one in shipped.prices if one.price]
    assert all(bool(one.checked) != ("from memory" in one.source) for one in paid)
    assert "never against the live ones" in shipped.about


def test_a_list_that_cannot_be_read_is_refused_with_its_place(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("currency: USD\ndated: 2026-01-01\nabout: a\nprices: [{provider: x}]\n")
    with pytest.raises(InputError, match=r"wrong.yaml:4: prices.0.operation"):
        prices.load(wrong)
    with pytest.raises(InputError, match="--prices or CALLWARDEN_PRICES"):
        prices.load(tmp_path / "none.yaml")
