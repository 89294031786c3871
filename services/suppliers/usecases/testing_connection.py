"""Tries the connection to the supplier step by step, as a person asks: what came back, and how long each step took.

Harmless for the supplier: it connects, shows our credentials, and asks one question that changes nothing.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from contextlib import suppress

from services.suppliers.contract import SupplierUnavailable, Transport, Try
from services.suppliers.domain.reachability import Step
from services.suppliers.exchange import Exchange

_MOST_SECONDS = 20.0
_LONGEST_ANSWER = 500


async def try_connection(exchange: Exchange, *, seconds: float = _MOST_SECONDS) -> Sequence[Step]:
    """Returns the steps that were tried; the first that does not work is the last."""
    steps: list[Step] = []
    ends = time.monotonic() + seconds
    try:
        async with asyncio.timeout(seconds), exchange.adapter.transport() as transport:
            await _try_each(transport, steps, ends)
    except (SupplierUnavailable, OSError) as error:
        steps.append(Step("end", False, _words(error, seconds), 0))
    return steps or [Step("connection", False, "this supplier's transport names no address and no step that could be tried", 0)]


async def _try_each(transport: Transport, steps: list[Step], ends: float) -> None:
    for each in [*_first_tries(transport), *transport.tries()]:
        steps.append(await _step(each, ends))
        if not steps[-1].worked:
            return


async def connect(host: str, port: int) -> str:
    """Connects and hangs up. Raises SupplierUnavailable."""
    try:
        _, writer = await asyncio.open_connection(host, port)
    except socket.gaierror as error:
        raise SupplierUnavailable(f"the name {host} is not known") from error
    except ConnectionRefusedError as error:
        raise SupplierUnavailable(f"nobody answers at {host}, port {port} (connection refused)") from error
    except OSError as error:
        raise SupplierUnavailable(f"{host}, port {port}: {error.strerror or error}") from error
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return f"{host} answers at port {port}"


def _first_tries(transport: Transport) -> Sequence[Try]:
    if (address := transport.address) is None:
        return ()
    host, port = address

    async def find_name() -> str:
        found = await asyncio.get_running_loop().getaddrinfo(host, port)
        return ", ".join(sorted({str(each[4][0]) for each in found}))

    async def find_port() -> str:
        return await connect(host, port)

    return (Try(f"name {host}", find_name), Try(f"connect to port {port}", find_port))


async def _step(tried: Try, ends: float) -> Step:
    began = time.monotonic()
    left = ends - began
    try:
        async with asyncio.timeout(left):
            answer, worked = await tried.run(), True
    except (SupplierUnavailable, OSError) as error:
        answer, worked = _words(error, left), False
    return Step(tried.name, worked, answer[:_LONGEST_ANSWER], round((time.monotonic() - began) * 1000))


def _words(error: Exception, seconds: float) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {seconds:.0f} s"
    return str(error) or type(error).__name__
