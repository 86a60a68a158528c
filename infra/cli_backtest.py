"""The command `callwarden backtest`: recorded calls through another version of the policy, and what would differ."""

import getpass
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from governance.backtest import CHANGES, Report, Tally
from governance.errors import InputError, InvariantError
from infra import backtests, cli_audit
from infra.access_log import AccessLog
from infra.cli_parts import database_address
from infra.clock import now
from infra.keys import Keyring
from infra.policies import load
from infra.settings import Settings
from infra.tokens import Principal
from schemas.policies import Policy


def backtest(
    policy: Annotated[Path, typer.Option("--policy", help="The policy file to try.")],
    since: Annotated[
        datetime | None, typer.Option("--since", formats=cli_audit.TIMES, help="Only calls that began then or later.")
    ] = None,
    tenant: cli_audit.Tenant = cli_audit.DEFAULT_TENANT,
    database_url: cli_audit.Database = None,
    as_json: cli_audit.Json = False,
) -> None:
    """Fold the calls that have ended through another policy and compare with the verdicts on record."""
    try:
        tried = load(policy)
    except InputError as error:
        cli_audit.refuse(str(error))
    kek = Settings().kek
    if not kek.is_file():  # a new one would seal the entry so that the service could never open it
        cli_audit.refuse("no keys in the data folder, so the read cannot be recorded: set CALLWARDEN_DATA")
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    report = _run(cli_audit.address(database_address, database_url), kek, tried, tenant=tenant, since=since)
    if report.calls == 0:
        typer.echo(f"no call of tenant {tenant} that has ended is on record", err=True)
    if as_json:
        typer.echo(report.model_dump_json())
        return
    show(report)


def _run(url: str, kek: Path, tried: Policy, *, tenant: str, since: datetime | None) -> Report:
    pool = cli_audit.open_pool(url)
    try:
        at = now()
        keyring = Keyring(engine=pool, kek=kek)
        access = AccessLog(engine=pool, keyring=keyring, instance=f"{backtests.WHAT}/{at.isoformat()}")
        who = Principal(f"cli:{_login()}", tenant, "admin")
        call_ids = backtests.choose(pool, access, who, tried, since=since, at=at)
        return _fold(pool, tenant, call_ids, tried)
    except (InputError, InvariantError) as error:
        cli_audit.refuse(str(error))
    except SQLAlchemyError as error:
        cli_audit.refuse(f"the database does not answer as it should: {type(error).__name__}")
    finally:
        pool.dispose()


def _fold(pool: Engine, tenant: str, call_ids: Sequence[str], tried: Policy) -> Report:
    from rich.console import Console
    from rich.progress import track

    tally = Tally(tried)
    calls = backtests.read(pool, tenant, call_ids)
    console = Console(stderr=True)
    for call in track(calls, "calls", total=len(call_ids), console=console, disable=not console.is_terminal):
        tally.add(call)
    return tally.report()


def show(report: Report) -> None:
    """Print the diff for a person: a table by rule, then examples with their reasons."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    console.print(f"{report.policy}: {report.calls} calls, {report.utterances} utterances", markup=False)
    table = Table("rule", *CHANGES)
    for rule, counts in report.by_rule.items():
        table.add_row(rule, *(str(counts[change]) for change in CHANGES))
    table.add_row("all", *(str(getattr(report, change)) for change in CHANGES))
    console.print(table)
    for one in report.examples:
        turns = f"turn {one.turn_on_record} -> {one.turn}".replace("None", "-")
        console.print(escape(f"{one.change}: {one.rule} in call {one.call}, {turns}: {one.reason}"), soft_wrap=True)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
