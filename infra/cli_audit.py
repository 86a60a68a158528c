"""The commands `callwarden audit …`: export a log, verify one without any database, search entries."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from governance.audit.errors import VerificationError
from governance.audit.log_of_logs import LOGS
from governance.audit.log_policy import parse_policy
from governance.audit.note import VerifierKey, parse_vkey
from governance.audit.verify import VerificationReport, verify_log
from governance.errors import InputError, InvariantError
from infra import audit_reader, audit_rows, audit_search
from infra.audit_source import Read, source
from infra.cli_access import purposes_told, record_read
from infra.cli_errors import told
from infra.cli_parts import database_address
from infra.database import engine
from infra.tenancy import tenant_transaction
from infra.tokens import readable_tenant
from schemas.audit import AuditEntry, AuditFilter

EXIT_NO = 1
EXIT_MISUSE = 2
DEFAULT_TENANT = "default"
TIMES = ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]


def _tenant(named: str) -> str:
    if named != LOGS and readable_tenant(named) is None:
        refuse("--tenant: a tenant is 1 to 63 lower-case letters, digits and hyphens")
    return named


Tenant = Annotated[
    str,
    typer.Option(
        "--tenant", callback=_tenant, envvar="CALLWARDEN_TENANT",
        help="Whose log; export takes _logs, the log of logs, too.",
    ),
]
Database = Annotated[
    str | None,
    typer.Option("--database", help="postgresql://… (default: what CALLWARDEN_DATABASE says)"),
]
Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]
Purpose = Annotated[str | None, typer.Option("--purpose", help="What for: told in the log's entry of this read.")]


def audit_app(database: Callable[[str | None], str]) -> typer.Typer:
    """Build the sub-app; `database` turns the option (or its absence) into the address to open."""
    app = typer.Typer(name="audit", help="The tamper-evident audit log.", no_args_is_help=True)

    def export(
        out: Annotated[Path, typer.Option("--out", help="The folder to write.")],
        purpose: Purpose = None,
        tenant: Tenant = DEFAULT_TENANT,
        database_url: Database = None,
        as_json: Json = False,
    ) -> None:
        """Write the log as a folder (checkpoint, tile/, tile/entries/, log.pub), once it is in the log who took it."""
        _export(address(database, database_url), tenant, out, as_json=as_json, purpose=purpose)

    def search(
        tenant: Tenant = DEFAULT_TENANT,
        call: str | None = None,
        actor: str | None = None,
        subject: str | None = None,
        kind: Annotated[str | None, typer.Option("--type")] = None,
        rule: str | None = None,
        policy: str | None = None,
        since: Annotated[datetime | None, typer.Option("--from", formats=TIMES)] = None,
        until: Annotated[datetime | None, typer.Option("--to", formats=TIMES)] = None,
        q: Annotated[str | None, typer.Option(help="Words of the text, part of a type, rule, policy, actor.")] = None,
        cursor: str | None = None,
        limit: int = audit_search.DEFAULT_LIMIT,
        purpose: Purpose = None,
        database_url: Database = None,
        as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout.")] = False,
        as_csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout.")] = False,
    ) -> None:
        """Find entries, once it is in the log who asked; the time window is that of recording, in UTC."""
        wanted = AuditFilter(
            call=call, actor=actor, subject=subject, type=kind, rule=rule, policy=policy,
            from_at=utc(since), to_at=utc(until), q=q,
        )  # fmt: skip
        url = address(database, database_url)
        form = audit_rows.as_json_lines if as_json else audit_rows.as_csv if as_csv else _table
        _search(url, tenant, wanted, cursor=cursor, limit=limit, form=form, purpose=purpose)

    app.command("export")(export)
    app.command("search")(search)
    app.command("verify")(verify)
    return app


def verify(
    log: Annotated[str, typer.Option("--log", help="A folder, or the address that serves the log.")],
    key: Annotated[list[str], typer.Option("--key", help="The verifier key, or @FILE; may be repeated.")],
    old: Annotated[list[Path] | None, typer.Option("--old", help="An older checkpoint; repeatable.")] = None,
    former: Annotated[
        list[str] | None, typer.Option("--succeeds", help="Origin of a log this one succeeded: --old may be of it.")
    ] = None,
    most_s: Annotated[float | None, typer.Option("--max-silence", help="Seconds between two entries.")] = None,
    as_json: Json = False,
) -> None:
    """Check signature, entries, tiles, root, ends of streams, older checkpoints; names what is wrong first."""
    try:
        keys = [each for text in key for each in keys_of(text)]
        older = [path.read_bytes() for path in old or []]
        report = _heard(verify_log(_log(log), keys=keys, older=older, former=former or []), most_s)
    except VerificationError as error:
        answer = {"ok": False, "wrong": error.diagnostic}
        typer.echo(json.dumps(answer) if as_json else f"WRONG {error.diagnostic}")
        raise typer.Exit(EXIT_NO) from None
    except (InputError, OSError) as error:
        refuse(told(error)[0])
    if as_json:
        typer.echo(json.dumps({"ok": True, **asdict(report)}))
        return
    typer.echo(
        f"ok {report.origin}: {report.size} entries in {report.streams} streams, {report.bundles} bundles, "
        f"{report.tiles} tiles, {report.older_checkpoints} older checkpoints, root {report.root}; "
        f"{report.stream_heads} entries of stream heads agree; longest silence {report.silence_s:.0f} s"
    )


def _heard(report: VerificationReport, most_s: float | None) -> VerificationReport:
    if most_s is not None and report.silence_s > most_s:
        raise VerificationError(f"entry {report.silent_until} comes {report.silence_s:.0f} s after the one before")
    return report


def _export(url: str, tenant: str, out: Path, *, as_json: bool, purpose: str | None) -> None:
    pool = open_pool(url)
    try:
        with tenant_transaction(pool, tenant) as connection:
            found = [audit_reader.head(connection, tenant).root.hex()]
        # The log of logs holds checkpoints only: who takes it is told in the house's own log.
        reader, asked = (DEFAULT_TENANT, {"log": LOGS}) if tenant == LOGS else (tenant, {})
        record_read(pool, reader, what="audit.export", asked=asked, found=found, purpose=purpose)
        with tenant_transaction(pool, tenant) as connection:
            head = audit_reader.export(connection, tenant, out)
    except (InputError, InvariantError, OSError) as error:
        refuse(told(error)[0])
    except SQLAlchemyError as error:
        away(error)
    finally:
        pool.dispose()
    if as_json:
        typer.echo(json.dumps({"origin": head.origin, "size": head.size, "root": head.root.hex(), "out": str(out)}))
        return
    typer.echo(f"wrote {head.size} entries of {head.origin} to {out}")
    typer.echo(f"check: callwarden audit verify --log {out} --key @{out / audit_reader.KEY_FILE}")


def _search(
    url: str, tenant: str, wanted: AuditFilter, *, cursor: str | None, limit: int, purpose: str | None,
    form: Callable[[Sequence[AuditEntry]], str],
) -> None:
    asked = wanted.model_dump(mode="json", exclude_none=True) | ({} if cursor is None else {"cursor": cursor})
    pool = open_pool(url)
    try:
        with tenant_transaction(pool, tenant) as connection:
            page = audit_search.search(connection, tenant, wanted, cursor=cursor, limit=limit)
        found = [str(entry.index) for entry in page.entries]
        call = wanted.call
        record_read(pool, tenant, what="audit.entries", asked=asked, found=found, call=call, purpose=purpose)
        page = purposes_told(pool, tenant, page)
    except (InputError, InvariantError) as error:
        refuse(told(error)[0])
    except SQLAlchemyError as error:
        away(error)
    finally:
        pool.dispose()
    typer.echo(form(page.entries), nl=False)
    if page.cursor is not None:
        typer.echo(f"more: --cursor {page.cursor}", err=True)


def _table(entries: Sequence[AuditEntry]) -> str:
    return "".join(f"{_line(entry)}\n" for entry in entries)


def _line(entry: AuditEntry) -> str:
    recorded = entry.recorded_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    who = entry.actor_label or entry.actor
    what = f"{entry.type:<28} {entry.call or '-':<24} {entry.rule or '-':<24}"
    return f"{entry.index:>8}  {recorded}  {what} {who}"


def _log(place: str) -> Read:
    """Open a log; a place without a checkpoint is wrong use, not a failed check."""
    read = source(place)
    if read(audit_reader.CHECKPOINT_PATH) is None:
        raise InputError(f"{place} holds no checkpoint: it is not a log")
    return read


def keys_of(text: str) -> list[VerifierKey]:
    """Read a key, or @FILE with one a line or a tlog-policy; a bad key is wrong use, not a failed check."""
    try:
        lines = Path(text[1:]).read_text().splitlines() if text.startswith("@") else [text]
        if any(line.startswith("log ") for line in lines):
            return list(parse_policy("\n".join(lines)).keys)
        keys = [parse_vkey(line.strip()) for line in lines if line.strip()]
    except (VerificationError, UnicodeDecodeError) as error:
        raise InputError(f"--key: {error}") from None
    if not keys:
        raise InputError("--key: the file holds no key")
    return keys


def utc(at: datetime | None) -> datetime | None:
    """Give an instant that names no zone as one of UTC."""
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at


def address(database: Callable[[str | None], str], option: str | None) -> str:
    try:
        return database(option)
    except (InputError, ValueError) as error:
        refuse(told(error)[0])


def open_pool(url: str) -> Engine:
    try:
        return engine(url, pool_size=1)
    except (InputError, SQLAlchemyError):  # the address may hold a password: never repeat it
        refuse("--database: not an address of the kind postgresql://user@host/name")


def refuse(reason: str) -> NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(EXIT_MISUSE)


def away(error: SQLAlchemyError) -> NoReturn:
    """Say what the database did not do."""
    refuse(told(error)[0])


app = audit_app(database_address)
