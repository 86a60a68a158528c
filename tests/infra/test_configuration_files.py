"""The files that settings name: a mistake is one line with file and place, before anything starts."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli import build
from infra.cli_errors import told

pytestmark = pytest.mark.pure
SECRET = "hunter2"
BROKEN, WRONG = "a: [b\n", f"here: {{url: 'ftp://x', secrets: ['{SECRET}']}}\nsources: [{{vendor: acme}}]\n"
NESTED, NO_DAY = "[" * 5000, "here: 2026-13-45\n"
FILES = ("POLICY", "WEBHOOKS", "INGEST", "TRANSFERS", "DISPATCH_ENDPOINTS", "PROVIDERS", "PRICES", "AUDIT_WITNESSES")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "text", [None, BROKEN, WRONG, NESTED, NO_DAY], ids=["missing", "broken", "wrong", "nested", "no day"]
)
def test_a_file_of_settings_is_refused_before_anything_starts(
    name: str, text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for given in [one for one in os.environ if one.startswith("CALLWARDEN_")]:
        monkeypatch.delenv(given)
    file = tmp_path / "given.yaml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path))
    monkeypatch.setenv(f"CALLWARDEN_{name}", str(file))
    refused = CliRunner().invoke(build("up"), ["up"]).exception
    assert refused is not None
    line, code = told(refused)
    assert code in (1, 2)
    assert "\n" not in line
    assert "given.yaml" in line
    assert SECRET not in line
    assert not (tmp_path / "postgres").exists()
