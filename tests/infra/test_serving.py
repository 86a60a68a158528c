"""A process that serves has told its parent, and is not stopped any more by a look at what it loaded."""

import gc

import pytest

from infra.serving import announce

pytestmark = pytest.mark.pure


def test_what_is_loaded_is_not_collected_again(capsys: pytest.CaptureFixture[str]) -> None:
    before = gc.get_freeze_count()
    try:
        announce("ready http://127.0.0.1:1")
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
    assert capsys.readouterr().out == "ready http://127.0.0.1:1\n"
