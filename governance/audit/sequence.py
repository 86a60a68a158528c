"""Gives drafts their places in the log: dense indices, dense streams, each event once."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from governance.audit.leaf import instant, parse_leaf, same_content, write_leaf
from governance.audit.merkle import Frontier, leaf_hash
from governance.audit.tiles import TILE_HEIGHT
from governance.errors import InputError
from schemas.audit import Appended, Draft
from schemas.base import derived_id

CONFLICT = "dedup.conflict"


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry of the log."""

    index: int
    leaf_hash: bytes
    entry: bytes


class NewRow(NamedTuple):
    """A new entry with the draft it was made from."""

    placed: Placed
    draft: Draft


@dataclass(slots=True)
class Sequencer:
    """The state of one log during one batch: loaded, used once, written back."""

    tenant: str
    frontier: Frontier
    recorded_at: datetime
    streams: dict[str, tuple[int, bytes]]
    known: dict[str, Placed]
    rows: list[NewRow] = field(default_factory=list)
    nodes: list[tuple[int, int, bytes]] = field(default_factory=list)  # tile level (1 and up), index, hash
    touched: set[str] = field(default_factory=set)
    _recorded: str = field(init=False)

    def __post_init__(self) -> None:
        self._recorded = instant(self.recorded_at)

    def take(self, draft: Draft) -> Appended:
        """Place one draft, or find the place it already has."""
        if draft.tenant != self.tenant:
            raise InputError("an audit entry was handed to the log of another tenant")
        before = self.known.get(draft.event_id)
        if before is None:
            return _appended(self._place(draft))
        if same_content(parse_leaf(before.entry), draft):
            return _appended(before, duplicate=True)
        conflict = _conflict(draft)
        again = self.known.get(conflict.event_id)
        if again is not None:
            return _appended(again, duplicate=True, conflict=True)
        return _appended(self._place(conflict), conflict=True)

    def _place(self, draft: Draft) -> Placed:
        last = self.streams.get(draft.stream)
        seq, prev = (0, None) if last is None else (last[0] + 1, last[1])
        entry = write_leaf(draft, seq=seq, prev=prev, recorded_at=self._recorded)
        placed = Placed(self.frontier.size, leaf_hash(entry), entry)
        for (level, index), root in self.frontier.push(placed.leaf_hash):
            if level % TILE_HEIGHT == 0:
                self.nodes.append((level // TILE_HEIGHT, index, root))
        self.streams[draft.stream] = (seq, placed.leaf_hash)
        self.touched.add(draft.stream)
        self.known[draft.event_id] = placed
        self.rows.append(NewRow(placed, draft))
        return placed


def conflict_ids(drafts: Iterable[Draft], known: Mapping[str, Placed]) -> Sequence[str]:
    """List the ids under which conflicts with known entries would have been recorded before."""
    return [
        _conflict(draft).event_id
        for draft in drafts
        if draft.event_id in known and not same_content(parse_leaf(known[draft.event_id].entry), draft)
    ]


def _conflict(draft: Draft) -> Draft:
    """Tell of a draft whose id was taken; the same conflict has the same id when delivered again."""
    said = draft.model_dump_json(exclude={"src", "ct", "call", "rule", "actor_label", "payload"})
    if draft.payload is not None:
        said += f"{draft.payload.pt_hmac}{draft.payload.size}"
    room = f"{CONFLICT}/{hashlib.sha256(said.encode()).hexdigest()}"
    event_id = derived_id(draft.event_id, room, 0)
    changes = {"event_id": event_id, "type": CONFLICT, "cause": draft.event_id}
    return draft.model_copy(update=changes)


def _appended(placed: Placed, *, duplicate: bool = False, conflict: bool = False) -> Appended:
    return Appended(placed.index, placed.leaf_hash, duplicate, conflict)
