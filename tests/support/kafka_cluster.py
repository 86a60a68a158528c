"""Apache Kafka on three machines, as far as one can show it: three nodes, of which the first is the controller too."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.apache_kafka import JAVA, ApacheKafka
from infra.child_process import free_port

FORMAT_WITHIN_S = 120


@pytest.fixture
def kafka_cluster(tmp_path: Path, kafka_libs: Path) -> Iterator[list[ApacheKafka]]:
    """Run three nodes; the second and the third may be killed."""
    first = ApacheKafka(tmp_path / "1", kafka_libs)
    nodes = [first, *(_joining(first_of=tmp_path / "1", number=n, libs=kafka_libs) for n in (2, 3))]
    try:
        for node in nodes:
            node.restart()
        yield nodes
    finally:
        for node in reversed(nodes):
            node.kill()
        shutil.rmtree(tmp_path, ignore_errors=True)


def _joining(*, first_of: Path, number: int, libs: Path) -> ApacheKafka:
    """Format a node that is a broker only, of the first one's cluster."""
    directory = first_of.parent / str(number)
    directory.mkdir()
    port = free_port()
    lines = []
    for line in (first_of / "server.properties").read_text(encoding="utf-8").splitlines():
        name = line.partition("=")[0]
        lines.append({
            "process.roles": "process.roles=broker",
            "node.id": f"node.id={number}",
            "listeners": f"listeners=BROKER://127.0.0.1:{port}",
            "advertised.listeners": f"advertised.listeners=BROKER://127.0.0.1:{port}",
            "log.dirs": f"log.dirs={directory / 'logs'}",
        }.get(name, line))
    properties = directory / "server.properties"
    properties.write_text("\n".join(lines), encoding="utf-8")
    meta = (first_of / "logs" / "meta.properties").read_text(encoding="utf-8").splitlines()
    cluster = next(line.partition("=")[2] for line in meta if line.startswith("cluster.id="))
    subprocess.run(
        [*JAVA, "-cp", f"{libs}/*", "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(properties)],
        capture_output=True, timeout=FORMAT_WITHIN_S, check=True,
    )
    return ApacheKafka(directory, libs)
