"""What the command line says of an error: one line with what to do and an exit code (1 it failed, 2 wrong use)."""

import errno
import re
from pathlib import Path
from traceback import extract_tb

from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, ProgrammingError, SQLAlchemyError

from governance.errors import InputError, InvariantError, TransientError
from infra.child import ChildFailed

FAILED, WRONG_USE = 1, 2
HERE = Path(__file__).resolve().parents[1]
ROOMS = {"schemas", "governance", "infra", "streams", "api"}
FIELD = re.compile(r'field "(\w+)"')
PLACES = 3


def told(error: BaseException) -> tuple[str, int]:
    """Give the line and the code; an error that nobody foresaw is named by its place, never by its words."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if (wrong := _of_settings(error)) is not None:
        return wrong, WRONG_USE
    if isinstance(error, UnicodeEncodeError):  # of bytes that the shell gave and that are no text
        return "an argument or a CALLWARDEN_… variable is not UTF-8", WRONG_USE
    if isinstance(error, InputError):
        return str(error), WRONG_USE
    if isinstance(error, (InvariantError, TransientError, ChildFailed)):
        return str(error), FAILED
    if isinstance(error, SQLAlchemyError):
        return _of_database(error)
    if isinstance(error, OSError) and error.strerror:
        return _of_system(error), FAILED
    return f"{type(error).__name__} in {_places(error)}: a fault of this program; please report this line", FAILED


def _of_settings(error: BaseException) -> str | None:
    if isinstance(error, SettingsError):
        field = FIELD.search(str(error))
        name = f"CALLWARDEN_{field[1].upper()}" if field else "a setting"
        return f"{name}: this is not JSON; `callwarden settings` shows what each setting takes"
    if isinstance(error, ValidationError) and error.title == "Settings":
        # Without what was given: it may be a secret.
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        name = "_".join(str(step) for step in first["loc"][:1]).upper()
        return f"CALLWARDEN_{name}: {first['msg']}; `callwarden settings` shows what each setting takes"
    return None


def _of_database(error: SQLAlchemyError) -> tuple[str, int]:
    if isinstance(error, ArgumentError):
        return "the database's address is not of the kind postgresql://user@host/name", WRONG_USE
    if isinstance(error, OperationalError) and error.statement is None:
        # Of a connection the driver names host, port and user, and never the password.
        first = str(error.orig).partition("\n")[0]
        return f"the database cannot be reached: {first}; look at --database or CALLWARDEN_DATABASE", FAILED
    kind = type(error.orig).__name__ if isinstance(error, DBAPIError) else type(error).__name__
    if isinstance(error, ProgrammingError) and kind == "UndefinedTable":
        return "the database has not the tables of this program: run `callwarden migrate` first", FAILED
    return f"the database did not do what was asked ({kind}, in {_places(error)})", FAILED


def _of_system(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "another program listens there already: give another --port, or 0 for a free one"
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror)


def _places(error: BaseException) -> str:
    own = []
    for frame in reversed(extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(HERE) and path.relative_to(HERE).parts[0] in ROOMS:
            own.append(f"{path.relative_to(HERE)}:{frame.lineno}")
    return " < ".join(own[:PLACES]) or "no place of its own"
