"""Orders that the council wants sooner than usual: it is kept, shown, published, and warned of where no supplier is told."""

from datetime import UTC, datetime
from typing import Any

from services.orders.incoming import handlers
from services.orders.republish import OWNER
from shared.contracts.orders import LinesAdded, OrderPlaced
from shared.contracts.suppliers import SupplierAnnounced
from tests.services.hearing import Hearing
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import answered
from tests.services.orders.switched import Switches
from tests.services.orders.test_open_lines import table
from tests.services.read_model import published_again


def a_rush_order(number: str = "SFK-1") -> dict[str, Any]:
    return {**an_order(number), "rush": True}


def announced(supplier: str, *, takes: bool | None) -> SupplierAnnounced:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return SupplierAnnounced(supplier_id=supplier, name=supplier.title(), announced_at=at, takes_rush=takes)


async def test_a_rush_order_is_kept_and_shown_wherever_the_order_is(orders: Orders) -> None:
    rush, usual = await orders.placed(a_rush_order("SFK-1")), await orders.placed(an_order("SFK-2"))
    assert (rush["rush"], usual["rush"]) == (True, False)
    listed = (await orders.get("/v1/orders"))["items"]
    assert {one["order_number"]: one["rush"] for one in listed} == {"SFK-1": True, "SFK-2": False}
    owed = (await orders.get("/v1/open-lines?supplier_id=national"))["items"]
    assert {one["order_number"]: one["rush"] for one in owed} == {"SFK-1": True, "SFK-2": False}
    assert {row["order_number"]: row["rush"] for row in await table(orders)} == {"SFK-1": "true", "SFK-2": "false"}
    assert [event.rush for event in await orders.sent() if isinstance(event, OrderPlaced)] == [True, False]


async def test_a_rush_order_has_the_suppliers_that_it_would_have_anyway(orders: Orders) -> None:
    rush, usual = await orders.placed(a_rush_order("SFK-1")), await orders.placed(an_order("SFK-2"))
    served = [sorted((line["line_number"], line["supplier_id"]) for line in one["lines"]) for one in (rush, usual)]
    assert served[0] == served[1]


async def test_rush_is_content_of_an_order(orders: Orders) -> None:
    await orders.placed({**an_order(), "rush": False})
    again = await orders.post(an_order())
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert (await orders.post(a_rush_order())).json()["code"] == "duplicate-order-number"


async def test_suppliers_that_are_not_told_are_named_in_a_warning(orders: Orders) -> None:
    await orders.hear(announced("national", takes=True), announced("consortium", takes=False))
    answer = (await orders.post(a_rush_order())).json()
    (warning,) = answer["warnings"]
    assert (warning["code"], warning["pointer"]) == ("rush-not-told", "/rush")
    assert "Consortium" in warning["detail"]
    assert "National" not in warning["detail"]
    assert (await orders.post(a_rush_order())).json()["warnings"] == [warning]

    await orders.hear(announced("consortium", takes=True))
    told = (await orders.post({**a_rush_order("SFK-2"), "lines": [{**an_order()["lines"][0], "isbn": "9780141040349"}]})).json()
    assert told["warnings"] == []


async def test_copies_that_move_to_another_supplier_and_events_published_again_stay_rush(orders: Orders) -> None:
    switches = Switches(orders)
    placed = await orders.placed(a_rush_order())
    await switches.begun()
    for line in placed["lines"]:
        if line["supplier_id"] == "consortium":
            await orders.hear(answered(placed, line, "222"))
    added = [event for event in await orders.sent() if isinstance(event, LinesAdded)]
    assert [event.rush for event in added] == [True, True]
    again, _ = await published_again(Hearing(orders.engine, orders.clock, handlers(orders.clock)), OWNER, orders.clock)
    assert {(each.type, b'"rush":true' in each.data) for each in again if each.type.endswith(("placed.v1", "added.v1"))} == {
        (OrderPlaced.event_type, True),
        (LinesAdded.event_type, True),
    }
