"""What must hold between entries: dense streams, chained hashes, ends committed to, no time running backwards."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from governance.audit.errors import VerificationError
from governance.audit.heads import STREAM_HEADS, Head, committed, hash_of, in_order
from governance.audit.leaf import Leaf, parse_leaf
from governance.audit.merkle import root_of

MINUTE = 16  # characters of an instant: to parse every one of a million would take seconds


@dataclass(slots=True)
class Chain:
    """The entries seen so far, as little as the next one must be compared with."""

    tenant: str | None = None
    recorded_at: str = ""
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    event_ids: set[str] = field(default_factory=set)
    completeness: int = 0  # entries that commit to the ends of all streams
    silence: timedelta = field(default_factory=timedelta)  # the longest between entries, where it crosses a minute
    silent_until: int = 0  # index of the entry that ended it
    _spent: int = 0
    _waiting: tuple[int, Leaf, dict[str, tuple[int, str]]] | None = None

    def extend(self, entry: bytes, hashed: bytes) -> None:
        """Take the next entry, or say what is wrong with it."""
        leaf = parse_leaf(entry)
        if self.tenant not in (None, leaf.tenant):
            raise VerificationError("belongs to another tenant")
        if leaf.event_id in self.event_ids:
            raise VerificationError("repeats an event id")
        if leaf.recorded_at < self.recorded_at:
            raise VerificationError("was recorded before the entry in front of it")
        last = self.heads.get(leaf.stream)
        if leaf.seq != (0 if last is None else last[0] + 1):
            raise VerificationError(f"breaks its stream: number {leaf.seq} does not follow")
        if leaf.prev != (None if last is None else last[1]):
            raise VerificationError("does not name the hash of its stream's previous entry")
        if leaf.type == STREAM_HEADS:
            self._complete(leaf)
        if self.recorded_at[:MINUTE] != leaf.recorded_at[:MINUTE]:
            self._listen(leaf.recorded_at)
        self.tenant = leaf.tenant
        self.recorded_at = leaf.recorded_at
        self.event_ids.add(leaf.event_id)
        self.heads[leaf.stream] = (leaf.seq, hashed.hex())

    def end(self) -> tuple[int, str] | None:
        """Check the newest entry of stream heads, where it was left for the end; gives its index and what is wrong."""
        if self._waiting is None:
            return None
        index, leaf, heads = self._waiting
        try:
            _compare(leaf, heads)
        except VerificationError as error:
            return index, error.diagnostic
        return None

    def _listen(self, at: str) -> None:
        try:
            now = datetime.fromisoformat(at)
            silence = now - datetime.fromisoformat(self.recorded_at) if self.recorded_at else timedelta()
        except ValueError:
            raise VerificationError("was recorded at an instant that is none") from None
        if silence > self.silence:
            self.silence, self.silent_until = silence, len(self.event_ids)

    def _complete(self, leaf: Leaf) -> None:
        # To hash all streams at each of many such entries would be quadratic: as much as there are entries is spent at
        # once, and of the others the newest is checked at the end, for it says what those before it said and more.
        self.completeness += 1
        if self._spent + len(self.heads) <= len(self.event_ids):
            self._spent += len(self.heads)
            self._waiting = None
            _compare(leaf, self.heads)
        else:
            self._waiting = (len(self.event_ids), leaf, dict(self.heads))


def _compare(leaf: Leaf, heads: dict[str, tuple[int, str]]) -> None:
    root, size = committed(leaf.payload)
    found = in_order(Head(stream, seq, bytes.fromhex(hashed)) for stream, (seq, hashed) in heads.items())
    if size != len(found) or root_of([hash_of(each) for each in found]) != root:
        raise VerificationError(
            f"with the id {leaf.event_id} commits to other ends of {size} streams than the {len(found)} before it "
            "have: something of a stream is missing"
        )
