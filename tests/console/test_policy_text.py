"""The text of a policy beside a call: the rules that fired in it are marked where they stand."""

import re

import pytest

from api.console.policy_text import marked
from infra.policies import shipped

pytestmark = pytest.mark.pure
OWN = """layer: tenant
escalation:
  explicit_request:
    queue: senior   # not general

  complaint: {threshold: 0.9}
rules:
  legal.threat:
    reason: Legal threats go to people.
    when: {says: {words: ["<b>"]}}
"""


def marks(text: str) -> list[str]:
    return [re.sub("<[^>]*>", "", one) for one in re.findall("<mark.*?</mark>", text, flags=re.DOTALL)]


def test_each_rule_that_fired_is_marked_with_its_whole_block() -> None:
    document = {"name": "default.yaml", "text": shipped().text.decode()}
    text, known = marked([document], ["escalation.explicit_request", "disclosure.ai", "silence", "no.such_rule"])
    assert known == {"escalation.explicit_request", "disclosure.ai", "silence"}
    asked, told, silent = marks(text)
    assert (asked.splitlines()[0], len(asked.splitlines())) == ("  explicit_request:", 5)
    assert told.strip().startswith("ai:")
    assert silent.strip().splitlines()[-1].strip().startswith("count:")
    assert 'id="rule-disclosure.ai"' in text
    plain, _ = marked([document], [])
    assert re.sub("<[^>]*>", "", text) == re.sub("<[^>]*>", "", plain)


def test_the_document_that_is_laid_over_the_others_counts_and_nothing_in_it_is_markup() -> None:
    base = {"name": "default.yaml", "text": shipped().text.decode()}
    text, known = marked([base, {"name": "acme.yaml", "text": OWN}], ["escalation.explicit_request", "legal.threat"])
    assert known == {"escalation.explicit_request", "legal.threat"}
    assert [one.strip().splitlines()[0] for one in marks(text)] == ["explicit_request:", "legal.threat:"]
    assert "queue: senior" in marks(text)[0]
    assert "complaint" not in marks(text)[0]
    assert "<b>" not in text
