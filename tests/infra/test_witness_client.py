"""The witness client against a real witness on loopback: grows with the log, refuses forks, and may lie or be down."""

from collections.abc import Iterator

import pytest

from governance.audit.checkpoint import Checkpoint, open_checkpoint, parse_text
from governance.audit.cosignature import ED25519_COSIGNATURE
from governance.audit.log_policy import LogPolicy, Witness, cosigned
from governance.audit.merkle import NodeReader
from governance.audit.note import VerifierKey, parse_note
from governance.audit.tiles import node_reader
from governance.errors import TransientError
from infra.witness_client import ForkSeen, cosign
from tests.support.audit_log import ORIGIN, SeedSigner, checkpoint, entries, folder
from tests.support.witness_server import WitnessServer

pytestmark = pytest.mark.contract

WRITTEN = entries(700)
OTHERS = entries(700, first=1000)


@pytest.fixture
def server() -> Iterator[WitnessServer]:
    made = WitnessServer("witness.example/w1", {ORIGIN: SeedSigner().key.public_key})
    yield made
    made.close()


def witness(server: WitnessServer) -> Witness:
    return Witness("w1", VerifierKey(server.name, ED25519_COSIGNATURE, server.public), server.url)


def ask(server: WitnessServer, size: int, *, known: int, written: list[bytes] = WRITTEN) -> bytes:
    """Ask for a cosignature of the log's first `size` entries; answers the note with the line."""
    note = checkpoint(written[:size])
    line = cosign(witness(server), head(note), note, known=known, read=nodes(written[:size]))
    return note + line


def head(note: bytes) -> Checkpoint:
    return parse_text(parse_note(note).text)


def nodes(written: list[bytes]) -> NodeReader:
    files = folder(written)
    return node_reader(len(written), lambda tile: files[tile.path])


def test_a_growing_log_is_cosigned_and_the_quorum_holds_offline(server: WitnessServer) -> None:
    policy = LogPolicy((SeedSigner().key,), (witness(server),), 1)
    known = 0
    for size in (1, 3, 256, 257, 700):
        note = ask(server, size, known=known)
        assert cosigned(note, policy) == ["w1"]
        assert open_checkpoint(note, policy.keys).size == size
        known = size
    assert server.answers == [200] * 5


def test_a_witness_that_is_behind_or_further_than_we_think_is_asked_again_from_there(server: WitnessServer) -> None:
    ask(server, 300, known=0)
    ask(server, 500, known=0)
    ask(server, 700, known=600)
    assert server.answers == [200, 409, 200, 409, 200]
    with pytest.raises(TransientError, match="ahead"):
        ask(server, 400, known=0)


def test_a_fork_is_refused_and_is_fatal(server: WitnessServer) -> None:
    ask(server, 300, known=0)
    for size in (300, 500):
        with pytest.raises(ForkSeen):
            ask(server, size, known=300, written=OTHERS)
    assert server.known[ORIGIN][0] == 300


def test_a_witness_that_lies_is_down_or_does_not_know_us_gives_no_line(server: WitnessServer) -> None:
    server.lies = True
    with pytest.raises(TransientError, match="is wrong"):
        ask(server, 10, known=0)
    server.logs.clear()
    with pytest.raises(TransientError, match="404"):
        ask(server, 20, known=10)
    server.logs[ORIGIN] = SeedSigner(byte=9).key.public_key
    with pytest.raises(TransientError, match="403"):
        ask(server, 20, known=10)
    server.close()
    with pytest.raises(TransientError, match="does not answer"):
        ask(server, 20, known=10)
