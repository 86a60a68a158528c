"""Retention and subjects on the command line: files, exit codes, and nothing in clear where it must not be."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from infra.cli_retention import retention_app
from infra.cli_subject import subject_app
from infra.database import engine, transaction
from infra.keys import Keyring
from schemas.calls import CallAdmitted, CallEnded
from tests.support import calls
from tests.support.calls import TENANT
from tests.support.erasing import CARD, SUBJECT, Store

pytestmark = pytest.mark.contract

NUMBER = "+12025550123"
WHY = ("--reason", "access request 7", "--tenant", TENANT)


class House:
    """A database, keys, and the two groups of commands."""

    def __init__(self, url: str, data: Path) -> None:
        self.url, self.data = url, data
        self.pool = engine(url)
        kek = data / "keys" / "kek.json"
        self.store = Store(self.pool, kek, Keyring(engine=self.pool, kek=kek))

    def run(self, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
        app = {"retention": retention_app, "subject": subject_app}[arguments[0]]
        done = CliRunner().invoke(app(lambda option: option or self.url), list(arguments[1:]), input=stdin)
        return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path))
    made = House(database_url, tmp_path)
    made.store.tell()
    yield made
    made.pool.dispose()


def test_a_person_is_exported_to_a_file_that_only_its_owner_reads(house: House, tmp_path: Path) -> None:
    out = tmp_path / "subject.json"
    out.write_text("old")
    out.chmod(0o644)
    code, said, err = house.run("subject", "export", "--subject", SUBJECT, "--out", str(out), *WHY)
    assert code == 0, err
    assert out.stat().st_mode & 0o777 == 0o600
    assert CARD in json.loads(out.read_text())["calls"][0]["originals"][0]["value"]
    assert CARD not in said + err
    with transaction(house.pool) as connection:
        who = connection.execute(text("SELECT actor_label FROM audit_index WHERE type = 'subject.exported'")).scalar()
    assert str(who).startswith("cli:")


def test_a_number_comes_by_standard_input(house: House, tmp_path: Path) -> None:
    name = house.store.keyring.pseudonym(tenant=TENANT, kind="caller", value=NUMBER)
    admitted = CallAdmitted(**{**calls.admitted().model_dump(), "caller_pseudonym": name})
    house.store.record([
        calls.event(1, admitted, call_id="call-2"), calls.event(2, CallEnded(reason="hangup"), call_id="call-2")
    ])
    out = str(tmp_path / "out.json")
    code, _, err = house.run("subject", "export", "--caller-from-stdin", "--out", out, *WHY, stdin=f"{NUMBER}\n")
    assert code == 0, err
    code, said, _ = house.run("subject", "erase", "--caller-from-stdin", *WHY, stdin=f"{NUMBER}\n")
    told = json.loads(said)
    assert (code, told["state"], {one["call_id"] for one in told["erased"]}) == (0, "completed", {"call-2"})
    assert "utterance" in house.store.rows()


def test_an_erasure_that_a_hold_delays_ends_with_1_and_a_sweep_completes_it(house: House) -> None:
    hold = house.store.hold()
    code, said, _ = house.run("subject", "erase", "--subject", SUBJECT, *WHY)
    assert (code, json.loads(said)["state"]) == (1, "waiting")
    house.store.release(hold)
    code, said, err = house.run("retention", "sweep", "--json")
    assert code == 0, err
    assert json.loads(said) == {"erased": 1, "expired": 0, "completed": 1, "buried": 0}


def test_what_has_expired_is_listed_before_it_is_deleted(house: House) -> None:
    with transaction(house.pool) as connection:
        connection.execute(text("UPDATE call SET started_at = '2001-01-01', ended_at = '2001-01-01'"))
    before = house.store.rows()
    code, said, _ = house.run("retention", "sweep", "--dry-run", "--json")
    assert (code, json.loads(said)) == (0, {"tenant": TENANT, "call": "call-1"})
    assert house.store.rows() == before
    assert house.run("retention", "sweep")[0] == 0
    assert "utterance" not in house.store.rows()


@pytest.mark.parametrize("arguments", [
    ("subject", "erase", *WHY), ("subject", "erase", "--subject", "x", *WHY),
    ("subject", "erase", "--subject", SUBJECT, "--call", "call-1", *WHY),
])
def test_exactly_one_person_is_named(house: House, arguments: tuple[str, ...]) -> None:
    code, _, err = house.run(*arguments)
    assert (code, "--subject" in err) == (2, True)


def test_who_is_unknown_is_said_with_1_and_missing_keys_with_2(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert house.run("subject", "erase", "--call", "nobody", *WHY)[0] == 1
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path / "empty"))
    assert house.run("retention", "sweep")[0] == 2
