"""The command `callwarden retention sweep`: what the records worker does once a minute, done once, now."""

import json
from collections.abc import Callable
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from governance.errors import InputError, InvariantError
from infra import cli_audit
from infra.cli_parts import database_address
from infra.clock import now
from infra.forgetting import Forgetter
from infra.keys import Keyring
from infra.policies import load
from infra.policy_book import PolicyBook
from infra.retention_sweeper import Sweeper
from infra.settings import Settings


def retention_app(database: Callable[[str | None], str]) -> typer.Typer:
    """Build the commands; `database` turns the option (or its absence) into the address to open."""
    app = typer.Typer(name="retention", help="How long data stays.", no_args_is_help=True)

    def sweep(
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what has expired.")] = False,
        database_url: cli_audit.Database = None,
        as_json: cli_audit.Json = False,
    ) -> None:
        """Go on with erasures that waited, delete what has expired, and record each of them in the audit log."""
        pool = cli_audit.open_pool(cli_audit.address(database, database_url))
        try:
            _sweep(Sweeper(forgetter(pool)), dry_run=dry_run, as_json=as_json)
        except (InputError, InvariantError) as error:
            cli_audit.refuse(str(error))
        except SQLAlchemyError as error:
            cli_audit.away(error)
        finally:
            pool.dispose()

    app.callback()(_one_of_many)
    app.command("sweep")(sweep)
    return app


def forgetter(pool: Engine) -> Forgetter:
    """Open what erases with the keys and the policy of the settings."""
    settings = Settings()
    if not settings.kek.is_file():  # a new one would seal the entries so that the service could never open them
        cli_audit.refuse("no keys in the data folder: set CALLWARDEN_DATA")
    policies = PolicyBook(engine=pool, house=load(settings.policy))
    return Forgetter(pool=pool, keyring=Keyring(engine=pool, kek=settings.kek), policies=policies)


def _sweep(sweeper: Sweeper, *, dry_run: bool, as_json: bool) -> None:
    if dry_run:
        due = sweeper.due(at=now())
        for tenant, call_id in due:
            typer.echo(json.dumps({"tenant": tenant, "call": call_id}) if as_json else f"{tenant} {call_id}")
        typer.echo(f"{len(due)} calls hold what has expired; laws and holds are asked again when it goes", err=True)
        return
    done = sweeper.once(at=now())
    if as_json:
        typer.echo(done.model_dump_json())
        return
    typer.echo(
        f"erased {done.erased} calls ({done.completed} erasures completed), expired {done.expired} calls, "
        f"destroyed {done.buried} keys again that a restore had revived"
    )


def _one_of_many() -> None:
    """Keep data no longer than it must be."""


app = retention_app(database_address)
