"""What a vendor says about when to come again is read from whatever library met it, and bounded."""

from email.utils import format_datetime

import pytest
from deepgram.core.api_error import ApiError
from websockets.datastructures import Headers
from websockets.exceptions import InvalidStatus
from websockets.http11 import Response

from governance.errors import TransientError
from infra.clock import now
from infra.speech.bounded import named, refused
from infra.speech.retry_after import MOST_MS, TurnedAway, asked_to_wait_ms, status_of, told_ms, wait_ms_of

pytestmark = pytest.mark.pure

MINUTE = "Wed, 21 Oct 2026 07:28:00 GMT"
BEFORE = "Wed, 21 Oct 2026 07:27:00 GMT"


@pytest.mark.parametrize(("headers", "ms"), [
    ({"Retry-After": "20"}, 20_000),
    ({"retry-after": " 1.5 "}, 1_500),
    ({"Retry-After": "20", "retry-after-ms": "350"}, 350),
    ({"Retry-After": MINUTE, "Date": BEFORE}, 60_000),  # by the vendor's clock, whatever ours says
    ({"Retry-After": BEFORE, "Date": MINUTE}, 0),
    ({"Retry-After": "99999999"}, MOST_MS),
    ({"Retry-After": "-3"}, 0),
    ({"Retry-After": "nan"}, 0),
    ({"Retry-After": "inf"}, 0),
    ({"Retry-After": "soon"}, 0),
    ({"Retry-After": ""}, 0),
    ({"Date": MINUTE}, 0),
    ({}, 0),
])
def test_it_is_seconds_or_a_date_and_what_nobody_can_read_says_nothing(headers: dict[str, str], ms: int) -> None:
    assert told_ms(headers.items()) == ms


def test_a_date_without_a_date_of_its_sender_counts_from_this_instant() -> None:
    assert told_ms({"Retry-After": format_datetime(now().replace(year=now().year + 1), usegmt=True)}.items()) == MOST_MS


def refusal() -> InvalidStatus:
    headers = Headers([("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Retry-After", "7")])
    return InvalidStatus(Response(503, "No", headers))


def test_a_socket_that_was_refused_has_its_status_and_its_time_though_a_header_stands_there_twice() -> None:
    assert (status_of(refusal()), asked_to_wait_ms(refusal())) == (503, 7_000)


def test_of_an_sdk_that_gives_the_headers_of_its_own_question_the_answer_behind_it_is_read() -> None:
    wrapped = ApiError(status_code=503, headers={"Authorization": "x"}, body="no")
    wrapped.__context__ = refusal()
    assert (status_of(wrapped), asked_to_wait_ms(wrapped)) == (503, 7_000)


def test_who_asks_for_time_is_not_asked_again_at_once_and_says_for_how_long() -> None:
    told = named(refusal())
    assert isinstance(told, TurnedAway)
    assert (str(told), told.status_code, wait_ms_of(told)) == ("InvalidStatus 503, asked to wait 7 s", 503, 7_000)
    assert refused(refusal())
    assert refused(told)
    assert not refused(TurnedAway("status 503", status_code=503, wait_ms=0))
    assert refused(TurnedAway("status 404", status_code=404, wait_ms=0))
    assert wait_ms_of(TransientError("timeout")) == 0
