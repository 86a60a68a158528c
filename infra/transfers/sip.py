"""SIP REFER (RFC 3515) over UDP: the switch is asked to move a dialog that it holds (RFC 4538), and says how it went.

User-to-User (RFC 7433) has room for about 128 octets: the id of the handoff and two states, and no word of the call.
"""

import asyncio
import re
from contextlib import suppress
from hashlib import sha256
from typing import cast
from urllib.parse import quote

from infra.transfers.ports import Bounds, TransferRefused, TransferUnsure
from schemas.transfers import TransferContext

MOST_UUI = 128  # octets of the header's value, its parameters among them
T1_S, T2_S = 0.5, 4.0  # RFC 3261, 17.1.2.1
LEG = re.compile(r"[^\s;<>\"]{1,200}(?:;[a-z-]+=[^\s;<>\"]{1,128}){0,2}")
STATUS = re.compile(rb"^SIP/2\.0 (\d{3})")


class SipDesk:
    """One switch; the leg of a call is `call-id;local-tag=…;remote-tag=…` as the switch names the dialog."""

    def __init__(self, *, host: str, port: int, target: str, own: str, bounds: Bounds | None = None) -> None:
        """`target` takes the call (`sip:queue@pbx`), `own` is the address we speak for."""
        self.bounds = bounds or Bounds(timeout_ms=10_000)
        self._host, self._port = host, port
        self._target = target
        self._own = own

    async def take(self, context: TransferContext) -> None:
        """Send the REFER again until it is answered, then wait for the switch to tell the end (message/sipfrag)."""
        if LEG.fullmatch(context.leg) is None:
            raise TransferRefused("the leg is no dialog id")
        loop = asyncio.get_running_loop()
        try:
            transport, talk = await loop.create_datagram_endpoint(_Talk, remote_addr=(self._host, self._port))
        except OSError as outside:
            raise TransferUnsure(type(outside).__name__) from None
        try:
            host, port = transport.get_extra_info("sockname")[:2]
            asking = asyncio.create_task(self._again(transport, self.refer(context, host=host, port=port), talk))
            try:
                await _taken(talk)
            finally:
                asking.cancel()
                with suppress(asyncio.CancelledError):
                    await asking
        finally:
            transport.close()

    def refer(self, context: TransferContext, *, host: str, port: int) -> bytes:
        """Write the request; the branch is the transfer's own, so that a repetition is the same transaction."""
        call_id, _, tags = context.leg.partition(";")
        branch = sha256(context.transfer.encode()).hexdigest()[:24]
        to = f"{self._target}?User-to-User={quote(user_to_user(context), safe='')}"
        if context.kind == "warm":
            to += "&X-Callwarden-Transfer=warm"
        dialog = f"{call_id};{tags}" if tags else call_id
        lines = (
            f"REFER {self._target} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{branch};rport",
            "Max-Forwards: 70",
            f"From: <{self._own}>;tag={branch[:8]}",
            f"To: <{self._target}>",
            f"Call-ID: {branch}@callwarden",
            "CSeq: 1 REFER",
            f"Contact: <sip:callwarden@{host}:{port}>",
            f"Refer-To: <{to}>",
            f"Referred-By: <{self._own}>",
            f"Target-Dialog: {dialog}",
            "Require: tdialog",
            "Content-Length: 0",
        )
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def close(self) -> None:
        """Nothing is kept open."""

    async def _again(self, transport: asyncio.DatagramTransport, request: bytes, talk: "_Talk") -> None:
        wait_s = T1_S
        while not talk.answered.is_set():
            transport.sendto(request)
            with suppress(TimeoutError):
                await asyncio.wait_for(talk.answered.wait(), wait_s)
            wait_s = min(2 * wait_s, T2_S)


def user_to_user(context: TransferContext) -> str:
    """Give the header's value: what does not fit goes, from the end; the reference is the last to go."""
    parts = [context.handoff, f"d={context.disclosure}", f"c={context.consent}"]
    while True:
        value = ";".join(parts).encode().hex() + ";encoding=hex"
        if len(value) <= MOST_UUI:
            return value
        if len(parts) == 1:  # an id of more than 57 characters: its beginning is still found
            return parts[0].encode().hex()[: MOST_UUI - 14] + ";encoding=hex"
        parts.pop()


async def _taken(talk: "_Talk") -> None:
    status = await talk.final
    if 200 <= status < 300:
        return
    if status in (408, 480, 486, 503) or status >= 500:
        raise TransferUnsure(f"status {status}")
    raise TransferRefused(f"status {status}")


class _Talk(asyncio.DatagramProtocol):
    """Reads answers to the REFER and the NOTIFY requests of its subscription, and acknowledges those."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.answered = asyncio.Event()
        self.final: asyncio.Future[int] = loop.create_future()
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket."""
        self._transport = cast(asyncio.DatagramTransport, transport)  # of a datagram endpoint it is one in all but name

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - the base class gives it
        """Take one message."""
        if data.startswith(b"NOTIFY "):
            self._notified(data)
            return
        found = STATUS.match(data)
        if found is None:
            return
        status = int(found[1])
        if status >= 200:
            self.answered.set()
        if status >= 300:
            self._end(status)

    def error_received(self, exc: Exception) -> None:
        """Nobody is there: an answer of this kind may come before anybody listens."""
        if not self.final.done():
            self.final.set_exception(TransferUnsure(type(exc).__name__))

    def _notified(self, data: bytes) -> None:
        head, _, body = data.partition(b"\r\n\r\n")
        names = (b"via", b"from", b"to", b"call-id", b"cseq")
        kept = [line for line in head.split(b"\r\n")[1:] if line.split(b":")[0].strip().lower() in names]
        if self._transport is not None:
            answer = b"\r\n".join([b"SIP/2.0 200 OK", *kept, b"Content-Length: 0"])
            self._transport.sendto(answer + b"\r\n\r\n")
        found = STATUS.match(body)
        if found is not None and int(found[1]) >= 200:
            self._end(int(found[1]))

    def _end(self, status: int) -> None:
        if not self.final.done():
            self.final.set_result(status)
