"""Every source file has its proof: a test of its own name, or a named one that imports it, and why there."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.support.elsewhere import ELSEWHERE
from tests.support.tree import ROOT, text_of, tracked

pytestmark = pytest.mark.pure

PACKAGES = ("schemas", "governance", "infra", "streams", "api")


# What only makes sense as a process is run as one, and commands are loaded by name: no import shows either.
AS_A_PROCESS = {
    "infra/dispatch_", "streams/dispatcher.py",
    "infra/cli_",
    "infra/demo/", "infra/local_models/", "streams/app.py", "streams/governance.py", "streams/records.py",
    "streams/topology.py", "streams/transport.py",
}


@cache
def source_files() -> tuple[str, ...]:
    """Files with something in them; migrations run in every test that has a database."""
    return tuple(
        name for name in tracked(".py")
        if name.split("/")[0] in PACKAGES and not name.startswith("infra/migrations/")
        and ast.parse(text_of(name)).body[1:]
    )


def row_of(name: str) -> str | None:
    return max((row for row in ELSEWHERE if name.startswith(row)), key=len, default=None)


@cache
def own_test(name: str) -> bool:
    wanted = f"test_{Path(name).stem}.py"
    places = (f"tests/{name.split('/')[0]}/", "tests/contracts/", "tests/flow/", "tests/faults/")
    return any(Path(one).name == wanted for one in tracked(".py") if one.startswith(places))


@cache
def imported_by(name: str) -> frozenset[str]:
    """Files of the project that a file imports itself."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text_of(name))):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
        places = [one.replace(".", "/") for one in modules]
        files = [f"{one}{ending}" for one in places for ending in (".py", "/__init__.py")]
        found |= {file for file in files if (ROOT / file).is_file()}
    return frozenset(found)


@cache
def reached_by(test: str) -> frozenset[str]:
    """Files of the project that a test brings to work."""
    seen: set[str] = set()
    waiting = [test]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += imported_by(name)
    return frozenset(seen)


def test_every_source_file_has_its_test() -> None:
    unproven = [name for name in source_files() if not own_test(name) and row_of(name) is None]
    assert not unproven, "\n" + "\n".join(unproven)


@pytest.mark.parametrize("row", ELSEWHERE)
def test_a_proof_elsewhere_reaches_what_it_proves(row: str) -> None:
    test = f"tests/{ELSEWHERE[row]}"
    assert (ROOT / test).is_file()
    mine = [name for name in source_files() if row_of(name) == row and not own_test(name)]
    unreached = [name for name in mine if row not in AS_A_PROCESS and name not in reached_by(test)]
    assert not unreached, "\n" + "\n".join(unreached)
