"""The command line: exit codes, what goes where, and that nothing secret is shown."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from infra import clock
from infra.cli import build
from infra.tokens import LocalIssuer
from tests.support.tree import ROOT

pytestmark = pytest.mark.pure

COMMANDS = (
    "up", "demo", "worker", "api", "local-models", "migrate", "topics", "settings", "call", "redact", "detect", "token",
    "backtest", "bench", "eval", "audit", "retention", "subject", "webhooks",
)
# Each takes a second or more to load; only the commands that need one wait for it.
SLOW = ("spacy", "presidio_analyzer", "onnxruntime", "ctranslate2", "fastapi", "faust")

STARTS_A_DATABASE = """
import atexit, signal, time
from infra import embedded_database
from infra.cli_parts import database_address

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup before the tests would have it ignored

def start(data):
    atexit.register(print, "stopped", flush=True)
    print("started", flush=True)
    time.sleep(60)

embedded_database.start = start
database_address(None, make=True)
"""


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path))
    for name in ("BROKER", "DATABASE"):
        monkeypatch.delenv(f"CALLWARDEN_{name}", raising=False)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(build(), list(arguments))


def test_the_program_starts_and_its_help_names_every_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.cli", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert [name for name in COMMANDS if name not in done.stdout] == []


def test_no_command_waits_for_the_parts_of_another() -> None:
    asked = f"import sys, infra.cli; print([one for one in {SLOW} if one in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("worker", "--rooms", "kitchen"), "kitchen"),
        (("worker",), "CALLWARDEN_BROKER"),
        (("api",), "CALLWARDEN_BROKER"),
        (("topics",), "CALLWARDEN_BROKER"),
        (("up", "--broker", "rabbit://here"), "kafka://"),
        (("up", "--database", "mysql://here"), "postgresql://"),
        (("token", "--role", "king"), "supervisor"),
        (("nonsense",), "nonsense"),
    ],
)
def test_wrong_use_ends_with_2_and_says_what_to_do(arguments: tuple[str, ...], says: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert says in done.stderr
    assert done.stdout == ""


def test_settings_are_listed_without_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWARDEN_MODELS_KEY", "opensesame")
    monkeypatch.setenv("CALLWARDEN_DEEPGRAM_KEY", "opensesame")
    done = run("settings")
    assert done.exit_code == 0
    assert "CALLWARDEN_BROKER=embedded" in done.stdout
    assert "opensesame" not in done.output


def test_a_token_is_one_of_the_local_issuer_and_its_key_is_private(tmp_path: Path) -> None:
    done = run("token", "--role", "agent", "--tenant", "acme", "--subject", "ada")
    assert done.exit_code == 0
    issuer = LocalIssuer(tmp_path / "keys", issuer="callwarden-local")
    who = issuer.verify(done.stdout.strip(), now=clock.now())
    assert (who.subject, who.tenant, who.role) == ("ada", "acme", "agent")
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "keys").iterdir())


def test_a_login_for_a_folder_without_a_service_says_so_once() -> None:
    first, second = run("token", "--role", "agent"), run("token", "--role", "agent")
    assert "no service has run there" in first.stderr
    assert first.stdout.count("\n") == 1
    assert second.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is Linux's")
@pytest.mark.parametrize("arguments", ["settings", "token --role agent"])
def test_an_answer_that_cannot_be_written_is_one_line(arguments: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m infra.cli {arguments} >/dev/full"], cwd=ROOT, capture_output=True, text=True,
        timeout=60, check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "callwarden: No space left on device"


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_killed_stops_the_database_it_started(told: signal.Signals) -> None:
    running = subprocess.Popen(
        [sys.executable, "-c", STARTS_A_DATABASE], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "started\n"
    running.send_signal(told)
    assert running.communicate(timeout=60)[0] == "stopped\n"
    assert running.returncode == 128 + told


def test_before_a_command_runs_nothing_is_loaded_that_ctrl_c_would_show_the_stack_of() -> None:
    asked = "import sys, infra.cli; print([one for one in ('typer', 'structlog', 'rich') if one in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
