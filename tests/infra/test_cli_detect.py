"""`detect` and `redact` take files as programs of others write them, and name the line that they cannot read."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from infra.cli import build
from infra.cli_detect import LONGEST_LINE
from tests.support.tree import ROOT

pytestmark = pytest.mark.pure
PERSON = "can I talk to a real person please"


def detect(content: bytes, folder: Path) -> Result:
    file = folder / "lines.jsonl"
    file.write_bytes(content)
    return CliRunner().invoke(build("detect"), ["detect", str(file)])


def answers(done: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("content", [
    f'{{"text": "{PERSON}"}}\r\n', f'\ufeff{{"text": "{PERSON}"}}\n', f'\n  \n{{"text": "{PERSON}"}}',
    f'{{"text": "{PERSON}", "turns": null}}\n',
    json.dumps({"turns": [{"speaker": "customer", "text": PERSON, "attempt": 1}], "profile": None}),
    json.dumps({"turns": [{"speaker": "agent", "text": "hello"}, {"speaker": "user", "text": PERSON}]}),
    json.dumps({"turns": [{"speaker": None, "text": PERSON}]}),
])
def test_what_other_programs_write_is_read(content: str, tmp_path: Path) -> None:
    done = detect(content.encode(), tmp_path)
    assert done.exit_code == 0, done.stderr
    assert [one["escalation"] is not None for one in answers(done)] == [True]


@pytest.mark.parametrize(("content", "says"), [
    (b'{"text": "\xff"}\n', "line 1: not UTF-8"),
    (b'\n{"text": "a"', "line 2: not JSON at column"),
    (b"[" * 5_000, "line 1: not JSON at column"),
    (b'{"text": "a\x00b"}', "line 1: not JSON at column"),
    (b"[1]", "line 1: not a JSON object"),
    (b'{"text": null}', 'give either "text" or "turns"'),
    (b'{"turns": [{"speaker": "dog", "text": "x"}]}', "line 1: turns.0.speaker: Input should be 'caller'"),
    (b'{"text": "' + b"a" * LONGEST_LINE + b'"}', f"line 1: longer than {LONGEST_LINE} characters"),
])
def test_a_line_that_cannot_be_read_is_named_with_what_to_do(content: bytes, says: str, tmp_path: Path) -> None:
    done = detect(content, tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert says in done.stderr


@pytest.mark.parametrize("odd", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "latin-1"}])
def test_json_is_utf8_whatever_the_locale_says(odd: dict[str, str]) -> None:
    def piped(content: bytes) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "infra.cli", "redact", "-"], cwd=ROOT, input=content, timeout=120,
            capture_output=True, check=False, env={**os.environ, **odd},
        )

    said = "Zoë said 😀 and nothing more"
    done = piped(json.dumps({"text": said}, ensure_ascii=False).encode())
    assert (done.returncode, json.loads(done.stdout)["text"]) == (0, said)
    done = piped(b'{"text": "\xff"}\n')
    assert (done.returncode, done.stdout, b"line 1: not UTF-8" in done.stderr) == (2, b"", True)
