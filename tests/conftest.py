"""Fixtures of real parts: a database, brokers, local models."""

pytest_plugins = ["tests.support.local_models", "tests.support.postgres"]
