"""Answers to callers: the same shape for every supplier, and a clear problem for every bad request."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from local.bad_requests.run import send_all
from local.demo import ORDERS
from local.demo.play import Patience, Run
from local.lms.branches import BRANCHES, branches_of
from local.lms.lms import SCOPES, Addresses, open_lms
from local.lms.order_file import read_orders
from local.simulators import CATALOGUE
from local.stack import Stack, StackOptions
from local.stack.options import COUNCILS, SimulatorOptions

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

Shape = Mapping[str, set[str]]
_ORDERS = read_orders(ORDERS)[:12]


@dataclass(frozen=True, slots=True)
class Answers:
    """The final answers to one LMS."""

    orders: list[object]
    listed: list[object]
    consignments: list[object]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[Stack]:
    """One stack for both tests. An answer to an unknown order waits only a short time for the order."""
    folder = Path(tempfile.mkdtemp(prefix="stockbridge-answers-"))
    # The price of a book that is offered instead is content, too.
    simulators = SimulatorOptions(catalogue=CATALOGUE, national_proportions=("substitute_offered=0",))
    options = StackOptions(folder, simulators=simulators, match_seconds=10)
    try:
        async with Stack(options) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def test_orders_look_the_same_whoever_supplies(stack: Stack) -> None:
    """An answer does not reveal the supplier to the LMS."""
    consortium, national = await asyncio.gather(
        *(_bought_from(stack, supplier, council) for supplier, council in zip(("consortium", "national"), COUNCILS, strict=True))
    )
    assert len(consortium.orders) == len(national.orders) == len(_ORDERS)
    for name in ("orders", "listed", "consignments"):
        assert _shape(getattr(consortium, name)) == _shape(getattr(national, name)), name


async def test_bad_requests_get_clear_answers_and_lose_nothing(stack: Stack) -> None:
    """What was accepted nevertheless is held where staff see it."""
    answers = await send_all(stack)
    assert len(answers) >= 30
    assert [answer for answer in answers if answer.status >= 500] == []
    assert [answer for answer in answers if not answer.expected] == []


async def _bought_from(stack: Stack, supplier: str, council: str) -> Answers:
    """Places the orders for a council that buys all from one supplier, and reads everything that an LMS can read about them."""
    here = stack.endpoints
    addresses = Addresses(here.orders, here.catalogue, here.delivery, here.lms, lambda: stack.token(council, *SCOPES))
    async with open_lms(addresses, seed=1) as lms:
        await lms.set_up(branches_of(_ORDERS, BRANCHES), only=supplier)
        outcome = await Run(lms, _ORDERS, lambda _: None).play(Patience(quiet=3, limit=300))
    assert outcome.faults == []
    assert {copy.supplier for copy in outcome.copies.values()} == {supplier}
    headers = {"Authorization": f"Bearer {addresses.token()}"}
    async with httpx.AsyncClient(headers=headers, trust_env=False) as client:
        listed = await _items(client, f"{here.orders}/v1/orders?limit=200")
        consignments = await _items(client, f"{here.delivery}/v1/consignments?limit=200")
        assert await _offering(client, here.catalogue) == {supplier}, "prices of suppliers that do not serve it"
        return Answers(
            orders=[_undecided((await client.get(f"{here.orders}/v1/orders/{order['order_id']}")).json()) for order in listed],
            # How many copies are in which state is content; that each state's number is a number is not.
            listed=[{**order, "copies": _numbers(order["copies"])} for order in listed],
            consignments=list(consignments),
        )


async def _offering(client: httpx.AsyncClient, catalogue: str) -> set[str]:
    """Returns the suppliers that offered the ordered books, as the council sees it: the rules came by an event."""
    books = sorted({line.isbn for order in _ORDERS for line in order.lines})
    items = (await client.get(f"{catalogue}/v1/offers", params={"isbn": books[:100]})).json()["items"]
    return {each["supplier_id"] for book in items for each in book["suppliers"] if each["offers"]}


async def _items(client: httpx.AsyncClient, url: str) -> list[dict[str, object]]:
    items: list[dict[str, object]] = (await client.get(url)).json()["items"]
    return items


def _undecided(order: dict[str, list[dict[str, object]]]) -> dict[str, list[dict[str, object]]]:
    """Returns an order whose lines all have a list of decisions, as if it were empty: what is to be decided is content."""
    for line in order["lines"]:
        assert isinstance(line["decisions"], list)
        line["decisions"] = []
    return order


def _numbers(copies: object) -> list[object]:
    assert isinstance(copies, dict)
    return [*copies.values()]


def _shape(documents: Iterable[object]) -> Shape:
    """Path -> types found there, over all documents. Items of a list are one path: how many there are is no shape.

    That a field can be null is its own affair, as the line's own entries of a timeline that name no copy; but one that is
    always null from one supplier and not from the other has no type here and differs.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for document in documents:
        _note(document, "", found)
    return dict(found)


def _note(value: object, path: str, found: defaultdict[str, set[str]]) -> None:
    found[path] |= set() if value is None else {type(value).__name__}
    if isinstance(value, dict):
        for key, inner in value.items():
            _note(inner, f"{path}/{key}", found)
    elif isinstance(value, list):
        for inner in value:
            _note(inner, f"{path}/*", found)
