"""The window in which an entry came to be: after the last checkpoint without it, before the first with it."""

from sqlalchemy import Connection, Row, select
from sqlalchemy.sql.elements import ColumnElement

from governance.audit import timestamp
from governance.audit.errors import VerificationError
from governance.audit.log_of_logs import LOGS
from infra import log_of_logs
from infra.audit_tables import CHECKPOINT, COSIGNED
from infra.tenancy import declare
from schemas.audit import Existence, Witnessed


def window(connection: Connection, tenant: str, index: int) -> Existence | None:
    """Give the window of one entry; None before a checkpoint covers it.

    What only we signed is our word. What a stamp, or a witness's line, covers is others' word too, for the checkpoint's
    entry in the log of logs; the transaction is about the tenant before and afterwards.
    """
    without = _checkpoint(connection, tenant, CHECKPOINT.c.size <= index, newest=True)
    covering = _checkpoint(connection, tenant, CHECKPOINT.c.size > index, newest=False)
    if covering is None:
        return None
    declare(connection, LOGS)
    # Whatever vouched for the log of logs before it held the covering checkpoint showed the entry to nobody.
    above = log_of_logs.find(connection, bytes(covering.note))
    found = Existence(
        index=index,
        after=None if without is None else without.signed_at, after_size=None if without is None else without.size,
        before=covering.signed_at, before_size=covering.size,
        vouched_after=None if above is None else _vouched(connection, COSIGNED.c.size <= above, newest=True),
        vouched_before=None if above is None else _vouched(connection, COSIGNED.c.size > above, newest=False),
    )  # fmt: skip
    declare(connection, tenant)
    return found


def _checkpoint(
    connection: Connection, tenant: str, condition: ColumnElement[bool], *, newest: bool
) -> Row[tuple[int, bytes, object]] | None:
    order = CHECKPOINT.c.size.desc() if newest else CHECKPOINT.c.size
    query = select(CHECKPOINT).where(CHECKPOINT.c.tenant == tenant, condition)
    return connection.execute(query.order_by(order).limit(1)).one_or_none()


def _vouched(connection: Connection, condition: ColumnElement[bool], *, newest: bool) -> Witnessed | None:
    order = COSIGNED.c.size.desc() if newest else COSIGNED.c.size
    query = select(COSIGNED).where(COSIGNED.c.tenant == LOGS, condition).order_by(order).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    try:
        stamped_at = None if row.stamp is None else timestamp.read(bytes(row.stamp)).at
    except VerificationError:
        stamped_at = None
    return Witnessed(
        size=row.size, cosigned_at=row.cosigned_at, witnesses=tuple(row.witnesses.split()), stamped_at=stamped_at
    )
