"""Joins read-outs of one sentence over what a speaker puts in when she corrects herself or thinks."""

import re
from collections.abc import Sequence

from governance.spoken.runs import Run

# What stands between two parts of one number: "no sorry", "I mean", "not", "let me see", "and then".
BRIDGE = re.compile(
    r"(?:[\W_]|\b(?:no|nope|sorry|i mean|i meant|not|wait|actually|correction|scratch that|make that|rather|instead "
    r"of|excuse me|pardon(?: me)?|my mistake|my bad|oops|whoops|strike that|let me (?:see|check|think|look|start over|"
    r"repeat(?: that)?)|let's see|hold on|hang on|just a (?:sec|second|moment)|um+|uh+|uhm|erm?|hmm|oh|and|then|that's|"
    r"that is|it's|it is|its|is|i think|i believe|the (?:next|last|first|rest)(?: ones?| part| digits?| numbers?)?|"
    r"followed by|after that|next|again|you know|should be|it should be|goes|comes|yes|yeah|ok|okay|right|well|so|"
    r"got (?:that|it)|are you ready|ready|digits?|numbers?|but|was|with|a|ends? (?:with|in)|starts? with)\b)+",
    re.IGNORECASE,
)
LONGEST_BRIDGE = 60  # characters; a longer aside is another subject


def chains(text: str, found: Sequence[Run]) -> list[list[Run]]:
    """Runs of a text in groups: those that only a bridge separates stand together."""
    groups: list[list[Run]] = []
    for run in found:
        if groups and bridged(text, groups[-1][-1], run):
            groups[-1].append(run)
        else:
            groups.append([run])
    return groups


def bridged(text: str, first: Run, second: Run) -> bool:
    """Whether nothing but a bridge stands between two runs."""
    between = text[first.end : second.start]
    return len(between) <= LONGEST_BRIDGE and BRIDGE.fullmatch(between) is not None
