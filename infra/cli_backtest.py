"""The command `callwarden backtest`: recorded calls through another version of the policy, and what would differ."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from governance.backtest import CHANGES, RecordedCall, Report
from governance.errors import InputError, InvariantError
from infra import backtests, cli_audit
from infra.access_log import AccessLog
from infra.cli_access import existing_kek, principal
from infra.cli_parts import database_address
from infra.clock import now
from infra.keys import Keyring
from infra.policies import load
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
        tried, kek = load(policy), existing_kek()
    except InputError as error:
        cli_audit.refuse(str(error))
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
        who = principal(tenant)
        return backtests.run(pool, access, who, tried, since=since, at=at, watch=_progress)
    except (InputError, InvariantError) as error:
        cli_audit.refuse(str(error))
    except SQLAlchemyError as error:
        cli_audit.away(error)
    finally:
        pool.dispose()


def _progress(calls: Iterator[RecordedCall], total: int) -> Iterable[RecordedCall]:
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(calls, "calls", total=total, console=console, disable=not console.is_terminal)


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
