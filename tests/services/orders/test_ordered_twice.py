"""An order for a title of which the council waits for copies already is placed, and says so."""

import asyncio
from typing import Any

from services.orders.domain.asked import AskedOrder
from services.orders.usecases import PlaceOrder, place_orders
from shared.bus import cause_by
from shared.contracts.catalogue import TitleChanged
from shared.contracts.delivery import CopiesReceived, Leg
from shared.contracts.orders import CopyState
from tests.services.hearing import on_day
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import received

HARDBACK, PAPERBACK, LARGE_PRINT = "9780141439587", "9780141439600", "9780141439518"


def a_title(number: str, isbn: str, *branches: str) -> dict[str, Any]:
    copies = [{"branch": branch, "fund": "FIC"} for branch in branches]
    return {"order_number": number, "lines": [{"line_number": 1, "isbn": isbn, "copies": copies}]}


def arrived(order: dict[str, Any]) -> CopiesReceived:
    return received(order, order["lines"][0], Leg.DIRECT)


async def warned(orders: Orders, order: dict[str, Any]) -> list[dict[str, str]]:
    answer = await orders.post(order)
    assert answer.status_code == 201, answer.text
    warnings: list[dict[str, str]] = answer.json()["warnings"]
    return warnings


async def test_a_first_order_has_no_warning(orders: Orders) -> None:
    assert await warned(orders, an_order()) == []


async def test_a_title_that_is_open_for_the_same_branch_is_named_with_its_order_and_supplier(orders: Orders) -> None:
    await orders.placed(an_order("SFK-1"))
    (warning,) = await warned(orders, a_title("SFK-2", "0-14-143951-3", "IPSW"))
    assert (warning["pointer"], warning["code"]) == ("/lines/0", "open-for-the-branch")
    assert warning["detail"].startswith("2 copies of 9780141439518 are open already, for IPSW in order SFK-1 (national).")


async def test_a_title_that_is_open_for_another_branch_only_is_named_as_the_councils(orders: Orders) -> None:
    await orders.placed(a_title("SFK-1", "9780141439600", "LOWE"))
    (warning,) = await warned(orders, a_title("SFK-2", "9780141439600", "IPSW"))
    assert warning["code"] == "open-for-the-council"
    assert "for LOWE in order SFK-1 (consortium)" in warning["detail"]


async def test_copies_that_were_received_or_cancelled_are_no_reason_to_warn(orders: Orders) -> None:
    order = await orders.placed(a_title("SFK-1", "9780141439600", "LOWE"))
    await orders.hear(arrived(order))
    assert {copy["state"] for line in (await orders.read(order["order_id"]))["lines"] for copy in line["copies"]} == {
        CopyState.RECEIVED
    }
    assert await warned(orders, a_title("SFK-2", "9780141439600", "LOWE")) == []


async def test_another_councils_order_is_no_reason_to_warn(orders: Orders) -> None:
    essex = orders.of_council("GB-ESS")
    await essex.set_up({None: "consortium"})
    await essex.placed(a_title("ESS-1", "9780141439600", "LOWE"))
    assert await warned(orders, a_title("SFK-1", "9780141439600", "LOWE")) == []


async def test_a_repetition_gets_the_warnings_of_the_first_answer_again(orders: Orders) -> None:
    first = await orders.placed(a_title("SFK-1", "9780141439600", "LOWE"))
    answer = await orders.post(a_title("SFK-2", "9780141439600", "LOWE"), key="k")
    await orders.hear(arrived(first))
    again = await orders.post(a_title("SFK-2", "9780141439600", "LOWE"), key="k")
    assert (again.status_code, again.content) == (201, answer.content)
    assert len(answer.json()["warnings"]) == 1


async def test_of_two_orders_in_one_commit_the_second_is_warned_about_the_first(orders: Orders) -> None:
    asked = [AskedOrder.model_validate(a_title(number, "9780141439600", "LOWE")) for number in ("SFK-1", "SFK-2")]
    commands = [PlaceOrder(orders.council, each.order_number, each, cause_by("test")) for each in asked]
    async with orders.engine.begin() as connection:
        first, second = await place_orders(connection, commands, orders.clock)
    assert not isinstance(first, Exception)
    assert not isinstance(second, Exception)
    assert (len(first.warnings), len(second.warnings)) == (0, 1)


async def test_an_order_that_is_refused_leaves_no_warning_behind(orders: Orders) -> None:
    await orders.placed(a_title("SFK-1", "9780141439600", "LOWE"))
    answers = await asyncio.gather(
        orders.post(a_title("SFK-2", "9780141439600", "NOWHERE")), orders.post(a_title("SFK-3", "9780141439600", "LOWE"))
    )
    assert [answer.status_code for answer in answers] == [422, 201]
    assert "SFK-2" not in answers[1].text.partition("warnings")[2]


def relating(isbn: str, *editions: str, version: int = 1) -> TitleChanged:
    return TitleChanged(
        isbn=isbn, title="Emma", supplier_id="national", version=version, changed_at=on_day(2), editions=editions
    )  # fmt: skip


async def test_another_edition_that_is_open_is_named_also_by_a_relation_of_a_third(orders: Orders) -> None:
    await orders.hear(relating(HARDBACK, PAPERBACK), relating(PAPERBACK, LARGE_PRINT))
    await orders.placed(a_title("SFK-1", HARDBACK, "LOWE"))
    (warning,) = await warned(orders, a_title("SFK-2", LARGE_PRINT, "LOWE"))
    assert (warning["pointer"], warning["code"]) == ("/lines/0", "edition-open-for-the-branch")
    assert warning["detail"].startswith(
        f"1 copy of {HARDBACK}, another edition of {LARGE_PRINT}, is open already, for LOWE in order SFK-1 (consortium)."
    )


async def test_the_title_and_its_other_editions_are_warned_of_apart(orders: Orders) -> None:
    await orders.hear(relating(HARDBACK, PAPERBACK, LARGE_PRINT))
    for number, isbn, branch in (("SFK-1", HARDBACK, "LOWE"), ("SFK-2", PAPERBACK, "IPSW"), ("SFK-3", LARGE_PRINT, "IPSW")):
        await orders.placed(a_title(number, isbn, branch))
    title, editions = await warned(orders, a_title("SFK-4", HARDBACK, "LOWE"))
    assert (title["code"], editions["code"]) == ("open-for-the-branch", "edition-open-for-the-council")
    assert f"2 copies of {PAPERBACK}, {LARGE_PRINT}, other editions of {HARDBACK}, are open already" in editions["detail"]


async def test_editions_that_a_title_no_longer_relates_are_other_works(orders: Orders) -> None:
    await orders.hear(relating(HARDBACK, version=2), relating(HARDBACK, PAPERBACK))
    await orders.placed(a_title("SFK-1", HARDBACK, "LOWE"))
    assert await warned(orders, a_title("SFK-2", PAPERBACK, "LOWE")) == []
