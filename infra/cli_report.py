"""The command `callwarden report disclosures`: calls without a heard disclosure, as a table, CSV or JSON."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from governance.errors import InputError, InvariantError
from infra import cli_audit, disclosure_report
from infra.cli_access import record_read
from infra.cli_parts import database_address
from infra.clock import now
from infra.disclosure_report import Asked
from infra.tenancy import tenant_transaction
from schemas.disclosure_answers import DisclosureReport


def report_app(database: Callable[[str | None], str]) -> typer.Typer:
    """Build the commands; `database` turns the option (or its absence) into the address to open."""
    app = typer.Typer(name="report", help="Reports for compliance.", no_args_is_help=True)

    def disclosures(
        tenant: cli_audit.Tenant = cli_audit.DEFAULT_TENANT,
        since: Annotated[datetime | None, typer.Option("--from", formats=cli_audit.TIMES)] = None,
        until: Annotated[datetime | None, typer.Option("--to", formats=cli_audit.TIMES)] = None,
        kind: Annotated[str | None, typer.Option(help="ai, recording, or one of the policy's own.")] = None,
        cursor: str | None = None,
        limit: int = disclosure_report.DEFAULT_LIMIT,
        database_url: cli_audit.Database = None,
        as_json: cli_audit.Json = False,
        as_csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout.")] = False,
    ) -> None:
        """List statements that callers should have heard and did not; who asked is in the log before the first row."""
        asked = Asked(from_at=cli_audit.utc(since), to_at=cli_audit.utc(until), kind=kind)
        pool = cli_audit.open_pool(cli_audit.address(database, database_url))
        try:
            with tenant_transaction(pool, tenant) as connection:
                page = disclosure_report.report(connection, tenant, asked, at=now(), cursor=cursor, limit=limit)
            found = disclosure_report.names(page)
            record_read(pool, tenant, what=disclosure_report.WHAT, asked=asked.said(), found=found)
        except (InputError, InvariantError) as error:
            cli_audit.refuse(str(error))
        except SQLAlchemyError as error:
            cli_audit.away(error)
        finally:
            pool.dispose()
        if as_json:
            typer.echo(page.model_dump_json())
        elif as_csv:
            typer.echo(disclosure_report.as_csv(page.unheard), nl=False)
        else:
            typer.echo(_table(page))

    app.callback()(_one_of_many)
    app.command("disclosures")(disclosures)
    return app


def _table(page: DisclosureReport) -> str:
    lines = [
        f"{one.required_at:%Y-%m-%d %H:%M:%S}  {one.call_id}  {one.disclosure}"
        f"{f' (round {one.round}, {one.occasion})' if one.round else ''}: {one.explained}"
        for one in page.unheard
    ]
    lines += [
        f"{one.disclosure}: {one.heard} of {one.required} heard in time, {one.late} late, {one.interrupted} "
        f"interrupted, {one.never_said} never said, {one.not_reported} not reported as played, {one.pending} pending"
        for one in page.counts
    ]
    lines += [] if page.cursor is None else [f"more: --cursor {page.cursor}"]
    return "\n".join(lines or ["no statement was due"])


def _one_of_many() -> None:
    """What callers were told, and were not."""


app = report_app(database_address)
