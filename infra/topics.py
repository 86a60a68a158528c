"""Makes the topics of schemas/topics.py on a broker, and notes which life of each topic positions belong to."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import InvalidReplicationFactorError, KafkaError, TopicAlreadyExistsError, for_code
from sqlalchemy import Connection, Engine, func, select, text

from governance.errors import TransientError
from infra.clock import now
from infra.database import connected
from infra.key_tables import TOPIC_INCARNATION
from schemas.topics import TOPICS, Topic

CONNECT_ATTEMPTS = 20
CONNECT_PAUSE_S = 0.25
REQUEST_WITHIN_MS = 15_000
ENSURE_LOCK = 0x74_6F_70_69_63  # any number, the same for every process that makes topics


async def ensure(
    *,
    bootstrap_servers: str,
    partitions: int,
    engine: Engine,
    replicas: int = 1,
    topics: Sequence[Topic] = TOPICS,
) -> None:
    """Make what is missing; processes that start together wait for each other. Raises TransientError."""
    admin = await _connect(bootstrap_servers)
    connection = await asyncio.to_thread(engine.connect)
    try:
        await asyncio.to_thread(_lock, connection)
        cluster = str((await admin.describe_cluster())["cluster_id"])
        there = set(await admin.list_topics())
        missing = [topic for topic in topics if topic.name not in there]
        # Noted before it is made: were it the other way round, a crash between the two would leave a new topic
        # with an old topic's positions.
        await asyncio.to_thread(_note, connection, cluster, topics, {topic.name for topic in missing})
        await _create(admin, [_new(topic, partitions, replicas) for topic in missing])
    except InvalidReplicationFactorError:
        raise TransientError(
            f"the broker has not {replicas} machines to hold each topic: CALLWARDEN_REPLICAS says how many shall"
        ) from None
    except KafkaError as error:
        raise TransientError(f"the topics could not be made: {type(error).__name__}") from None
    finally:
        await asyncio.to_thread(_unlock, connection)
        await admin.close()


async def places(*, bootstrap_servers: str, names: Sequence[str]) -> list[TopicPartition]:
    """List the partitions of topics; a consumer without a subscription is told none of them by Apache Kafka."""
    admin = await _connect(bootstrap_servers)
    try:
        described = await admin.describe_topics(list(names))
    except KafkaError as error:
        raise TransientError(f"the topics could not be read: {type(error).__name__}") from None
    finally:
        await admin.close()
    return [TopicPartition(one["topic"], each["partition"]) for one in described for each in one["partitions"]]


def incarnations(engine: Engine) -> Mapping[str, str]:
    """Give for each topic the name of its present life; raises TransientError before `ensure` has run."""
    newest = select(func.max(TOPIC_INCARNATION.c.id)).group_by(TOPIC_INCARNATION.c.topic)
    present = select(TOPIC_INCARNATION.c.topic, TOPIC_INCARNATION.c.incarnation)
    with connected(engine) as connection:
        rows = connection.execute(present.where(TOPIC_INCARNATION.c.id.in_(newest))).all()
    if not rows:
        raise TransientError("no topics are known: run `callwarden topics` first")
    return {row.topic: row.incarnation for row in rows}


async def _connect(bootstrap_servers: str) -> AIOKafkaAdminClient:
    for _ in range(CONNECT_ATTEMPTS):
        admin = AIOKafkaAdminClient(
            bootstrap_servers=bootstrap_servers, client_id="callwarden-topics", request_timeout_ms=REQUEST_WITHIN_MS
        )
        try:
            await admin.start()
        except (KafkaError, OSError):
            await admin.close()
            await asyncio.sleep(CONNECT_PAUSE_S)
        else:
            return admin
    raise TransientError(f"no broker answers at {bootstrap_servers}; look at CALLWARDEN_BROKER (`up`: --broker)")


def _new(topic: Topic, partitions: int, replicas: int) -> NewTopic:
    settings = {"cleanup.policy": "delete", "retention.ms": str(topic.retention_ms)}
    if replicas > 1:  # we wait for all that are in step (acks=all): that must not come to mean one
        settings["min.insync.replicas"] = str(max(2, replicas - 1))
    return NewTopic(topic.name, partitions, replicas, topic_configs=settings)


async def _create(admin: AIOKafkaAdminClient, missing: list[NewTopic]) -> None:
    if not missing:
        return
    answer = await admin.create_topics(missing, timeout_ms=REQUEST_WITHIN_MS)
    for _, code, *_ in answer.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error


def _lock(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": ENSURE_LOCK})
    connection.commit()


def _unlock(connection: Connection) -> None:
    connection.rollback()
    connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": ENSURE_LOCK})
    connection.commit()
    connection.close()


def _note(connection: Connection, cluster: str, topics: Sequence[Topic], missing: set[str]) -> None:
    """Write a row where a topic begins a new life, and where the deployment has come to another cluster."""
    table = TOPIC_INCARNATION
    for topic in topics:
        of_topic = select(table).where(table.c.topic == topic.name).order_by(table.c.id.desc()).limit(1)
        newest = connection.execute(of_topic).one_or_none()
        here = connection.execute(of_topic.where(table.c.cluster == cluster)).one_or_none()
        life = None if here is None or topic.name in missing else here.incarnation
        if life is None or newest is None or newest.cluster != cluster:
            row = {"cluster": cluster, "topic": topic.name, "incarnation": life or secrets.token_hex(8)}
            connection.execute(table.insert().values(**row, created_at=now()))
    connection.commit()
