"""What a read is for: what was stated, as it is written down, or what the role is for."""

import pytest

from governance.errors import InputError
from infra.purposes import MOST, OF_ROLE, checked, facts
from infra.tokens import ROLES, Principal

pytestmark = pytest.mark.pure


def test_every_role_is_for_something() -> None:
    assert set(OF_ROLE) == set(ROLES)
    for role in ROLES:
        assert facts(Principal("x", "acme", role)) == {"purpose": OF_ROLE[role], "purpose_by": "role"}


def test_what_is_stated_is_said_to_be_stated() -> None:
    who = Principal("x", "acme", "agent", purpose=checked("  a claim "))
    assert facts(who) == {"purpose": "a claim", "purpose_by": "statement"}


def test_only_one_line_of_some_length_can_be_written_down() -> None:
    assert checked("x" * MOST) == "x" * MOST
    assert checked("") == checked("   ") == ""
    for wrong in ("x" * (MOST + 1), "a\nb", "\x1b[2J", "a\u202eb"):
        with pytest.raises(InputError):
            checked(wrong)
