"""The commands `callwarden audit bundle` and `verify-bundle`: evidence of a call or a period, checked offline."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from governance.audit.bundle import BundleReport, verify_bundle
from governance.audit.bundle_chain import check_kept
from governance.audit.bundle_files import form
from governance.audit.errors import VerificationError
from governance.audit.period import FORMAT as PERIOD
from governance.audit.period import PeriodReport, verify_period
from governance.errors import InputError, InvariantError
from infra import cli_anchor, cli_audit, period_source
from infra.audit_reader import NotInLogError
from infra.bundle_source import make
from infra.bundle_zip import unpack
from infra.cli_access import existing_kek, record_read
from infra.cli_errors import told
from infra.cli_parts import database_address
from infra.cli_rotation import rotate_key
from infra.cli_succession import succeed_command

WHAT = "audit.bundle"
FROM = "Every entry recorded at this instant or later (UTC)."
KEPT = "A checkpoint of this log that was kept: the bundle shows that the log extends it; repeatable."
Old = Annotated[list[Path] | None, typer.Option("--old", help=KEPT)]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose evidence is taken, where to, from which kept checkpoints on, and what for."""

    tenant: str
    out: Path
    kept: tuple[bytes, ...]
    purpose: str | None


def bundle_app(database: Callable[[str | None], str]) -> typer.Typer:
    """Build the audit commands with these two; `database` is as for `audit_app`."""
    app = cli_audit.audit_app(database)

    def bundle(
        out: Annotated[Path, typer.Option("--out", help="The archive to write.")],
        call_id: Annotated[str | None, typer.Argument(help="Which call; without one, a period.")] = None,
        since: Annotated[datetime | None, typer.Option("--from", formats=cli_audit.TIMES, help=FROM)] = None,
        until: Annotated[datetime | None, typer.Option("--to", formats=cli_audit.TIMES, help="And before.")] = None,
        old: Old = None,
        purpose: cli_audit.Purpose = None,
        tenant: cli_audit.Tenant = cli_audit.DEFAULT_TENANT,
        database_url: cli_audit.Database = None,
    ) -> None:
        """Write the evidence of one call or of a period, once it is in the audit log who took it."""
        begins, ends = cli_audit.utc(since), cli_audit.utc(until)
        asked = Asked(tenant, out, _read(old), purpose)
        url = cli_audit.address(database, database_url)
        if call_id is not None and begins is None and ends is None:
            _bundle(url, out, lambda pool: _call(pool, asked, call_id))
        elif call_id is None and begins is not None and ends is not None:
            _bundle(url, out, lambda pool: _period(pool, asked, begins, ends))
        else:
            cli_audit.refuse("name either a call, or a period with --from and --to")

    app.command("bundle")(bundle)
    app.command("verify-bundle")(verify)
    app.command("witness")(cli_anchor.witness)
    app.command("stamp")(cli_anchor.stamp)
    app.command("reconcile")(cli_anchor.reconcile(database))
    app.command("rotate-key")(rotate_key(database))
    app.command("succeed")(succeed_command(database))
    return app


def verify(
    file: Annotated[Path, typer.Argument(help="The archive.")],
    key: Annotated[list[str], typer.Option("--key", help="The verifier key, or @FILE; may be repeated.")],
    policy: Annotated[
        Path | None, typer.Option("--policy", help="A tlog-policy of the log of logs; its quorum must have cosigned.")
    ] = None,
    old: Old = None,
    as_json: cli_audit.Json = False,
) -> None:
    """Check a bundle without network or database; names the first thing that is wrong."""
    try:
        keys = [each for text in key for each in cli_audit.keys_of(text)]
        mine = _read(old)
        asked = None if policy is None else cli_anchor.policy_of(policy)
        files = unpack(file)
        verify_form = verify_period if form(files) == PERIOD else verify_bundle
        report: BundleReport | PeriodReport = verify_form(files, keys=keys, policy=asked)
        for each in mine:
            check_kept(files, each, keys=keys)
    except VerificationError as error:
        _wrong(error.diagnostic, as_json=as_json)
    except (InputError, OSError) as error:
        cli_audit.refuse(told(error)[0])
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError) as error:
        _wrong(f"a file is not of its format ({type(error).__name__})", as_json=as_json)
    if as_json:
        typer.echo(json.dumps({"ok": True, **asdict(report)}))
        return
    if isinstance(report, PeriodReport):
        behind = ", where the log ended when it was signed" if report.open_end else ""
        told_so = (
            f"ok period {report.since} to {report.until}: all {report.entries} entries of {report.origin} at size "
            f"{report.size}, shown from entry {report.first} to {report.last}{behind}; {report.files} files, "
            f"root {report.root}"
        )
    else:
        told_so = (
            f"ok call {report.call}: {report.entries} entries of {report.origin} at size {report.size}, "
            f"{report.files} files, root {report.root}"
        )
    typer.echo(_plain(told_so))
    typer.echo(_plain(_vouched(report)))


def _read(old: Sequence[Path] | None) -> tuple[bytes, ...]:
    try:
        return tuple(path.read_bytes() for path in old or ())
    except OSError as error:
        cli_audit.refuse(f"--old: {told(error)[0]}")


def _wrong(diagnostic: str, *, as_json: bool) -> NoReturn:
    typer.echo(json.dumps({"ok": False, "wrong": diagnostic}) if as_json else _plain(f"WRONG {diagnostic}"))
    raise typer.Exit(cli_audit.EXIT_NO) from None


def _plain(text: str) -> str:
    """Write on one line of plain characters: what a forger put into names must not look like an answer."""
    return "".join(one if " " <= one <= "~" else ascii(one)[1:-1] for one in text)


def _vouched(report: BundleReport | PeriodReport) -> str:
    complete, logs = report.complete_at, report.logs
    ends = "not shown" if complete is None else f"complete at entry {complete}"
    ends += f"; extends its checkpoints of size {str(report.extends)[1:-1].rstrip(',')}" if report.extends else ""
    if logs is None:
        return f"ends of streams: {ends}; in no log of logs"
    signed = "" if logs.trusted else ", whose key was not given"
    others = f", cosigned by {', '.join(logs.witnesses)}" if logs.witnesses else ""
    stamped = f", stamped {logs.stamped_at}" if logs.stamped_at else ""
    return f"ends of streams: {ends}; entry {logs.index} of {logs.origin}{signed}{others}{stamped}"


def _bundle(url: str, out: Path, write: Callable[[Engine], str]) -> None:
    pool = cli_audit.open_pool(url)
    try:
        existing_kek()
        said = write(pool)
    except NotInLogError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(cli_audit.EXIT_NO) from None
    except (InputError, InvariantError, VerificationError) as error:
        cli_audit.refuse(told(error)[0])
    except OSError as error:
        cli_audit.refuse(f"{out} cannot be written: {error.strerror}")
    except SQLAlchemyError as error:
        cli_audit.away(error)
    finally:
        pool.dispose()
    typer.echo(f"wrote the evidence of {said}")
    typer.echo(f"check: callwarden audit verify-bundle {out} --key KEY")


def _call(pool: Engine, asked: Asked, call_id: str) -> str:
    archive = make(pool, asked.tenant, call_id, kept=asked.kept)
    record_read(
        pool, asked.tenant, what=WHAT, asked={"call": call_id}, found=[call_id], call=call_id, purpose=asked.purpose
    )
    asked.out.write_bytes(archive)
    return f"call {call_id} to {asked.out}: {len(archive)} bytes"


def _period(pool: Engine, asked: Asked, since: datetime, until: datetime) -> str:
    period = period_source.make(pool, asked.tenant, since=since, until=until, kept=asked.kept)
    bounds = {"from": since.isoformat(), "to": until.isoformat()}
    record_read(pool, asked.tenant, what=WHAT, asked=bounds, found=period.found(), purpose=asked.purpose)
    with asked.out.open("wb") as file:
        file.writelines(period.pieces())
    return f"{period.entries} entries to {asked.out}: {period.size} bytes"


app = bundle_app(database_address)
