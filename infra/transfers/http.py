"""One bounded HTTP exchange of a desk: what its status means for a transfer."""

from collections.abc import Mapping
from types import TracebackType

import aiohttp

from infra.transfers.ports import TransferRefused, TransferUnsure

AGAIN = frozenset({408, 425, 429})


class Client:
    """Posts to one carrier; redirects are not followed, as they would carry the login elsewhere."""

    def __init__(self, *, headers: Mapping[str, str] | None = None, auth: aiohttp.BasicAuth | None = None) -> None:
        self._headers = dict(headers or {})
        self._auth = auth
        self._session: aiohttp.ClientSession | None = None

    async def post(
        self, url: str, *, form: Mapping[str, str] | None = None, json: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Post; raises TransferRefused for an answer that stays the same, TransferUnsure for any other fault."""
        if self._session is None:
            self._session = aiohttp.ClientSession(headers=self._headers, auth=self._auth)
        try:
            asked = self._session.post(url, data=form, json=json, headers=headers, allow_redirects=False)
            async with asked as answer:
                status = answer.status
        except (aiohttp.ClientError, OSError, ValueError) as outside:
            raise TransferUnsure(type(outside).__name__) from None
        if 200 <= status < 300:
            return
        if status in AGAIN or status >= 500:
            raise TransferUnsure(f"status {status}")
        raise TransferRefused(f"status {status}")

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, kind: type[BaseException] | None, one: BaseException | None, at: TracebackType | None
    ) -> None:  # fmt: skip
        await self.close()
