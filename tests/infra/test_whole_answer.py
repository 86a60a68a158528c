"""A question to the outside ends as a whole in its time, also where the other side gives one byte at a time."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from governance.audit.checkpoint import parse_text
from governance.audit.cosignature import ED25519_COSIGNATURE
from governance.audit.log_policy import Witness
from governance.audit.merkle import Node
from governance.audit.note import VerifierKey, parse_note
from governance.errors import TransientError
from infra import timestamp_client, witness_client
from infra.speech.openai_client import open_client
from infra.speech.openai_embedder import OpenAIEmbedder
from infra.whole_answer import whole_answer
from tests.support.audit_log import checkpoint, entries

pytestmark = pytest.mark.fault

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: 60000\r\n\r\n"
DRIP_S, BOUND_S, LONG_S = 0.02, 0.3, 20.0


class Dripping:
    """Answers one byte after the other, as long as anybody listens; or nonsense at once."""

    def __init__(self, answer: bytes, *, drips: bool) -> None:
        self._answer, self._drips = answer, drips
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                one, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._drip, args=(one,), daemon=True).start()

    def _drip(self, one: socket.socket) -> None:
        try:
            with one:
                one.recv(65_536)
                one.sendall(self._answer)
                while self._drips and self._socket.fileno() >= 0:
                    one.sendall(b"x")
                    time.sleep(DRIP_S)
        except OSError:
            return


def nothing(nodes: Sequence[Node]) -> Sequence[bytes]:
    """A witness that knows nothing of the log wants no proof: no node is read."""
    raise AssertionError(nodes)


@pytest.fixture(params=[(HEAD, True), (b"", True), (b"what?\r\n\r\n", False)], ids=["body", "head", "nonsense"])
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dripping]:
    monkeypatch.setattr(timestamp_client, "TIMEOUT_S", BOUND_S)
    monkeypatch.setattr(witness_client, "TIMEOUT_S", BOUND_S)
    answer, drips = request.param
    made = Dripping(answer, drips=drips)
    yield made
    made.close()


def test_a_time_stamping_authority_that_drips_is_left(server: Dripping) -> None:
    began = time.monotonic()
    with pytest.raises(TransientError, match="no time stamp"):
        timestamp_client.stamp(server.url, b"checkpoint")
    assert time.monotonic() - began < LONG_S


def test_a_witness_that_drips_is_left(server: Dripping) -> None:
    key = VerifierKey("witness.example/w1", ED25519_COSIGNATURE, bytes(32))
    note = checkpoint(entries(3))
    head = parse_text(parse_note(note).text)
    began = time.monotonic()
    with pytest.raises(TransientError, match="w1 does not answer"):
        witness_client.cosign(Witness("w1", key, server.url), head, note, known=0, read=nothing)
    assert time.monotonic() - began < LONG_S


async def test_an_embedder_that_drips_finds_nothing_in_its_time(server: Dripping) -> None:
    client = open_client(base_url=f"{server.url}/v1", api_key="k", timeout_ms=150)
    one = OpenAIEmbedder(client, model="m", region="local", timeout_ms=150)
    began = time.monotonic()
    await one.warm()
    with pytest.raises(TransientError):
        await one.embed("hello")
    assert time.monotonic() - began < LONG_S
    await one.close()


def test_what_is_answered_or_raised_in_time_is_passed_on() -> None:
    def fail() -> int:
        raise ValueError("no")

    assert whole_answer(lambda: 7, within_s=5) == 7
    with pytest.raises(ValueError, match="no"):
        whole_answer(fail, within_s=5)
