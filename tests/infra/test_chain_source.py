"""The older checkpoints in a bundle: chosen by the log, given by who kept one, and judged by code that is not ours."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from governance.audit.bundle_chain import read_consistency
from governance.audit.note import parse_vkey
from infra import audit_reader
from infra.audit_store import append
from infra.bundle_zip import pack
from infra.database import transaction
from infra.tenancy import tenant_transaction
from tests.support.anchored_call import CALL, AnchoredCall, anchored
from tests.support.audit_log import NOON, TENANT, SeedSigner, checkpoint, draft, entries
from tests.support.period_log import PeriodLog
from tests.support.require import require
from tests.support.witness_server import WitnessServer

pytestmark = pytest.mark.contract
VERIFIER = Path(__file__).parents[1] / "verifier"


@pytest.fixture
def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AnchoredCall]:
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path))
    with anchored(database_url, tmp_path) as made:
        for number in (5000, 6000, 7000):
            others(made, number)
        yield made


def others(house: AnchoredCall, first: int) -> None:
    """Let seven entries of other calls come and be signed."""
    with transaction(house.pool) as connection:
        append(connection, TENANT, [draft(first + number) for number in (0, 2, 3, 4, 5, 7, 8)], NOON)
    house.publisher.once()


def newest(house: AnchoredCall) -> bytes:
    with tenant_transaction(house.pool, TENANT) as connection:
        note = audit_reader.checkpoint(connection, TENANT)
    assert note is not None
    return note


def chain_of(files: dict[str, bytes]) -> list[str]:
    return sorted(name for name in files if name.startswith("chain/"))


def test_a_calls_bundle_shows_the_logs_first_checkpoint_and_the_last_one_without_the_call(house: AnchoredCall) -> None:
    house.happen(0, 99)
    house.publisher.once()
    others(house, 8000)
    files = house.bundle()
    assert chain_of(files) == [f"chain/{size}.{kind}" for size in (21, 7) for kind in ("checkpoint", "consistency")]
    assert min(json.loads(line)["index"] for line in files["entries.jsonl"].splitlines()) == 21
    for code, said in house.judge(files):
        assert (code, "extends its checkpoints of size 7, 21" in said) == (0, True), said


def test_a_checkpoint_that_somebody_kept_is_shown_to_be_the_logs_beginning(house: AnchoredCall) -> None:
    kept = house.folder / "kept"
    house.happen(0, 6)
    house.publisher.once()
    kept.write_bytes(newest(house))
    house.happen(6, 99)
    house.publisher.once()
    for code, said in house.judge(house.bundle(), "--old", str(kept)):
        if said.startswith("WRONG"):  # made without it: it is not among those that the log chose
            assert (code, "nothing shows that the log extends the kept checkpoint" in said) == (1, True), said
    archive = str(house.folder / "kept.zip")
    assert house.run("bundle", CALL, "--out", archive, "--old", str(kept), "--tenant", TENANT)[0] == 0
    code, said = house.run("verify-bundle", archive, "--key", house.key, "--old", str(kept))
    assert (code, said.startswith("ok call")) == (0, True), said
    program = str(house.folder / "verify.py")
    alone = [sys.executable, "-I", "-S", program, archive, "--key", house.key, "--old", str(kept)]
    done = subprocess.run(alone, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout.startswith("ok call")) == (0, True), done.stdout


def test_what_is_no_checkpoint_of_this_log_is_refused_before_anything_is_written(house: AnchoredCall) -> None:
    house.happen(0, 99)
    house.publisher.once()
    strangers = checkpoint(entries(7)), checkpoint(entries(7), signer=SeedSigner(byte=9))
    for number, content in enumerate((b"nonsense", *strangers)):
        (house.folder / f"kept{number}").write_bytes(content)
        wanted = ("--old", str(house.folder / f"kept{number}"), "--tenant", TENANT)
        code, said = house.run("bundle", CALL, "--out", str(house.folder / "no.zip"), *wanted)
        assert (code, "kept checkpoint" in said, (house.folder / "no.zip").exists()) == (2, True, False), said


def test_a_witness_and_a_verifier_in_go_take_the_proofs_as_they_are(house: AnchoredCall) -> None:
    house.happen(0, 99)
    house.publisher.once()
    files = house.bundle()
    program = house.folder / "verifier"
    command = [require("go"), "build", "-o", str(program), "."]
    subprocess.run(command, cwd=VERIFIER, check=True, timeout=300)
    for name, data in files.items():
        (house.folder / "open" / name).parent.mkdir(parents=True, exist_ok=True)
        (house.folder / "open" / name).write_bytes(data)

    def judged() -> tuple[int, str]:
        asked = [str(program), "-bundle", str(house.folder / "open"), "-vkey", house.key]
        done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, done.stdout

    code, said = judged()
    assert (code, said.endswith("older=2\n")) == (0, True), said
    proof = house.folder / "open" / "chain" / "7.consistency"
    old, hashes, _ = read_consistency(proof.read_bytes())
    proof.write_bytes(proof.read_bytes().replace(b"old 7", b"old 8"))
    assert (old, len(hashes) > 0, judged()[0]) == (7, True, 1)
    origin = files["checkpoint"].partition(b"\n")[0].decode()
    witness = WitnessServer("witness.example/w", {origin: parse_vkey(house.key).public_key})
    try:
        for body in (b"old 0\n\n" + files["chain/7.checkpoint"], files["chain/7.consistency"]):
            answer = httpx.post(f"{witness.url}/add-checkpoint", content=body, timeout=30, trust_env=False)
            assert answer.status_code == 200
        assert witness.answers == [200, 200]
    finally:
        witness.close()


def test_the_bytes_are_the_same_in_another_time_zone_locale_and_order_of_names(house: AnchoredCall) -> None:
    house.happen(0, 99)
    house.publisher.once()
    made = pack(house.bundle())
    out = house.folder / "again.zip"
    code = "from infra.cli_bundle import app; app()"
    asked = ["bundle", CALL, "--out", str(out), "--tenant", TENANT, "--database", house.url]
    changed = {"TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "1"}
    changed["CALLWARDEN_DATA"] = str(house.folder)
    done = subprocess.run(
        [sys.executable, "-c", code, *asked], env={**os.environ, **changed}, capture_output=True, text=True,
        check=False, timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert out.read_bytes() == made


def test_a_periods_bundle_shows_the_last_checkpoint_before_it(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path))
    log = PeriodLog(database_url, tmp_path)
    with transaction(log.pool) as connection:
        append(connection, TENANT, [draft(9000 + number) for number in range(5)], NOON - timedelta(minutes=1))
    log.publisher.once()
    log.fill()
    files = log.files(1, 5)
    assert chain_of(files) == ["chain/5.checkpoint", "chain/5.consistency"]
    for code, said in log.judge("a.zip"):
        assert (code, "extends its checkpoints of size 5" in said) == (0, True), said
    for code, said in log.judge_forged({**files, "chain/5.checkpoint": files["checkpoint"]}):
        assert (code, said.startswith("WRONG chain/5.checkpoint: ")) == (1, True), said
    log.pool.dispose()
