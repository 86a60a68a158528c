"""What the pages tell a new user to type is what the program takes: paths, methods, fields, commands, files."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from typer._click.core import Command
from typer._click.exceptions import ClickException
from typer.core import TyperGroup
from typer.main import get_command

from infra.cli import build
from tests.support.tree import ROOT, text_of, tracked

pytestmark = pytest.mark.pure

PAGES = ["README.md", *(name for name in tracked(".md") if re.fullmatch(r"docs/[\w-]+\.md", name))]
FENCE = re.compile(r"^( *)```(?:sh|bash)?\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`((?:curl|get) [^`]+)`")
COMMENT = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)
ENDS = {"|", "&&", "||", ";", "&", ">", "2>", "<", "(", ")"}
TAKES_VALUE = {"-H", "-X", "-d", "--json", "-o", "-c", "-b", "--data"}
BODY = {"-d", "--json", "--data"}
METHODS = {"get", "post", "put", "delete", "patch"}
PLACE = re.compile(r"^(?:tests|infra|governance|docs|schemas|streams|api)/\S+$")
FREE = {"path", "subject"}  # parameters that may hold a slash


@cache
def openapi() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text_of("docs/openapi.json"))
    return found


def lines_of(page: str) -> Iterator[list[str]]:
    """Give each command of a page as words; one line may hold several."""
    text = text_of(page)
    blocks = [block for _, block in FENCE.findall(text)]
    for block in [*blocks, *INLINE.findall(text)]:
        words: list[str] = []
        typed = COMMENT.sub("", block.replace("\\\n", " ")).replace("$(", "\n")
        lexer = shlex.shlex(typed, posix=True, punctuation_chars="|&;()<>\n")
        lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t", True, ""
        try:
            found = list(lexer)
        except ValueError:
            continue  # a picture or a file's text, and no shell
        for word in [*found, "\n"]:
            if word in ENDS or set(word) <= set("\n|&;()<>"):
                if words:
                    yield words
                words = []
            else:
                words.append(word)


def asked(words: list[str]) -> tuple[str, str, str | None] | None:
    """Give method, address and body of a curl command."""
    method, address, body = None, None, None
    rest = iter(words[1:])
    for word in rest:
        flag = word if word in TAKES_VALUE else (f"-{word[-1]}" if re.fullmatch(r"-[A-Za-z]{2,}", word) else word)
        if flag in TAKES_VALUE:
            value = next(rest, "")
            method = value if flag == "-X" else method
            body = value if flag in BODY else body
        elif "/v1/" in word:
            address = word[word.index("/v1/"):]
    if address is None:
        return None
    return (method or ("POST" if body is not None else "GET")).lower(), address, body


def route_of(method: str, path: str) -> Mapping[str, Any] | None:
    for template, routes in openapi()["paths"].items():
        pattern = re.sub(r"\\\{(\w+)\\\}", lambda one: ".+" if one[1] in FREE else "[^/]+", re.escape(template))
        if method in routes and re.fullmatch(pattern, path):
            found: Mapping[str, Any] = routes[method]
            return found
    return None


def fields_of(route: Mapping[str, Any]) -> set[str] | None:
    schema = route.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    schemas = [schema, *schema.get("anyOf", ())]
    named = [openapi()["components"]["schemas"][one["$ref"].rpartition("/")[2]] for one in schemas if "$ref" in one]
    return {name for one in named for name in one.get("properties", {})} or None


def wrong_with(method: str, address: str, body: str | None) -> str | None:
    path, _, query = address.partition("?")
    route = route_of(method, path)
    if route is None:
        return "no such route"
    known = {one["name"] for one in route.get("parameters", ())}
    unknown = [one.partition("=")[0] for one in query.split("&") if one and one.partition("=")[0] not in known]
    if unknown:
        return f"no such parameter: {unknown}"
    fields = fields_of(route)
    if fields is None or body is None or not body.startswith("{"):
        return None
    said = set(json.loads(body))
    return f"no such field: {sorted(said - fields)}" if said - fields else None


@pytest.mark.parametrize("page", PAGES)
def test_every_curl_line_asks_a_route_with_what_it_takes(page: str) -> None:
    wrong = []
    for words in lines_of(page):
        if words[0] not in ("curl", "get"):
            continue
        question = asked(words)
        why = None if question is None else wrong_with(*question)
        if why is not None:
            wrong.append(f"{' '.join(words)[-100:]}: {why}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_line_is_one_that_the_program_reads(page: str) -> None:
    root = get_command(build())
    wrong = []
    for words in lines_of(page):
        if words[0] not in ("callwarden", ".venv/bin/callwarden"):
            continue
        arguments = words[1:]
        command: Command = root
        while arguments and isinstance(command, TyperGroup) and arguments[0] in command.commands:
            command = command.commands[arguments.pop(0)]
        try:
            command.make_context("callwarden", arguments, resilient_parsing=False)
        except ClickException as error:
            wrong.append(f"{' '.join(words)}: {error.format_message()}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("page", PAGES)
def test_every_file_of_ours_in_a_command_is_there(page: str) -> None:
    files = {word.partition("::")[0] for words in lines_of(page) for word in words if PLACE.match(word)}
    assert not [file for file in files if "*" not in file and not (ROOT / file).exists()]


def test_the_checks_find_what_is_wrong() -> None:
    assert asked(["curl", "-sH", "x", "$URL/v1/holds", "-d", "{}"]) == ("post", "/v1/holds", "{}")
    assert wrong_with("get", "/v1/nowhere", None) == "no such route"
    assert wrong_with("get", "/v1/audit/entries?caller=x", None) == "no such parameter: ['caller']"
    assert wrong_with("post", "/v1/holds", '{"case": 1, "reason": "x"}') == "no such field: ['case']"
    assert sum(1 for page in PAGES for words in lines_of(page) if words[0] in ("curl", "get")) > 60
