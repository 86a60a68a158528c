"""`callwarden token`: a login of the local issuer, for the embedded set-up."""

from datetime import timedelta
from typing import Annotated, cast, get_args

import typer

from infra import clock
from infra.cli_parts import wrong_use
from infra.settings import Settings
from infra.tokens import KEY_FILE, LocalIssuer, Role


def token(
    role: Annotated[str, typer.Option(help="channel, agent, supervisor, compliance, dpo or admin")],
    tenant: Annotated[str | None, typer.Option(help="tenant; the set-up's own where absent")] = None,
    subject: Annotated[str | None, typer.Option(help="who logs in")] = None,
    hours: Annotated[int, typer.Option(min=1, max=720)] = 12,
) -> None:
    """Print a bearer token."""
    if role not in get_args(Role):
        wrong_use(f"--role takes one of {', '.join(get_args(Role))}")
    settings = Settings()
    known = (settings.keys / KEY_FILE).exists()
    issuer = LocalIssuer(settings.keys, issuer=settings.issuer)
    print(issuer.issue(
        subject=subject or role, tenant=tenant or settings.tenant, role=cast("Role", role), now=clock.now(),
        lifetime=timedelta(hours=hours),
    ))
    if not known:
        why = "no service has run there; one that runs with another data folder refuses this login"
        typer.echo(f"callwarden: a key for logins was made in {settings.keys}: {why} (CALLWARDEN_DATA)", err=True)
