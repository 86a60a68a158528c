"""A batch of entries as few values: none of its texts can move into its neighbour's place."""


import pytest
from sqlalchemy import Engine, text

from governance.errors import InvariantError
from infra.audit_insert import joined
from infra.audit_store import append
from infra.database import transaction
from tests.support.audit_log import NOON, TENANT, draft

pytestmark = pytest.mark.contract


def test_what_no_name_may_be_is_refused_before_anything_is_written(pool: Engine) -> None:
    for column in (["a\x1fb", "c"], ["a", ""], ["\x1f"]):
        with pytest.raises(InvariantError):
            joined(column)
    assert joined(["a", None, "c"]) == "a\x1f\x1fc"
    shifted = draft(1).model_copy(update={"rule": "one\x1ftwo"})  # past the shape's own check
    with pytest.raises(InvariantError), transaction(pool) as connection:
        append(connection, TENANT, [draft(0), shifted, draft(2)], NOON)
    with transaction(pool) as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_leaf")).scalar_one() == 0


def test_every_column_of_a_batch_is_its_own_entrys(pool: Engine) -> None:
    blank = {"call": None, "rule": None, "actor_label": None, "subject": None, "policy_version": None, "ct": None}
    drafts = [draft(n).model_copy(update=blank if n % 3 == 1 else {"rule": f"règle-{n} ☎"}) for n in range(7)]
    with transaction(pool) as connection:
        append(connection, TENANT, drafts, NOON)
        rows = connection.execute(text("SELECT * FROM audit_index ORDER BY idx")).all()
        sealed = connection.execute(text("SELECT idx, event_id, ct FROM audit_payload ORDER BY idx")).all()
        leaves = connection.execute(text("SELECT event_id, leaf_hash FROM audit_leaf ORDER BY idx")).all()
    said = [(row.event_id, row.call, row.rule, row.actor_label, row.subject, row.policy) for row in rows]
    assert said == [
        (one.event_id, one.call, one.rule, one.actor_label, one.subject, one.policy_version) for one in drafts
    ]
    assert [(row.occurred_at, row.recorded_at) for row in rows] == [(one.occurred_at, NOON) for one in drafts]
    assert [(row.event_id, row.leaf_hash) for row in rows] == [tuple(each) for each in leaves]
    assert [(row.idx, row.event_id, row.ct) for row in sealed] == [
        (n, one.event_id, one.ct) for n, one in enumerate(drafts) if one.ct is not None
    ]
