"""Witnesses and time stamps of an exported log, by the command line, against counterparts that really run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from governance.audit.cosignature import ED25519_COSIGNATURE
from governance.audit.errors import VerificationError
from governance.audit.log_policy import LogPolicy, Witness
from governance.audit.note import VerifierKey
from governance.audit.timestamp import check, read, request
from governance.errors import TransientError
from infra.cli_bundle import bundle_app
from infra.timestamp_client import stamp
from tests.support.audit_log import ORIGIN, SeedSigner, entries, folder
from tests.support.require import require
from tests.support.timestamp_server import TimestampServer
from tests.support.witness_server import WitnessServer

pytestmark = pytest.mark.contract


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[TimestampServer]:
    (tmp_path / "tsa").mkdir()
    made = TimestampServer(require("openssl"), tmp_path / "tsa")
    yield made
    made.close()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    for path, data in folder(entries(300)).items():
        (tmp_path / "log" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "log" / path).write_bytes(data)
    return tmp_path / "log"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(bundle_app(lambda option: option or ""), list(arguments))
    return result.exit_code, result.stdout


def test_a_stamp_of_the_checkpoint_verifies_with_openssl_and_of_nothing_else(
    authority: TimestampServer, log: Path
) -> None:
    code, said = run("stamp", "--log", str(log), "--tsa", authority.url)
    assert (code, said.startswith("stamped ")) == (0, True)
    assert authority.verifies(log / "checkpoint.tsr", log / "checkpoint")
    assert not authority.verifies(log / "checkpoint.tsr", log / "tile/0/000")


def test_a_stamp_that_answers_another_request_is_not_kept(authority: TimestampServer, log: Path) -> None:
    stamp(authority.url, b"first")
    authority.spoil = True
    with pytest.raises(TransientError, match="another request"):
        stamp(authority.url, b"second")
    assert run("stamp", "--log", str(log), "--tsa", authority.url)[0] == 1
    authority.close()
    assert run("stamp", "--log", str(log), "--tsa", authority.url)[0] == 1
    assert not (log / "checkpoint.tsr").exists()


def test_a_damaged_response_is_an_error_and_never_a_crash(authority: TimestampServer) -> None:
    response, stated = stamp(authority.url, b"text")
    assert read(response) == stated
    for end in range(0, len(response), 7):
        with pytest.raises(VerificationError):
            read(response[:end])
    with pytest.raises(VerificationError, match="another request"):
        check(response, digest=bytes(32), nonce=1)
    assert request(bytes(32), nonce=2**63 - 1)[:2] == b"\x30\x43"


def test_witnesses_of_a_policy_cosign_and_the_quorum_is_told(log: Path, tmp_path: Path) -> None:
    server = WitnessServer("witness.example/w1", {ORIGIN: SeedSigner().key.public_key})
    mine = Witness("w1", VerifierKey(server.name, ED25519_COSIGNATURE, server.public), server.url)
    for quorum, witnesses, code in ((1, (mine,), 0), (2, (mine, Witness("w2", SeedSigner(name="w2").key)), 1)):
        (tmp_path / "policy").write_text(str(LogPolicy((SeedSigner().key,), witnesses, quorum)))
        assert run("witness", "--log", str(log), "--policy", str(tmp_path / "policy"))[0] == code
    lines = (log / "checkpoint").read_text().splitlines()
    assert len([line for line in lines if server.name in line]) == 1
    assert run("verify", "--log", str(log), "--key", str(SeedSigner().key))[0] == 0
    server.known[ORIGIN] = (300, bytes(32))
    code, said = run("witness", "--log", str(log), "--policy", str(tmp_path / "policy"))
    assert (code, said.startswith("FORK ")) == (1, True)
    server.close()
