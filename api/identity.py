"""From settings to what knows who comes in: sessions of people, the provider they log in at."""

from datetime import timedelta

import httpx2
from sqlalchemy import Engine

from api.limits import Limits
from infra.login_sessions import LoginSessions
from infra.oidc import OidcProvider
from infra.oidc_claims import Rules
from infra.settings import Settings


def provider_of(settings: Settings, client: httpx2.AsyncClient) -> OidcProvider | None:
    """Give the provider that is set, or None where logins are local."""
    if settings.oidc_issuer is None:
        return None
    rules = Rules(
        issuer=settings.oidc_issuer, client_id=settings.oidc_client_id, roles=settings.oidc_roles,
        audience=settings.oidc_audience or settings.oidc_client_id, roles_claim=settings.oidc_roles_claim,
        tenant_claim=settings.oidc_tenant_claim or None, tenant=settings.tenant,
        subject_claim=settings.oidc_subject_claim,
    )
    return OidcProvider(rules, secret=settings.oidc_client_secret, scope=settings.oidc_scope, client=client)


def limits_of(settings: Settings) -> Limits:
    """Give how often one may ask."""
    return Limits(address=settings.rate_address, person=settings.rate_person, channel=settings.rate_channel)


def sessions_of(settings: Settings, pool: Engine) -> LoginSessions:
    """Give the sessions, with the ends that are set."""
    lasts, idle = timedelta(hours=settings.session_hours), timedelta(minutes=settings.session_idle_minutes)
    return LoginSessions(pool, lasts=lasts, idle=idle)
