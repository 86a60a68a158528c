"""What somebody reads for: as she states it, or what her role is for."""

from governance.errors import InputError
from infra.tokens import Principal, Role

MOST = 200
OF_ROLE: dict[Role, str] = {
    "channel": "carrying calls",
    "agent": "handling calls",
    "supervisor": "supervising the desk",
    "compliance": "audit and compliance",
    "dpo": "data protection",
    "admin": "operating the service",
}


def checked(text: str) -> str:
    """Give a purpose as it is written down; InputError where none can be."""
    said = text.strip()
    if len(said) > MOST or not said.isprintable():
        raise InputError(f"a purpose is at most {MOST} printable characters")
    return said


def facts(who: Principal) -> dict[str, str]:
    """Say what for, and whether she said so herself."""
    if who.purpose:
        return {"purpose": who.purpose, "purpose_by": "statement"}
    return {"purpose": OF_ROLE[who.role], "purpose_by": "role"}
