"""The OpenAPI document against the service, as every role: no crash, no status, type or shape that it does not name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests  # the transport of schemathesis
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from infra.embedded_broker import EmbeddedBroker
from infra.tokens import ROLES, Role
from tests.support import calls
from tests.support.api import Served, serve

pytestmark = pytest.mark.flow
EXAMPLES = 2  # of each operation, asked as every role; a seed, so that what is found once is found again
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ENDLESS = {"streamHandoffs"}  # an answer without an end is tested by itself


@pytest.fixture
def open_door(database_url: str, embedded_broker: EmbeddedBroker, tmp_path: Path) -> Iterator[Served]:
    """Serve without limits: what is asked here is too much for them."""
    also = {"rate_person": 0.0, "rate_address": 0.0, "rate_channel": 0.0}
    servers = embedded_broker.bootstrap_servers
    with serve(database_url=database_url, bootstrap_servers=servers, data=tmp_path, also=also) as one:
        one.tell(*calls.story())
        yield one


def test_the_service_answers_every_role_as_its_document_says(open_door: Served) -> None:
    schema = schemathesis.openapi.from_url(f"{open_door.url}/openapi.json")
    logins = {role: {"Authorization": f"Bearer {open_door.token(role)}"} for role in ROLES}
    tried = []
    with requests.Session() as session:
        for result in schema.get_all_operations():
            assert isinstance(result, Ok)
            operation = result.ok()
            if operation.definition.raw.get("operationId") in ENDLESS:
                continue
            _try(operation.as_strategy(), session, logins)
            tried.append(operation.label)
    assert len(tried) > 50


def _try(cases: SearchStrategy[Any], session: requests.Session, logins: dict[Role, dict[str, str]]) -> None:
    @seed(1)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def conforms(case: Any) -> None:
        for headers in logins.values():
            case.call_and_validate(session=session, headers=headers, checks=CHECKS, timeout=60)

    conforms()
