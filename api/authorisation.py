"""Writes docs/authorisation.md from the routes: `python -m api.authorisation`; a test compares, and tries each row."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from api.app import create_app
from api.auth import RIGHTS, SCOPES, Declared, May, anyone, operators, vendors
from governance.errors import InvariantError
from infra.settings import Settings
from infra.tokens import ROLES

PAGE = Path(__file__).parent.parent / "docs" / "authorisation.md"
ANYONE, OPERATORS, PEOPLE, VENDORS = "anyone", "operators", "people", "vendors"
# Routes that are not ours to declare, and who may use them.
FOREIGN = {"/openapi.json": ANYONE, "/console": PEOPLE}
HEAD = """# Who may do what

Written from the routes by `python -m api.authorisation`: do not edit. `tests/api/test_authorisation.py` asks every
route below as every role, as nobody and as another tenant, and fails for a route without a rule. A refusal is 403 and
an entry of the audit log; another tenant's id is 404. *anyone*: no login. *operators*: no login and no limit, for
probes inside the house. *vendors*: no login, the vendor's own signature.

"""
SCOPED = """
## Scopes of service keys

A service's key is a `channel` that may do only what its scopes say.

| right | scope |
|---|---|
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """One route and what it asks for: a right, or `anyone`, or `operators`."""

    method: str
    path: str
    needs: str


def rules(app: FastAPI) -> list[Rule]:
    """Give the rule of every route; raises InvariantError that names routes without one."""
    found, without = [], []
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        dependant = getattr(route, "dependant", None)
        needs = FOREIGN.get(path) if dependant is None else _needs(dependant)
        for method in sorted((route.methods or {"WS"}) - {"HEAD"}):
            if needs is None:
                without.append(f"{method} {path}")
            else:
                found.append(Rule(method, path, needs))
    if without:
        raise InvariantError(
            f"routes that declare no right (api/auth.py: May, Declared for a WebSocket, anyone): {', '.join(without)}"
        )
    return sorted(found, key=lambda rule: (rule.path, rule.method))


def _needs(dependant: Dependant) -> str | None:
    calls = list(_calls(dependant))
    rights = {call.right for call in calls if isinstance(call, May | Declared)}
    if len(rights) > 1:
        return None
    if rights:
        return rights.pop()
    declared = {anyone: ANYONE, operators: OPERATORS, vendors: VENDORS}
    return next((name for each, name in declared.items() if each in calls), None)


def _calls(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield each.call
        yield from _calls(each)


def page(app: FastAPI) -> str:
    """Write the page."""
    lines = [f"| route | needs | {' | '.join(ROLES)} |", f"|---|---|{'---|' * len(ROLES)}"]
    for rule in rules(app):
        allowed = _roles(rule.needs)
        marks = " | ".join("yes" if role in allowed else "" for role in ROLES)
        lines.append(f"| `{rule.method} {rule.path}` | {rule.needs} | {marks} |")
    scopes = [f"| {right} | {scope or 'any'} |" for right, scope in SCOPES.items()]
    return HEAD + "\n".join(lines) + "\n" + SCOPED + "\n".join(scopes) + "\n"


def _roles(needs: str) -> frozenset[str]:
    if needs == VENDORS:
        return frozenset()
    return {str(right): frozenset[str](roles) for right, roles in RIGHTS.items()}.get(needs, frozenset(ROLES))


if __name__ == "__main__":
    PAGE.write_text(page(create_app(Settings())), encoding="utf-8")
