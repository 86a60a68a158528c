"""`callwarden cost`: what calls cost for each minute, by the systems that served them, from recorded usage."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from governance.errors import InputError, InvariantError
from infra import cli_audit, cost_report, prices
from infra.cli_access import record_read
from infra.cli_parts import database_address
from infra.settings import Settings
from infra.tenancy import tenant_transaction
from schemas.costs import CostReport, Sum

MOST_NAMED = 200
WHY = {"no_price": "no price in the list", "not_measured": "its usage was not told"}


def cost_command(database: Callable[[str | None], str]) -> Callable[..., None]:
    """Build the command; `database` turns the option (or its absence) into the address to open."""

    def cost(
        tenant: cli_audit.Tenant = cli_audit.DEFAULT_TENANT,
        since: Annotated[datetime | None, typer.Option("--from", formats=cli_audit.TIMES)] = None,
        until: Annotated[datetime | None, typer.Option("--to", formats=cli_audit.TIMES)] = None,
        price_list: Annotated[
            Path | None, typer.Option("--prices", help="YAML price list; else CALLWARDEN_PRICES, or the shipped one")
        ] = None,
        per_call: Annotated[bool, typer.Option("--calls", help="a line for each call, too")] = False,
        database_url: cli_audit.Database = None,
        as_json: cli_audit.Json = False,
    ) -> None:
        """Say what ended calls cost; exit 1 where something of it has no price or no measure."""
        try:
            listed = prices.load(price_list or Settings().prices)
        except InputError as error:
            cli_audit.refuse(str(error))
        pool = cli_audit.open_pool(cli_audit.address(database, database_url))
        asked = {"from": str(since), "to": str(until)}
        try:
            with tenant_transaction(pool, tenant) as connection:
                found = cost_report.report(
                    connection, tenant, listed, from_at=cli_audit.utc(since), to_at=cli_audit.utc(until)
                )
            names = [one.name for one in found.calls][:MOST_NAMED]
            record_read(pool, tenant, what=cost_report.WHAT, asked=asked, found=names)
        except (InputError, InvariantError) as error:
            cli_audit.refuse(str(error))
        except SQLAlchemyError as error:
            cli_audit.away(error)
        finally:
            pool.dispose()
        typer.echo(found.model_dump_json() if as_json else written(found, per_call=per_call))
        if found.unpriced:
            raise typer.Exit(1)

    return cost


def written(report: CostReport, *, per_call: bool) -> str:
    """Write a report for people."""
    lines = [f"prices in {report.currency} as of {report.prices_dated}: {report.about}", _line(report.whole)]
    lines += ["by the systems of a call:", *(f"  {_line(one)}" for one in report.mixes)]
    if per_call:
        lines += ["by call:", *(f"  {_line(one)}" for one in report.calls)]
    lines += ["by system:"]
    lines += [
        f"  {one.operation} {one.provider}/{one.model} ({one.region}): {one.quantity.normalize():f} {one.unit} x "
        f"{one.price} = {one.amount}  [{one.source}, {f'checked {one.checked}' if one.checked else 'not checked'}]"
        for one in report.items
    ]
    lines += [
        f"NOT IN THE SUM: {one.operation} {one.provider}/{one.model} ({one.region}), {one.calls} questions: "
        f"{WHY[one.why]}"
        for one in report.unpriced
    ]
    return "\n".join(lines)


def _line(one: Sum) -> str:
    minute = "no minutes" if one.a_minute is None else f"{one.a_minute} a minute"
    least = "" if one.complete else "at least "
    return f"{one.name}: {least}{one.amount} for {one.calls} calls, {one.minutes} minutes, {least}{minute}"


cost = cost_command(database_address)
