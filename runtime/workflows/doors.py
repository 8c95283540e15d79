"""Which machines may be called: public ones, and those of the house's own network that an administrator allowed.

A name is resolved once, every address it has is looked at, and the call goes to the very address that was looked at: a name
that means something else a moment later leads nowhere new.
"""

from __future__ import annotations

import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from runtime.errors import Problem
from runtime.workflows.failed import Unsent

PORTS = {"http": 80, "https": 443}
LONGEST = 2_000
TRIED = 3  # addresses of one name that are tried
# IPv6 addresses that carry an IPv4 address: it is the one that counts. The number says where in the 128 bits it ends.
CARRIERS = ((IPv6Network("::/96"), 0), (IPv6Network("64:ff9b::/96"), 0), (IPv6Network("64:ff9b:1::/48"), 0), (IPv6Network("2002::/16"), 80))


def shut(code: str, passing: bool = False, **params: str) -> Unsent:
    """The call is not made."""
    return Unsent(Problem("url", code, params), passing=passing)


@dataclass(frozen=True, slots=True)
class Door:
    """Where a call goes: `addresses` are what is connected to, the first that answers; `host` is what it calls itself there."""

    tls: bool
    host: str
    addresses: tuple[str, ...]
    port: int
    path: str

    @property
    def origin(self) -> tuple[bool, str, int]:
        """Two addresses with one origin are the same machine by the same way."""
        return self.tls, self.host, self.port

    @property
    def named(self) -> str:
        """The host as the Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS["https" if self.tls else "http"] else f"{host}:{self.port}"


def opened(url: str, allowed: Collection[str] = ()) -> Door:
    """The door of an address; raises Unsent."""
    parts, host, port = split(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Door(parts.scheme == "https", host, _addresses(host, port, host in allowed), port, path)


def split(url: str) -> tuple[SplitResult, str, int]:
    """An address in its parts: a scheme we speak, a host, a port, no name and password; raises Unsent."""
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise shut("call_address")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise shut("call_address") from None
    if parts.scheme not in PORTS or not host or "@" in parts.netloc:
        raise shut("call_address")
    return parts, host, port


def _addresses(host: str, port: int, allowed: bool) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise shut("call_no_such_host", passing=True, host=host[:100]) from None
    addresses = tuple(dict.fromkeys(str(one[4][0]) for one in found))
    if not allowed and not all(public(address) for address in addresses):
        raise shut("call_private", host=host[:100])
    return addresses[:TRIED]


def public(address: str) -> bool:
    """Whether an address is one of the open internet: not of this machine, this network, or nobody's."""
    ip = ip_address(address.partition("%")[0])
    inner = _carried(ip) if isinstance(ip, IPv6Address) else None
    if inner is not None:
        ip = inner
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local)


def _carried(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside an IPv6 one."""
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.teredo is not None:
        return ip.teredo[1]
    shift = next((bits for network, bits in CARRIERS if ip in network), None)
    return None if shift is None else IPv4Address((int(ip) >> shift) & 0xFFFFFFFF)
