"""The guard only ever moves forward, and survives a restart."""

from pathlib import Path

import pytest

from governance.audit.merkle import EMPTY_ROOT
from infra.rollback_guard import RollbackGuard, RollbackRefused

pytestmark = pytest.mark.contract

ONE, TWO = b"\x01" * 32, b"\x02" * 32


def test_a_guard_that_never_saw_a_log_knows_it_empty(tmp_path: Path) -> None:
    assert RollbackGuard(tmp_path / "guard").last("log") == (0, EMPTY_ROOT)


def test_a_guard_refuses_smaller_sizes_and_other_roots(tmp_path: Path) -> None:
    guard = RollbackGuard(tmp_path / "deep" / "guard")
    guard.advance("log", size=5, root=ONE)
    guard.advance("log", size=5, root=ONE)
    for size, root in ((4, ONE), (5, TWO), (0, EMPTY_ROOT)):
        with pytest.raises(RollbackRefused):
            guard.advance("log", size=size, root=root)
    guard.advance("log", size=6, root=TWO)
    guard.advance("other log", size=1, root=ONE)
    again = RollbackGuard(tmp_path / "deep" / "guard")
    assert (again.last("log"), again.last("other log")) == ((6, TWO), (1, ONE))


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    RollbackGuard(tmp_path / "guard")
    assert (tmp_path / "guard").stat().st_mode & 0o777 == 0o600
