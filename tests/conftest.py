"""Fixtures of real parts: a database, brokers, local models, spans."""

pytest_plugins = [
    "tests.support.postgres", "tests.support.kafka", "tests.support.kafka_cluster",
    "tests.support.local_models", "tests.support.spans", "tests.support.api", "tests.support.house",
    "tests.support.tries",
]
