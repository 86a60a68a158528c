"""What vouches for a bundle: stream heads, the log of logs, witnesses and stamps; all of it checked offline by two."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.audit.cosignature import ED25519_COSIGNATURE
from governance.audit.log_policy import LogPolicy, Witness
from governance.audit.note import VerifierKey, parse_vkey
from infra import audit_reader
from infra.audit_store import append
from infra.bundle_source import verifier
from infra.cosigning import Others
from infra.database import transaction
from infra.tenancy import declare
from streams.cosigner import Cosigner
from tests.support.anchored_call import LOGS_ORIGIN, AnchoredCall, anchored, without_last_entry
from tests.support.audit_log import NOON, TENANT
from tests.support.audit_log import draft as other_draft
from tests.support.require import require
from tests.support.timestamp_server import TimestampServer
from tests.support.witness_server import WitnessServer

pytestmark = pytest.mark.contract


@pytest.fixture
def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AnchoredCall]:
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path))
    with anchored(database_url, tmp_path) as made:
        yield made


def test_a_bundle_is_shown_in_the_log_of_logs_and_complete_up_to_the_last_heads(house: AnchoredCall) -> None:
    house.happen(0, 6)
    house.heads.once()
    house.happen(6, 99)
    house.publisher.once()
    files = house.bundle()
    for code, said in house.judge(files, keys=(str(house.logs_key),)):
        assert code == 0, said
        assert LOGS_ORIGIN in said
        assert "not given" not in said
        assert "ends of streams: complete" in said
    for code, said in house.judge(files):
        assert (code, "whose key was not given" in said) == (0, True), said


def test_without_heads_and_log_of_logs_a_bundle_says_so_and_a_key_of_it_demands_it(house: AnchoredCall) -> None:
    house.happen(0, 99)
    house.publisher.once()
    files = {name: data for name, data in house.bundle().items() if not name.startswith(("logs/", "heads/"))}
    for code, said in house.judge(files):
        assert (code, "ends of streams: not shown" in said, "no log of logs" in said) == (0, True, True), said
    for code, said in house.judge(files, keys=(str(house.logs_key),)):
        assert (code, "logs/" in said, "missing" in said) == (1, True, True), said


def test_an_entry_that_is_left_out_at_the_end_of_the_calls_stream_is_found_by_both(house: AnchoredCall) -> None:
    house.happen(0, 99)
    house.heads.once()
    house.publisher.once()
    files = house.bundle()
    assert [code for code, _ in house.judge(files)] == [0, 0]
    less = without_last_entry(files)
    for code, said in house.judge(less):
        assert (code, said.startswith("WRONG heads/streams.json: "), "missing" in said) == (1, True, True), said
    ends = json.loads(less["heads/streams.json"])
    ends[0]["seq"] -= 1
    ends[0]["hash"] = json.loads(json.loads(files["entries.jsonl"].splitlines()[-1])["entry"])["prev"]
    for forged in (json.dumps(ends).encode(), b"[]", b"{}"):
        for code, _ in house.judge({**less, "heads/streams.json": forged}):
            assert code == 1
    hidden = {name: data for name, data in less.items() if not name.startswith("heads/")}
    for code, said in house.judge(hidden):  # this is what heads are for: without them nobody could know
        assert (code, "ends of streams: not shown" in said) == (0, True), said


def test_a_call_that_began_after_the_last_heads_needs_no_end(house: AnchoredCall) -> None:
    with transaction(house.pool) as connection:
        append(connection, TENANT, [other_draft(number) for number in (0, 2, 3, 4)], NOON)
    house.heads.once()
    house.happen(0, 99)
    house.publisher.once()
    files = house.bundle()
    assert files["heads/streams.json"] == b"[]"
    assert [code for code, _ in house.judge(files)] == [0, 0]


def test_another_entry_proof_or_checkpoint_of_the_log_of_logs_is_found_by_both(house: AnchoredCall) -> None:
    house.happen(0, 6)
    house.publisher.once()
    older = house.bundle()
    house.happen(6, 99)
    house.publisher.once()
    files = house.bundle()
    assert older["logs/checkpoint"] != files["logs/checkpoint"]
    for name in ("logs/entry", "logs/entry.tlog-proof", "logs/checkpoint"):
        for code, said in house.judge({**files, name: older[name]}, keys=(str(house.logs_key),)):
            assert (code, said.startswith("WRONG logs/")) == (1, True), (name, said)
        data = bytearray(files[name])
        data[len(data) // 2] ^= 1
        for code, said in house.judge({**files, name: bytes(data)}, keys=(str(house.logs_key),)):
            assert (code, said.startswith("WRONG")) == (1, True), (name, said)


def test_what_others_sign_is_kept_served_carried_and_checked_offline(house: AnchoredCall) -> None:
    (house.folder / "tsa").mkdir()
    authority = TimestampServer(require("openssl"), house.folder / "tsa")
    witness = WitnessServer("witness.example/w", {LOGS_ORIGIN: house.logs_key.public_key})
    key = VerifierKey(witness.name, ED25519_COSIGNATURE, witness.public)
    policy = LogPolicy((house.logs_key,), (Witness("w", key, witness.url),), 1)
    (house.folder / "policy").write_text(str(policy))
    cosigner = Cosigner(
        engine=house.pool, keyring=house.keyring, others=Others(policy, authority.url), every_s=1
    )
    try:
        house.happen(0, 99)
        house.publisher.once()
        cosigner.once()
        with transaction(house.pool) as connection:
            declare(connection, "_logs")
            served = audit_reader.resource(connection, "_logs", "checkpoint.cosigned")
            stamp = audit_reader.resource(connection, "_logs", "checkpoint.cosigned.tsr")
        files = house.bundle()
        assert (files["logs/checkpoint"], files["logs/checkpoint.tsr"]) == (served, stamp)
        (house.folder / "data").write_bytes(files["logs/checkpoint"])
        (house.folder / "stamp").write_bytes(files["logs/checkpoint.tsr"])
        assert authority.verifies(house.folder / "stamp", house.folder / "data")
    finally:
        witness.close()
        authority.close()
    asked = ("--policy", str(house.folder / "policy"))
    for code, said in house.judge(files, *asked, keys=(str(house.logs_key), str(key))):
        assert (code, "witness" in said or "cosigned by w" in said) == (0, True), said
    stranger = VerifierKey(witness.name, ED25519_COSIGNATURE, b"\x01" * 32)
    (house.folder / "policy").write_text(str(LogPolicy((house.logs_key,), (Witness("w", stranger, ""),), 1)))
    for code, said in house.judge(files, "--policy", str(house.folder / "policy"), keys=(str(stranger),)):
        assert (code, said.startswith("WRONG logs/checkpoint: ")) == (1, True), said
    ours = {name: data for name, data in files.items() if name != "manifest.json"}
    ours["logs/checkpoint.tsr"] = ours["logs/checkpoint.tsr"][:-3]
    assert house.judge(ours)[0][0] == 1


def test_a_call_that_goes_on_after_the_cosigning_is_bound_to_a_newer_checkpoint(house: AnchoredCall) -> None:
    witness = WitnessServer("witness.example/w", {LOGS_ORIGIN: house.logs_key.public_key})
    key = VerifierKey(witness.name, ED25519_COSIGNATURE, witness.public)
    others = Others(LogPolicy((house.logs_key,), (Witness("w", key, witness.url),), 1))
    cosigner = Cosigner(engine=house.pool, keyring=house.keyring, others=others, every_s=1)
    try:
        house.happen(0, 6)
        house.publisher.once()
        cosigner.once()
        assert witness.name in house.bundle()["logs/checkpoint"].decode()
        house.happen(6, 99)
        house.publisher.once()
        assert witness.name not in house.bundle()["logs/checkpoint"].decode()
        cosigner.once()
        assert witness.answers == [200, 200]
    finally:
        witness.close()
    assert parse_vkey(str(key)) == key


def test_both_verifiers_work_where_there_is_no_network_at_all(house: AnchoredCall) -> None:
    alone = [require("unshare"), "-n", "-r"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False, timeout=30).returncode:
        pytest.skip("this machine does not let tests make a network namespace")
    house.happen(0, 99)
    house.heads.once()
    house.publisher.once()
    house.bundle()
    (house.folder / "verify.py").write_bytes(verifier())
    keys = [part for key in (house.key, str(house.logs_key)) for part in ("--key", key)]
    archive = str(house.folder / "a.zip")
    reach = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    lonely = subprocess.run([*alone, sys.executable, "-c", reach], capture_output=True, check=False, timeout=60)
    assert b"Network is unreachable" in lonely.stderr or b"Connection refused" in lonely.stderr
    for command in (
        [sys.executable, "-I", "-S", str(house.folder / "verify.py"), archive],
        [sys.executable, "-m", "infra.cli", "audit", "verify-bundle", archive],
    ):
        done = subprocess.run([*alone, *command, *keys], capture_output=True, text=True, check=False, timeout=120)
        assert (done.returncode, "not given" in done.stdout) == (0, False), done.stdout + done.stderr
