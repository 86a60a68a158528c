"""docs/first-policy.md, done as it is written: the document is saved, each command run, each answer compared."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from governance.errors import InputError
from infra.policies import bundle
from infra.policy_yaml import Document
from tests.support.tree import ROOT

pytestmark = pytest.mark.contract
PAGE = (ROOT / "docs" / "first-policy.md").read_text()
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)
[DOCUMENT] = [body for kind, body in BLOCKS if kind == "yaml"]
COMMANDS = [body for kind, body in BLOCKS if kind == "sh"]
ANSWERS = [body for kind, body in BLOCKS if kind == "json"]


def test_every_command_of_the_page_has_its_answer() -> None:
    assert len(COMMANDS) == len(ANSWERS) >= 3


@pytest.mark.parametrize(("command", "answer"), zip(COMMANDS, ANSWERS, strict=True))
def test_a_command_answers_as_the_page_says(command: str, answer: str, tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(DOCUMENT)
    said, told = re.fullmatch(r"echo '(.*)' \| callwarden (.*)\n", command, re.DOTALL).groups()  # type: ignore[union-attr]  # else the page is wrong
    done = subprocess.run(
        [sys.executable, "-m", "infra.cli", *told.replace("acme.yaml", str(tmp_path / "acme.yaml")).split()],
        input=said + "\n", capture_output=True, text=True, cwd=ROOT, check=True, timeout=60,
    )
    expected, found = json.loads(answer)["escalation"], json.loads(done.stdout)["escalation"]
    assert found is None if expected is None else {name: found[name] for name in expected} == expected


def test_the_wrong_queue_is_refused_as_the_page_says() -> None:
    wrong = DOCUMENT.replace("queue: general", "queue: press", 1)
    with pytest.raises(InputError) as refused:
        bundle([Document("acme.yaml", wrong.encode())])
    assert str(refused.value) in PAGE
