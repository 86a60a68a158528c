"""Which addresses a message may go to: public ones, unless the endpoint says otherwise (OWASP, SSRF prevention)."""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

# Takes a name and a port and gives addresses; blocks.
Resolve = Callable[[str, int], Sequence[str]]

# Not for the public although some versions of Python call them global: protocol assignments (Oracle's metadata lies
# there), and the one public address that Azure answers its machines on.
NEVER: tuple[IPv4Network, ...] = (IPv4Network("192.0.0.0/24"), IPv4Network("168.63.129.16/32"))
NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
COMPATIBLE = IPv6Network("::/96")


class AddressRefused(Exception):
    """A message was to go where this endpoint may not reach."""


def resolve(name: str, port: int) -> list[str]:
    """Ask the system for the addresses of a name; raises OSError where there is none."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def public(address: str) -> bool:
    """Tell whether anybody on the internet would reach the same machine there; what cannot be read is not public."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(read, IPv6Address):
        inner = _embedded(read)
        return all(map(_public, inner)) if inner else _public(read)
    return _public(read)


def _embedded(address: IPv6Address) -> list[IPv4Address]:
    """Give the IPv4 addresses a packet to this one may end at: mapped, compatible, 6to4, Teredo, NAT64."""
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        return [address.sixtofour]
    if address.teredo is not None:
        return list(address.teredo)
    if address in COMPATIBLE or any(address in one for one in NAT64):
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    return []


def _public(address: IPv4Address | IPv6Address) -> bool:
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local
    if isinstance(address, IPv6Address):
        return address.is_global and not special and not address.is_site_local
    return address.is_global and not special and not any(address in one for one in NEVER)
