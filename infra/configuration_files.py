"""The files that settings name are read once before anything starts: a mistake is told at once, by file and place."""

from infra import clock, dispatch_endpoints, policies
from infra.settings import Settings, secret_of


def check(settings: Settings) -> None:
    """Read them all; raises InputError that names file and place and repeats no secret."""
    policies.load(settings.policy)
    dispatch_endpoints.load(settings.dispatch_endpoints)
    # Imported here: most houses have none of these, and each takes a moment to load.
    if settings.webhooks is not None:
        from infra.webhooks import configuration as webhooks

        webhooks.load(settings.webhooks, secret_of=secret_of)
    if settings.ingest is not None:
        from infra.ingest import sources

        sources.load(settings.ingest, secret_of=secret_of)
    if settings.transfers is not None:
        from infra.transfers import configuration as transfers

        transfers.load(settings.transfers, now=clock.now)
    if settings.providers is not None:
        from infra.provider_chains import chains_of

        chains_of(settings)
    if settings.prices is not None:
        from infra import prices

        prices.load(settings.prices)
    if settings.audit_witnesses is not None:
        from infra.cosigning import others_of

        others_of(policy=settings.audit_witnesses, tsa=settings.audit_tsa)
