"""The Faust app: the wire under the governance rooms, and nothing of what they decide."""

import os
from pathlib import Path
from typing import NoReturn

import faust
import structlog

from streams.transport import QuickTransport, SureTransport

log = structlog.get_logger()
SESSION_TIMEOUT_S = 6.0  # a group join takes half of it on the embedded broker


def build_app(
    *, name: str, bootstrap_servers: str, partitions: int, embedded: bool, folder: Path, replicas: int = 1
) -> faust.App:
    """Give an app whose consumer group is `name`; at least once, because exactly-once costs 290 ms (ADR-0005)."""
    app = faust.App(
        name,
        broker=[f"kafka://{server}" for server in bootstrap_servers.split(",")],
        topic_partitions=partitions,
        topic_replication_factor=replicas,
        topic_disable_leader=True,
        table_standby_replicas=0,
        store="memory://",
        datadir=str(folder / name),  # Faust makes it, though tables in memory leave it empty
        web_enabled=False,
        stream_wait_empty=False,
        # It sends the tables' changelogs only, and they are flushed before a commit: no caller waits for one.
        producer_linger=0 if embedded else 0.05,
        # The embedded broker tells the end of a topic by the first record of its last batch: of several, the others
        # would be missing in a table that is restored.
        producer_max_batch_size=1 if embedded else 16_384,
        broker_commit_interval=0.5,
        broker_session_timeout=SESSION_TIMEOUT_S,
        broker_heartbeat_interval=1.0,
        broker_rebalance_timeout=SESSION_TIMEOUT_S,
        consumer_auto_offset_reset="earliest",
        autodiscover=False,
    )
    transport = QuickTransport if embedded else SureTransport
    app.transport = transport(app.conf.broker_consumer, app)
    return app


def end_at_once(broken: Exception) -> NoReturn:
    """End the process without a commit, so that the record is delivered again to whoever takes over."""
    place = broken.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
    # The kind and the place, never the message: it may hold what a caller said.
    log.critical("a room cannot go on; the worker ends", error=type(broken).__name__, at=where)
    os._exit(1)
