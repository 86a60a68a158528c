"""`callwarden eval`: scores the detectors on labelled JSON Lines, beside Presidio as it comes."""

import re
import sys
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import orjson
import typer
from pydantic import ValidationError

from governance.emergency import emergency
from governance.escalation import asks_for_a_person
from governance.listening import listen
from governance.redaction import PiiDetector
from infra.detector_forms import forms
from infra.detector_scores import Row, score_labels, score_pii, sources, table
from infra.dialogue_scores import Call, score_calls
from infra.policies import load
from schemas.policies import RedactionRules

Subject = Literal["pii", "escalation", "emergency"]
# What a first attempt looks like; the detectors must be worth their size.
ONE_PATTERN = re.compile(
    r"\b(?:speak|talk|connect|transfer)\b.*\b(?:agent|human|person|representative|manager|someone)\b", re.IGNORECASE
)
KEYWORDS = re.compile(
    r"\b(?:fire|gas|smoke|ambulance|bleeding|unconscious|heart attack|stroke|overdose|gun|knife|suicide|kill)\b",
    re.IGNORECASE,
)

Shape = TypeVar("Shape", Row, Call)
POLICY = load()
THRESHOLD = POLICY.emergency.medical.threshold  # the same for every kind in the shipped policy

app = typer.Typer(help="Score the detectors on labelled data.", no_args_is_help=True)
DATA = "JSON Lines with text and spans, or text and label; without it, a few made-up rows that come with the program"
Data = Annotated[list[Path] | None, typer.Option("--data", help=DATA)]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of lines for people")]


@app.command("pii")
def pii(data: Data = None, json: AsJson = False) -> None:
    """Leaks and over-masking beside Presidio as it comes; also without the question and in lower case."""
    report("pii", data, json=json)


@app.command("escalation")
def escalation(data: Data = None, json: AsJson = False) -> None:
    """Recall and false alarms of explicit requests for a person, beside one pattern."""
    report("escalation", data, json=json)


@app.command("emergency")
def emergencies(data: Data = None, json: AsJson = False) -> None:
    """Recall and false alarms of emergency speech, beside keywords."""
    report("emergency", data, json=json)


def report(subject: Subject, data: list[Path] | None, *, json: bool) -> None:
    """Score every file and print what came out."""
    scores: dict[str, dict[str, Any]] = {}
    with as_file(files("infra") / "labelled" / subject) as carried:
        for path in data or sorted(carried.glob("*.jsonl")):
            scores |= of_file(subject, path, str(path) if data else path.name)
    if json:
        sys.stdout.write(orjson.dumps(scores, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    for line in table(scores):
        sys.stdout.write(line + "\n")


def of_file(subject: Subject, path: Path, name: str) -> dict[str, dict[str, Any]]:
    """The scores of one file: of whole calls, or of its sources one by one."""
    if subject == "escalation" and is_of_calls(path):
        return {name: {"callwarden": score_calls(read(path, Call), POLICY).model_dump()}}
    rows = rows_of(path)
    groups = {"": rows} if subject == "pii" else sources(rows)
    return {f"{name}, {source}" if source else name: scored(subject, group) for source, group in groups.items()}


def scored(subject: Subject, rows: list[Row]) -> dict[str, Any]:
    """The scores of ours and of the baseline on one file."""
    if subject == "pii":
        # Imported here: spaCy and Presidio take seconds, and no other command waits for them.
        from infra.pii_languages import Languages
        from infra.pii_stock import StockPresidio

        ours, stock = Languages(), StockPresidio()
        for language in {row.language for row in rows}:
            ours.detect("warm", context=None, language=language)
            stock.detect("warm", context=None, language=language)
        detectors: dict[str, tuple[PiiDetector, RedactionRules]] = {
            "callwarden": (ours, POLICY.redaction), "presidio as it comes": (stock, RedactionRules(threshold=0)),
        }
        return {
            f"{name}, {form}" if form else name: score_pii(said, detector, rules).model_dump()
            for form, said in forms(rows).items() for name, (detector, rules) in detectors.items()
        }
    heard, simple, name = (
        (request, ONE_PATTERN, "one pattern") if subject == "escalation" else (danger, KEYWORDS, "keywords")
    )
    return {
        "callwarden": score_labels(rows, heard=heard).model_dump(),
        **({"callwarden, any rule": score_labels(rows, heard=any_rule).model_dump()} if heard is request else {}),
        name: score_labels(rows, heard=lambda text: "found" if simple.search(text) else None).model_dump(),
    }


def request(text: str) -> str | None:
    """An explicit request for a person."""
    signal = asks_for_a_person(text)
    return signal.kind if signal is not None else None


def any_rule(text: str) -> str | None:
    """Whatever the shipped policy answers to: a request, a trigger or frustration."""
    found = listen([("caller", text)], POLICY)["escalation"]
    return found["rule"] if found is not None else None


def is_of_calls(path: Path) -> bool:
    """Whether a file holds whole calls."""
    try:
        with path.open("rb") as source:
            return b'"turns"' in source.readline()
    except OSError:
        return False  # the reader of rows says why


def danger(text: str) -> str | None:
    """The kind of emergency."""
    signal = emergency(text)
    return signal.kind if signal is not None and signal.score >= THRESHOLD else None


def rows_of(path: Path) -> list[Row]:
    """The labelled rows of a file; a bad line is named by its number."""
    return read(path, Row)


def read(path: Path, kind: type[Shape]) -> list[Shape]:
    """Every line of a file as one shape."""
    rows: list[Shape] = []
    try:
        with path.open("rb") as source:
            for number, line in enumerate(source, 1):
                if line.strip():
                    rows.append(row_of(line, path, number, kind))
    except OSError as error:
        sys.stderr.write(f"{path}: {error.strerror}; give a JSON Lines file\n")
        raise typer.Exit(2) from None
    return rows


def row_of(line: bytes, path: Path, number: int, kind: type[Shape]) -> Shape:
    """One labelled row."""
    try:
        return kind.model_validate(orjson.loads(line))
    except (orjson.JSONDecodeError, ValidationError):
        sys.stderr.write(f"{path}: line {number}: not a row with text, and spans or a label\n")
        raise typer.Exit(2) from None
