"""Statements that travel without waiting for each other's answers: PostgreSQL's pipeline mode under SQLAlchemy."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

Driver = psycopg.Connection[Any]


@contextmanager
def pipelined(connection: Connection) -> Iterator[Driver]:
    """Give the driver's connection, in the caller's transaction; what fails inside undoes that transaction.

    Part of it may have been written by then, so nobody may go on with it. Errors are those of SQLAlchemy.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("pipeline mode is psycopg's")
    try:
        with driver.pipeline():
            yield driver
    except psycopg.Error as failed:
        _undo(connection)
        # Without statement and parameters: both may tell what nobody should read in a log.
        raise DBAPIError.instance(None, None, failed, psycopg.Error, hide_parameters=True) from None
    except BaseException:
        _undo(connection)
        raise


def _undo(connection: Connection) -> None:
    begun = connection.get_nested_transaction() or connection.get_transaction()
    if begun is not None and begun.is_active:
        with suppress(SQLAlchemyError, psycopg.Error):  # a connection that is lost has undone it
            begun.rollback()
