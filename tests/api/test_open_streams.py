"""Places for streams: as many as the setting says, and never more than the process may open files."""

import resource
from contextlib import suppress

import pytest

from api.open_streams import KEPT_FILES, OpenStreams, allow_files
from api.problems import Problem

pytestmark = pytest.mark.pure


def test_there_are_no_more_places_than_files() -> None:
    assert OpenStreams(most=1000, files=KEPT_FILES + 10).most == 10
    assert OpenStreams(most=5, files=100_000).most == 5
    assert OpenStreams(most=5, files=1).most == 1


def test_a_place_is_free_again_however_its_stream_ended() -> None:
    places = OpenStreams(most=1, files=100_000)
    with suppress(ValueError), places.taken():
        with pytest.raises(Problem) as refused:
            places.ask()
        assert int(refused.value.status) == 503
        raise ValueError
    places.ask()
    assert places.open == 0


def test_a_process_may_open_as_many_files_as_it_is_ever_allowed_to() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = allow_files()
    assert allowed >= before[0] or allowed == allow_files()
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[1] == before[1]
