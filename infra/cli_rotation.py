"""The command `callwarden audit rotate-key`: a new Ed25519 key of the logs, in two steps with an overlap."""

from collections.abc import Callable
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from governance.errors import InputError, InvariantError
from infra import cli_audit
from infra.audit_keys import NEXT_SEED_FILE, SEED_FILE, Ed25519Signer, load_or_create_seed, origin_of
from infra.audit_store import tenants
from infra.cli_access import existing_kek, record_rotation
from infra.database import transaction
from infra.settings import Settings

COMES, GOES = "key.rotated", "key.retired"
DRAFT_FILE = "audit.seed.draft"


def rotate_key(database: Callable[[str | None], str]) -> Callable[[bool, str | None], None]:
    """Build the command; `database` is as for `audit_app`."""

    def command(
        finish: Annotated[bool, typer.Option("--finish", help="Sign with the new key alone from now on.")] = False,
        database_url: cli_audit.Database = None,
    ) -> None:
        """Sign with a new key beside the old one, or, with --finish, with the new one alone; both are entries first."""
        pool = cli_audit.open_pool(cli_audit.address(database, database_url))
        settings = Settings()
        try:
            existing_kek()
            (_finish if finish else _begin)(pool, settings)
        except (InputError, InvariantError, OSError) as error:
            cli_audit.refuse(str(error))
        except SQLAlchemyError as error:
            cli_audit.refuse(f"the database does not answer as it should: {type(error).__name__}")
        finally:
            pool.dispose()

    return command


def _begin(pool: Engine, settings: Settings) -> None:
    draft, following = settings.keys / DRAFT_FILE, settings.keys / NEXT_SEED_FILE
    if following.exists():
        raise InputError("a rotation has begun: end it with --finish")
    # The file gets its name after the entries: no checkpoint is signed by a key that no entry names.
    _record(pool, settings, COMES, load_or_create_seed(draft))
    draft.rename(following)
    typer.echo("both keys sign now; give the new ones to every verifier and witness, then --finish", err=True)


def _finish(pool: Engine, settings: Settings) -> None:
    seed, following = settings.keys / SEED_FILE, settings.keys / NEXT_SEED_FILE
    if not following.exists():
        raise InputError("no rotation has begun")
    _record(pool, settings, GOES, load_or_create_seed(seed))
    following.replace(seed)


def _record(pool: Engine, settings: Settings, kind: str, seed: bytes) -> None:
    with transaction(pool) as connection:
        logs = tenants(connection)
    for tenant in logs:
        vkey = str(Ed25519Signer(name=origin_of(tenant, prefix=settings.audit_origin), seed=seed).key)
        record_rotation(pool, tenant, kind, vkey=vkey)
        typer.echo(f"{kind} {vkey}")
