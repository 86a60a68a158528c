"""`callwarden redact` and `callwarden detect`: JSON Lines in, JSON Lines out; a bad line is named, never echoed."""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NoReturn, TextIO, TypeVar

import orjson
import typer
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from governance.errors import InputError
from governance.listening import listen
from infra.dialogue_scores import SPEAKERS
from infra.languages import LanguageNotInstalled
from infra.pii_lines import MOST_WAITING, Line, LineRedactor
from infra.policies import load
from infra.settings import Settings
from schemas.base import Frozen, Participant

DIALOGUE = 'e.g. {"text": "…"} or {"turns": [{"speaker": "caller", "text": "…"}]}'
LONGEST_LINE = 1_000_000  # characters
BYTE_ORDER_MARK = "\ufeff"  # programs for Windows begin files with it
Shape = TypeVar("Shape", bound=Frozen)


def speaker_of(said: object) -> object:
    """Give our name of whom a transcript of others names in its way."""
    return SPEAKERS.get(said.lower(), said) if isinstance(said, str) else said or "caller"


Speaker = Annotated[Participant, BeforeValidator(speaker_of)]


class Said(BaseModel):
    """One turn of a dialogue; what else a transcript says of it is left unread, as beside `turns`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    speaker: Speaker = "caller"
    text: Annotated[str, Field(max_length=20_000)]


class Asked(Line):
    """A line of `redact`, whoever wrote it."""

    speaker: Speaker = "caller"


class Dialogue(Frozen):
    """What `detect` reads: one utterance, or the turns of a dialogue."""

    text: Annotated[str, Field(max_length=20_000)] | None = None
    turns: tuple[Said, ...] | None = None


def redact(file: Annotated[str, typer.Argument(help="JSON Lines, or - for standard input")] = "-") -> None:
    """Replace personal data: {"text", "context"?, "speaker"?, "call"?, "language"?} in, "redacted" and "spans" out.

    Lines with the same "call" share pseudonyms, and what is said over several of them (a number, a spelling, an
    address) is joined. An answer therefore waits until no later line of its call can change it, and answers keep the
    order of the lines: of a file as long as it takes; of standard input at most 20 lines, then what may be half of
    something is hidden. Lines without "call" wait for nothing of their own.
    """
    from infra.pii_languages import Languages  # here: no other command waits for spaCy to load

    detector = Languages(Settings().languages)
    redactor = LineRedactor(
        detector=detector, rules=load().redaction, digest=digest, most_waiting=MOST_WAITING if file == "-" else None
    )
    failed: typer.Exit | None = None
    try:
        for number, content in lines(file):
            line = parsed(Asked, content, number, 'e.g. {"text": "…", "speaker": "caller"}')
            try:
                redactor.add(line)
            except LanguageNotInstalled as why:
                stop(f"line {number}: {why}")
            for answer in redactor.ready():
                put(answer)
    except typer.Exit as exit_:
        failed = exit_
    for answer in redactor.finish():
        put(answer)
    if failed is not None:
        raise failed


def detect(
    file: Annotated[str, typer.Argument(help="JSON Lines, or - for standard input")] = "-",
    policy_file: Annotated[
        Path | None, typer.Option("--policy", help="A policy's file or folder instead of the shipped one.")
    ] = None,
) -> None:
    """Hear requests for a person and emergencies: {"text"} or {"turns": [{"speaker", "text"}]} in, findings out."""
    try:
        policy = load(policy_file)
    except InputError as wrong:
        stop(str(wrong))
    for number, content in lines(file):
        said = parsed(Dialogue, content, number, DIALOGUE)
        if (said.text is None) == (said.turns is None):
            stop(f'line {number}: give either "text" or "turns"; {DIALOGUE}')
        turns = said.turns if said.turns is not None else (Said(text=said.text or ""),)
        put(listen([(turn.speaker, turn.text) for turn in turns], policy))


def digest(value: str) -> str:
    """Binds a value to its pseudonym within this run; nothing of it is written."""
    return hashlib.sha256(value.encode()).hexdigest()


def lines(file: str) -> Iterator[tuple[int, Any]]:
    """Numbered JSON objects of a file or of standard input; empty lines are left out."""
    if file == "-":
        if sys.stdin is None:
            stop("standard input is closed; give the path of a JSON Lines file")
        yield from objects(sys.stdin)
        return
    try:
        with open(file, encoding="utf-8") as opened:  # noqa: PTH123 - "-" and paths are read by the same loop
            yield from objects(opened)
    except OSError as error:
        stop(f"{file}: {error.strerror}; give the path of a JSON Lines file, or - for standard input")


def objects(source: TextIO) -> Iterator[tuple[int, Any]]:
    """Each line as JSON, in order."""
    number = 0
    while True:
        number += 1
        try:
            line = source.readline(LONGEST_LINE)
        except UnicodeDecodeError:
            stop(f"line {number}: not UTF-8; convert the file, e.g. with iconv -t utf-8")
        if not line:
            return
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            stop(f"line {number}: longer than {LONGEST_LINE} characters; write one utterance or dialogue a line")
        line = line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line
        if not line.strip():
            continue
        try:
            yield number, orjson.loads(line)
        except orjson.JSONDecodeError as error:
            stop(f"line {number}: not JSON at column {error.colno}; write one JSON object a line")


def parsed(kind: type[Shape], content: Any, number: int, example: str) -> Shape:
    """A line as its shape, or the end with the field that is wrong."""
    if not isinstance(content, dict):
        stop(f"line {number}: not a JSON object; {example}")
    known = {name: content[name] for name in kind.model_fields if content.get(name) is not None}
    try:
        return kind.model_validate(known)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(key) for key in problem["loc"]) or "line"
        stop(f"line {number}: {field}: {problem['msg']}; {example}")


def put(answer: dict[str, Any]) -> None:
    """One answer as one line, at once."""
    sys.stdout.write(orjson.dumps(answer).decode() + "\n")
    sys.stdout.flush()


def stop(message: str) -> NoReturn:
    """Ends with exit 2 and what to do."""
    sys.stderr.write(message + "\n")
    raise typer.Exit(2)
