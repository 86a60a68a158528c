"""A supervisor ends a handoff that nobody has accepted: why, and that the call goes on without a person."""

from collections.abc import Mapping
from typing import Any

from api.console.asking import path
from api.console.dialogs import Question, ask
from api.console.look import doing
from api.console.persons import Visit

UNACCEPTED = ("offered", "claimed", "declined", "released", "expired")
WHY = ("Nobody is there any more", "Asked for by mistake", "She is called back instead")


def ask_why(visit: Visit, handoff: Mapping[str, Any]) -> None:
    """Ask why, and do it."""

    async def told(said: Mapping[str, str]) -> None:
        async def end() -> None:
            headers = {"If-Match": f'"{handoff["version"]}"'}
            await visit.ask.post(path("handoffs", handoff["handoff"], "withdraw"), said, headers)

        await doing(end(), said="Withdrawn. The assistant tells the caller and goes on with her.")

    ask(f"Nobody is to take {handoff['call_id']}", [
        Question("reason", "Why; it is written down with your name", shortest=3, ready=WHY),
    ], act=told, go="Withdraw it", danger=True)
