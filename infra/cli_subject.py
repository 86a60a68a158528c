"""The commands `callwarden subject export|erase`: a copy of all that is known about a person, and forgetting her."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from governance.errors import InputError, InvariantError
from infra import cli_audit, erasures
from infra.cli_access import operator
from infra.cli_parts import database_address
from infra.cli_retention import forgetter
from infra.clock import now
from infra.database import transaction
from infra.house_entries import ACCESS
from infra.subject_export import Exporter
from infra.subjects import target_of
from schemas.retention import Whom

Subject = Annotated[str | None, typer.Option("--subject", help="The caller's pseudonym, caller-…")]
Call = Annotated[str | None, typer.Option("--call", help="One call, for callers without a number.")]
# Never as an argument: the list of processes shows those to everybody.
Caller = Annotated[bool, typer.Option("--caller-from-stdin", help="Read the caller's number from standard input.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept sealed in the audit log.")]


def subject_app(database: Callable[[str | None], str]) -> typer.Typer:
    """Build the commands; `database` turns the option (or its absence) into the address to open."""
    app = typer.Typer(name="subject", help="What is known about a person, and forgetting it.", no_args_is_help=True)

    def export(
        out: Annotated[Path, typer.Option("--out", help="The file to write, mode 0600.")],
        reason: Reason, subject: Subject = None, call: Call = None, caller: Caller = False,
        originals: Annotated[bool, typer.Option(help="The originals of the caller's own words.")] = True,
        tenant: cli_audit.Tenant = cli_audit.DEFAULT_TENANT, database_url: cli_audit.Database = None,
    ) -> None:
        """Write everything about a caller as JSON, once it is in the audit log who took it."""
        whom = _whom(subject, call, caller)
        _run(cli_audit.address(database, database_url),
             lambda pool: _export(pool, tenant, whom, reason, out, originals=originals))

    def erase(
        reason: Reason, subject: Subject = None, call: Call = None, caller: Caller = False,
        tenant: cli_audit.Tenant = cli_audit.DEFAULT_TENANT, database_url: cli_audit.Database = None,
    ) -> None:
        """Forget a caller or a call; prints the certificate, and ends with 1 where a hold or a law is in the way."""
        whom = _whom(subject, call, caller)
        _run(cli_audit.address(database, database_url), lambda pool: _erase(pool, tenant, whom, reason))

    app.command("export")(export)
    app.command("erase")(erase)
    return app


def _whom(subject: str | None, call: str | None, caller: bool) -> Whom:
    try:
        return Whom(subject=subject, call=call, caller=sys.stdin.readline().strip() if caller else None)
    except ValidationError:
        cli_audit.refuse("name one of --subject caller-…, --call ID and --caller-from-stdin")


def _run(url: str, work: Callable[[Engine], None]) -> None:
    pool = cli_audit.open_pool(url)
    try:
        work(pool)
    except erasures.SubjectUnknown as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(cli_audit.EXIT_NO) from None
    except (InputError, InvariantError) as error:
        cli_audit.refuse(str(error))
    except OSError as error:
        cli_audit.refuse(f"the file cannot be written: {error.strerror}")
    except SQLAlchemyError as error:
        cli_audit.away(error)
    finally:
        pool.dispose()


def _export(pool: Engine, tenant: str, whom: Whom, reason: str, out: Path, *, originals: bool) -> None:
    works = forgetter(pool)
    keyring, policy = works.keyring, works.policies.current(tenant).live
    exporter = Exporter(pool=pool, keyring=keyring, retention=policy.retention, reveal=policy.reveal)
    document = exporter.export(
        target_of(keyring, tenant, whom), tenant=tenant, reason=reason, by=operator(), at=now(),
        originals=originals,
    )
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)  # it may have been there, readable by others
        file.write(document.model_dump_json(indent=1))
    typer.echo(f"wrote {len(document.calls)} calls and {len(document.entries)} entries of the audit log to {out}")


def _erase(pool: Engine, tenant: str, whom: Whom, reason: str) -> None:
    works, by = forgetter(pool), operator()
    target = target_of(works.keyring, tenant, whom)
    works.keyring.ensure(tenant=tenant, call_id=ACCESS)
    with transaction(pool) as connection:
        asked = erasures.request(
            connection, works.keyring, target, tenant=tenant, reason=reason, by=by, at=now()
        )
    done = works.erase(tenant=tenant, erasure=asked, by=by, at=now())
    typer.echo(done.model_dump_json(indent=1))
    if done.state == "waiting":
        raise typer.Exit(cli_audit.EXIT_NO)


app = subject_app(database_address)
