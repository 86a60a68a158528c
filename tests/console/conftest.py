"""One running service with its console and one browser, for all tests of a module that only look."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pydantic import SecretStr

from infra.embedded_broker import EmbeddedBroker
from tests.support import console_calls
from tests.support.api import Served, serve
from tests.support.chromium import chromium
from tests.support.oidc_provider import CLIENT, ROLES, SECRET, Provider
from tests.support.postgres import fresh_database
from tests.support.require import require


@dataclass(frozen=True)
class Staged:
    """What the tests of a module look at."""

    served: Served
    browser: Browser
    folder: Path
    key: str
    provider: Provider

    def token(self, role: str, subject: str) -> str:
        """Log in."""
        return self.served.token(role, subject=subject)  # type: ignore[arg-type]  # a role of the tests


@pytest.fixture(scope="module")
def staged(
    postgres_server_url: str, migrated_template: str, embedded_broker: EmbeddedBroker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Staged]:
    """Serve calls of a centre, a signed log of them, and open a browser."""
    require("chromium")
    folder = tmp_path_factory.mktemp("console")
    provider = Provider()
    also = {
        "oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET),
        "oidc_audience": "calls-api", "oidc_roles_claim": "realm_access.roles", "oidc_roles": ROLES,
    }
    with (
        fresh_database(postgres_server_url, migrated_template) as url,
        serve(
            database_url=url, bootstrap_servers=embedded_broker.bootstrap_servers, data=folder, console=True,
            policy=console_calls.strict_policy(folder), also=also,
        ) as served,
    ):
        provider.redirects.add(f"{served.url}/v1/login/callback")
        console_calls.tell(served, console_calls.upset())
        console_calls.tell_quiet(served, range(60))
        key = console_calls.sign(served, folder / "log")
        with chromium() as browser:
            yield Staged(served, browser, folder, key, provider)
    provider.stop()
