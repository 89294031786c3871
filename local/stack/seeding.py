"""Gives a new system what a council has on its first day: branches, sourcing rules, funds, and an order.

Must not know how that is shown to people.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from local.lms.branches import BRANCHES, read_branches
from local.lms.lms import SCOPES, Addresses, Lms, open_lms
from local.stack.options import COUNCILS
from local.stack.stack import Stack
from shared.clock import SystemClock

COUNCIL = next(iter(COUNCILS))
SAMPLE_ORDER = Path(__file__).parent / "sample-order.json"
# Those that the sample orders name, and the demo's.
FUNDS = {
    "ADULT-FIC": "Adult fiction",
    "ADULT-NF": "Adult non-fiction",
    "CHILDREN": "Children's books",
    "LARGE-PRINT": "Large print",
}
_SEED = 0  # the LMS decides nothing here
_APRIL = 4


async def seed(stack: Stack) -> None:
    """Sets up the first council, unless it has branches: then somebody worked here before."""
    here = stack.endpoints
    addresses = Addresses(here.orders, here.catalogue, here.delivery, here.lms, lambda: stack.token(COUNCIL, *SCOPES))
    async with open_lms(addresses, _SEED) as lms:
        if not await lms.has_branches():
            await _set_up(lms)


async def _set_up(lms: Lms) -> None:
    await lms.set_up(read_branches(BRANCHES), only=None)
    await lms.orders.put("/v1/funds", funds(SystemClock().today()))
    await lms.orders.post("/v1/orders", json.loads(SAMPLE_ORDER.read_text()), key="sample-1")


def funds(today: date) -> list[dict[str, Any]]:
    """Returns the council's funds as the order book takes them, with the financial year of a day and the next one."""
    first = today.year if today.month >= _APRIL else today.year - 1
    years = [
        {"year": f"{year}-{(year + 1) % 100:02}", "starts_on": f"{year}-04-01", "ends_on": f"{year + 1}-03-31"}
        for year in (first, first + 1)
    ]
    return [{"code": code, "name": name, "years": years} for code, name in FUNDS.items()]
