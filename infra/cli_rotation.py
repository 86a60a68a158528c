"""The command `callwarden audit rotate-key`: new Ed25519 and ML-DSA-44 keys of the logs, in two steps, with overlap."""

from collections.abc import Callable
from typing import Annotated, NamedTuple

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from governance.audit.log_of_logs import LOGS
from governance.errors import InputError, InvariantError
from infra import cli_audit
from infra.audit_keys import (
    MLDSA44_NEXT_SEED_FILE,
    MLDSA44_SEED_FILE,
    NEXT_SEED_FILE,
    SEED_FILE,
    Ed25519Signer,
    Mldsa44Signer,
    load_or_create_seed,
    origin_of,
)
from infra.audit_store import tenants
from infra.cli_access import existing_kek, record_rotation
from infra.cli_errors import told
from infra.database import transaction
from infra.settings import Settings

COMES, GOES = "key.rotated", "key.retired"


class Pair(NamedTuple):
    """One kind of key: where its seed lies, where the following one, where that waits for its entries, what signs."""

    seed: str
    following: str
    draft: str
    signer: type[Ed25519Signer] | type[Mldsa44Signer]


PAIRS = (
    Pair(SEED_FILE, NEXT_SEED_FILE, "audit.seed.draft", Ed25519Signer),
    Pair(MLDSA44_SEED_FILE, MLDSA44_NEXT_SEED_FILE, "audit-mldsa44.seed.draft", Mldsa44Signer),
)


def rotate_key(database: Callable[[str | None], str]) -> Callable[[bool, str | None], None]:
    """Build the command; `database` is as for `audit_app`."""

    def command(
        finish: Annotated[bool, typer.Option("--finish", help="Sign with the new keys alone from now on.")] = False,
        database_url: cli_audit.Database = None,
    ) -> None:
        """Sign with new keys beside the old ones, or, with --finish, with the new alone; all of it is entries first."""
        pool = cli_audit.open_pool(cli_audit.address(database, database_url))
        settings = Settings()
        try:
            existing_kek()
            (_finish if finish else _begin)(pool, settings)
        except (InputError, InvariantError, OSError) as error:
            cli_audit.refuse(told(error)[0])
        except SQLAlchemyError as error:
            cli_audit.away(error)
        finally:
            pool.dispose()

    return command


def _begin(pool: Engine, settings: Settings) -> None:
    if any((settings.keys / pair.following).exists() for pair in PAIRS):
        # Cut off between the two files: what has its name signs already, the rest is named by entries as well.
        if not all((settings.keys / pair.following).exists() for pair in PAIRS):
            _name(settings)
        raise InputError("a rotation has begun: end it with --finish")
    # The files get their names after the entries: no checkpoint is signed by a key that no entry names.
    for pair in PAIRS:
        _record(pool, settings, COMES, pair, load_or_create_seed(settings.keys / pair.draft))
    _name(settings)
    typer.echo("old and new keys sign now; give the new ones to every verifier and witness, then --finish", err=True)


def _name(settings: Settings) -> None:
    for pair in PAIRS:
        if (settings.keys / pair.draft).exists():
            (settings.keys / pair.draft).rename(settings.keys / pair.following)


def _finish(pool: Engine, settings: Settings) -> None:
    going = [pair for pair in PAIRS if (settings.keys / pair.following).exists()]
    if not going:
        raise InputError("no rotation has begun")
    for pair in going:
        _record(pool, settings, GOES, pair, load_or_create_seed(settings.keys / pair.seed))
        (settings.keys / pair.following).replace(settings.keys / pair.seed)


def _record(pool: Engine, settings: Settings, kind: str, pair: Pair, seed: bytes) -> None:
    """Write into every log which key of its own, and which of the log of logs, comes or goes."""
    with transaction(pool) as connection:
        logs = tenants(connection)
    above = str(pair.signer(name=origin_of(LOGS, prefix=settings.audit_origin), seed=seed).key)
    for tenant in logs:
        vkey = str(pair.signer(name=origin_of(tenant, prefix=settings.audit_origin), seed=seed).key)
        record_rotation(pool, tenant, kind, vkey=vkey, logs_vkey=above)
        typer.echo(f"{kind} {vkey}")
    typer.echo(f"{kind} {above}")
