"""The demo is true: it ends with 0 only when every check held."""

import subprocess
import sys

import pytest

from tests.support.tree import ROOT

pytestmark = pytest.mark.flow


@pytest.mark.timeout(420)
def test_the_demo_holds_all_its_checks() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "infra.cli", "demo"], capture_output=True, text=True, check=False, cwd=ROOT, timeout=400
    )
    assert said.returncode == 0, said.stdout[-6000:]
    assert "checks held" in said.stdout
    assert "FAILED" not in said.stdout
