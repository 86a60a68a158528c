"""What a person who does something wrong is told: one line, an exit code, no stack, no secret."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from governance.errors import InputError, InvariantError, TransientError
from infra.cli import build
from infra.cli_errors import told
from tests.support.tree import ROOT

pytestmark = pytest.mark.pure
SECRET = "hunter2"
CALLER = ROOT / "tests" / "data" / "audio" / "speak-to-customer-support.wav"
CLOSED = f"postgresql://u:{SECRET}@127.0.0.1:1/d"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in os.environ if one.startswith("CALLWARDEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def said(*arguments: str) -> tuple[str, int]:
    """Give what a command says on stderr and its exit code, as `main` does."""
    done = CliRunner().invoke(build(arguments[0]), list(arguments))
    if done.exception is None or isinstance(done.exception, SystemExit):
        return done.stderr, done.exit_code
    line, code = told(done.exception)
    return f"{done.stderr}{line}\n", code


@pytest.mark.parametrize(("name", "value", "arguments", "code", "says"), [
    ("PORT", "abc", ("settings",), 2, "CALLWARDEN_PORT: Input should be a valid integer"),
    ("OIDC_ROLES", f'{{"{SECRET}', ("settings",), 2, "CALLWARDEN_OIDC_ROLES: this is not JSON"),
    ("DATABASE", f"mysql://u:{SECRET}@h/d", ("migrate",), 2, "postgresql://user@host/name"),
    ("DATABASE", f"postgresql://u:{SECRET}@h:x/d", ("migrate",), 2, "postgresql://user@host/name"),
    ("DATABASE", SECRET, ("migrate",), 2, "postgresql://user@host/name"),
    ("DATABASE", CLOSED, ("migrate",), 1, "Connection refused"),
    ("DATABASE", CLOSED, ("audit", "search"), 2, "Connection refused"),
    ("DATA", "/proc/nowhere", ("token", "--role", "agent"), 1, "/proc/nowhere: No such file or directory"),
    ("HOST", "127.0.0.1", ("token", "--role", "agent", "--tenant", "../x"), 2, "a tenant is 1 to 63"),
    ("HOST", "127.0.0.1", ("audit", "search"), 2, "no database in the data folder"),
    ("HOST", "127.0.0.1", ("audit", "verify", "--log", ".", "--key", "@no"), 2, "no: No such file or directory"),
    ("HOST", "300.1.1.1", ("up", "--port", "0"), 2, "give another --port (0 takes a free one) or --host"),
])
def test_a_mistake_is_one_line_that_says_what_to_do(
    name: str, value: str, arguments: tuple[str, ...], code: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"CALLWARDEN_{name}", value)
    line, ended = said(*arguments)
    assert (ended, line.count("\n")) == (code, 1), line
    assert says in line
    assert SECRET not in line


@pytest.mark.parametrize("arguments", [
    ("token", "--role", "agent", "--subject", "ann\udcff"), ("call", str(CALLER), "--call-id", "one\udcff"),
])
def test_bytes_that_are_no_text_are_told_as_such(arguments: tuple[str, ...]) -> None:
    line, ended = said(*arguments)
    assert (ended, line.count("\n")) == (2, 1), line
    assert "not UTF-8" in line or "printable" in line


def test_a_port_that_is_taken_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from api.run import make_server
    from infra.settings import Settings

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port}: Address already in use; set CALLWARDEN_PORT"):
            make_server(Settings(port=port, console="off"))


def test_settings_show_no_password_of_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE", "MODELS_URL", "BROKER"):
        monkeypatch.setenv(f"CALLWARDEN_{name}", f"x://ann:{SECRET}@host/d")
    done = CliRunner().invoke(build("settings"), ["settings"])
    assert SECRET not in done.output
    assert "CALLWARDEN_DATABASE=x://ann:**********@host/d" in done.output


def test_each_family_of_errors_has_its_code_and_what_nobody_foresaw_its_place_alone() -> None:
    assert told(InputError("give a file")) == ("give a file", 2)
    assert told(TransientError("no broker")) == ("no broker", 1)
    assert told(ExceptionGroup("several", [InvariantError("stop")])) == ("stop", 1)
    line, code = told(ValueError(SECRET))
    assert (code, line.startswith("ValueError in ")) == (1, True)
    assert SECRET not in line


def test_the_program_itself_ends_so() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "infra.cli", "migrate"], cwd=ROOT, capture_output=True, text=True,
        timeout=120, check=False, env={**os.environ, "CALLWARDEN_DATABASE": CLOSED},
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("callwarden: the database cannot be reached:")
    assert done.stderr.count("\n") == 1


def test_a_tenant_that_none_can_be_is_wrong_use() -> None:
    line, code = said("audit", "search", "--tenant", "A B")
    assert (code, "a tenant is 1 to 63" in line) == (2, True)


def test_up_says_that_its_port_is_taken_before_it_starts_anything(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line, code = said("up", "--port", str(port), "--data", str(tmp_path / "none"))
    assert (code, f"port {port}: Address already in use; give another --port" in line) == (2, True), line
    assert not (tmp_path / "none").exists()


def test_a_file_is_no_data_folder() -> None:
    line, code = said("up", "--port", "0", "--data", "/proc/version")
    assert (code, "/proc/version is not a folder: give another --data" in line) == (2, True)


def test_whoever_interrupts_a_command_while_it_loads_sees_no_stack() -> None:
    early = "import signal, infra.cli as cli; cli.build = lambda _: signal.raise_signal(signal.SIGINT); cli.main()"
    done = subprocess.run(
        [sys.executable, "-c", early], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
