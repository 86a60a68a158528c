"""The Faust app: the wire under the governance rooms, and nothing of what they decide."""

import asyncio
import os
from typing import NoReturn

import aiokafka
import faust
import structlog
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport

log = structlog.get_logger()
EMBEDDED_FETCH_WAIT_MS = 10  # the embedded broker lets a fetch wait its full time even when data is there
SESSION_TIMEOUT_S = 6.0  # a group join takes half of it on the embedded broker


class _QuickThread(AIOKafkaConsumerThread):
    """Faust's consumer thread with a short fetch wait: Faust itself fixes 1500 ms."""

    def _create_consumer(self, loop: asyncio.AbstractEventLoop) -> aiokafka.AIOKafkaConsumer:
        consumer = super()._create_consumer(loop)
        consumer._fetch_max_wait_ms = EMBEDDED_FETCH_WAIT_MS  # noqa: SLF001 - no setting reaches it
        return consumer


class _QuickConsumer(Consumer):
    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _QuickThread(self, loop=self.loop, beacon=self.beacon)


class _QuickTransport(Transport):
    Consumer = _QuickConsumer


def build_app(*, name: str, bootstrap_servers: str, partitions: int, embedded: bool) -> faust.App:
    """Give an app whose consumer group is `name`; at least once, because exactly-once costs 290 ms (ADR-0005)."""
    app = faust.App(
        name,
        broker=[f"kafka://{server}" for server in bootstrap_servers.split(",")],
        topic_partitions=partitions,
        topic_replication_factor=1,
        topic_disable_leader=True,
        table_standby_replicas=0,
        store="memory://",
        web_enabled=False,
        stream_wait_empty=False,
        # It sends the tables' changelogs only, and Faust flushes them before it commits: nobody waits for one.
        producer_linger=0.05,
        broker_commit_interval=0.5,
        broker_session_timeout=SESSION_TIMEOUT_S,
        broker_heartbeat_interval=1.0,
        broker_rebalance_timeout=SESSION_TIMEOUT_S,
        consumer_auto_offset_reset="earliest",
        autodiscover=False,
    )
    if embedded:
        app.transport = _QuickTransport(app.conf.broker_consumer, app)
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
