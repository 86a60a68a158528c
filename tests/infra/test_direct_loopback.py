"""The parts of the service reach each other where a proxy is set for the world outside."""

import urllib.request

import pytest

from infra.direct_loopback import spare_this_machine

pytestmark = pytest.mark.pure
PROXY = "http://proxy.example:3128"


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"])
def test_with_a_proxy_this_machine_is_asked_directly(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {name: PROXY}
    spare_this_machine(environment)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert all(urllib.request.proxy_bypass(host) for host in ("127.0.0.1:8080", "localhost", "::1"))
    assert not urllib.request.proxy_bypass("api.example")


def test_names_that_were_spared_before_stay_spared() -> None:
    environment = {"https_proxy": PROXY, "NO_PROXY": "localhost, .corp.example"}
    spare_this_machine(environment)
    assert environment["no_proxy"] == environment["NO_PROXY"] == "localhost,.corp.example,127.0.0.1,::1"


@pytest.mark.parametrize("given", [
    {}, {"NO_PROXY": "x.example"}, {"http_proxy": ""}, {"http_proxy": PROXY, "no_proxy": "*"},
])
def test_where_nothing_is_asked_through_a_proxy_nothing_changes(given: dict[str, str]) -> None:
    environment = dict(given)
    spare_this_machine(environment)
    assert environment == given
