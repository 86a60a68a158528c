"""Which payment windows are open now, for those who send audio: frames of one are sealed under a key of its own.

That key is destroyed when the window is over, so that what lies on the audio topics opens no more.
"""

import asyncio

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from infra import payment_windows
from infra.clock import now
from infra.database import transaction
from infra.keys import Keyring
from infra.payment_windows import Call, Kept, key_name

log = structlog.get_logger()
LOOK_EVERY_S = 0.2


class PaymentWatch:
    """Knows of a window a fifth of a second after it opened; asking it never waits."""

    def __init__(self, *, engine: Engine, keyring: Keyring) -> None:
        """Take the parts; `run` looks."""
        self._engine = engine
        self._keyring = keyring
        self._open: dict[Call, Kept] = {}

    async def run(self) -> None:
        """Look until cancelled; while the database is away what is known stays known."""
        while True:
            try:
                self._open = await asyncio.to_thread(self.look)
            except DBAPIError as outside:
                log.warning("payment windows are not heard of", error=type(outside).__name__)
            await asyncio.sleep(LOOK_EVERY_S)

    def look(self) -> dict[Call, Kept]:
        """Give the windows that are open, their keys made."""
        with transaction(self._engine) as connection:
            found = payment_windows.open_now(connection, now=now())
        for one in found:
            self._keyring.ensure(tenant=one.tenant, call_id=key_name(one))
        return {(one.tenant, one.call_id): one for one in found}

    def open(self, *, tenant: str, call_id: str) -> bool:
        """Tell whether a call has a window open."""
        one = self._open.get((tenant, call_id))
        return one is not None and one.window.open_at(now())

    def key_of(self, *, tenant: str, call_id: str) -> str:
        """Give the name of the key for audio of a call: its own, or that of its open window."""
        one = self._open.get((tenant, call_id))
        return key_name(one) if one is not None and one.window.open_at(now()) else call_id
