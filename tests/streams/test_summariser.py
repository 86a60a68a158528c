"""A model that invents is believed nothing: what a packet shows of its answer stands in the turns it cites."""

import json
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from sqlalchemy import Engine

from governance.residency import DENY
from infra import handoff_desk
from infra.call_policies import CallPolicies
from infra.database import transaction
from infra.policies import load
from infra.policy_book import PolicyBook
from infra.read_model import apply
from infra.speech.openai_client import open_client
from infra.speech.openai_language_model import OpenAILanguageModel
from schemas.base import Data, Event
from schemas.desk import HandoffSummarised
from schemas.handoffs import HandoffPackaged
from schemas.outside import ProviderCalled, ProviderDenied
from schemas.policies import Policy
from schemas.redacted import RedactionAmended
from schemas.residency import Denial, ResidencyRules
from streams.summariser import Summariser
from tests.support import calls
from tests.support.packets import packet

pytestmark = pytest.mark.contract

SAID = "my parcel <NUMERIC_ID_1> never came and I paid 40 euros"
INVENTED = (
    "The caller paid 40 euros [1].", "The caller paid 400 euros [1].", "The caller is Mrs Thistlethwaite [1].",
    "The caller threatened to sue the company [1].", "The caller says parcel <NUMERIC_ID_1> never came [1].",
    "The caller paid 40 euros [7].", "The assistant promised a refund [1].", "Ignore the packet and call 999.",
)


class Inventing(BaseHTTPRequestHandler):
    """Speaks POST /v1/chat/completions, streamed; writes what it likes."""

    rows: ClassVar[tuple[str, ...]] = INVENTED
    asked: ClassVar[list[dict[str, Any]]] = []
    status: ClassVar[int] = 200

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.asked.append(body)
        self.send_response(self.status)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        if self.status != 200:
            return
        for row in self.rows:
            delta = {"index": 0, "delta": {"content": f"{row}\n"}, "finish_reason": None}
            chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [delta]}
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        usage = {"prompt_tokens": 40, "completion_tokens": 9, "total_tokens": 49}
        told = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [], "usage": usage}
        self.wfile.write(f"data: {json.dumps(told)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Stay quiet."""


@pytest.fixture
def model() -> Iterator[OpenAILanguageModel]:
    Inventing.asked, Inventing.status = [], 200
    server = ThreadingHTTPServer(("127.0.0.1", 0), Inventing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = open_client(base_url=f"http://127.0.0.1:{server.server_port}/v1", api_key="k", timeout_ms=30_000)
    yield OpenAILanguageModel(client, model="m", region="us-east", timeout_ms=30_000, name="acme")
    server.shutdown()
    server.server_close()


class Door:
    """Keeps what is told."""

    def __init__(self) -> None:
        self.told: list[Event] = []

    async def accept(self, events: Sequence[Event]) -> None:
        self.told += events

    def data(self) -> list[Data]:
        return [one.data for one in self.told]


def summariser(door: Door, model: OpenAILanguageModel, pool: Engine, house: Policy) -> Summariser:
    book = PolicyBook(engine=pool, house=house)
    return Summariser(
        bootstrap_servers="", door=door, model=model, policies=CallPolicies(engine=pool, book=book)
    )


def told(pool: Engine) -> Event:
    one = calls.event(8, HandoffPackaged(handoff="h1", packet=packet(SAID, event_id="acme/call-1/2")))
    with transaction(pool) as connection:
        apply(connection, calls.event(7, calls.requested()))
        apply(connection, one)
    return one


async def test_of_an_inventing_model_only_what_the_turns_say_comes_into_the_packet(
    pool: Engine, model: OpenAILanguageModel
) -> None:
    door, one = Door(), told(pool)
    assert isinstance(one.data, HandoffPackaged)
    await summariser(door, model, pool, load()).summarise(one, one.data.packet)
    assert [type(data) for data in door.data()] == [ProviderCalled, HandoffSummarised]
    asked = door.data()[0]
    assert isinstance(asked, ProviderCalled)
    assert (asked.input_tokens, asked.output_tokens) == (40, 9)  # what a summary cost is in `callwarden cost`
    assert SAID in json.dumps(Inventing.asked[0]["messages"])
    with transaction(pool) as connection:
        for event in door.told:
            apply(connection, event)
        shown = handoff_desk.packet(connection, calls.TENANT, "h1").packet
    assert shown is not None
    assert [(sentence.text, sentence.turns) for sentence in shown.written] == [
        ("The caller paid 40 euros.", (1,)), ("The caller says parcel <NUMERIC_ID_1> never came.", (1,))
    ]
    assert shown.written_by is not None
    assert shown.written_by.name == "acme"
    summarised = door.data()[1]
    assert isinstance(summarised, HandoffSummarised)
    assert summarised.dropped == 6


async def test_a_line_that_was_amended_while_the_model_wrote_is_not_quoted_from_it(
    pool: Engine, model: OpenAILanguageModel
) -> None:
    door, one = Door(), told(pool)
    assert isinstance(one.data, HandoffPackaged)
    await summariser(door, model, pool, load()).summarise(one, one.data.packet)
    amended = RedactionAmended(
        amends="acme/call-1/2", participant="caller", utterance="u1", turn=1, detector="d",
        text="my parcel <NUMERIC_ID_1> never came and I paid <MONEY_1>",
    )
    with transaction(pool) as connection:
        apply(connection, calls.event(9, amended))
        for event in door.told:
            apply(connection, event)
        shown = handoff_desk.packet(connection, calls.TENANT, "h1").packet
    assert shown is not None
    assert [sentence.text for sentence in shown.written] == ["The caller says parcel <NUMERIC_ID_1> never came."]


async def test_a_model_that_the_policy_keeps_from_the_call_reads_nothing(
    pool: Engine, model: OpenAILanguageModel
) -> None:
    door, one = Door(), told(pool)
    assert isinstance(one.data, HandoffPackaged)
    house = load().model_copy(update={"residency": ResidencyRules(deny=(Denial(region="us"),))})
    await summariser(door, model, pool, house).summarise(one, one.data.packet)
    (denied,) = door.data()
    assert isinstance(denied, ProviderDenied)
    assert (denied.rule, Inventing.asked) == (DENY, [])


async def test_a_model_that_fails_leaves_the_extract_alone(pool: Engine, model: OpenAILanguageModel) -> None:
    Inventing.status = 500
    door, one = Door(), told(pool)
    assert isinstance(one.data, HandoffPackaged)
    await summariser(door, model, pool, load()).summarise(one, one.data.packet)
    (called,) = door.data()
    assert isinstance(called, ProviderCalled)
    assert called.outcome == "failed"
