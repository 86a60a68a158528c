"""Whatever a page of the console asks the API for is in the table of docs/console.md, with its curl."""

import ast
import json
import re

import pytest

from tests.support.tree import ROOT, text_of, tracked

pytestmark = pytest.mark.pure

ROUTE = re.compile(r"`(GET|POST|PUT|DELETE) (/v1/[^`\s]*)`")
ROW = re.compile(r"^\| (?!action|---)(.+?) \| (.+?) \| (.+) \|$", flags=re.MULTILINE)
ANY = "{}"


def rows() -> list[tuple[str, str, str]]:
    text = text_of("docs/console.md")
    return ROW.findall(text[text.index("## Every action with curl"):])


def told() -> list[tuple[str, str]]:
    return [route for _, cell, _ in rows() for route in ROUTE.findall(cell)]


def asked() -> set[str]:
    """Paths that modules of the console name, what is put into them left open."""
    found = set()
    for name in tracked(".py"):
        if name.startswith("api/console/"):
            found |= {path for node in ast.walk(ast.parse(text_of(name))) if (path := _path(node))}
    return {path.partition("?")[0] for path in found if " " not in path}


def _path(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("/v1/"):
        # The beginning of a path with something put into it is seen again as a whole.
        return node.value if not node.value.endswith("/") else None
    if isinstance(node, ast.JoinedStr):
        whole = "".join(str(one.value) if isinstance(one, ast.Constant) else ANY for one in node.values)
        return whole if whole.startswith("/v1/") else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "path":
        parts = [str(one.value) if isinstance(one, ast.Constant) else ANY for one in node.args]
        return "/v1/" + "/".join(parts)
    return None


def test_each_route_of_the_table_is_a_route_of_the_api_and_its_curl_names_it() -> None:
    known = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    assert len(told()) > 40
    assert [f"{method} {path}" for method, path in told() if method.lower() not in known.get(path, {})] == []
    for action, cell, curl in rows():
        for _, path in ROUTE.findall(cell):
            pattern = re.sub(r"\\{\w+\\}", r"[\\w$./-]+", re.escape(path))
            assert "browser" in curl or re.search(rf"\$URL{pattern}\b", curl), action


def test_whatever_a_page_asks_for_is_in_the_table() -> None:
    patterns = [re.compile(re.sub(r"\\{\w*\\}", "[^/]+", re.escape(path)) + "$") for _, path in told()]
    plain = {path for _, path in told()}
    paths = asked()
    assert len(paths) > 30
    missing = []
    for path in paths:
        # A step that is put in is one of several routes of the table.
        like = re.compile(re.escape(path).replace(re.escape(ANY), "[^/]+") + "$")
        if not any(one.match(path) for one in patterns) and not any(like.match(one) for one in plain):
            missing.append(path)
    assert missing == []
