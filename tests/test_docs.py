"""The documents say what is: files, functions, commands and links that they name exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from typer.main import get_command

from infra.cli import build
from tests.support.tree import ROOT, text_of, tracked

pytestmark = pytest.mark.pure

PAGES = [name for name in tracked(".md") if not name.startswith("tests/")]
ADRS = [name for name in PAGES if name.startswith("docs/adr/")]
PLACE = re.compile(r"`([a-z_][\w/]*\.(?:py|md|yaml|toml|json))(?::([A-Za-z_][\w.]*))?`")
FOLDER = re.compile(r"`((?:schemas|governance|infra|streams|api|tests|docs)/[\w/]*[a-z])/?`")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)")
MADE = re.compile(r"\bmake ([a-z]+)")
RUN = re.compile(r"callwarden ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)((?: [^`\n|]*)?)")
OPTION = re.compile(r"(?<=\s)(--[a-z-]+)")
SECTIONS = ["Context", "Decision", "Consequences", "Alternatives", "References"]
NOT_MADE = {"it", "sure"}  # English after the verb


@cache
def names_in(path: Path) -> frozenset[str]:
    """Everything a module defines: functions, classes with their methods and properties, constants."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            inner = [one.name for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
            found |= {node.name, *(f"{node.name}.{name}" for name in inner)}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {one.id for one in node.targets if isinstance(one, ast.Name)}
    return frozenset(found)


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_function_named_exists(page: str) -> None:
    wrong = []
    for file, name in PLACE.findall(text_of(page)):
        if "/" not in file:
            continue  # a name alone, e.g. of a file in an export
        path = ROOT / file
        if not path.is_file():
            wrong.append(file)
        elif name and name not in names_in(path):
            wrong.append(f"{file}:{name}")
    wrong += [folder for folder in FOLDER.findall(text_of(page)) if not (ROOT / folder).exists()]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    broken = [link for link in LINK.findall(text_of(page)) if not ((ROOT / page).parent / link).exists()]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_named_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), flags=re.MULTILINE))
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`|^ {4}.*$", text_of(page), flags=re.DOTALL | re.MULTILINE))
    assert set(MADE.findall(code)) - NOT_MADE <= targets


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_named_exists(page: str) -> None:
    root = get_command(build())
    wrong = []
    for words, rest in RUN.findall("\n".join(re.findall(r"```.*?```|`[^`\n]+`", text_of(page), flags=re.DOTALL))):
        first, _, second = words.partition(" ")
        command = getattr(root, "commands", {}).get(first)
        inner = getattr(command, "commands", None)
        command = inner.get(second) if command is not None and inner is not None and second else command
        if command is None:
            wrong.append(f"callwarden {words}")
            continue
        known = {option for one in command.params for option in one.opts} | {"--help"}
        wrong += [f"callwarden {words} {one}" for one in OPTION.findall(f" {rest}") if one not in known]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("page", ADRS)
def test_a_decision_has_its_sections_and_one_quotable_sentence(page: str) -> None:
    text = text_of(page)
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == SECTIONS
    assert re.search(r"^## Decision\n> \S.+", text, flags=re.MULTILINE)
    assert text.startswith(f"# {Path(page).stem[:4]} ")


def test_decisions_are_numbered_without_a_hole() -> None:
    numbers = [int(Path(page).stem[:4]) for page in sorted(ADRS)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_decision_is_in_the_index_once() -> None:
    linked = re.findall(r"\]\(adr/([\w-]+\.md)\)", text_of("docs/decisions.md"))
    assert sorted(linked) == sorted(Path(page).name for page in ADRS)


def test_every_word_of_the_glossary_is_in_use() -> None:
    source = " ".join(text_of(name).lower() for name in tracked(".py"))
    plain = re.sub(r"[-_ ]", "", source)
    terms = [term for row in re.findall(r"^\| \*\*(.+?)\*\*", text_of("docs/glossary.md"), flags=re.MULTILINE)
             for term in row.split(", ")]
    assert [term for term in terms if re.sub(r"[-_ ]", "", term.lower()) not in plain] == []
