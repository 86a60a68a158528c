"""What calls cost, reckoned by hand beside it; what has no price or no measure is never a zero."""

from datetime import date
from decimal import Decimal

import pytest

from governance.cost import prices_of, reckon
from schemas.costs import Price, PriceList, Usage

pytestmark = pytest.mark.pure


def price(operation: str, provider: str, model: str, unit: str, amount: str, *, region: str | None = None) -> Price:
    return Price.model_validate({
        "operation": operation, "provider": provider, "model": model, "unit": unit, "price": amount,
        "region": region, "source": "by hand",
    })


LIST = PriceList(currency="USD", dated=date(2026, 11, 21), about="made up", prices=(
    price("speech_to_text", "ear", "nova*", "audio_minute", "0.0077"),
    price("chat", "mind", "mini", "million_input_tokens", "0.15"),
    price("chat", "mind", "mini", "million_output_tokens", "0.60"),
    price("text_to_speech", "mouth", "aura*", "million_characters", "30"),
    price("text_to_speech", "mouth", "aura-own", "million_characters", "0", region="local"),
))


def usage(operation: str, provider: str, model: str, call: str = "c1", **units: int) -> Usage:
    return Usage.model_validate({
        "tenant": "acme", "call_id": call, "operation": operation, "provider": provider, "model": model,
        "region": "local", "calls": 1, **units,
    })


CASCADE = [
    usage("speech_to_text", "ear", "nova-3", audio_ms=90_000),
    usage("chat", "mind", "mini", input_tokens=4_000, output_tokens=300),
    usage("text_to_speech", "mouth", "aura-2", characters=1_200),
]


def test_a_call_of_three_minutes_costs_what_one_reckons_by_hand() -> None:
    # 1.5 min x 0.0077 = 0.01155; 4000 x 0.15/M = 0.0006; 300 x 0.60/M = 0.00018; 1200 x 30/M = 0.036; in all 0.04833
    report = reckon(CASCADE, {("acme", "c1"): 180_000}, LIST)
    assert report.whole.amount == Decimal("0.048330")
    assert report.whole.a_minute == Decimal("0.016110")
    assert report.whole.complete
    assert [one.amount for one in report.items] == [
        Decimal("0.000600"), Decimal("0.000180"), Decimal("0.011550"), Decimal("0.036000"),
    ]
    (mix,) = report.mixes
    assert mix.name == "chat mind/mini + speech_to_text ear/nova-3 + text_to_speech mouth/aura-2"


def test_calls_of_other_systems_are_another_mix() -> None:
    other = [usage("speech_to_text", "ear", "nova-3", "c2", audio_ms=60_000)]
    report = reckon([*CASCADE, *other], {("acme", "c1"): 180_000, ("acme", "c2"): 60_000, ("acme", "c3"): 0}, LIST)
    assert [(one.name.count("+"), one.calls, one.amount) for one in report.mixes] == [
        (2, 1, Decimal("0.048330")), (0, 1, Decimal("0.000000")), (0, 1, Decimal("0.007700")),
    ]
    assert [(one.name, one.a_minute) for one in report.calls][2] == ("acme/c3", None)
    assert sum(one.amount for one in report.calls) == report.whole.amount == report.tenants[0].amount


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (usage("chat", "mind", "unheard-of", output_tokens=9), "no_price"),
        (usage("chat", "mind", "mini"), "not_measured"),
        (usage("text_to_speech", "mouth", "aura-2", audio_ms=9_000), "not_measured"),
    ],
)
def test_what_has_no_price_or_no_measure_is_named_and_the_sum_is_a_least(one: Usage, why: str) -> None:
    report = reckon([*CASCADE, one.model_copy(update={"call_id": "c2"})], {("acme", "c1"): 1, ("acme", "c2"): 1}, LIST)
    (named,) = report.unpriced
    assert (named.model, named.why, named.calls) == (one.model, why, 1)
    assert not report.whole.complete
    assert [call.complete for call in report.calls] == [True, False]


def test_the_most_exact_price_counts_and_what_runs_here_costs_nothing_though_nobody_measured_it() -> None:
    mine = usage("text_to_speech", "mouth", "aura-own")
    (found,) = prices_of(mine, LIST.prices)
    assert found.price == 0
    assert reckon([mine], {("acme", "c1"): 60_000}, LIST).whole.complete
