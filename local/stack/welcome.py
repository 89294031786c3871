"""Makes a new system ready for its first order, and says how to place it."""

from __future__ import annotations

import json
import shlex
from itertools import cycle
from pathlib import Path

from local.lms.branches import BRANCHES, read_branches
from local.lms.lms import SCOPES, Addresses, open_lms
from local.stack.further import address_of
from local.stack.options import COUNCILS, ExtraSupplier
from local.stack.stack import Stack
from shared.clock import SystemClock

SAMPLE_ORDER = Path(__file__).parent / "sample-order.json"
_COUNCIL = next(iter(COUNCILS))
# A branch of the sample order.
_BRANCH = "IPSW"
_SEED = 0  # the LMS decides nothing here


async def set_up_council(stack: Stack) -> None:
    """Gives the first council its branches and sourcing rules, unless it has branches: then somebody worked here before."""
    here = stack.endpoints
    addresses = Addresses(here.orders, here.catalogue, here.delivery, here.lms, lambda: stack.token(_COUNCIL, *SCOPES))
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
        f"The page for two people of {_COUNCIL}; below `Changes of rules and switches`, each may approve what the other changes:",
        *(f"  {stack.page_of(_COUNCIL, person)}" for person in ("ann", "bob")),
        "APIs, with their documents:",
        *(f"  {name:<20} {url}/docs" for name, url in stack.endpoints.all().items()),
        *(_further(stack, extra, branch) for extra, branch in zip(stack.options.extra_suppliers, cycle(_branches()))),
        f"A token of the library system of {_COUNCIL}, for the APIs:",
        f"  {token}",
        "A token of operations staff, for all councils:",
        f"  {page.partition('token=')[2]}",
        f"{_COUNCIL} has branches and sourcing rules. This places a sample order, which the page then shows:",
        f"  {ordering_line(stack.endpoints.orders, token)}",
    ]
    return "\n".join(lines)


def _branches() -> list[str]:
    """Returns the council's branches, that of the sample order first: two rules of one branch and day would be refused."""
    return sorted(read_branches(BRANCHES), key=lambda code: (code != _BRANCH, code))


def _further(stack: Stack, extra: ExtraSupplier, branch: str) -> str:
    """Returns where a further supplier's simulator listens, and the shell command that gives it the orders of a branch."""
    where = f" Its simulator listens on {address_of(extra.simulator)}." if extra.simulator else ""
    rule = {"supplier_id": extra.supplier_id, "branch": branch, "valid_from": SystemClock().today().isoformat()}
    options = ("-H", f"Idempotency-Key: orders-for-{extra.supplier_id}", "-d", json.dumps(rule))
    command = _post(f"{stack.endpoints.orders}/v1/sourcing-rules", stack.token(_COUNCIL, *SCOPES), *options)
    return f"{extra.supplier_id} takes part.{where} This gives it the orders of {branch} from today on:\n  {command}"


def ordering_line(orders_url: str, token: str) -> str:
    """Returns the shell command that places the sample order; repeated, it gets the first answer again."""
    return _post(f"{orders_url}/v1/orders", token, "-H", 'Idempotency-Key: "sample-1"', "-d", f"@{SAMPLE_ORDER}")


def _post(url: str, token: str, *options: str) -> str:
    headers = ("-H", f"Authorization: Bearer {token}", "-H", "Content-Type: application/json")
    return shlex.join(["curl", "-sS", url, *headers, *options])
