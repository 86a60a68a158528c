"""The laws of the house, each with its machine: a change that breaks one is named here, with file and line."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.tree import ROOT, text_of, tracked

pytestmark = pytest.mark.pure

PACKAGES = ("schemas", "governance", "infra", "streams", "api")
FILE_LINES, FUNCTION_LINES = 250, 60
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "service", "handler", "misc"}
CATEGORIES = {"pure", "contract", "flow", "fault"}

# One system of the outside, one place: what may import it.
PLACES = {
    "faust": ("streams/app.py", "streams/topology.py", "streams/transport.py"),
    "fastapi": ("api/", "infra/local_models/"),
    # The baseline of a bench: Pipecat's own transport is given a socket of starlette.
    "starlette": ("api/", "infra/local_models/", "infra/bench/pipecat_pipeline.py"),
    "presidio_analyzer": ("infra/pii",),
    "presidio_anonymizer": ("infra/pii",),
    "openai": ("infra/speech/",),
    "deepgram": ("infra/speech/",),
    "tink": ("infra/key",),
    "secrets": ("infra/", "api/"),  # names of processes and keys; never an id of an event
    "alembic": ("infra/database.py", "infra/migrations/"),
}
# Instants and chance; durations (time.monotonic, time.perf_counter) are measured outside of decisions only.
CLOCK_AND_CHANCE = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.gmtime",
    "time.localtime", "uuid.uuid1", "uuid.uuid4", "uuid1", "uuid4", "os.urandom",
}
CLOCK = "infra/clock.py"
# An adapter works in its caller's transaction. The exceptions hold a session of their own, and why:
COMMITTERS = {
    "infra/database.py": "the edge itself",
    "infra/tenancy.py": "the edge where rows of one tenant only are seen",
    "infra/pipelined.py": "it never commits: it undoes what was sent of a batch that failed, so that nobody can",
    "infra/topics.py": "an advisory lock outlives transactions, so this command keeps its own session",
}
SUPPRESSION = re.compile(r"#\s*(?:noqa|type:\s*ignore|nosec|pragma: no)\b")
STATED = re.compile(
    r"#\s*(?:noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|type: ignore\[[\w, -]+\]|nosec \w+)\s*(?:#|-|—)\s*\S.{5,}"
)
WRITTEN = (".py", ".md", ".toml", ".lock", ".yaml", ".json", ".xml", ".go", ".properties", "Makefile", ".ci/run")
MACHINE = re.compile(r"(?<![\w.~$:/])/(?:home|root|work|Users)/\w|https?://(?:files|registry|proxy|index|repo)\.[\w.-]+/")


def nothing(found: list[str]) -> None:
    """Fail with every place, one a line."""
    assert not found, "\n" + "\n".join(found)


PYTHON = tracked(".py")
SOURCES = [name for name in PYTHON if name.split("/")[0] in PACKAGES]
TREES = {name: ast.parse(text_of(name)) for name in PYTHON}
TEST_MODULES = [name for name in PYTHON if name.startswith("tests/") and Path(name).name.startswith("test_")]


def dotted(node: ast.AST) -> str:
    """Write a chain of names as it reads, `datetime.now`."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every module a file imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, one.name) for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def test_a_file_has_250_lines_at_most() -> None:
    lengths = {name: len(text_of(name).splitlines()) for name in PYTHON}
    nothing([f"{name} {lines}" for name, lines in lengths.items() if lines > FILE_LINES])


def test_a_function_has_60_lines_at_most() -> None:
    long = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= FUNCTION_LINES
    ]
    nothing(long)


def test_no_file_is_named_for_nothing_in_particular() -> None:
    vague = [name for name in PYTHON if VAGUE & set(Path(name).stem.split("_"))]
    nothing(vague)


def test_the_first_line_of_a_module_says_what_it_is_for() -> None:
    silent = []
    for name, tree in TREES.items():
        first = (ast.get_docstring(tree) or "").split("\n")[0]
        if tree.body and not (first.endswith((".", "?", ":")) and tree.body[0].lineno == 1):
            silent.append(name)
    nothing(silent)


def test_only_the_clock_tells_the_time_and_nothing_is_left_to_chance() -> None:
    told = [
        f"{name}:{node.lineno} {dotted(node)}"
        for name in SOURCES
        for node in ast.walk(TREES[name])
        if name != CLOCK and isinstance(node, ast.Attribute | ast.Name)
        and any(dotted(node) == one or dotted(node).endswith(f".{one}") for one in CLOCK_AND_CHANCE)
    ]
    rolled = [f"{name}:{line}" for name in SOURCES for line, module in imports(TREES[name]) if module == "random"]
    nothing(told + rolled)


@pytest.mark.parametrize("system", PLACES)
def test_one_system_of_the_outside_is_imported_in_one_place(system: str) -> None:
    strays = [
        f"{name}:{line}"
        for name in SOURCES
        for line, module in imports(TREES[name])
        if module.split(".")[0] == system and not name.startswith(PLACES[system])
    ]
    nothing(strays)


def test_adapters_never_commit() -> None:
    committing = [
        f"{name}:{node.lineno} .{node.func.attr}()"
        for name in SOURCES
        if name.startswith("infra/") and name not in COMMITTERS
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"commit", "rollback", "begin"}
    ]
    nothing(committing)


def test_every_suppression_states_its_reason() -> None:
    unexplained = [
        f"{name}:{number}"
        for name in PYTHON
        if name != "tests/test_house.py"
        for number, line in enumerate(text_of(name).splitlines(), start=1)
        if SUPPRESSION.search(line) and not STATED.search(line)
    ]
    nothing(unexplained)


def test_nothing_swallows_arguments_or_imports_everything() -> None:
    loose = []
    for name in SOURCES:
        for node in ast.walk(TREES[name]):
            if isinstance(node, ast.ImportFrom) and any(one.name == "*" for one in node.names):
                loose.append(f"{name}:{node.lineno} import *")
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.args.kwarg:
                loose.append(f"{name}:{node.lineno} **{node.args.kwarg.arg}")
            elif isinstance(node, ast.Global):
                loose.append(f"{name}:{node.lineno} global")
    nothing(loose)


def test_each_test_module_declares_one_category() -> None:
    undeclared = []
    for name in TEST_MODULES:
        marks = [
            dotted(node.value).removeprefix("pytest.mark.")
            for node in TREES[name].body
            if isinstance(node, ast.Assign) and [dotted(one) for one in node.targets] == ["pytestmark"]
        ]
        if len(marks) != 1 or marks[0] not in CATEGORIES:
            undeclared.append(name)
    nothing(undeclared)


def test_no_tracked_file_names_this_machine_or_a_package_registry() -> None:
    named = []
    for name in tracked(*WRITTEN):
        for number, line in enumerate(text_of(name).splitlines(), start=1):
            if MACHINE.search(line):
                named.append(f"{name}:{number}")
    nothing(named)


def test_rooms_import_only_downwards() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(linter), "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    told = done.stdout.partition("Contracts:")
    assert done.returncode == 0, told[1] + told[2]
