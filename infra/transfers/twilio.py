"""Twilio: cold into a TaskRouter workflow with the context as task attributes, warm into a conference with the agent.

Twilio's REST API, 2010-04-01; the call is updated with TwiML. Task attributes hold 4,096 characters.
"""

import json
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

import aiohttp
from pydantic import SecretStr

from infra.transfers.http import Client
from infra.transfers.ports import Bounds, attributes
from schemas.transfers import TransferContext

MOST_ATTRIBUTES = 4_000


class TwilioDesk:
    """One account."""

    def __init__(
        self, *, url: str, account: str, token: SecretStr, workflow: str, caller_id: str, agent: str,
        bounds: Bounds | None = None,
    ) -> None:
        """`workflow` takes cold calls; `agent` is dialled from `caller_id` for warm ones."""
        self.bounds = bounds or Bounds()
        self._base = f"{url.rstrip('/')}/2010-04-01/Accounts/{quote(account, safe='')}"
        self._workflow = workflow
        self._caller_id = caller_id
        self._agent = agent
        self._client = Client(auth=aiohttp.BasicAuth(account, token.get_secret_value()))

    async def take(self, context: TransferContext) -> None:
        """Move the caller's leg; warm: the agent is in the conference first, so that nobody waits in an empty one."""
        if context.kind == "warm":
            room = quote(context.transfer, safe="")
            await self._client.post(f"{self._base}/Conferences/{room}/Participants.json", form={
                "From": self._caller_id, "To": self._agent, "Label": "agent", "EndConferenceOnExit": "true",
            })
        call = quote(context.leg, safe="")
        await self._client.post(f"{self._base}/Calls/{call}.json", form={"Twiml": self.twiml(context)})

    def twiml(self, context: TransferContext) -> str:
        """Write what the caller's leg does from now on."""
        if context.kind == "warm":
            return f"<Response><Dial><Conference>{escape(context.transfer)}</Conference></Dial></Response>"
        task = json.dumps(attributes(context, MOST_ATTRIBUTES), ensure_ascii=False)
        return (
            f"<Response><Enqueue workflowSid={quoteattr(self._workflow)}>"
            f'<Task priority="{10 - context.priority}">{escape(task)}</Task></Enqueue></Response>'
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()
