"""Which files a bundle of evidence has: one that no step looks at is refused, for it would be shown unproven."""

import re
from collections.abc import Mapping, Sequence
from html import escape

from governance.audit.checkpoint import Checkpoint
from governance.audit.errors import VerificationError

PAGE = "report.html"
_NUMBER = r"(?:0|[1-9][0-9]{0,18})"
_EVERY = (
    r"manifest\.json|checkpoint|log\.pub|entries\.jsonl|controls\.json|verify\.py|report\.html"
    rf"|proofs/{_NUMBER}\.tlog-proof|heads/(?:entry|entry\.tlog-proof|streams\.json)"
    r"|logs/(?:entry|entry\.tlog-proof|checkpoint|log\.pub|checkpoint\.tsr)"
    rf"|chain/{_NUMBER}\.(?:checkpoint|consistency)"
)
OF_A_CALL = r"(?:columns|call|transcript|verdicts|handoffs|turns|recording|retention)\.json"
OF_A_PERIOD = r"columns\.jsonl|tiles\.json"
# Half of a part would not be looked at.
_WHOLE = {
    "heads/": ("heads/entry", "heads/entry.tlog-proof", "heads/streams.json"),
    "logs/": ("logs/entry", "logs/entry.tlog-proof", "logs/checkpoint", "logs/log.pub"),
}


def check_names(files: Mapping[str, bytes], others: str) -> None:
    """Check that every file is one of a bundle of its kind, and every part there whole."""
    known = re.compile(f"{_EVERY}|{others}")
    stray = next((name for name in sorted(files) if known.fullmatch(name) is None), None)
    if stray is not None:
        raise VerificationError(f"{stray}: is no file of such a bundle")
    for part, needed in _WHOLE.items():
        missing = next((name for name in needed if name not in files), None)
        if missing is not None and any(name.startswith(part) for name in files):
            raise VerificationError(f"{missing}: is missing")


def check_page(files: Mapping[str, bytes], checkpoint: Checkpoint, names: Sequence[str]) -> None:
    """Check that the page to read names this checkpoint and these things: it is not that of another bundle."""
    page = files.get(PAGE)
    if page is None:
        return
    for said in (checkpoint.root.hex(), *(escape(name) for name in names)):
        if said.encode() not in page:
            raise VerificationError(f"{PAGE}: is of another bundle: it does not name {said}")
