"""Reads what first searches of the audit log read, once a service has started, so that nobody waits for cold disks."""

from datetime import timedelta
from time import perf_counter

import structlog
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from governance.audit.log_of_logs import LOGS
from infra.audit_search import search
from infra.audit_tables import HEAD
from infra.clock import now
from infra.database import transaction
from infra.tenancy import tenant_transaction
from schemas.audit import AuditFilter

log = structlog.get_logger()
LARGEST = 8  # logs; those of others are small
NOTHING = "warmed"  # what none is called and nobody said: each index is walked to where it would be
SINCE = timedelta(days=1)


def warm(pool: Engine) -> int:
    """Search the largest logs as people do, for their caches only: no answer leaves, so no entry is written.

    Gives how many logs were warmed. A database that does not answer is left to those who need it.
    """
    started, warmed = perf_counter(), 0
    try:
        with transaction(pool) as connection:
            query = select(HEAD.c.tenant).where(HEAD.c.tenant != LOGS).order_by(HEAD.c.size.desc()).limit(LARGEST)
            tenants = connection.execute(query).scalars().all()
        for tenant in tenants:
            for wanted in _asked():
                with tenant_transaction(pool, tenant) as connection:
                    search(connection, tenant, wanted)
            warmed += 1
    except SQLAlchemyError as error:
        log.warning("the audit log's searches are not warmed", error=type(error).__name__)
    if warmed:
        log.info("the audit log's searches are warm", logs=warmed, took_ms=round((perf_counter() - started) * 1000))
    return warmed


def _asked() -> list[AuditFilter]:
    columns = ("call", "actor", "subject", "type", "rule", "policy", "q")
    return [
        AuditFilter(), AuditFilter(from_at=now() - SINCE),
        *(AuditFilter.model_validate({name: NOTHING}) for name in columns),
    ]
