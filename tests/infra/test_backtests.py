"""Calls that went down the real rooms, back-tested: the live policy gives the verdicts on record, another its diff."""

import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from typer import Typer
from typer.testing import CliRunner

from infra.cli_backtest import backtest
from infra.database import engine, transaction
from infra.front_door import event
from infra.keys import Keyring
from infra.policies import load
from infra.read_model import apply
from schemas.base import Data, Event
from schemas.calls import CallEnded, CallStarted
from schemas.redaction import PiiSpan
from schemas.turns import InterimTranscribed, UtteranceFinalized
from schemas.verdicts import VerdictReached
from streams import intake, policy, redaction, turns
from streams.flight import Json, Room
from tests.support.calls import START

pytestmark = pytest.mark.contract

DOCUMENT = files("governance").joinpath("policies/default.yaml").read_text()
PERSON, FIRE = "can I speak to a real person please", "there is a fire in my kitchen and I cannot get out"
CALLS = {
    "asks": (PERSON, "thank you"),
    "asks-late": ("what are your opening hours", "no", PERSON),
    "burns": ("hello", FIRE),
    "mumbles": ("what was that", "the blue one", "and the green one"),
    "calm": ("what are your opening hours", "thank you goodbye"),
}


class Nothing:
    """A detector that finds nothing: what is redacted is not the matter here."""

    version = "nothing"

    def detect(self, text: str, *, context: str | None, language: str, growing: bool = False) -> list[PiiSpan]:
        return []


def arrivals(call_id: str, texts: Sequence[str]) -> list[Event]:
    said: list[Data] = [CallStarted(channel="phone", caller="+15557654321")]
    for n, words in enumerate(texts, 1):
        said.append(InterimTranscribed(participant="caller", utterance=f"u{n}", turn=n, text=words[:-7]))
        sure = 0.2 if call_id == "mumbles" else None
        said.append(
            UtteranceFinalized(participant="caller", utterance=f"u{n}", turn=n, text=words, confidence=sure)
        )
    said.append(CallEnded(reason="hangup"))
    return [
        event(data, call_id=call_id, tenant="acme", source=f"/tests/{call_id}", source_id=str(n), occurred_at=START)
        for n, data in enumerate(said)
    ]


async def descend(rooms: Sequence[Room], events: list[Event]) -> list[Event]:
    for room in rooms:
        state: Json = {}
        said: list[Event] = []
        for one in events:
            answer = await room.decide(json.loads(json.dumps(state)), one)
            state = answer.state
            said += answer.events
        # The place on the topic within the call, which the processor gives.
        events = [one.model_copy(update={"sequence": n}) for n, one in enumerate(said, 1)]
    return events


@pytest.fixture
async def pool(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path))
    made = engine(database_url)
    keyring = Keyring(engine=made, kek=tmp_path / "keys" / "kek.json")
    rules = load(None)
    rooms = [
        intake.ROOM, redaction.room(detector=Nothing(), keyring=keyring, policy=rules), turns.ROOM, policy.room(rules),
    ]
    governed = [one for call_id, texts in CALLS.items() for one in await descend(rooms, arrivals(call_id, texts))]
    assert sum(isinstance(one.data, VerdictReached) for one in governed) == 4
    with transaction(made) as connection:
        for one in governed:
            apply(connection, one)
    return made


def command() -> Typer:
    app = Typer(pretty_exceptions_enable=False)
    app.command()(backtest)
    return app


def run(document: str, folder: Path, url: str, *more: str) -> dict[str, object]:
    (folder / "tried.yaml").write_text(document)
    told = ["--policy", str(folder / "tried.yaml"), "--tenant", "acme", "--database", url, *more]
    done = CliRunner().invoke(command(), [*told, "--json"])
    assert done.exit_code == 0, done.output
    report: dict[str, object] = json.loads(done.stdout)
    return report


def test_the_live_policy_gives_exactly_the_verdicts_on_record(pool: Engine, tmp_path: Path, database_url: str) -> None:
    report = run(DOCUMENT, tmp_path, database_url)
    assert report["policy"] == load(None).label
    assert [report[what] for what in ("calls", "same", "added", "gone", "earlier", "later")] == [5, 4, 0, 0, 0, 0]
    assert report["examples"] == []


def test_another_policy_gives_its_diff_and_the_read_is_in_the_log(
    pool: Engine, tmp_path: Path, database_url: str
) -> None:
    start = DOCUMENT.index("explicit_request:")
    silent = DOCUMENT[:start] + DOCUMENT[start:].replace("enabled: true", "enabled: false", 1)
    assert silent != DOCUMENT
    report = run(silent, tmp_path, database_url)
    assert [report[what] for what in ("same", "added", "gone")] == [2, 0, 2]
    examples = report["examples"]
    assert isinstance(examples, list)
    assert [(one["call"], one["turn_on_record"]) for one in examples] == [("asks", 1), ("asks-late", 3)]
    assert PERSON not in json.dumps(report)
    with transaction(pool) as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_leaf")).scalar_one() == 1


def test_no_call_gives_zeros_and_says_so(pool: Engine, tmp_path: Path, database_url: str) -> None:
    report = run(DOCUMENT, tmp_path, database_url, "--since", "2999-01-01")
    assert [report[what] for what in ("calls", "utterances", "same", "by_rule")] == [0, 0, 0, {}]


def test_a_table_is_for_people(pool: Engine, tmp_path: Path, database_url: str) -> None:
    (tmp_path / "tried.yaml").write_text(DOCUMENT)
    told = ["--policy", str(tmp_path / "tried.yaml"), "--tenant", "acme", "--database", database_url]
    done = CliRunner().invoke(command(), told)
    assert (done.exit_code, "5 calls" in done.stdout, "explicit_request" in done.stdout) == (0, True, True)


def test_a_wrong_policy_or_no_database_is_wrong_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path))
    (tmp_path / "wrong.yaml").write_text(DOCUMENT.replace("threshold: 0.5", "threshold: 5", 1))
    (tmp_path / "right.yaml").write_text(DOCUMENT)
    for name, says in (("wrong", "threshold"), ("absent", "absent.yaml"), ("right", "CALLWARDEN_DATA")):
        done = CliRunner().invoke(command(), ["--policy", str(tmp_path / f"{name}.yaml")])
        assert (done.exit_code, says in done.stderr, done.stdout) == (2, True, "")
