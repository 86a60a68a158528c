"""The commands `callwarden audit witness`, `stamp` and `reconcile`: others vouch for a log, and searches do not lie."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from governance.audit.checkpoint import open_checkpoint
from governance.audit.errors import VerificationError
from governance.audit.log_policy import LogPolicy, cosigned, parse_policy
from governance.audit.note import parse_note
from governance.audit.tiles import Tile, node_reader
from governance.errors import InputError, TransientError
from infra import cli_audit
from infra.audit_reconcile import first_difference
from infra.tenancy import tenant_transaction
from infra.timestamp_client import stamp as get_stamp
from infra.witness_client import ForkSeen, cosign

STAMP_FILE = "checkpoint.tsr"
Log = Annotated[Path, typer.Option("--log", help="The exported folder.")]


def witness(
    log: Log, policy: Annotated[Path, typer.Option("--policy", help="A tlog-policy with witnesses and addresses.")]
) -> None:
    """Ask every witness of a policy to cosign the checkpoint, and keep the lines that are right."""
    asked = policy_of(policy)
    try:
        note = (log / "checkpoint").read_bytes()
        checkpoint = open_checkpoint(note, asked.keys)
    except (OSError, VerificationError) as error:
        cli_audit.refuse(f"no checkpoint of this policy's log: {error}")
    nodes = node_reader(checkpoint.size, lambda tile: _tile(log, tile))
    lines = b""
    for each in asked.witnesses:
        try:
            lines += cosign(each, checkpoint, note, known=0, read=nodes)
        except ForkSeen as fork:
            typer.echo(f"FORK {fork}")
            raise typer.Exit(cli_audit.EXIT_NO) from None
        except (TransientError, InputError) as outside:
            typer.echo(str(outside), err=True)
    there = {each.name for each in parse_note(note).signatures}  # a witness that signed before is not shown twice
    new = "".join(f"{line}\n" for line in lines.decode().splitlines() if line.split(" ")[1] not in there).encode()
    (log / "checkpoint").write_bytes(note + new)
    _tell_quorum(note + new, asked)


def stamp(log: Log, tsa: Annotated[str, typer.Option("--tsa", help="Address of a time-stamping authority.")]) -> None:
    """Get an RFC 3161 stamp of the checkpoint file, as checkpoint.tsr beside it."""
    try:
        response, stated = get_stamp(tsa, (log / "checkpoint").read_bytes())
        (log / STAMP_FILE).write_bytes(response)
    except TransientError as outside:
        typer.echo(str(outside), err=True)
        raise typer.Exit(cli_audit.EXIT_NO) from None
    except OSError as error:
        cli_audit.refuse(f"the checkpoint cannot be read or its stamp written: {error.strerror}")
    typer.echo(f"stamped {stated.at.isoformat()}; check: openssl ts -verify -in {log / STAMP_FILE} -data "
               f"{log / 'checkpoint'} -CAfile CA.pem")


def reconcile(database: Callable[[str | None], str]) -> Callable[[str, str | None], None]:
    """Build the command; `database` is as for `audit_app`."""

    def command(
        tenant: cli_audit.Tenant = cli_audit.DEFAULT_TENANT, database_url: cli_audit.Database = None
    ) -> None:
        """Compare every row that serves searches with its entry; names the first that says something else."""
        pool = cli_audit.open_pool(cli_audit.address(database, database_url))
        try:
            with tenant_transaction(pool, tenant) as connection:
                wrong = first_difference(connection, tenant)
        except SQLAlchemyError as error:
            cli_audit.away(error)
        finally:
            pool.dispose()
        if wrong is not None:
            typer.echo(f"WRONG {wrong}")
            raise typer.Exit(cli_audit.EXIT_NO)
        typer.echo(f"ok: what searches of {tenant} show is what its entries say")

    return command


def policy_of(path: Path) -> LogPolicy:
    """Read a policy file; a bad one is wrong use."""
    try:
        return parse_policy(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, VerificationError) as error:
        cli_audit.refuse(f"--policy: {error}")


def _tile(log: Path, tile: Tile) -> bytes:
    try:
        return (log / tile.path).read_bytes()
    except OSError as error:
        raise InputError(f"{tile.path} cannot be read: {error.strerror}") from None


def _tell_quorum(note: bytes, policy: LogPolicy) -> None:
    try:
        names = cosigned(note, policy)
    except VerificationError as error:
        typer.echo(f"WRONG {error.diagnostic}")
        raise typer.Exit(cli_audit.EXIT_NO) from None
    typer.echo(f"cosigned by {', '.join(names) or 'none'}; quorum {policy.quorum}")
