"""A phrase that a rule withholds is not spoken, also where it is split over two; other rules withhold nothing."""

import pytest

from governance.output_rail import rail_of, withheld
from infra.policies import load
from schemas.conditions import Condition
from schemas.policies import ComposedRule, Policy

pytestmark = pytest.mark.pure


def under(*, withhold: bool = True, enabled: bool = True) -> Policy:
    rule = ComposedRule(
        reason="Nobody promises a refund.", withhold=withhold, enabled=enabled,
        when=Condition.model_validate({"says": {"by": "assistant", "words": ["guarantee a refund", "legal advice"]}}),
    )
    return load().model_copy(update={"rules": {"no.promises": rule}})


def test_a_forbidden_phrase_is_withheld_by_its_rule() -> None:
    rail = rail_of(under())
    assert rail is not None
    found = withheld("We guarantee a refund for everybody.", "", rail, turn=1)
    assert found is not None
    assert (found.rule, found.reason) == ("no.promises", "Nobody promises a refund.")
    assert found.policy_version == load().label


def test_what_is_split_over_two_phrases_is_seen() -> None:
    rail = rail_of(under())
    assert rail is not None
    assert withheld("a refund for everybody.", "We can guarantee", rail, turn=1) is not None
    assert withheld("a refund for everybody.", "", rail, turn=1) is None


def test_rules_that_do_not_withhold_make_no_rail() -> None:
    assert rail_of(load()) is None
    assert rail_of(under(withhold=False)) is None
    assert rail_of(under(enabled=False)) is None

