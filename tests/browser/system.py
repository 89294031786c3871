"""A whole system in which much waits for a person: what a bookseller does wrong on an ordinary bad day, all at once.

Owns how it comes about. Must not know pages.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from local.demo import ORDERS
from local.lms.lms import SCOPES, Addresses, Lms, open_lms
from local.lms.order_file import read_orders
from local.simulators import CATALOGUE
from local.stack import Stack, StackOptions
from local.stack.options import SimulatorOptions
from local.stack.seeding import COUNCIL, seed

_ORDERS = 25
# Often enough that this few orders have each of them.
_BAD_DAY = (
    "substitute_offered=0.12",
    "price_held=0.1",
    "overcharged=0.3",
    "wrong_line_key=0.12",
    "wrong_references=0.12",
    "garbage=0.05",
    "break_after_upload=1.0",
    "silent=0.25",
)
# How long what a message names may still be on its way to us, before a person is asked.
_MATCH_SECONDS = 3.0
_OPTIONS = SimulatorOptions(
    catalogue=CATALOGUE,
    response_delay=0.2,
    despatch_delay=0.3,
    invoice_delay=0.3,
    national_invoices="despatch",
    national_proportions=_BAD_DAY,
    # So that a person must find out what became of a message whose sending broke off.
    national_archive=False,
)


@asynccontextmanager
async def bad_day() -> AsyncIterator[Stack]:
    """Yields a system that has placed the first orders of the demo. Nothing that arrives is unpacked."""
    folder = Path(tempfile.mkdtemp(prefix="stockbridge-pages-"))
    try:
        async with Stack(StackOptions(folder, simulators=_OPTIONS, match_seconds=_MATCH_SECONDS)) as stack:
            await seed(stack)
            here = stack.endpoints
            addresses = Addresses(here.orders, here.catalogue, here.delivery, here.lms, lambda: stack.token(COUNCIL, *SCOPES))
            async with open_lms(addresses, seed=1) as lms:
                await _place_orders(lms)
            yield stack
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _place_orders(lms: Lms) -> None:
    for order in read_orders(ORDERS)[:_ORDERS]:
        await lms.place(order)
