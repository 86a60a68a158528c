"""Apache Kafka (KRaft) as one node on loopback from its jars: the broker of the tests, and of `callwarden bench`."""

import subprocess
from pathlib import Path

from governance.errors import TransientError
from infra.child_process import LOOPBACK, free_port, kill_child, refuse_taken, start_child, stop_child, wait_for_port

DEPLOY = Path(__file__).parent / "deploy" / "kafka"
CACHE = Path(__file__).parents[1] / ".cache" / "kafka-libs"
COPY_WITHIN_S = 600
FORMAT_WITHIN_S = 120
READY_WITHIN_S = 90
# Measured: 364 MB resident, and listening after 2 s.
JAVA = ("java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class ApacheKafka:
    """A node with its folder; it may be stopped, killed and started again with what it holds."""

    def __init__(self, directory: Path, libs: Path) -> None:
        """Format the folder the first time; `restart` runs the node."""
        self._directory = directory
        self._classpath = f"{libs}/*"
        self._properties = directory / "server.properties"
        if not self._properties.exists():
            self._format()
        self._port = int(self._setting("listeners").split(",")[0].rsplit(":", 1)[1])
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap_servers(self) -> str:
        """Host and port, the same after a restart."""
        return f"{LOOPBACK}:{self._port}"

    @property
    def pid(self) -> int | None:
        """Process id of the running node."""
        return self._process.pid if self._process else None

    def stop(self) -> None:
        """End the node in good order."""
        if self._process is not None:
            stop_child(self._process)
            self._process = None

    def kill(self) -> None:
        """End the node as a crash does."""
        if self._process is not None:
            kill_child(self._process)
            self._process = None

    def restart(self) -> None:
        """Start the node, ending it first where it runs, and wait until it listens. Call it in the main thread."""
        self.stop()
        refuse_taken(self._port)
        command = [*JAVA, "-cp", self._classpath, "kafka.Kafka", str(self._properties)]
        self._process = start_child(command, log=self._directory / "kafka.out")
        try:
            wait_for_port(self._port, process=self._process, within_s=READY_WITHIN_S)
        except TransientError:
            self.kill()
            raise

    def _setting(self, name: str) -> str:
        lines = self._properties.read_text(encoding="utf-8").splitlines()
        return next(line.partition("=")[2] for line in lines if line.startswith(f"{name}="))

    def _format(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        template = (DEPLOY / "server.properties").read_text(encoding="utf-8")
        draft = self._directory / "server.properties.draft"
        broker_port, controller_port = free_port(), free_port()
        draft.write_text(
            template.replace("{broker_port}", str(broker_port))
            .replace("{controller_port}", str(controller_port))
            .replace("{log_dir}", str(self._directory / "logs")),
            encoding="utf-8",
        )
        cluster = self._storage_tool("random-uuid").strip()
        self._storage_tool("format", "--standalone", "-t", cluster, "-c", str(draft))
        draft.rename(self._properties)  # formatted: a folder with this file is complete

    def _storage_tool(self, command: str, *arguments: str) -> str:
        ended = subprocess.run(
            [*JAVA, "-cp", self._classpath, "kafka.tools.StorageTool", command, *arguments],
            capture_output=True, text=True, timeout=FORMAT_WITHIN_S, check=False,
        )
        if ended.returncode != 0:
            raise TransientError(f"kafka.tools.StorageTool {command} failed: {ended.stderr.strip()[-500:]}")
        return ended.stdout


def copy_libs(cache: Path = CACHE) -> Path:
    """Give the folder of Kafka's jars, copied by Maven the first time."""
    wanted = (DEPLOY / "pom.xml").read_bytes()
    stamp = cache / "pom.xml"  # what the folder was filled from: another version fills it again
    if stamp.exists() and stamp.read_bytes() == wanted:
        return cache
    cache.mkdir(parents=True, exist_ok=True)
    for jar in cache.glob("*.jar"):
        jar.unlink()
    command = ["mvn", "-q", "-B", "-f", str(DEPLOY / "pom.xml"), "dependency:copy-dependencies"]
    ended = subprocess.run(
        [*command, f"-DoutputDirectory={cache}"],
        capture_output=True, text=True, timeout=COPY_WITHIN_S, check=False,
    )
    if ended.returncode != 0:
        raise TransientError(f"Maven could not copy Kafka's jars: {ended.stdout.strip()[-500:]}")
    stamp.write_bytes(wanted)
    return cache


def start(directory: Path, libs: Path) -> ApacheKafka:
    """Run a node in a folder, formatted when it is new; gives it once it listens. Call it in the main thread."""
    node = ApacheKafka(directory, libs)
    node.restart()
    return node
