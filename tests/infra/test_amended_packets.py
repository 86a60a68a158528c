"""Two transactions that write the same packet at once: nothing that one of them hid or erased comes back."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import Engine, text

from infra import handoff_desk
from infra.database import transaction
from infra.read_model import apply
from infra.tenancy import tenant_transaction
from schemas.base import Event
from schemas.desk import HandoffSummarised
from schemas.handoffs import HandoffPackaged
from schemas.redacted import RedactionAmended
from schemas.turns import Provider
from tests.support import calls
from tests.support.packets import packet

pytestmark = pytest.mark.contract
WORDS = "it is nine nine and so on"
SAID = calls.event(1, calls.utterance(WORDS))
AMENDED = calls.event(2, RedactionAmended(
    amends=SAID.id, participant="caller", utterance="u1", turn=1, text="it is <US_SSN_1> and so on", detector="d2"
))
PACKAGED = calls.event(3, HandoffPackaged(
    handoff="h1", packet=packet(WORDS, event_id=SAID.id, tenant=calls.TENANT)
))
SUMMARISED = calls.event(4, HandoffSummarised(
    handoff="h1", sentences=(), dropped=0, provider=Provider(name="p", model="m")
))


def fold(pool: Engine, *events: Event) -> None:
    with transaction(pool) as connection:
        for event in events:
            apply(connection, event)


def read(pool: Engine) -> str:
    with tenant_transaction(pool, calls.TENANT) as connection:
        return handoff_desk.packet(connection, calls.TENANT, "h1").model_dump_json()


@pytest.mark.parametrize("known", [(), (PACKAGED,)])
def test_what_one_worker_hides_another_does_not_show_again(pool: Engine, known: tuple[Event, ...]) -> None:
    fold(pool, calls.event(0, calls.admitted()), SAID, *known)
    with ThreadPoolExecutor(1) as elsewhere:
        with transaction(pool) as connection:
            apply(connection, AMENDED)
            at_once = elsewhere.submit(fold, pool, SUMMARISED if known else PACKAGED)
            wait([at_once], timeout=1)  # it waits for us; where it does not, it has read by then
        at_once.result()
    assert "nine" not in read(pool)


def test_what_is_erased_while_it_is_amended_is_not_written_again(pool: Engine) -> None:
    fold(pool, calls.event(0, calls.admitted()), SAID, PACKAGED)
    with ThreadPoolExecutor(1) as elsewhere:
        with transaction(pool) as connection:
            connection.execute(text("UPDATE handoff SET packet = NULL WHERE handoff = 'h1'"))
            at_once = elsewhere.submit(fold, pool, AMENDED)
            wait([at_once], timeout=1)
        at_once.result()
    assert '"packet":null' in read(pool)
