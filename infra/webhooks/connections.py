"""Connections to addresses that were looked at, kept open, without redirects, cookies or proxies (aiohttp)."""

import asyncio
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from infra.webhooks import addresses
from infra.webhooks.addresses import AddressRefused, Resolve

KEEP_ALIVE_S = 60.0


class CheckedNames(AbstractResolver):
    """Gives addresses that were looked at; these and no others are connected to."""

    def __init__(self, look_up: Resolve, threads: ThreadPoolExecutor, *, private: bool) -> None:
        """Take where names are looked up, and in which threads; `private` allows the house's own network."""
        self._look_up = look_up
        self._threads = threads
        self._private = private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Look a name up once; one address that is not public spoils all of them."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, self._look_up, host, port)
        if not self._private and not all(map(addresses.public, found)):
            raise AddressRefused("private_address")
        each = [(one, socket.AF_INET6 if ":" in one else socket.AF_INET) for one in found]
        return [
            ResolveResult(
                hostname=host, host=one, port=port, family=kind, proto=socket.IPPROTO_TCP, flags=socket.AI_NUMERICHOST
            )
            for one, kind in each
            if family in (socket.AF_UNSPEC, kind)
        ]

    async def close(self) -> None:
        """Nothing is kept."""


def session(names: CheckedNames, *, tls: ssl.SSLContext | None, private: bool) -> aiohttp.ClientSession:
    """Make a pool of connections without an upper number: who hangs holds up nobody else."""
    connector = aiohttp.TCPConnector(
        ssl=True if tls is None else tls, resolver=names, socket_factory=_socket if private else _public_socket,
        use_dns_cache=False, keepalive_timeout=KEEP_ALIVE_S, limit=0,
    )
    trace = aiohttp.TraceConfig()
    trace.on_connection_reuseconn.append(_reused)
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None), trace_configs=[trace],
    )


def _socket(info: aiohttp.AddrInfoType) -> socket.socket:
    family, kind, protocol, _, _ = info
    return socket.socket(family, kind, protocol)


def _public_socket(info: aiohttp.AddrInfoType) -> socket.socket:
    """Make the socket of one connection: the last place at which its address is looked at, whatever came before."""
    if not addresses.public(str(info[4][0])):
        raise AddressRefused("private_address")
    return _socket(info)


async def _reused(
    _: aiohttp.ClientSession, context: SimpleNamespace, __: aiohttp.TraceConnectionReuseconnParams
) -> None:
    context.trace_request_ctx.connection = True
