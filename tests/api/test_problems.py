"""A path that is none is told by a problem document, to who asks over HTTP and to who opens a socket."""

import json
import logging

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.support.api import Served

pytestmark = pytest.mark.flow
NOWHERE = ("/v1/calls/one/nothing", "/nothing")
KIND = "urn:callwarden:problem:not-found"


@pytest.mark.parametrize("path", [*NOWHERE, "/v1/calls"])
async def test_a_socket_to_a_path_that_is_none_is_404_and_no_error_of_the_server(
    served: Served, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"{served.url.replace('http', 'ws')}{path}", proxy=None)
    assert refused.value.response.status_code == 404
    assert json.loads(refused.value.response.body or b"")["type"] == KIND
    httpx.get(f"{served.url}/healthz", trust_env=False)  # what the server says of the socket, it has said by now
    assert [one.message for one in caplog.records if one.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("path", NOWHERE)
def test_a_request_to_a_path_that_is_none_is_404(served: Served, path: str) -> None:
    answer = httpx.get(f"{served.url}{path}", trust_env=False)
    assert (answer.status_code, answer.json()["type"]) == (404, KIND)
