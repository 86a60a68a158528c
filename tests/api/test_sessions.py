"""Sessions of people in a browser: cookies that say little, changes that need more than a cookie, an end for good."""

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text

from tests.support import calls
from tests.support.api import Served
from tests.support.calls import TENANT

pytestmark = pytest.mark.flow
COOKIE = "callwarden_session"


def browser(served: Served) -> httpx.Client:
    """Log Ann in; her cookie and nothing else."""
    client = served.client(None)
    answer = client.post(
        "/v1/sessions", headers={"Authorization": f"Bearer {served.token('agent', subject='ann')}"}
    )
    assert answer.status_code == 201, answer.text
    return client


@pytest.fixture
def ann(served: Served) -> Iterator[httpx.Client]:
    client = browser(served)
    yield client
    client.close()


def csrf(client: httpx.Client) -> str:
    return str(client.get("/v1/me").json()["csrf"])


def kinds(served: Served) -> list[tuple[str, str]]:
    query = text("SELECT type, actor_label FROM audit_index WHERE type LIKE 'login.%' ORDER BY idx")
    with served.pool.connect() as connection:
        return [(kind, actor) for kind, actor in connection.execute(query)]


def test_a_token_becomes_a_session_that_opens_what_the_token_opens(served: Served, ann: httpx.Client) -> None:
    served.tell(*calls.story())
    assert ann.get("/v1/calls").json()["calls"]
    assert ann.get("/v1/audit/entries").status_code == 403
    me = ann.get("/v1/me").json()
    assert {**me, "csrf": None} == {"subject": "ann", "tenant": TENANT, "roles": ["agent"], "csrf": None}
    with served.client("agent") as other:
        assert other.get("/v1/me").json()["csrf"] is None


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(served: Served) -> None:
    with served.client("agent") as client:
        cookie = client.post("/v1/sessions").headers["set-cookie"].lower()
    assert cookie.startswith(f"{COOKIE}={TENANT}.")
    assert {"httponly", "samesite=lax", "path=/"} <= {each.strip() for each in cookie.split(";")}


def test_a_change_needs_the_csrf_header_and_comes_from_our_own_pages(served: Served, ann: httpx.Client) -> None:
    served.tell(*calls.story())
    right = {"X-CSRF-Token": csrf(ann), "Origin": served.url, "Sec-Fetch-Site": "same-origin"}
    wrong = [
        {}, {"X-CSRF-Token": "0" * 64}, {**right, "Origin": "https://evil.example"}, {**right, "Origin": "null"},
        {**right, "Sec-Fetch-Site": "cross-site"}, {**right, "Sec-Fetch-Site": "same-site"},
    ]
    for headers in wrong:
        refused = ann.post("/v1/handoffs/h1/claim", headers=headers)
        assert refused.status_code == 403, headers
        assert refused.headers["content-type"] == "application/problem+json"
    assert ann.post("/v1/handoffs/h1/claim", headers=right).status_code == 200


def test_a_session_that_was_ended_is_over_even_for_who_kept_the_cookie(served: Served, ann: httpx.Client) -> None:
    kept = {"Cookie": f"{COOKIE}={ann.cookies[COOKIE]}"}
    assert ann.delete("/v1/sessions").status_code == 403
    assert ann.delete("/v1/sessions", headers={"X-CSRF-Token": csrf(ann)}).status_code == 204
    assert COOKIE not in ann.cookies
    with served.client(None) as other:
        assert other.get("/v1/me", headers=kept).json()["type"] == "urn:callwarden:problem:session-over"
    assert kinds(served) == [("login.opened", "ann"), ("login.ended", "ann")]


def test_a_cookie_does_not_open_a_session_and_neither_does_a_channel(served: Served, ann: httpx.Client) -> None:
    assert ann.post("/v1/sessions", headers={"X-CSRF-Token": csrf(ann)}).status_code == 409
    with served.client("channel") as channel:
        assert channel.post("/v1/sessions").status_code == 403
    with served.client(None) as nobody:
        assert nobody.post("/v1/sessions").status_code == 401


def test_a_wrong_token_is_not_saved_by_a_right_cookie(ann: httpx.Client) -> None:
    assert ann.get("/v1/me", headers={"Authorization": "Bearer nonsense"}).status_code == 401


def test_she_ends_her_sessions_in_every_browser_at_once(served: Served, ann: httpx.Client) -> None:
    other = browser(served)
    ended = other.delete("/v1/sessions?everywhere=true", headers={"X-CSRF-Token": csrf(other)})
    other.close()
    assert ended.status_code == 204
    assert ann.get("/v1/me").status_code == 401
    assert [kind for kind, _ in kinds(served)] == ["login.opened", "login.opened", "login.ended", "login.ended"]


def test_an_admin_ends_every_session_of_a_person_and_nobody_elses(served: Served, ann: httpx.Client) -> None:
    with served.client("admin", tenant="other") as stranger:
        assert stranger.delete("/v1/people/ann/sessions").json() == {"ended": 0}
    with served.client("supervisor") as supervisor:
        assert supervisor.delete("/v1/people/ann/sessions").status_code == 403
    assert ann.get("/v1/me").status_code == 200
    with served.client("admin") as admin:
        assert admin.delete("/v1/people/ann/sessions").json() == {"ended": 1}
        assert admin.delete("/v1/people/ann/sessions").json() == {"ended": 0}
    assert ann.get("/v1/me").status_code == 401
    assert kinds(served)[-1] == ("login.ended", "admin")
