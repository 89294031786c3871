"""Says, once a new system runs, where to look and what to type next."""

from __future__ import annotations

import json
import shlex
from itertools import cycle
from pathlib import Path

from local.lms.branches import BRANCHES, read_branches
from local.lms.lms import SCOPES
from local.provider.people import PEOPLE
from local.stack.further import address_of
from local.stack.mailboxes import LOGINS
from local.stack.options import ExtraSupplier
from local.stack.seeding import COUNCIL
from local.stack.stack import Stack
from shared.clock import SystemClock

_NAMES = ", ".join(f"{person.name} ({person.role})" for person in PEOPLE.values() if person.council == COUNCIL)
_EVERYWHERE = ", ".join(person.name for person in PEOPLE.values() if person.council is None)
# A branch of the sample order.
_BRANCH = "IPSW"


def welcome(stack: Stack, settings: Path) -> str:
    """Returns where to look and how to order, for the terminal. `settings`: the file that makes a terminal the LMS."""
    return "\n".join([*_pages(stack), "", *_next(settings), "", *_further_suppliers(stack), *_apis(stack)])


def _pages(stack: Stack) -> list[str]:
    return [
        "Stockbridge is running. Ctrl-C stops it.",
        "",
        f"Pages for staff: {stack.page}",
        f"  Sign in with a click: {_NAMES} of {COUNCIL}, or {_EVERYWHERE} of all councils.",
        "  Where two people must agree (`Changes of rules and switches`), Ann changes a rule and Bob approves it.",
    ]


def _next(settings: Path) -> list[str]:
    return [
        f"{COUNCIL} has branches, funds and sourcing rules, and has placed its first order, SAMPLE-1.",
        "Next, in another terminal, place an order of your own, and see what becomes of it:",
        f"  . {shlex.quote(str(settings))}",
        f"  {ordering_line('MY-1')}",
        '  curl -K "$AS_LMS" "$LMS/v1/changes?wait=30"',
        f"Change {settings.parent / 'my-order.json'} for the next one. docs/connect-an-lms.md goes on from here.",
        f"Koha, Evergreen and FOLIO have mailboxes; {settings.parent / LOGINS} opens them, and local/README.md orders by them.",
    ]


def ordering_line(key: str) -> str:
    """Returns the shell command that places the order in `my-order.json`; repeated, it gets the first answer again."""
    return f"""curl -K "$AS_LMS" "$ORDERS/v1/orders" -H 'Idempotency-Key: {key}' -d "@$HERE/my-order.json\""""


def _apis(stack: Stack) -> list[str]:
    return [
        "APIs, with their documents:",
        *(f"  {name:<20} {url}/docs" for name, url in stack.endpoints.all().items()),
    ]


def _further_suppliers(stack: Stack) -> list[str]:
    extra = [_further(stack, one, branch) for one, branch in zip(stack.options.extra_suppliers, cycle(_branches()))]
    return [*extra, ""] if extra else []


def _branches() -> list[str]:
    """Returns the council's branches, that of the sample order first: two rules of one branch and day would be refused."""
    return sorted(read_branches(BRANCHES), key=lambda code: (code != _BRANCH, code))


def _further(stack: Stack, extra: ExtraSupplier, branch: str) -> str:
    """Returns where a further supplier's simulator listens, and the shell command that gives it the orders of a branch."""
    where = f" Its simulator listens on {address_of(extra.simulator)}." if extra.simulator else ""
    rule = {"supplier_id": extra.supplier_id, "branch": branch, "valid_from": SystemClock().today().isoformat()}
    headers = (f"Authorization: Bearer {stack.token(COUNCIL, *SCOPES)}", "Content-Type: application/json")
    options = [each for header in (*headers, f"Idempotency-Key: orders-for-{extra.supplier_id}") for each in ("-H", header)]
    command = shlex.join(["curl", "-sS", f"{stack.endpoints.orders}/v1/sourcing-rules", *options, "-d", json.dumps(rule)])
    return f"{extra.supplier_id} takes part.{where} This gives it the orders of {branch} from today on:\n  {command}"
