"""Fixtures of real parts: a database, brokers, local models."""

pytest_plugins = ["tests.support.postgres"]
