"""The YAML schema of a scripted dialogue: a greeting, intents with slots and answers, a fallback."""

import re
import string
from importlib import resources
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import AfterValidator, Field, ValidationError, model_validator

from schemas.base import Frozen

FOLDER = resources.files("infra.local_models") / "dialogues"  # a script named x lies in x.yaml


class UnreadableScript(ValueError):
    """Says which script is wrong, where and why."""


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return pattern


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_compiles)]
Line = Annotated[str, Field(min_length=1)]


class Slot(Frozen):
    """One thing to ask for; without a pattern whatever the caller says is the value."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    question: Line
    pattern: Pattern | None = None
    retry: Line | None = None
    hidden: Line = "what you told me"  # said in place of a value that redaction has replaced by a pseudonym


class Intent(Frozen):
    """What callers say, matched without regard to case, and what they are told; `urgent` ones cut in anywhere."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    patterns: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    answers: Annotated[tuple[Line, ...], Field(min_length=1)]
    slots: tuple[Slot, ...] = ()
    urgent: bool = False

    @model_validator(mode="after")
    def _answers_use_known_slots(self) -> Self:
        known = {slot.name for slot in self.slots}
        for answer in self.answers:
            for _, field, _, _ in string.Formatter().parse(answer):
                if field is not None and field not in known:
                    raise ValueError(f"intent {self.name}: the answer uses {{{field}}}, which is none of its slots")
        return self


class Script(Frozen):
    """One persona; what it does not answer itself is answered by the script it extends."""

    persona: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    description: Line
    extends: str | None = None
    greeting: Line
    intents: tuple[Intent, ...] = ()
    fallbacks: Annotated[tuple[Line, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _intents_have_different_names(self) -> Self:
        names = [intent.name for intent in self.intents]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"intents named twice: {', '.join(twice)}")
        return self


def read_script(text: str, *, source: str) -> Script:
    """Reads one YAML script together with the packaged one it extends; `source` names it in errors."""
    script = _parse(text, source=source)
    if script.extends is None:
        return script.model_copy(update={"intents": _urgent_first(script.intents)})
    file = FOLDER / f"{script.extends}.yaml"
    if not file.is_file():
        raise UnreadableScript(f"{source}: extends: there is no packaged script {script.extends!r}")
    base = _parse(file.read_text(encoding="utf-8"), source=file.name)
    if base.extends is not None:
        raise UnreadableScript(f"{source}: extends: {script.extends!r} extends another script itself")
    own = {intent.name for intent in script.intents}
    inherited = tuple(intent for intent in base.intents if intent.name not in own)
    return script.model_copy(update={"intents": _urgent_first(script.intents + inherited)})


def load_script(path: Path) -> Script:
    """Reads a script from a file."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableScript(f"{path.name}: cannot be read: {type(error).__name__}") from None
    return read_script(text, source=path.name)


def packaged_scripts() -> dict[str, Script]:
    """The scripts that come with Callwarden, by persona."""
    files = [file for file in FOLDER.iterdir() if file.name.endswith(".yaml")]
    scripts = [read_script(file.read_text(encoding="utf-8"), source=file.name) for file in files]
    return {script.persona: script for script in sorted(scripts, key=lambda script: script.persona)}


def _parse(text: str, *, source: str) -> Script:
    try:
        return Script.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise UnreadableScript(f"{source}: not YAML: {error}") from None
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc'])) or 'script'}: {fault['msg']}" for fault in error.errors()]
        raise UnreadableScript(f"{source}: {'; '.join(faults)}") from None


def _urgent_first(intents: tuple[Intent, ...]) -> tuple[Intent, ...]:
    return tuple(sorted(intents, key=lambda intent: not intent.urgent))
