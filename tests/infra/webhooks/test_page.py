"""docs/webhooks.md is done as it is written: its file is read, and its ten lines verify what the sender signs."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from infra.clock import now
from infra.webhooks.configuration import load
from infra.webhooks.sender import Message, Sender
from tests.support.tree import text_of
from tests.support.webhook_receiver import receiver
from tests.support.webhooks import SECRET, endpoint

pytestmark = pytest.mark.contract
BLOCKS = dict(re.findall(r"```(yaml|python)\n(.*?)```", text_of("docs/webhooks.md"), re.DOTALL))


def verifier() -> Callable[[dict[str, str], bytes, str, float], bool]:
    names: dict[str, Any] = {}
    exec(BLOCKS["python"], names)  # noqa: S102 - the page's own code is what is tested
    found: Callable[[dict[str, str], bytes, str, float], bool] = names["verified"]
    return found


def test_the_file_of_the_page_is_read(tmp_path: Path) -> None:
    for name in ("hooks.yaml", "pager.secret", "pager-old.secret"):
        (tmp_path / name).write_text(BLOCKS["yaml"] if name == "hooks.yaml" else SECRET)
    known = {"DESK_WEBHOOK_SECRET": SECRET, "PAGER_WEBHOOK_URL": "http://10.0.0.5/hook"}
    desk, pager = load(tmp_path / "hooks.yaml", secret_of=lambda name: SecretStr(known[name]))
    assert (desk.name, pager.name, len(pager.secrets), pager.tries) == ("desk", "pager", 2, 10)


async def test_the_lines_of_the_page_verify_what_was_sent_and_nothing_else() -> None:
    sender, at = Sender(), now()
    async with receiver() as there:
        message = Message(id="msg_1", type="t", occurred_at=at, body='{"text":"é"}'.encode())
        await sender.send(endpoint(there.url), message, at=at)
    await sender.stop()
    (got,) = there.received
    verified, clock = verifier(), at.timestamp()
    assert verified(got.headers, got.body, SECRET, clock)
    assert not verified(got.headers, got.body + b" ", SECRET, clock)
    assert not verified(got.headers, got.body, "whsec_" + "b2xk" * 8, clock)
    assert not verified({**got.headers, "webhook-id": "msg_2"}, got.body, SECRET, clock)
    assert not verified(got.headers, got.body, SECRET, clock + 301)
    assert not verified({**got.headers, "webhook-timestamp": str(int(clock) - 1)}, got.body, SECRET, clock)
