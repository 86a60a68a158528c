"""Which duty each part of an evidence bundle helps to show, and what it does not show."""

from typing import Any, Final

# Evidence that a duty can be met, not a finding that it is: each row says where it ends.
CONTROLS: Final = (
    {
        "source": "Regulation (EU) 2024/1689 (AI Act)", "clause": "Article 12", "asks": "recording of events",
        "shown_by": ["entries.jsonl", "proofs/", "checkpoint"],
        "ends": "that these events were recorded and not changed since the checkpoint; not that there was nothing else",
    },
    {
        "source": "Regulation (EU) 2024/1689 (AI Act)", "clause": "Article 19", "asks": "providers keep the logs",
        "shown_by": ["entries.jsonl", "checkpoint"], "ends": "that they are kept now; how long is policy",
    },
    {
        "source": "Regulation (EU) 2024/1689 (AI Act)", "clause": "Article 26(6)", "asks": "deployers keep the logs",
        "shown_by": ["entries.jsonl", "checkpoint"], "ends": "that they are kept now; how long is policy",
    },
    {
        "source": "Regulation (EU) 2024/1689 (AI Act)", "clause": "Article 50",
        "asks": "people are told that they speak with an AI", "shown_by": ["verdicts.json", "transcript.json"],
        "ends": "that the words were heard whole, as playback reports it; not that they were understood",
    },
    {
        "source": "Regulation (EU) 2016/679 (GDPR)", "clause": "Article 15", "asks": "access to what was processed",
        "shown_by": ["transcript.json", "verdicts.json", "handoffs.json"],
        "ends": "the redacted text; the originals are opened by a reveal, not by a bundle",
    },
    {
        "source": "Regulation (EU) 2016/679 (GDPR)", "clause": "Article 17", "asks": "erasure",
        "shown_by": ["entries.jsonl"],
        "ends": "that entries hold commitments and pseudonyms only: destroying keys breaks no proof",
    },
    {
        "source": "Regulation (EU) 2016/679 (GDPR)", "clause": "Article 30", "asks": "records of processing",
        "shown_by": ["call.json", "columns.json"], "ends": "what was done in this call; not the controller's register",
    },
    {
        "source": "HIPAA Security Rule", "clause": "45 CFR 164.312(b)", "asks": "audit controls",
        "shown_by": ["entries.jsonl", "columns.json"], "ends": "activity in this system; not in those around it",
    },
    {
        "source": "PCI DSS v4.0.1", "clause": "Requirement 10", "asks": "log and monitor all access",
        "shown_by": ["columns.json", "proofs/"], "ends": "access to this call that the service gave; not to its host",
    },
    {
        "source": "SEC Rule 17a-4", "clause": "17 CFR 240.17a-4(f)", "asks": "records with a complete audit trail",
        "shown_by": ["entries.jsonl", "proofs/", "checkpoint"],
        "ends": "that a change would be seen; keeping for the prescribed years is the operator's",
    },
)

# What shows the same duties in the evidence of a period; the sentences that differ end elsewhere.
_IN_A_PERIOD: Final[dict[str, tuple[list[str], str]]] = {
    "Article 12": (
        ["entries.jsonl", "proofs/", "checkpoint"],
        "that the log holds these entries in the period and no other; not that every event reached the log",
    ),
    "Article 50": (
        ["entries.jsonl", "columns.jsonl", "report.html"],
        "that disclosures were recorded, by type and rule; which words were heard is in the bundle of a call",
    ),
    "Article 15": (["columns.jsonl"], "which calls have entries, and who asked for copies; not what was said"),
    "Article 17": (
        ["entries.jsonl", "report.html"],
        "that erasures were asked for and carried out; the certificate is given with the erasure",
    ),
    "Article 30": (["columns.jsonl", "report.html"], "what was recorded in the period; not the controller's register"),
    "45 CFR 164.312(b)": (["entries.jsonl", "columns.jsonl"], "activity in this system; not in those around it"),
    "Requirement 10": (
        ["entries.jsonl", "columns.jsonl"], "access that the service gave in the period; not to its host",
    ),
}


def _of_a_period(row: dict[str, Any]) -> dict[str, Any]:
    shown_by, ends = _IN_A_PERIOD.get(row["clause"], (row["shown_by"], row["ends"]))
    return {**row, "shown_by": shown_by, "ends": ends}


PERIOD_CONTROLS: Final = tuple(_of_a_period(dict(row)) for row in CONTROLS)
