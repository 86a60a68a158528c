"""LiveKit: the SIP participant is transferred (cold), or the agent is called into the room (warm).

Twirp over HTTP, service livekit.SIP; access tokens are JWT with the grants that each call needs.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.jwk import OctKey
from pydantic import SecretStr

from infra.transfers.http import Client
from infra.transfers.ports import Bounds, attributes
from schemas.transfers import TransferContext

LIFETIME = timedelta(minutes=1)
MOST_HEADERS = 1_000  # SIP headers of a kilobyte pass most trunks


class LiveKitDesk:
    """One project; the room of a call bears the name of its leg."""

    def __init__(
        self, *, url: str, api_key: str, secret: SecretStr, target: str, trunk: str, now: Callable[[], datetime],
        participant: str = "caller", bounds: Bounds | None = None,
    ) -> None:
        """`target` is where the call goes: `tel:…` or `sip:…`; `participant` is the caller's identity in her room."""
        self.bounds = bounds or Bounds()
        self._url = url.rstrip("/")
        self._api_key = api_key
        self._secret = OctKey.import_key(secret.get_secret_value())
        self._target = target
        self._trunk = trunk
        self._now = now
        self._participant = participant
        self._client = Client()

    async def take(self, context: TransferContext) -> None:
        """Transfer the participant, or call the agent into her room; the context goes as SIP headers."""
        headers = {
            f"X-{name.replace('_', '-')}": value.replace("\r", " ").replace("\n", " ")
            for name, value in attributes(context, MOST_HEADERS).items()
        }
        if context.kind == "cold":
            await self._ask("TransferSIPParticipant", context, {
                "participant_identity": self._participant, "transfer_to": self._target, "headers": headers,
            })
            return
        await self._ask("CreateSIPParticipant", context, {
            "sip_trunk_id": self._trunk, "sip_call_to": self._target.removeprefix("tel:"),
            "participant_identity": "agent", "headers": headers, "wait_until_answered": True,
        })

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _ask(self, method: str, context: TransferContext, body: dict[str, object]) -> None:
        headers = {"Authorization": f"Bearer {self._token(context.leg)}"}
        url = f"{self._url}/twirp/livekit.SIP/{method}"
        await self._client.post(url, json={**body, "room_name": context.leg}, headers=headers)

    def _token(self, room: str) -> str:
        at = self._now()
        claims = {
            "iss": self._api_key, "sub": "callwarden", "nbf": int(at.timestamp()),
            "exp": int((at + LIFETIME).timestamp()), "video": {"roomAdmin": True, "room": room}, "sip": {"call": True},
        }
        return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, self._secret)
