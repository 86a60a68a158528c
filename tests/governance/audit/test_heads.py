"""Stream heads: what is cut off a stream shows, and a stream that is not there can be shown not to be."""

from hashlib import sha256

import pytest

from governance.audit.errors import VerificationError
from governance.audit.heads import STREAM_HEADS, Head, ProvenHead, check, check_absent, commitment, committed, prove
from governance.audit.leaf import parse_leaf
from governance.audit.merkle import Frontier
from governance.audit.sequence import Sequencer
from governance.audit.verify import verify_log
from tests.support.audit_log import NOON, TENANT, SeedSigner, draft, folder

pytestmark = pytest.mark.pure

HEADS = [Head(f"s{number}", number, sha256(str(number).encode()).digest()) for number in range(1, 10)]


def log_with_heads(*, hidden: str | None = None, after: int = 3) -> list[bytes]:
    """Write a log that commits to its heads; the last entry of `hidden` is not in it, though the heads name it."""
    sequencer = Sequencer(tenant=TENANT, frontier=Frontier(), recorded_at=NOON, streams={}, known={})
    for number in range(23):
        sequencer.take(draft(number))
    heads = sorted(Head(name, seq, hashed) for name, (seq, hashed) in sequencer.streams.items())
    said = draft(900, stream="heads").model_copy(update={"type": STREAM_HEADS, "payload": commitment(heads)})
    kept = Sequencer(tenant=TENANT, frontier=Frontier(), recorded_at=NOON, streams={}, known={})
    last = max((n for n in range(23) if hidden == f"stream-{n % 5}"), default=None)
    for number in range(23):
        if number != last:
            kept.take(draft(number))
    kept.take(said)
    for number in range(23, 23 + after):
        kept.take(draft(number))
    return [row.placed.entry for row in kept.rows]


def verified(written: list[bytes]) -> int:
    return verify_log(folder(written).get, keys=[SeedSigner().key]).stream_heads


def test_a_log_whose_streams_end_where_its_heads_say_verifies() -> None:
    assert verified(log_with_heads()) == 1


@pytest.mark.parametrize("stream", ["stream-0", "stream-2", "stream-4"])
def test_an_entry_that_is_missing_at_the_end_of_a_stream_is_found(stream: str) -> None:
    written = log_with_heads(hidden=stream)
    with pytest.raises(VerificationError, match=r"step 5: entry 22 .* something of a stream is missing"):
        verified(written)


def test_many_entries_of_heads_cost_no_more_than_the_log_and_the_newest_is_always_checked() -> None:
    def grown(*, lies: bool) -> list[bytes]:
        sequencer = Sequencer(tenant=TENANT, frontier=Frontier(), recorded_at=NOON, streams={}, known={})
        for number in range(40):
            sequencer.take(draft(number, stream=f"one-{number:02}"))
            heads = sorted(Head(name, seq, hashed) for name, (seq, hashed) in sequencer.streams.items())
            heads = heads[1:] if lies and number == 39 else heads
            said = draft(900 + number, stream="heads").model_copy(
                update={"type": STREAM_HEADS, "payload": commitment(heads)}
            )
            sequencer.take(said)
        return [row.placed.entry for row in sequencer.rows]

    assert verified(grown(lies=False)) == 40
    with pytest.raises(VerificationError, match="step 5: entry 79 "):
        verified(grown(lies=True))


def test_an_entry_of_heads_without_a_commitment_is_refused() -> None:
    sequencer = Sequencer(tenant=TENANT, frontier=Frontier(), recorded_at=NOON, streams={}, known={})
    sequencer.take(draft(1).model_copy(update={"type": STREAM_HEADS}))
    with pytest.raises(VerificationError, match="commits to no stream heads"):
        verified([row.placed.entry for row in sequencer.rows])
    assert parse_leaf(sequencer.rows[0].placed.entry).type == STREAM_HEADS


@pytest.mark.parametrize("count", [1, 2, 3, 8, 9])
def test_every_head_is_proven_and_none_that_was_changed(count: int) -> None:
    heads = HEADS[:count]
    root, size = committed(commitment(heads))
    for proven in prove(heads, [each.stream for each in heads]):
        check(proven, root=root, size=size)
        less = replace_head(proven, seq=proven.head.seq - 1)
        with pytest.raises(VerificationError):
            check(less, root=root, size=size)


def replace_head(proven: ProvenHead, *, seq: int) -> ProvenHead:
    return proven._replace(head=proven.head._replace(seq=seq))


def test_a_stream_that_is_not_there_is_shown_by_its_neighbours() -> None:
    root, size = committed(commitment(HEADS))
    proven = {each.head.stream: each for each in prove(HEADS, [each.stream for each in HEADS])}
    check_absent("s3x", before=proven["s3"], after=proven["s4"], root=root, size=size)
    check_absent("a", before=None, after=proven["s1"], root=root, size=size)
    check_absent("z", before=proven["s9"], after=None, root=root, size=size)
    for stream, before, after in (("s4", "s3", "s5"), ("s3", "s3", "s4"), ("z", "s8", "s9")):
        with pytest.raises(VerificationError, match="not shown to be absent"):
            check_absent(stream, before=proven[before], after=proven[after], root=root, size=size)
    with pytest.raises(VerificationError, match="not shown to be absent"):
        check_absent("zz", before=proven["s8"], after=None, root=root, size=size)
