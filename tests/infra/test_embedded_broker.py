"""Programs that we start are ready when we get them, and gone when we are."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from governance.errors import TransientError
from infra import embedded_broker
from infra.child_process import FIRST_PORT, LAST_PORT, free_port, start_child, stop_child, wait_for_port

pytestmark = pytest.mark.fault

ROOT = Path(__file__).parents[2]
HOLD = "import time; from infra import embedded_broker as b; print(b.start().process.pid, flush=True); time.sleep(600)"


def gone(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_the_broker_ends_when_its_parent_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", HOLD], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    broker = int(parent.stdout.readline())
    assert not gone(broker)
    parent.send_signal(signal.SIGKILL)
    parent.wait(60)
    until = time.monotonic() + 60
    while not gone(broker) and time.monotonic() < until:
        time.sleep(0.02)
    assert gone(broker)


def test_two_brokers_do_not_meet() -> None:
    one, other = embedded_broker.start(), embedded_broker.start()
    assert one.bootstrap_servers != other.bootstrap_servers
    assert one.bootstrap_servers.startswith("127.0.0.1:")
    for broker in (one, other):
        broker.stop()
        assert broker.process.poll() is not None


def test_a_port_that_is_taken_is_an_error_and_not_another_port() -> None:
    taken = embedded_broker.start()
    with pytest.raises(TransientError):
        embedded_broker.start(port=int(taken.bootstrap_servers.rsplit(":", 1)[1]))
    taken.stop()


def test_a_program_that_ends_at_once_is_not_waited_for() -> None:
    process = start_child([sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(TransientError, match="ended with 3"):
        wait_for_port(free_port(), process=process, within_s=30)
    stop_child(process)


def test_a_free_port_is_none_that_a_connection_is_given_before_it_is_bound() -> None:
    ports = [free_port() for _ in range(20)]
    assert all(FIRST_PORT <= port < LAST_PORT <= 32_768 for port in ports)  # Linux gives connections higher ones
    assert len(set(ports)) > 10
