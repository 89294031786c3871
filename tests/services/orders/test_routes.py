"""Where copies are unpacked is known when they are ordered, by the delivery rules that delivery publishes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.orders.incoming import handlers
from services.orders.republish import OWNER
from shared.contracts.base import Place, PlaceKind, RouteKind
from shared.contracts.delivery import DeliveryRuleChanged
from shared.contracts.orders import OrderedCopy, OrderPlaced
from shared.contracts.suppliers import OrderSent, SendOutcome, SentCopies, SupplierAnnounced
from tests.services.hearing import Hearing
from tests.services.orders.conftest import Orders, an_order
from tests.services.read_model import published_again

HUB = Place(code="CSU", kind=PlaceKind.HUB, name="Central stock unit", gln="5012345670201")
IPSWICH = Place(code="IPSW", name="Ipswich County Library", gln="5098765000019")


def a_rule(number: int = 1, *, hub: Place | None = HUB, ends: date | None = None, **scope: Any) -> DeliveryRuleChanged:
    return DeliveryRuleChanged(
        council=scope.pop("council", "GB-SFK"),
        rule_id=UUID(int=number),
        valid_from=date(2026, 1, 1),
        valid_to=ends,
        route=RouteKind.DIRECT if hub is None else RouteKind.HUB,
        hub=hub,
        **scope,
    )


def announced(supplier: str, *routes: RouteKind) -> SupplierAnnounced:
    return SupplierAnnounced(supplier_id=supplier, name=supplier, announced_at=datetime(2026, 3, 1, tzinfo=UTC), routes=routes)


async def copies_of_last(orders: Orders) -> list[OrderedCopy]:
    last = [event for event in await orders.sent() if isinstance(event, OrderPlaced)][-1]
    return [copy for line in last.lines for copy in line.copies]


async def places(orders: Orders, number: str = "SFK-1") -> dict[str, Place | None]:
    """Places an order; returns where its event says that the copies of each branch are unpacked."""
    await orders.placed(an_order(number))
    return {copy.branch.code: copy.deliver_to for copy in await copies_of_last(orders)}


async def test_without_rules_no_place_is_said(orders: Orders) -> None:
    order = await orders.placed(an_order())
    assert {copy["deliver_to"] for line in order["lines"] for copy in line["copies"]} == {None}
    assert {copy.deliver_to for copy in await copies_of_last(orders)} == {None}


async def test_each_copy_carries_the_place_of_the_most_specific_rule(orders: Orders) -> None:
    await orders.hear(a_rule(1), a_rule(2, hub=None, branch="IPSW"), a_rule(3, branch="IPSW", council="GB-ESS", hub=HUB))
    assert await places(orders) == {"IPSW": IPSWICH, "LOWE": HUB}
    order = await orders.placed(an_order("SFK-2"))
    shown = {copy["branch"]: copy["deliver_to"] for line in order["lines"] for copy in line["copies"]}
    assert shown == {"IPSW": IPSWICH.model_dump(mode="json"), "LOWE": HUB.model_dump(mode="json")}


async def test_a_rule_of_a_supplier_or_a_material_leaves_the_others_as_they_were(orders: Orders) -> None:
    await orders.hear(a_rule(1, supplier_id="consortium"), a_rule(2, material="audio"))
    assert await places(orders) == {"IPSW": None, "LOWE": HUB}


async def test_a_rule_for_any_supplier_applies_only_to_those_that_can_do_it(orders: Orders) -> None:
    await orders.hear(announced("national", RouteKind.DIRECT), announced("consortium", RouteKind.HUB), a_rule(1))
    assert await places(orders) == {"IPSW": None, "LOWE": HUB}
    suppliers = await orders.client.get("/v1/suppliers", headers=orders.headers)
    assert {one["supplier_id"]: one["routes"] for one in suppliers.json()["items"]} == {
        "national": ["direct"],
        "consortium": ["hub"],
    }


async def test_an_ended_rule_decides_no_more_whatever_the_order_of_its_events(orders: Orders) -> None:
    tomorrow = orders.clock.today() + timedelta(days=1)
    await orders.hear(a_rule(1, ends=tomorrow), a_rule(1), a_rule(1, ends=tomorrow + timedelta(days=5)))
    assert (await places(orders))["IPSW"] == HUB
    orders.clock.advance(timedelta(days=1))
    assert (await places(orders, "SFK-2"))["IPSW"] is None


async def test_a_rule_changes_nothing_that_is_ordered(orders: Orders) -> None:
    await orders.hear(a_rule(1))
    order = await orders.placed(an_order())
    await orders.hear(a_rule(1, ends=orders.clock.today()), a_rule(2, hub=None))
    assert await orders.read(order["order_id"]) == order


async def test_an_order_published_again_says_the_same_places(orders: Orders) -> None:
    await orders.hear(a_rule(1), a_rule(2, hub=None, branch="IPSW"))
    await orders.placed(an_order())
    (first,) = [event for event in await orders.sent() if isinstance(event, OrderPlaced)]
    again, _ = await published_again(Hearing(orders.engine, orders.clock, handlers(orders.clock)), OWNER, orders.clock)
    (stated,) = [envelope for envelope in again if envelope.type == OrderPlaced.event_type]
    places = {copy.copy_id: copy.deliver_to for line in first.lines for copy in line.copies}
    restated = OrderPlaced.model_validate_json(stated.data)
    assert {copy.copy_id: copy.deliver_to for line in restated.lines for copy in line.copies} == places


async def test_a_message_that_carries_some_copies_of_a_line_marks_only_these_as_sent(orders: Orders) -> None:
    order = await orders.placed(an_order())
    (line,) = [line for line in order["lines"] if len(line["copies"]) == 2]
    divided = (SentCopies(line_key=line["line_key"], copy_numbers=(2,)),)
    event = OrderSent(
        council="GB-SFK",
        supplier_id=line["supplier_id"],
        order_id=UUID(order["order_id"]),
        message_id=UUID(int=7),
        control_reference="7",
        line_keys=(line["line_key"],),
        outcome=SendOutcome.SENT,
        sent_at=datetime(2026, 3, 2, tzinfo=UTC),
        divided=divided,
    )
    await orders.hear(event)
    lines = (await orders.read(order["order_id"]))["lines"]
    (after,) = [one for one in lines if one["line_key"] == line["line_key"]]
    assert [copy["state"] for copy in after["copies"]] == ["ordered", "sent"]
