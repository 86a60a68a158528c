"""Which providers a call may use: every rule counts, the strictest wins, and documents only grow stricter."""

import pytest

from governance.errors import InputError
from governance.residency import ALLOW, DENY, Located, choose, strictest
from governance.verdicts import VerdictsState, decide
from infra.clock import now
from infra.policies import bundle, load
from infra.policy_yaml import Document
from schemas.base import Event
from schemas.outside import NoProviderLeft
from schemas.residency import ResidencyRules
from schemas.verdicts import HandoffRequested

pytestmark = pytest.mark.pure

CHAIN = (
    Located(name="acme", region="us-east-1"), Located(name="globex", region="eu-west-1"),
    Located(name="globex", region="europe"), Located(name="house", region="local"),
)
TENANT = b"layer: tenant\nid: mine\nversion: 1\ntitle: Mine\nresidency:\n"


def rules(**written: object) -> ResidencyRules:
    return ResidencyRules.model_validate(written)


def test_without_rules_the_whole_chain_is_permitted_in_its_order() -> None:
    choice = choose(CHAIN, rules())
    assert choice.permitted == (0, 1, 2, 3)
    assert choice.refused == ()


@pytest.mark.parametrize(("denial", "left"), [
    ({"provider": "Globex"}, (0, 3)),
    ({"region": "eu"}, (0, 2, 3)),
    ({"region": "US"}, (1, 2, 3)),
    ({"provider": "globex", "region": "eu"}, (0, 2, 3)),
    ({"provider": "acme", "region": "eu"}, (0, 1, 2, 3)),
])
def test_a_denial_names_a_provider_a_region_or_both(denial: dict[str, str], left: tuple[int, ...]) -> None:
    choice = choose(CHAIN, rules(deny=[denial]))
    assert choice.permitted == left
    assert all(why.rule == DENY for _, why in choice.refused)


def test_a_provider_must_pass_denials_and_allowed_regions() -> None:
    choice = choose(CHAIN, rules(deny=[{"provider": "house"}], allow_regions=["eu", "local"], reason="Words stay."))
    assert choice.permitted == (1,)
    assert [(at, why.rule) for at, why in choice.refused] == [(0, ALLOW), (2, ALLOW), (3, DENY)]
    assert "us-east-1 is not among the allowed regions: Words stay." in choice.refused[0][1].reason


def test_no_region_allowed_leaves_nobody() -> None:
    assert choose(CHAIN, rules(allow_regions=[])).permitted == ()


def test_two_documents_are_as_strict_as_both() -> None:
    below = {"deny": [{"provider": "acme"}], "allow_regions": ["eu", "local", "us-east-1"], "reason": "One."}
    above = {"deny": [{"region": "local"}], "allow_regions": ["eu-west-1", "us", "asia"], "reason": "Two."}
    both = strictest(below, above)
    assert both["deny"] == [{"provider": "acme"}, {"region": "local"}]
    assert both["allow_regions"] == ["us-east-1", "eu-west-1"]
    assert both["reason"] == "Two."
    assert strictest(below, {"allow_regions": None})["allow_regions"] == below["allow_regions"]


def test_a_tenant_cannot_take_back_what_another_document_denies() -> None:
    jurisdiction = TENANT.replace(b"tenant", b"jurisdiction").replace(b"mine", b"law") + b"  deny: [{region: us}]\n"
    tenant = TENANT + b"  deny: []\n  allow_regions: [eu, us]\n"
    policy = bundle([Document("a.yaml", tenant), Document("b.yaml", jurisdiction)])
    assert [one.region for one in policy.residency.deny] == ["us"]
    assert choose(CHAIN, policy.residency).permitted == (1,)


def test_a_rule_that_names_nothing_is_pointed_at() -> None:
    with pytest.raises(InputError, match=r"a.yaml:6: residency.deny.0: name a provider, a region, or both"):
        bundle([Document("a.yaml", TENANT + b"  deny: [{}]\n")])


@pytest.mark.parametrize(("why", "rule"), [("denied", "residency.none_left"), ("failed", "providers.none_left")])
def test_a_call_nobody_can_serve_goes_to_a_person_once(why: str, rule: str) -> None:
    policy = load()
    data = NoProviderLeft.model_validate({"operation": "chat", "why": why, "turn": 2})
    event = Event(id="e1", source="/x", call_id="c1", tenant="default", occurred_at=now(), data=data)
    state, said = decide(VerdictsState(), event, policy)
    (request,) = said
    assert isinstance(request, HandoffRequested)
    assert (request.rule, request.policy_version, request.queue) == (rule, policy.label, "general")
    assert request.because[0].event_id == "e1"
    assert decide(state, event, policy)[1] == []
