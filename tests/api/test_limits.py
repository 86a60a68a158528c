"""Limits: who asks too often hears when to come back, and nobody else notices."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.embedded_broker import EmbeddedBroker
from tests.support.api import Served, serve

pytestmark = pytest.mark.flow


@pytest.fixture
def tight(database_url: str, embedded_broker: EmbeddedBroker, tmp_path: Path) -> Iterator[Served]:
    """Ten requests of a person at once, 60 of an address; what comes back in the time of a test is less than one."""
    also = {"rate_person": 1.0, "rate_address": 6.0, "rate_channel": 0.0}
    servers = embedded_broker.bootstrap_servers
    with serve(database_url=database_url, bootstrap_servers=servers, data=tmp_path, also=also) as one:
        yield one


def test_one_person_who_asks_too_often_waits_and_the_others_do_not(tight: Served) -> None:
    with tight.client("agent", subject="ann") as ann, tight.client("agent", subject="bob") as bob:
        answers = [ann.get("/v1/me") for _ in range(30)]
        over = [each for each in answers if each.status_code == 429]
        assert [each.status_code for each in answers[:10]] == [200] * 10
        assert over
        assert over[0].json()["type"] == "urn:callwarden:problem:too-many-requests"
        assert int(over[0].headers["retry-after"]) >= 1
        assert over[0].headers["ratelimit-policy"] == '"person";q=10;w=10'
        assert answers[0].headers["ratelimit"].startswith('"person";r=9;t=')
        assert bob.get("/v1/me").status_code == 200
        assert bob.get("/healthz").status_code == 200


def test_refused_logins_use_up_an_address_sooner(tight: Served) -> None:
    with tight.client(None) as stranger:
        wrong = {"Authorization": "Bearer nonsense"}
        statuses = [stranger.get("/v1/me", headers=wrong).status_code for _ in range(8)]
        assert statuses[:2] == [401, 401]
        assert 429 in statuses
        assert stranger.get("/v1/audit/default/checkpoint").status_code in (404, 429)
        assert [stranger.get("/readyz").status_code for _ in range(5)] == [200] * 5


def test_without_a_limit_nothing_is_counted(tight: Served) -> None:
    with tight.client("channel") as channel:
        assert {channel.get("/v1/me").headers["ratelimit"][:10] for _ in range(12)} == {'"address";'}
