"""A person moves single copies to another supplier: placed there once the first one has cancelled, or is known to."""

from typing import Any

import httpx
import pytest

from shared.contracts.orders import CancellationRequested, LinesAdded, OrderingSwitchChanged
from shared.contracts.suppliers import SupplierAnnounced
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import NOW, answered, line_of
from tests.services.orders.switched import Switches

CANCELLED, REFUSED = "222", "200"


@pytest.fixture
def switches(orders: Orders) -> Switches:
    return Switches(orders)


def copies_of(order: dict[str, Any], supplier: str, line: int = 1) -> list[str]:
    return [copy["copy_id"] for copy in line_of(order, supplier, line)["copies"]]


def states(order: dict[str, Any], supplier: str) -> list[str]:
    return [copy["state"] for line in order["lines"] if line["supplier_id"] == supplier for copy in line["copies"]]


def body(copy_ids: list[str], **other: Any) -> dict[str, Any]:
    return {"copy_ids": copy_ids, "to_supplier": "national", "reason": "it is needed sooner", **other}


async def moved(orders: Orders, order: dict[str, Any], asked: dict[str, Any]) -> httpx.Response:
    return await orders.decide(f"/v1/orders/{order['order_id']}/moves", asked, If_Match=f'"{order["version"]}"')


def codes(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


async def test_a_copy_is_placed_elsewhere_once_its_supplier_has_cancelled_it(orders: Orders, switches: Switches) -> None:
    placed = await orders.placed(an_order())
    (one,) = copies_of(placed, "consortium")
    answer = await moved(orders, placed, body([one]))
    assert answer.status_code == 202, answer.text
    assert states(answer.json(), "national") == ["ordered"] * 2
    await switches.turn()
    line = line_of(answer.json(), "consortium", 1)
    await orders.hear(answered(placed, line, CANCELLED))
    order = await orders.read(placed["order_id"])
    assert states(order, "national") == ["ordered"] * 3
    assert [copy["replaces_copy_id"] for line in order["lines"] for copy in line["copies"] if copy["replaces_copy_id"]] == [one]
    await switches.turn()
    sent = await orders.sent()
    asked = [event for event in sent if isinstance(event, CancellationRequested)]
    assert [(event.reason, event.still_wanted) for event in asked] == [("it is needed sooner", True)]
    assert [line.supplier_id for event in sent if isinstance(event, LinesAdded) for line in event.lines] == ["national"]


async def test_a_move_is_no_switch_of_a_scope(orders: Orders, switches: Switches) -> None:
    placed = await orders.placed(an_order())
    rules = await switches.rules()
    assert (await moved(orders, placed, body(copies_of(placed, "consortium")))).status_code == 202
    assert (await orders.get("/v1/switches"))["items"] == []
    assert await switches.rules() == rules
    assert OrderingSwitchChanged.event_type not in await orders.published()
    # It does not stand in the way of one, either.
    assert (await switches.begun())["state"] == "running"


async def test_a_confirmed_cancellation_places_the_copy_at_once_and_asks_nobody(orders: Orders) -> None:
    await orders.hear(SupplierAnnounced(supplier_id="consortium", name="Consortium", announced_at=NOW, takes_cancellations=False))
    placed = await orders.placed(an_order())
    copies = copies_of(placed, "consortium")
    assert codes(await moved(orders, placed, body(copies))) == [("/copy_ids/0", "supplier-takes-none")]
    answer = await moved(orders, placed, body(copies, cancellation_confirmed=True))
    assert answer.status_code == 202, answer.text
    assert (states(answer.json(), "consortium")[0], states(answer.json(), "national")) == ("cancelled", ["ordered"] * 3)
    assert not [event for event in await orders.sent() if isinstance(event, CancellationRequested)]


async def test_a_copy_that_its_supplier_refused_is_placed_at_once(orders: Orders) -> None:
    placed = await orders.placed(an_order())
    await orders.hear(answered(placed, line_of(placed, "consortium", 1), REFUSED))
    order = await orders.read(placed["order_id"])
    answer = await moved(orders, order, body(copies_of(order, "consortium")))
    assert answer.status_code == 202, answer.text
    assert (states(answer.json(), "consortium")[0], states(answer.json(), "national")) == ("refused", ["ordered"] * 3)


async def test_a_copy_whose_cancellation_was_asked_for_is_not_asked_about_twice(orders: Orders) -> None:
    placed = await orders.placed(an_order())
    copies = copies_of(placed, "consortium")
    path = f"/v1/orders/{placed['order_id']}/cancellations"
    cancelled = await orders.decide(path, {"copy_ids": copies, "reason": "too slow"}, If_Match=f'"{placed["version"]}"')
    order = cancelled.json()
    preview = await orders.decide(f"/v1/orders/{placed['order_id']}/moves/preview", body(copies))
    words = "placed with national once consortium has cancelled it, which it was asked before"
    assert preview.json() == {"version": order["version"], "copies": [{"copy_ids": copies, "becomes": words}]}
    assert (await moved(orders, order, body(copies))).status_code == 202
    await orders.hear(answered(placed, line_of(placed, "consortium", 1), CANCELLED))
    assert states(await orders.read(placed["order_id"]), "national") == ["ordered"] * 3
    assert len([event for event in await orders.sent() if isinstance(event, CancellationRequested)]) == 1


async def test_silence_asks_a_person_who_decides_as_in_any_switch(orders: Orders, switches: Switches) -> None:
    placed = await orders.placed(an_order())
    copies = copies_of(placed, "consortium")
    await moved(orders, placed, body(copies))
    await switches.after(days=6)
    order = await orders.read(placed["order_id"])
    (decision,) = line_of(order, "consortium", 1)["decisions"]
    assert decision["kind"] == "switch"
    answer = await orders.decide(decision["calls"][0], {"copy_ids": copies, "decision": "place_anew", "reason": "by telephone"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["order_id"], answer.json()["copies"]) == (placed["order_id"], {"moved": 1})
    assert states(await orders.read(placed["order_id"]), "national") == ["ordered"] * 3


async def test_what_cannot_be_moved_is_refused_with_a_fault_each(orders: Orders) -> None:
    placed = await orders.placed(an_order())
    theirs, ours = copies_of(placed, "consortium"), copies_of(placed, "national")
    unknown = "00000000-0000-4000-8000-000000000000"
    assert codes(await moved(orders, placed, body([unknown, *ours[:1], *theirs], to_supplier="national"))) == [
        ("/copy_ids/0", "unknown-copy"),
        ("/copy_ids/1", "same-supplier"),
        ("/copy_ids", "several-suppliers"),
    ]
    assert codes(await moved(orders, placed, body(theirs, to_supplier="nobody"))) == [("/to_supplier", "unknown-supplier")]
    stale = await orders.decide(f"/v1/orders/{placed['order_id']}/moves", body(theirs), If_Match='"99"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    assert (await moved(orders, placed, body(theirs))).status_code == 202
    order = await orders.read(placed["order_id"])
    assert codes(await moved(orders, order, body(theirs))) == [("/copy_ids/0", "already-moving")]
