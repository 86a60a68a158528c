"""What must hold between entries: dense streams, chained hashes, no time running backwards."""

from dataclasses import dataclass, field

from governance.audit.errors import VerificationError
from governance.audit.leaf import parse_leaf


@dataclass(slots=True)
class Chain:
    """The entries seen so far, as little as the next one must be compared with."""

    tenant: str | None = None
    recorded_at: str = ""
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    event_ids: set[str] = field(default_factory=set)

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
        self.tenant = leaf.tenant
        self.recorded_at = leaf.recorded_at
        self.event_ids.add(leaf.event_id)
        self.heads[leaf.stream] = (leaf.seq, hashed.hex())
