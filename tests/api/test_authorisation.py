"""Who may do what: every route, as every role, as nobody and as another tenant, against the one page that says so."""

import asyncio
import re
from dataclasses import dataclass

import httpx
import pytest
from fastapi import Depends
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from api.app import create_app
from api.auth import May
from api.authorisation import PAGE, page, rules
from governance.errors import InvariantError
from infra.settings import Settings
from infra.tokens import ROLES, Role
from tests.support import calls
from tests.support.api import Served

pytestmark = pytest.mark.flow
ROW = re.compile(r"^\| `(\w+) (/\S*)` \| (\w+) \| (.*) \|$", re.MULTILINE)
# Ids that the tenant of the calls has: for another they are nobody's.
IDS = {
    "call_id": "call-1", "handoff": "h1", "vendor": "vapi", "tenant": "default",
    "account": "00000000-0000-0000-0000-000000000000",
}
OPEN = {"anyone", "operators", "people"}
NOTHING_ENDED = '{"ended":0}'  # of a person who has no session in that tenant
BESIDE = {"people", "vendors"}  # pages, and what shows another proof than a login


@dataclass(frozen=True)
class Row:
    """One line of the page."""

    method: str
    path: str
    needs: str
    roles: frozenset[str]

    @property
    def address(self) -> str:
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: IDS.get(found[1], "0"), self.path)


def rows() -> list[Row]:
    found = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return [
        Row(method, path, needs, frozenset(role for role, mark in zip(ROLES, marks.split(" | "), strict=True)
                                           if mark.strip() == "yes"))
        for method, path, needs, marks in found
    ]


def ask(client: httpx.Client, row: Row) -> tuple[int, str]:
    """Give the status and what was said; a stream is not waited for."""
    with client.stream(row.method, row.address) as answer:
        if answer.headers.get("content-type", "").startswith("text/event-stream"):
            return answer.status_code, next(answer.iter_text())
        return answer.status_code, answer.read().decode(errors="replace")


def upgrade(served: Served, row: Row, token: str | None) -> int:
    async def knock() -> int:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        try:
            async with connect(served.url.replace("http", "ws", 1) + row.address, additional_headers=headers):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    return asyncio.run(knock())


def test_the_page_in_docs_is_the_one_of_the_routes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(create_app(Settings())), "run: python -m api.authorisation"


def test_a_route_without_a_rule_or_with_two_is_named() -> None:
    app = create_app(Settings())
    app.add_api_route("/v1/new", lambda: None, methods=["GET", "POST"])
    app.add_api_websocket_route("/v1/heard", lambda: None)
    app.add_api_route("/v1/two", lambda: None, dependencies=[Depends(May("publish")), Depends(May("reveal"))])
    with pytest.raises(InvariantError, match="GET /v1/new, POST /v1/new, WS /v1/heard, GET /v1/two"):
        rules(app)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_does_what_the_page_says_and_no_more(served: Served, role: Role) -> None:
    served.tell(*calls.story())
    wrong = []
    with served.client(role) as client:
        for row in rows():
            if row.needs in BESIDE:
                continue
            if row.method == "WS":
                status, said = upgrade(served, row, served.token(role)), "the role" if role not in row.roles else ""
            else:
                status, said = ask(client, row)
            refused = status == 403 and "the role" in said
            if status == 401 or status >= 500 or refused == (role in row.roles):
                wrong.append(f"{row.method} {row.path} {status}")
    assert [each for each in wrong if not each.startswith("WS ") or not each.endswith(" 503")] == []


def test_nobody_comes_in_without_a_login_where_one_is_needed(served: Served) -> None:
    with served.client(None) as client:
        for row in rows():
            if row.path == "/v1/channels/twilio":
                continue  # its login comes within the stream: test_twilio_socket.py
            status = upgrade(served, row, None) if row.method == "WS" else ask(client, row)[0]
            assert (status == 401) == (row.needs not in OPEN), (row, status)


def test_another_tenant_sees_and_changes_nothing_of_this_one(served: Served) -> None:
    served.tell(*calls.story())
    story = {"call-1", '"h1"', "caller-3f"}
    for role in ROLES:
        with served.client(role, tenant="other") as client:
            for row in rows():
                if row.method == "WS" or role not in row.roles or row.needs in OPEN | BESIDE:
                    continue
                status, said = ask(client, row)
                assert not any(each in said for each in story) or status >= 400, (row, said)
                if "{" in row.path and said != NOTHING_ENDED:
                    assert status in (404, 409, 415, 422), (row, status, said)
    with served.client("agent") as mine:
        assert mine.get("/v1/handoffs/h1").json()["state"] == "offered"
