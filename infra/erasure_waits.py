"""What stands in the way of erasures that were not completed, as far as it is known now; nothing is done or written."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine

from governance.retention import GONE, decide
from infra import erasures, retention_standing, tenancy
from infra.database import transaction
from infra.policy_book import PolicyBook
from schemas.retention import CallRuling, Certificate

MOST_CALLS = 10  # of one erasure: who has more of them reads why in the first ones


def with_waits(
    pool: Engine, policies: PolicyBook, found: Sequence[Certificate], *, tenant: str, at: datetime
) -> tuple[Certificate, ...]:
    """Give certificates with the calls that a hold, a law or their own end delays."""
    open_ones = [one.erasure for one in found if one.state == "waiting"]
    if not open_ones:
        return tuple(found)
    rules = policies.current(tenant).live.retention
    waiting: dict[str, tuple[CallRuling, ...]] = {}
    with transaction(pool) as connection:
        tenancy.declare(connection, tenant)
        to_do = erasures.to_do_each(connection, tenant, open_ones)
        calls = {one: some[:MOST_CALLS] for one, some in to_do.items()}
        each = sorted({call for some in calls.values() for call in some})
        stands = retention_standing.look(connection, tenant, each, erasure=None, at=at)
    for erasure, some in calls.items():
        ruled = [
            CallRuling(call_id=one, rulings=decide(
                rules, stands[one].standing.model_copy(update={"erasure": erasure}), at=at
            )) for one in some
        ]
        waiting[erasure] = tuple(one for one in ruled if any(each.outcome not in GONE for each in one.rulings))
    return tuple(one.model_copy(update={"waiting": waiting.get(one.erasure, ())}) for one in found)
