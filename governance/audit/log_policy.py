"""What a verifier asks of a checkpoint: keys of the log, witnesses and how many of them (C2SP tlog-policy)."""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.audit.errors import VerificationError
from governance.audit.note import VerifierKey, parse_vkey, verify_note

ALL = "witnesses"


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness by its name in the policy, its key and where it answers."""

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class LogPolicy:
    """Keys of one log, its witnesses, and how many of these must have cosigned."""

    keys: tuple[VerifierKey, ...]
    witnesses: tuple[Witness, ...] = ()
    quorum: int = 0

    def __str__(self) -> str:
        """Write the policy file."""
        lines = [f"log {key}" for key in self.keys]
        lines += [f"witness {each.name} {each.key} {each.url}".rstrip() for each in self.witnesses]
        if self.quorum:
            members = " ".join(each.name for each in self.witnesses)
            lines += [f"group {ALL} {self.quorum} {members}", f"quorum {ALL}"]
        else:
            lines.append("quorum none")
        return "\n".join(lines) + "\n"


def parse_policy(text: str) -> LogPolicy:
    """Read a policy of one group at most; comments and empty lines are passed over."""
    keys: list[VerifierKey] = []
    witnesses: list[Witness] = []
    groups: dict[str, int] = {}
    quorum: int | None = None
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "log" and len(words) in (2, 3):
            keys.append(parse_vkey(words[1]))
        elif words[0] == "witness" and len(words) in (3, 4):
            witnesses.append(Witness(words[1], parse_vkey(words[2]), words[3] if len(words) == 4 else ""))
        elif words[0] == "group" and len(words) > 3 and not groups:
            groups[words[1]] = _threshold(words[2], words[3:], [each.name for each in witnesses])
        elif words[0] == "quorum" and len(words) == 2 and quorum is None:
            quorum = _quorum(words[1], groups, [each.name for each in witnesses])
        else:
            raise VerificationError(f"policy: not understood here: {words[0]}")
    if not keys or quorum is None:
        raise VerificationError("policy: names no log, or no quorum")
    return LogPolicy(tuple(keys), tuple(witnesses), quorum)


def cosigned(checkpoint: bytes, policy: LogPolicy) -> list[str]:
    """Name the policy's witnesses that cosigned; raises where they are fewer than its quorum."""
    verify_note(checkpoint, policy.keys)
    _, signed = verify_note(checkpoint, [*policy.keys, *(each.key for each in policy.witnesses)])
    names = [each.name for each in policy.witnesses if each.key in signed]
    if len(names) < policy.quorum:
        raise VerificationError(f"checkpoint: {len(names)} of {policy.quorum} witnesses cosigned")
    return names


def _threshold(said: str, members: Sequence[str], known: Sequence[str]) -> int:
    count = {"all": len(members), "any": 1}.get(said) or (int(said) if said.isdecimal() else 0)
    if sorted(members) != sorted(known) or not 1 <= count <= len(members):
        raise VerificationError("policy: a group is not of all witnesses, or its number is not possible")
    return count


def _quorum(name: str, groups: dict[str, int], witnesses: Sequence[str]) -> int:
    if name == "none":
        return 0
    if name in groups:
        return groups[name]
    if list(witnesses) == [name]:
        return 1
    raise VerificationError("policy: the quorum names no group")
