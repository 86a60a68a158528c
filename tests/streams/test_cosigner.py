"""Witnesses and stamps by itself: who fails is an entry, who lies is not kept, and the log goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from governance.audit.cosignature import ED25519_COSIGNATURE
from governance.audit.log_of_logs import LOGS
from governance.audit.log_policy import LogPolicy, Witness, cosigned
from governance.audit.note import VerifierKey
from governance.errors import InvariantError
from infra import cosigning
from infra.audit_keys import log_signer
from infra.audit_store import append
from infra.cosigning import Others, others_of
from infra.database import engine, transaction
from infra.keys import Keyring
from infra.tenancy import declare
from streams.cosigner import Cosigner
from streams.publisher import Publisher
from tests.support.audit_log import NOON, TENANT, draft
from tests.support.witness_server import WitnessServer

pytestmark = pytest.mark.fault
LOGS_ORIGIN = f"callwarden.local/audit/{LOGS}"
FAILURES = text("SELECT type, actor_label FROM audit_index WHERE tenant = 'default' ORDER BY idx")


class Watched:
    """A log of logs with two witnesses and what asks them."""

    def __init__(self, pool: Engine, folder: Path) -> None:
        self.pool, self.folder = pool, folder
        self.key = log_signer(folder / "keys", origin=LOGS_ORIGIN).key
        self.servers = [WitnessServer(f"witness.example/{n}", {LOGS_ORIGIN: self.key.public_key}) for n in (1, 2)]
        keys = [VerifierKey(each.name, ED25519_COSIGNATURE, each.public) for each in self.servers]
        witnesses = tuple(
            Witness(f"w{at}", key, server.url) for at, (key, server) in enumerate(zip(keys, self.servers, strict=True))
        )
        self.policy = LogPolicy((self.key,), witnesses, 1)
        keyring = Keyring(engine=pool, kek=folder / "kek.json")
        self.cosigner = Cosigner(engine=pool, keyring=keyring, others=Others(self.policy), every_s=1)
        self.publisher = Publisher(
            engine=pool, keys=folder / "keys", guard=folder / "guard", origin_prefix="callwarden.local/audit"
        )
        self.count = 0

    def round(self) -> list[str]:
        """Let the log grow, be signed and be shown to the witnesses; names those whose line is kept for it."""
        with transaction(self.pool) as connection:
            append(connection, TENANT, [draft(self.count)], NOON)
        self.count += 1
        self.publisher.once()
        self.cosigner.once()
        with transaction(self.pool) as connection:
            declare(connection, LOGS)
            newest = cosigning.newest(connection)
        return [] if newest is None else cosigned(newest.note, self.policy)

    def failures(self) -> list[tuple[str, str]]:
        with transaction(self.pool) as connection:
            return [(row.type, row.actor_label) for row in connection.execute(FAILURES)]


@pytest.fixture
def watched(database_url: str, tmp_path: Path) -> Iterator[Watched]:
    pool = engine(database_url)
    made = Watched(pool, tmp_path)
    yield made
    for server in made.servers:
        server.close()
    pool.dispose()


def test_every_witness_cosigns_each_time_from_where_it_was(watched: Watched) -> None:
    assert [watched.round() for _ in range(3)] == [["w0", "w1"]] * 3
    assert [each.answers for each in watched.servers] == [[200, 200, 200]] * 2
    watched.cosigner.once()  # nothing new: nobody is asked again
    assert [len(each.answers) for each in watched.servers] == [3, 3]
    assert watched.failures() == []


def test_a_witness_that_is_down_lies_or_is_behind_is_one_entry_and_the_others_lines_are_kept(watched: Watched) -> None:
    watched.round()
    watched.servers[0].lies = True
    assert [watched.round(), watched.round()] == [["w1"], ["w1"]]
    assert watched.failures() == [("witness.failed", "w0")]  # once, not each time
    watched.servers[0].lies = False
    assert watched.round() == ["w0", "w1"]
    watched.servers[0].known.clear()  # behind: asked again from there
    assert watched.round() == ["w0", "w1"]
    watched.servers[0].server.server_close()
    watched.servers[0].server.shutdown()
    assert watched.round() == ["w1"]
    assert watched.failures() == [("witness.failed", "w0")] * 2


def test_a_witness_that_refuses_our_history_is_told_apart_and_stops_nothing(watched: Watched) -> None:
    watched.round()
    watched.servers[0].known[LOGS_ORIGIN] = (1, b"\x01" * 32)
    assert watched.round() == ["w1"]
    assert watched.failures() == [("witness.refused", "w0")]


def test_an_authority_that_does_not_answer_is_an_entry(watched: Watched, tmp_path: Path) -> None:
    keyring = Keyring(engine=watched.pool, kek=tmp_path / "kek.json")
    watched.cosigner = Cosigner(
        engine=watched.pool, keyring=keyring, others=Others(None, "http://127.0.0.1:9"), every_s=1
    )
    assert watched.round() == []
    assert watched.failures() == [("stamp.failed", "http://127.0.0.1:9")]


def test_a_policy_that_cannot_be_read_ends_the_worker_at_its_start(tmp_path: Path) -> None:
    (tmp_path / "policy").write_text("witness w")
    for path in (tmp_path / "policy", tmp_path / "nowhere"):
        with pytest.raises(InvariantError, match="CALLWARDEN_AUDIT_WITNESSES"):
            others_of(policy=path, tsa=None)
    assert others_of(policy=None, tsa=None) == Others()
