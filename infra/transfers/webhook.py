"""Any desk that takes a signed webhook (Standard Webhooks): the whole context as one CloudEvent; 2xx takes the call."""

import json
from collections.abc import Callable
from datetime import datetime

from infra.transfers.ports import Bounds, TransferRefused, TransferUnsure
from infra.webhooks.sender import Endpoint, Message, Sender
from schemas.transfers import TransferContext

TYPE = "callwarden.transfer.v1"
REFUSED_FROM, REFUSED_TO = 400, 500
AGAIN = (408, 425, 429)


class WebhookDesk:
    """One endpoint of the operator's."""

    def __init__(self, *, endpoint: Endpoint, now: Callable[[], datetime], bounds: Bounds | None = None) -> None:
        """Take the endpoint, whose secrets sign."""
        self.bounds = bounds or Bounds(timeout_ms=endpoint.timeout_ms)
        self._endpoint = endpoint
        self._now = now
        self._sender = Sender()

    async def take(self, context: TransferContext) -> None:
        """Send it; a repetition has the same webhook-id."""
        at = self._now()
        body = {
            "specversion": "1.0", "id": context.transfer, "source": "/callwarden/transfers", "type": TYPE,
            "subject": context.call_id, "time": at.isoformat(), "datacontenttype": "application/json",
            "data": context.model_dump(mode="json"),
        }
        message = Message(
            id=context.transfer, type=TYPE, occurred_at=at, body=json.dumps(body, ensure_ascii=False).encode()
        )
        attempt = await self._sender.send(self._endpoint, message, at=at)
        if attempt.outcome == "delivered":
            return
        status = attempt.status or 0
        fixed = REFUSED_FROM <= status < REFUSED_TO and status not in AGAIN
        if fixed or attempt.outcome == "refused":
            raise TransferRefused(attempt.error or "refused")
        raise TransferUnsure(attempt.error or attempt.outcome)

    async def close(self) -> None:
        """Close the connections."""
        await self._sender.stop()
