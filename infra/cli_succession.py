"""The command `callwarden audit succeed`: the logs go on under another origin, and say what of the former is lost."""

from collections.abc import Callable
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from governance.errors import InputError, InvariantError
from infra import cli_audit
from infra.audit_keys import origin_of
from infra.cli_access import existing_kek, operator
from infra.clock import now
from infra.keys import Keyring
from infra.rollback_guard import RollbackGuard
from infra.settings import Settings
from infra.succession import Succession, succeed


def succeed_command(database: Callable[[str | None], str]) -> Callable[[str, str | None], None]:
    """Build the command; `database` is as for `audit_app`."""

    def command(
        former: Annotated[str, typer.Option("--from", help="The origin that was signed under until now.")],
        database_url: cli_audit.Database = None,
    ) -> None:
        """Go on under CALLWARDEN_AUDIT_ORIGIN where signed entries are lost: each log says what was signed."""
        url = cli_audit.address(database, database_url)
        settings = Settings()
        if former == settings.audit_origin:
            cli_audit.refuse("CALLWARDEN_AUDIT_ORIGIN must name another origin than the one signed under until now")
        pool = cli_audit.open_pool(url)
        try:
            keyring = Keyring(engine=pool, kek=existing_kek())
            guard = RollbackGuard(settings.keys / "rollback-guard.sqlite")
            told = succeed(
                pool, keyring, guard, former=former, origin=settings.audit_origin, by=operator(), at=now()
            )
        except (InputError, InvariantError, OSError) as error:
            cli_audit.refuse(str(error))
        except SQLAlchemyError as error:
            cli_audit.away(error)
        finally:
            pool.dispose()
        for each in told:
            typer.echo(_line(each, settings.audit_origin))

    return command


def _line(one: Succession, origin: str) -> str:
    state = "all of them are here" if one.whole else f"here are {one.held}, not all of them the same"
    if one.held < one.former.size:
        state = f"here are {one.held}"
    goes_on = origin_of(one.tenant, prefix=origin)
    return f"{one.former.origin} signed {one.former.size} entries, {state}; it goes on as {goes_on}"
