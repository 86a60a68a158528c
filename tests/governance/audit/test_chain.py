"""Entries follow one another: within their stream, in time, each id once, in one tenant."""

from datetime import timedelta

import pytest

from governance.audit.chain import Chain
from governance.audit.errors import VerificationError
from governance.audit.merkle import Frontier, leaf_hash
from governance.audit.sequence import Sequencer
from tests.support.audit_log import NOON, TENANT, draft, entries

pytestmark = pytest.mark.pure


def chained(written: list[bytes]) -> None:
    chain = Chain()
    for entry in written:
        chain.extend(entry, leaf_hash(entry))


def test_entries_that_follow_are_taken() -> None:
    chained(entries(40))


def test_a_second_tenant_is_refused() -> None:
    other = Sequencer(tenant="other", frontier=Frontier(), recorded_at=NOON, streams={}, known={})
    other.take(draft(50, tenant="other", stream="another"))
    with pytest.raises(VerificationError, match="another tenant"):
        chained([*entries(3), other.rows[0].placed.entry])


def test_a_chain_refuses_what_does_not_follow() -> None:
    written = entries(12)
    for broken, reason in (
        (written[:3] + written[:1], "repeats an event id"),
        (written[1:5] + written[6:], "does not follow"),
        (entries(5) + entries(5, first=20), "does not follow"),
    ):
        with pytest.raises(VerificationError, match=reason):
            chained(broken)
    later = Sequencer(tenant=TENANT, frontier=Frontier(), recorded_at=NOON + timedelta(hours=1), streams={}, known={})
    later.take(draft(99, stream="another"))
    with pytest.raises(VerificationError, match="recorded before"):
        chained([later.rows[0].placed.entry, *written])
