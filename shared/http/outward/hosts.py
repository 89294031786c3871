"""The addresses of strangers' hosts: resolved here, and checked before anybody connects to one, whatever protocol follows."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import TypeAlias

from shared.http.outward.addresses import Address
from shared.http.outward.urls import Allowed

Resolver: TypeAlias = Callable[[str], Awaitable[Sequence[Address]]]
"""Returns the addresses of a host. Raises OSError where it has none."""

# Servers of names may be slow on purpose, and each of them holds a thread: asyncio's own are needed for other things.
_RESOLVING = ThreadPoolExecutor(32, thread_name_prefix="resolving")


async def resolve(host: str) -> Sequence[Address]:
    """Returns the addresses that the system's resolver has for a host."""
    ask_system = asyncio.get_running_loop().run_in_executor(_RESOLVING, _system_addresses, host)
    return [ip_address(text) for text in dict.fromkeys(await ask_system)]


async def checked_addresses(host: str, allowed: Allowed, resolver: Resolver = resolve) -> Sequence[Address]:
    """Returns the addresses of a host. Raises RefusedUrl where one of them may not be asked, OSError where it has none.

    Connect to one of these, not to the name, which may mean another address a second later.
    """
    addresses = await _addresses(host, resolver)
    allowed.check(host, addresses)
    return addresses


async def _addresses(host: str, resolver: Resolver) -> Sequence[Address]:
    try:
        return [ip_address(host)]
    except ValueError:
        return await resolver(host)


def _system_addresses(host: str) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
