"""One look at the desk serves all streams of a tenant: each is told everything once, and one too many is refused."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from infra.clock import now
from infra.database import transaction
from infra.embedded_broker import EmbeddedBroker
from infra.tokens import Role
from schemas.handoffs import HandoffOffered, HandoffWithdrawn
from tests.support import calls
from tests.support.api import Served, serve

pytestmark = pytest.mark.flow
PATH = "/v1/handoffs/stream"
WITHIN_S = 60.0
SEEN = text("SELECT seen_at >= :at FROM desk_agent WHERE agent = :agent")


class Listener:
    """What one stream told: states of handoffs in their order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.open = threading.Event()
        self._news = threading.Condition()

    def until(self, handoff: str, state: str) -> None:
        with self._news:
            assert self._news.wait_for(lambda: (handoff, state) in self.told, WITHIN_S), self.told

    def listen(self, client: httpx.Client, query: str) -> None:
        with client, client.stream("GET", PATH + query, timeout=WITHIN_S) as answer:
            for line in answer.iter_lines():
                self.open.set()
                if line.startswith("data: "):
                    said = json.loads(line.removeprefix("data: "))
                    with self._news:
                        self.told.append((said["handoff"], said["state"]))
                        self._news.notify_all()
                    if said["handoff"] == "last":
                        return


@contextmanager
def listening(served: Served, role: Role, *, subject: str, query: str = "") -> Iterator[Listener]:
    one = Listener()
    thread = threading.Thread(target=one.listen, args=(served.client(role, subject=subject), query), daemon=True)
    thread.start()
    assert one.open.wait(WITHIN_S)
    yield one
    thread.join(WITHIN_S)


def offer(served: Served, handoff: str, *, skills: tuple[str, ...] = (), first: int = 60) -> None:
    facts = (
        calls.requested(handoff),
        HandoffOffered(handoff=handoff, queue="billing", priority=2, expires_at=calls.FAR, skills=skills),
    )
    served.tell(*(calls.event(first + n, data, call_id=f"call-{handoff}") for n, data in enumerate(facts)))


def test_two_streams_are_told_the_same_once_and_who_comes_later_hears_what_is_open(served: Served) -> None:
    with listening(served, "agent", subject="ann") as ann, listening(served, "supervisor", subject="sam") as sam:
        offer(served, "h1")
        for one in (ann, sam):
            one.until("h1", "offered")
        with listening(served, "agent", subject="ben") as ben:
            ben.until("h1", "offered")
            with served.client("agent", subject="ann") as client:
                assert client.post("/v1/handoffs/h1/claim").status_code == 200
            gone = HandoffWithdrawn(handoff="h1", reason="hangup")
            served.tell(calls.event(90, gone, call_id="call-h1", at=calls.FAR))
            for one in (ann, sam, ben):
                one.until("h1", "withdrawn")
            offer(served, "last")
    for one in (ann, sam, ben):
        assert len(set(one.told)) == len(one.told)
        assert one.told[-1] == ("last", "offered")


def test_a_stream_of_ones_own_tells_what_she_may_take_and_that_she_is_there(served: Served) -> None:
    with served.client("agent", subject="ann") as client:
        assert client.put("/v1/agents/me", json={"duty": "on", "skills": ["french"]}).status_code == 200
    at = now()
    with listening(served, "agent", subject="ann", query="?mine=true") as ann:
        offer(served, "for-others", skills=("greek",))
        offer(served, "for-ann", skills=("french",))
        ann.until("for-ann", "offered")
        with served.client("supervisor", subject="sam") as client:
            assert client.post("/v1/handoffs/for-ann/claim").status_code == 200
        ann.until("for-ann", "claimed")  # a colleague has it: she is told, though it is no longer hers
        offer(served, "last")
    assert "for-others" not in {handoff for handoff, _ in ann.told}
    with transaction(served.pool) as connection:
        assert connection.execute(SEEN, {"at": at, "agent": "ann"}).scalar_one()


def test_a_stream_more_than_there_is_room_for_is_refused_until_one_ends(
    database_url: str, embedded_broker: EmbeddedBroker, tmp_path: Path
) -> None:
    with serve(
        database_url=database_url, bootstrap_servers=embedded_broker.bootstrap_servers, data=tmp_path,
        also={"most_streams": 1},
    ) as served, served.client("agent") as client:
        with listening(served, "agent", subject="ann"):
            refused = client.get(PATH)
            assert (refused.status_code, refused.json()["type"]) == (503, "urn:callwarden:problem:streams-full")
            assert refused.headers["retry-after"]
            assert client.get("/v1/handoffs").status_code == 200
            offer(served, "last")
        tries = 0
        while True:  # the server hears that a client is gone in its own time
            with client.stream("GET", PATH) as answer:
                if answer.status_code == 200:
                    break
            tries += 1
            assert tries < 600
            time.sleep(0.1)
