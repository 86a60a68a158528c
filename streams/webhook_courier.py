"""Takes deliveries to their endpoints and writes every try into the log; each endpoint waits for itself only."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from governance.errors import InputError
from governance.webhooks import Backoff
from infra.clock import now
from infra.database import transaction
from infra.keys import Keyring
from infra.webhooks import deliveries
from infra.webhooks.deliveries import Due
from infra.webhooks.sender import Endpoint, Message, Sender

log = structlog.get_logger()
AT_ONCE = 8  # to one endpoint
LOOK_EVERY_S = 0.5


class Courier:
    """Tries what is due; a crash after a try and before its record repeats the same webhook-id."""

    def __init__(
        self, *, engine: Engine, keyring: Keyring, sender: Sender, endpoints: Sequence[Endpoint],
        backoff: Backoff | None = None,
    ) -> None:
        """Take the parts; `backoff` says how long a failure is waited out."""
        self._engine = engine
        self._keyring = keyring
        self._sender = sender
        self._endpoints = endpoints
        self._backoff = backoff or Backoff()
        self._bells = {one.name: asyncio.Event() for one in endpoints}

    def ring(self) -> None:
        """Say that there is something new to deliver."""
        for bell in self._bells.values():
            bell.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with asyncio.TaskGroup() as rounds:
            for one in self._endpoints:
                rounds.create_task(self._serve(one))

    async def once(self, endpoint: Endpoint, *, at: datetime) -> int:
        """Try what is due to one endpoint at an instant; gives how many."""
        due, disabled = await asyncio.to_thread(self._claim, endpoint, at)
        if disabled:
            await asyncio.to_thread(self._give_up, endpoint, due, at)
        else:
            await asyncio.gather(*(self._try(endpoint, one, at) for one in due))
        return len(due)

    async def _serve(self, endpoint: Endpoint) -> None:
        bell = self._bells[endpoint.name]
        while True:
            bell.clear()
            try:
                if await self.once(endpoint, at=now()):
                    continue
            except DBAPIError as outside:
                log.warning("webhooks wait for the database", error=type(outside).__name__)
            try:
                await asyncio.wait_for(bell.wait(), LOOK_EVERY_S)
            except TimeoutError:
                continue

    def _claim(self, endpoint: Endpoint, at: datetime) -> tuple[list[Due], bool]:
        with transaction(self._engine) as connection:
            due = deliveries.claim(connection, endpoint, at=at, limit=AT_ONCE)
            return due, bool(due) and deliveries.disabled(connection, endpoint.name)

    def _give_up(self, endpoint: Endpoint, due: Sequence[Due], at: datetime) -> None:
        with transaction(self._engine) as connection:
            for one in due:
                deliveries.give_up(connection, self._keyring, endpoint, one, at=at)

    async def _try(self, endpoint: Endpoint, due: Due, at: datetime) -> None:
        body = await asyncio.to_thread(self._open, due)
        if body is None:
            return
        message = Message(id=due.delivery, type=due.type, occurred_at=due.occurred_at, body=body)
        attempt = await self._sender.send(endpoint, message, at=at)

        def record() -> str:
            with transaction(self._engine) as connection:
                follows = deliveries.record(
                    connection, self._keyring, endpoint, due, attempt, at=at, backoff=self._backoff
                )
            return "forgotten" if follows is None else follows.state

        state = await asyncio.to_thread(record)
        if attempt.outcome != "delivered":
            log.warning(
                "a webhook was not delivered", endpoint=endpoint.name, delivery=due.delivery, outcome=attempt.outcome,
                status=attempt.status, error=attempt.error, state=state,
            )

    def _open(self, due: Due) -> bytes | None:
        try:
            return self._keyring.open(key_id=due.key_id, ciphertext=due.body, context=due.delivery.encode())
        except InputError:  # its call was forgotten, so that nothing of it is told any more
            with transaction(self._engine) as connection:
                deliveries.drop(connection, due)
            return None
