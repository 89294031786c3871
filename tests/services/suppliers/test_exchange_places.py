"""Copies that one message cannot carry together go out in several; what comes back counts for the copies of each."""

import pytest

from services.suppliers.contract import Capability, Kind, LineAnswer, OrderPlaces
from services.suppliers.domain.messages import State
from services.suppliers.usecases.decisions import replay
from shared.contracts.base import Place, PlaceKind
from shared.contracts.messages import MessageQuarantined
from shared.contracts.orders import LinesAdded, OrderedLine, OrderPlaced, ReroutedLine, RouteChanged
from shared.contracts.suppliers import CopyReference, DespatchAdvised, OrderResponded, OrderSent, Quantities, SendOutcome
from shared.errors import DomainError
from tests.builders import HUB, a_branch, a_branch_closed, unpacked_at, unpacked_elsewhere
from tests.fixtures import scripted_supplier as does
from tests.services.suppliers.conftest import Rig, a_cancellation, a_despatch, a_line, a_response, advised, an_order

IPSWICH = a_branch("IPSW")
BURY = Place(code="BURY", name="Bury Library", gln="5098765000026")


def a_divided_line(number: int = 1) -> OrderedLine:
    """Copies 1 and 3 for Ipswich itself, copy 2 through the hub."""
    return unpacked_at(a_line(branches=("IPSW", "LOWE", "IPSW"), number=number), IPSWICH, HUB, IPSWICH)


def an_acceptance_of(line: OrderedLine, copies: int) -> LineAnswer:
    return LineAnswer(line.line_key, None, line.isbn, status_code="100", quantities=Quantities(ordered=copies, accepted=copies))


def a_route_change(order: OrderPlaced, line: OrderedLine, place: Place, *numbers: int) -> RouteChanged:
    copy_ids = tuple(copy.copy_id for copy in line.copies if copy.copy_number in numbers)
    lines = (ReroutedLine(line_key=line.line_key, supplier_id=line.supplier_id, deliver_to=place, copy_ids=copy_ids),)
    return RouteChanged(
        council=order.council, order_id=order.order_id, order_number=order.order_number, changed_at=order.placed_at, reason="",
        lines=lines,
    )  # fmt: skip


async def sent(rig: Rig) -> list[OrderSent]:
    return [event for event in await rig.published(OrderSent) if isinstance(event, OrderSent)]


async def responded(rig: Rig) -> list[OrderResponded]:
    return [event for event in await rig.published(OrderResponded) if isinstance(event, OrderResponded)]


async def test_an_order_for_two_places_is_two_messages_that_say_which_copies_they_carry(rig: Rig) -> None:
    line, whole = a_divided_line(), a_line("9780141439600", number=2)
    order = an_order(line, whole)

    await rig.hears(order)
    await rig.hears(order)
    await rig.send_all()

    assert [(one.order_number, one.place) for one in rig.supplier.orders] == [("PO-1", None), ("PO-1=CSU", HUB)]
    direct, hub = await sent(rig)
    assert (direct.line_keys, hub.line_keys) == ((line.line_key, whole.line_key), (line.line_key,))
    assert [[(part.line_key, part.copy_numbers) for part in event.divided] for event in (direct, hub)] == [
        [(line.line_key, (1, 3))],
        [(line.line_key, (2,))],
    ]
    assert {event.order_id for event in (direct, hub)} == {order.order_id}


async def test_a_further_part_of_an_order_is_divided_by_place_too(rig: Rig) -> None:
    order, more = an_order(a_divided_line()), a_divided_line(number=2)
    await rig.hears(order, LinesAdded(**{**dict(order), "lines": (more,)}, added_at=order.placed_at, reason="moved here"))
    await rig.send_all()
    assert [(one.order_number, one.part) for one in rig.supplier.orders] == [
        ("PO-1", 1), ("PO-1=CSU", 1), ("PO-1", 2), ("PO-1=CSU", 2),
    ]  # fmt: skip
    assert [event.line_keys for event in (await sent(rig))[2:]] == [(more.line_key,), (more.line_key,)]


async def test_an_answer_to_one_message_is_about_its_copies_and_leaves_the_other_unanswered(rig: Rig) -> None:
    line = a_divided_line()
    await rig.hears(an_order(line))
    await rig.send_all()
    fact = a_response(an_acceptance_of(line, 1), order_number="PO-1=CSU")
    await rig.receives(rig.means(b"PO-1=CSU", fact))

    (answer,) = await responded(rig)
    assert [copy.copy_number for copy in answer.lines[0].copies] == [2]
    assert answer.lines[0].quantities == Quantities(accepted=1)
    assert await rig.states(kind=Kind.ORDER) == [State.SENT, State.ANSWERED]

    await rig.receives(rig.means(b"PO-1", a_response(an_acceptance_of(line, 2), order_number="PO-1")))
    assert [copy.copy_number for copy in (await responded(rig))[1].lines[0].copies] == [1, 3]
    assert await rig.states(kind=Kind.ORDER) == [State.ANSWERED, State.ANSWERED]


async def test_a_refused_message_refuses_its_copies_and_no_others(rig: Rig) -> None:
    line = a_divided_line()
    rig.supplier.script = [does.accepts, does.refuses]
    await rig.hears(an_order(line))
    await rig.send_all()

    (refusal,) = await responded(rig)
    assert [copy.copy_number for copy in refusal.lines[0].copies] == [2]
    assert [event.outcome for event in await sent(rig)] == [SendOutcome.SENT]


async def test_a_part_that_could_not_be_written_is_written_again_with_its_copies(rig: Rig) -> None:
    line = a_divided_line()
    rig.supplier.unwritable = "no account"
    await rig.hears(an_order(line))
    rig.supplier.unwritable = ""
    failed = (await rig.messages(kind=Kind.ORDER))[1]
    assert failed.state is State.FAILED
    async with rig.engine.begin() as connection:
        await replay(connection, rig.exchange, failed.id, actor="staff", reason="account added")
    await rig.send_all()

    last = rig.supplier.orders[-1]
    assert (last.order_number, last.place) == ("PO-1=CSU", HUB)
    assert [copy.copy_number for copy in last.lines[0].copies] == [2]


async def test_a_cancellation_goes_to_each_message_that_carried_a_copy(rig: Rig) -> None:
    line = a_divided_line()
    order = an_order(line)
    await rig.hears(order)
    await rig.hears(a_cancellation(order, line.line_key, 0, 1))
    await rig.send_all()

    asked = [(one.order_number, [numbers for _, numbers in one.lines]) for one in rig.supplier.cancellations]
    assert asked == [("PO-1", [(1,)]), ("PO-1=CSU", [(2,)])]


async def test_another_place_is_told_to_each_message_that_carried_a_copy(rig: Rig) -> None:
    line, whole = a_divided_line(), a_line("9780141439600", number=2)
    order = an_order(line, whole)
    await rig.hears(order, a_route_change(order, line, IPSWICH, 2), a_route_change(order, line, HUB, 1, 2))
    await rig.send_all()
    told = [(one.order_number, one.place, [numbers for _, numbers in one.lines]) for one in rig.supplier.route_changes]
    assert told == [("PO-1=CSU", IPSWICH, [(2,)]), ("PO-1", HUB, [(1,)]), ("PO-1=CSU", HUB, [(2,)])]
    assert await rig.states(kind=Kind.ROUTE_CHANGE) == [State.SENT] * 3
    assert [message.kind for message in rig.supplier.arrivals][:2] == [Kind.ORDER, Kind.ORDER]  # never before their orders


async def test_a_supplier_that_takes_no_other_place_is_told_nothing_and_goods_for_it_are_known(rig: Rig) -> None:
    """So are goods that come to it all the same: a hub that no order named."""
    can = rig.supplier.profile.capabilities - {Capability.TAKES_ROUTE_CHANGES}
    rig.supplier.profile = rig.supplier.profile.model_copy(update={"capabilities": can})
    other = HUB.model_copy(update={"code": "CSU2"})
    line = a_line()
    order = an_order(line)
    await rig.hears(order, a_route_change(order, line, other, 1), a_route_change(order, line, other, 1))
    await rig.send_all()
    assert (rig.supplier.route_changes, await rig.states(kind=Kind.ROUTE_CHANGE)) == ([], [])
    await rig.receives(rig.means(b"GOODS", a_despatch(advised(line), deliver_to="CSU2")))
    (event,) = await rig.published(DespatchAdvised)
    assert isinstance(event, DespatchAdvised)
    assert event.deliver_to == other


async def test_a_change_that_cannot_be_written_or_is_refused_waits_for_a_person_and_answers_no_line(rig: Rig) -> None:
    line = a_line()
    order = an_order(line)
    await rig.hears(order)
    rig.supplier.unwritable = "no such place"
    await rig.hears(a_route_change(order, line, HUB, 1))
    rig.supplier.unwritable = ""
    await rig.hears(a_route_change(order, line, IPSWICH, 1))
    rig.supplier.script = [does.accepts, does.refuses]
    await rig.send_all()
    assert await rig.states(kind=Kind.ROUTE_CHANGE) == [State.FAILED, State.FAILED]
    reasons = [event.reason for event in await rig.published(MessageQuarantined) if isinstance(event, MessageQuarantined)]
    assert reasons == ["no such place", "the supplier refuses it: account closed (E17)"]
    assert await responded(rig) == []
    async with rig.engine.begin() as connection:
        with pytest.raises(DomainError, match="Tell the supplier yourself"):
            await replay(
                connection, rig.exchange, (await rig.messages(kind=Kind.ROUTE_CHANGE))[0].id, actor="staff", reason="try"
            )


async def test_a_supplier_whose_message_has_one_place_gets_one_for_each_branch(rig: Rig) -> None:
    rig.supplier.profile = rig.supplier.profile.model_copy(update={"order_places": OrderPlaces.ONE})
    line = unpacked_at(a_line(branches=("IPSW", "LOWE")), IPSWICH, a_branch("LOWE"))
    await rig.hears(an_order(line))
    assert [order.order_number for order in rig.supplier.orders] == ["PO-1=IPSW", "PO-1=LOWE"]


async def test_goods_for_the_hub_of_a_rule_are_known_by_its_code_or_gln(rig: Rig) -> None:
    hub = HUB.model_copy(update={"gln": "5012345670201"})
    line = unpacked_at(a_line(branches=("IPSW", "LOWE")), hub)
    await rig.hears(an_order(line))
    await rig.receives(rig.means(b"1", a_despatch(advised(line, 1), deliver_to="CSU")))
    await rig.receives(rig.means(b"2", a_despatch(advised(line, 2), number="D-2", deliver_to="5012345670201")))

    places = [event.deliver_to for event in await rig.published(DespatchAdvised) if isinstance(event, DespatchAdvised)]
    assert [(place.code, place.kind) for place in places] == [("CSU", PlaceKind.HUB)] * 2


async def test_goods_that_come_to_a_hub_of_another_line_are_advised_there(rig: Rig) -> None:
    direct, by_hub = unpacked_at(a_line(), IPSWICH), unpacked_at(a_line("9780141439600", number=2), HUB)
    await rig.hears(an_order(direct, by_hub))
    await rig.receives(rig.means(b"1", a_despatch(advised(direct, 1), deliver_to="CSU")))

    (event,) = [event for event in await rig.published(DespatchAdvised) if isinstance(event, DespatchAdvised)]
    assert event.deliver_to == HUB


async def test_goods_on_the_way_name_the_branch_that_unpacks_them_instead_of_a_closed_one_and_nothing_is_sent(rig: Rig) -> None:
    line = a_line()
    order = an_order(line)
    await rig.hears(order)
    before = len(await sent(rig))
    await rig.hears(unpacked_elsewhere(order, BURY))
    await rig.receives(rig.means(b"D-1", a_despatch(advised(line), number="D-1", deliver_to="5098765000026")))
    (advice,) = [event for event in await rig.published(DespatchAdvised) if isinstance(event, DespatchAdvised)]
    assert (advice.deliver_to.code, len(await sent(rig))) == ("BURY", before)


async def test_goods_and_answers_name_the_closed_branch_or_the_one_that_took_over_by_code_or_gln(rig: Rig) -> None:
    line = a_line()
    order = an_order(line)
    await rig.hears(order, a_branch_closed(order, BURY, IPSWICH))
    for number, place in enumerate(("IPSW", "BURY", "5098765000026")):
        await rig.receives(rig.means(place.encode(), a_despatch(advised(line), number=f"D-{number}", deliver_to=place)))
    advices = [event for event in await rig.published(DespatchAdvised) if isinstance(event, DespatchAdvised)]
    assert [event.deliver_to.code for event in advices] == ["IPSW", "BURY", "BURY"]
    named = (CopyReference(branch="5098765000026"),)
    answer = LineAnswer(None, "PO-1", line.isbn, status_code="100", copies=named)
    await rig.receives(rig.means(b"ANSWER", a_response(answer, order_number="PO-1")))
    (said,) = await responded(rig)
    assert [copy.branch for copy in said.lines[0].copies] == ["BURY"]
