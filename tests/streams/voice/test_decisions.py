"""Every worker reads the whole record: what no session does anything about is passed over unread."""

import ast
import inspect
import textwrap

import pytest

from streams.voice import decisions
from streams.voice.session import Session

pytestmark = pytest.mark.pure


def test_what_a_session_does_something_about_is_read_and_nothing_else() -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(Session.control)))
    named = {one.cls.id for one in ast.walk(tree) if isinstance(one, ast.MatchClass) and isinstance(one.cls, ast.Name)}
    assert named == {one.__name__ for one in decisions.HEEDED}
