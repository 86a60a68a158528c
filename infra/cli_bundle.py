"""The commands `callwarden audit bundle` and `verify-bundle`: evidence of one call, checked with the network off."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from governance.audit.bundle import BundleReport, verify_bundle
from governance.audit.errors import VerificationError
from governance.errors import InputError, InvariantError
from infra import cli_anchor, cli_audit
from infra.audit_reader import NotInLogError
from infra.bundle_source import make
from infra.bundle_zip import unpack
from infra.cli_access import existing_kek, record_read
from infra.cli_parts import database_address
from infra.cli_rotation import rotate_key

WHAT = "audit.bundle"


def bundle_app(database: Callable[[str | None], str]) -> typer.Typer:
    """Build the audit commands with these two; `database` is as for `audit_app`."""
    app = cli_audit.audit_app(database)

    def bundle(
        call_id: Annotated[str, typer.Argument(help="Which call.")],
        out: Annotated[Path, typer.Option("--out", help="The archive to write.")],
        tenant: cli_audit.Tenant = cli_audit.DEFAULT_TENANT,
        database_url: cli_audit.Database = None,
    ) -> None:
        """Write the evidence of one call, once it is in the audit log who took it."""
        _bundle(cli_audit.address(database, database_url), tenant, call_id, out)

    app.command("bundle")(bundle)
    app.command("verify-bundle")(verify)
    app.command("witness")(cli_anchor.witness)
    app.command("stamp")(cli_anchor.stamp)
    app.command("reconcile")(cli_anchor.reconcile(database))
    app.command("rotate-key")(rotate_key(database))
    return app


def verify(
    file: Annotated[Path, typer.Argument(help="The archive.")],
    key: Annotated[list[str], typer.Option("--key", help="The verifier key, or @FILE; may be repeated.")],
    policy: Annotated[
        Path | None, typer.Option("--policy", help="A tlog-policy of the log of logs; its quorum must have cosigned.")
    ] = None,
    as_json: cli_audit.Json = False,
) -> None:
    """Check a bundle without network or database; names the first thing that is wrong."""
    try:
        keys = [each for text in key for each in cli_audit.keys_of(text)]
        asked = None if policy is None else cli_anchor.policy_of(policy)
        report = verify_bundle(unpack(file), keys=keys, policy=asked)
    except VerificationError as error:
        answer = {"ok": False, "wrong": error.diagnostic}
        typer.echo(json.dumps(answer) if as_json else f"WRONG {error.diagnostic}")
        raise typer.Exit(cli_audit.EXIT_NO) from None
    except (InputError, OSError) as error:
        cli_audit.refuse(str(error))
    if as_json:
        typer.echo(json.dumps({"ok": True, **asdict(report)}))
        return
    typer.echo(
        f"ok call {report.call}: {report.entries} entries of {report.origin} at size {report.size}, "
        f"{report.files} files, root {report.root}"
    )
    typer.echo(_vouched(report))


def _vouched(report: BundleReport) -> str:
    complete, logs = report.complete_at, report.logs
    ends = "not shown" if complete is None else f"complete at entry {complete}"
    if logs is None:
        return f"ends of streams: {ends}; in no log of logs"
    signed = "" if logs.trusted else ", whose key was not given"
    others = f", cosigned by {', '.join(logs.witnesses)}" if logs.witnesses else ""
    stamped = f", stamped {logs.stamped_at}" if logs.stamped_at else ""
    return f"ends of streams: {ends}; entry {logs.index} of {logs.origin}{signed}{others}{stamped}"


def _bundle(url: str, tenant: str, call_id: str, out: Path) -> None:
    pool = cli_audit.open_pool(url)
    try:
        existing_kek()
        archive = make(pool, tenant, call_id)
        record_read(pool, tenant, what=WHAT, asked={"call": call_id}, found=[call_id], call=call_id)
        out.write_bytes(archive)
    except NotInLogError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(cli_audit.EXIT_NO) from None
    except (InputError, InvariantError, VerificationError) as error:
        cli_audit.refuse(str(error))
    except OSError as error:
        cli_audit.refuse(f"{out} cannot be written: {error.strerror}")
    except SQLAlchemyError as error:
        cli_audit.refuse(f"the database does not answer as it should: {type(error).__name__}")
    finally:
        pool.dispose()
    typer.echo(f"wrote the evidence of call {call_id} to {out}: {len(archive)} bytes")
    typer.echo(f"check: callwarden audit verify-bundle {out} --key KEY")


app = bundle_app(database_address)
