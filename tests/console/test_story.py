"""A call's story: the policy it was held to with the rule that fired, and what the agent heard before she joined."""

import pytest

from tests.console.conftest import Staged
from tests.support import console_calls
from tests.support.chromium import accessible, settled, shot, window

pytestmark = pytest.mark.flow


def test_the_policy_of_the_house_is_shown_with_the_rule_that_fired(staged: Staged) -> None:
    with window(staged.browser, staged.served, staged.token("compliance", "cora")) as page:
        page.goto("/console/calls/call-1")
        settled(page)
        page.get_by_role("link", name=console_calls.RULE).first.click()
        fired = page.locator("pre mark")
        fired.wait_for()
        assert fired.inner_text().startswith("  explicit_request:")
        assert "second_person: [EMAIL_ADDRESS]" in page.get_by_label("policy.yaml").inner_text()
        accessible(page)
        shot(page, "story-policy", staged.folder, whole=False)


def test_a_briefing_is_read_and_heard_where_the_call_is(staged: Staged) -> None:
    console_calls.tell(staged.served, console_calls.upset("call-b1", "hb1"))
    console_calls.brief(staged.served, "call-b1", "hb1")
    console_calls.end(staged.served, "call-b1")
    with window(staged.browser, staged.served, staged.token("agent", "ann")) as page:
        page.goto("/console/calls/call-b1")
        settled(page)
        page.get_by_text("Why you are asked: The caller asked for a person.").wait_for()
        player = page.get_by_label("Briefing of ann")
        player.evaluate("one => { one.load(); one.muted = true; return one.play(); }")
        assert player.evaluate("one => one.duration") == pytest.approx(2, abs=0.1)
        assert page.get_by_label("Redacted recording").count() == 1
        accessible(page)
        player.scroll_into_view_if_needed()
        shot(page, "story-briefing", staged.folder, whole=False)
    with staged.served.client("compliance", subject="cora") as client:
        found = client.get("/v1/audit/entries", params={"call": "call-b1", "actor": "ann", "limit": 100}).json()
    assert [one["type"] for one in found["entries"]].count("read") >= 2
