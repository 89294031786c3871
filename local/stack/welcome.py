"""Makes a new system ready for its first order, and says how to place it."""

from __future__ import annotations

import shlex
from pathlib import Path

from local.lms.branches import BRANCHES, read_branches
from local.lms.lms import SCOPES, Addresses, open_lms
from local.stack.options import COUNCILS
from local.stack.stack import Stack

SAMPLE_ORDER = Path(__file__).parent / "sample-order.json"
_COUNCIL = next(iter(COUNCILS))
_SEED = 0  # the LMS decides nothing here


async def set_up_council(stack: Stack) -> None:
    """Gives the first council its branches and sourcing rules, unless it has branches: then somebody worked here before."""
    here = stack.endpoints
    addresses = Addresses(here.orders, here.catalogue, here.delivery, lambda: stack.token(_COUNCIL, *SCOPES))
    async with open_lms(addresses, _SEED) as lms:
        if not await lms.has_branches():
            await lms.set_up(read_branches(BRANCHES), only=None)


def welcome(stack: Stack) -> str:
    """Returns where to look and how to order, for the terminal."""
    token = stack.token(_COUNCIL, *SCOPES)
    page = stack.page
    lines = [
        "Stockbridge is running. Ctrl-C stops it.",
        "The page for staff:",
        f"  {page}",
        "APIs, with their documents:",
        *(f"  {name:<20} {url}/docs" for name, url in stack.endpoints.all().items()),
        f"A token of the library system of {_COUNCIL}, for the APIs:",
        f"  {token}",
        "A token of operations staff, for all councils:",
        f"  {page.partition('token=')[2]}",
        f"{_COUNCIL} has branches and sourcing rules. This places a sample order, which the page then shows:",
        f"  {ordering_line(stack.endpoints.orders, token)}",
    ]
    return "\n".join(lines)


def ordering_line(orders_url: str, token: str) -> str:
    """Returns the shell command that places the sample order; repeated, it gets the first answer again."""
    return shlex.join(
        [
            "curl", "-sS", f"{orders_url}/v1/orders",
            "-H", f"Authorization: Bearer {token}",
            "-H", "Content-Type: application/json",
            "-H", 'Idempotency-Key: "sample-1"',
            "-d", f"@{SAMPLE_ORDER}",
        ]
    )  # fmt: skip
