"""Intake of despatches and records: each is published as our event, or held with a reason."""

from datetime import date

import pytest

from services.suppliers.contract import AdvisedLine, AdvisedParcel, DespatchFact, LineAnswer
from services.suppliers.domain.messages import Direction, State
from shared.contracts.base import Place, PlaceKind
from shared.contracts.orders import OrderedLine
from shared.contracts.suppliers import (
    CopyReference,
    DespatchAdvised,
    RecordsSupplied,
)
from tests.builders import OTHER_ISBN, a_record
from tests.services.suppliers.conftest import Rig, a_despatch, a_line, a_response, advised, an_order

PATIENCE = 61.0


async def test_a_despatch_is_published_with_place_and_parcels(rig: Rig) -> None:
    line = a_line(branches=("IPSW", "IPSW"))
    order = an_order(line)
    await rig.hears(order)

    await rig.receives(rig.means(b"1", a_despatch(advised(line, 1, 2))))

    (event,) = await rig.published(DespatchAdvised)
    assert isinstance(event, DespatchAdvised)
    assert event.deliver_to == Place(code="IPSW", name="IPSW Library")
    assert event.despatched_on == date(2026, 3, 2)
    (goods,) = event.parcels[0].lines
    assert (goods.line_key, goods.order_id, goods.quantity) == (line.line_key, order.order_id, 2)


@pytest.mark.parametrize("files", [1, 2])
async def test_one_number_for_two_places_is_two_despatches_in_one_file_or_in_two(rig: Rig, files: int) -> None:
    line = a_line(branches=("IPSW", "LOWE"))
    await rig.hears(an_order(line))
    notices = [a_despatch(advised(line, quantity=1), deliver_to=place) for place in ("IPSW", "LOWE")]

    bodies = [notices] if files == 1 else [[notice] for notice in notices]
    for number, facts in enumerate(bodies):
        await rig.receives(rig.means(b"%d" % number, *facts))

    events = [event for event in await rig.published(DespatchAdvised) if isinstance(event, DespatchAdvised)]
    assert [event.deliver_to.code for event in events] == ["IPSW", "LOWE"]
    assert await rig.states(direction=Direction.IN) == [State.APPLIED] * files


@pytest.mark.parametrize("named", ["HUB", "5099990000037"])
async def test_the_hub_is_known_by_code_and_gln(rig: Rig, named: str) -> None:
    line = a_line()
    await rig.hears(an_order(line))

    await rig.receives(rig.means(b"1", a_despatch(advised(line, 1), deliver_to=named)))

    (event,) = await rig.published(DespatchAdvised)
    assert isinstance(event, DespatchAdvised)
    assert event.deliver_to == Place(code="HUB", kind=PlaceKind.HUB, gln="5099990000037")


@pytest.mark.parametrize("named", ["LOWE", "5099990000051"])
async def test_goods_redirected_to_another_branch_of_the_council_go_there(rig: Rig, named: str) -> None:  # case C8
    line = a_line(branches=("IPSW",))
    await rig.hears(an_order(line), an_order(_with_gln(a_line(branches=("LOWE",)), "5099990000051"), number="PO-2"))

    await rig.receives(rig.means(b"1", a_despatch(advised(line, 1), deliver_to=named)))

    (event,) = await rig.published(DespatchAdvised)
    assert isinstance(event, DespatchAdvised)
    assert (event.deliver_to.code, event.deliver_to.kind) == ("LOWE", PlaceKind.BRANCH)
    assert event.parcels[0].lines[0].line_key == line.line_key


async def test_goods_are_never_redirected_to_a_branch_of_another_council(rig: Rig) -> None:
    line = a_line(branches=("IPSW",))
    await rig.hears(an_order(line), an_order(a_line(branches=("NORW",)), number="PO-2", council="GB-NFK"))

    await rig.receives(rig.means(b"1", a_despatch(advised(line, 1), deliver_to="NORW")))

    (message,) = await rig.messages(direction=Direction.IN)
    assert (message.state, await rig.published(DespatchAdvised)) == (State.QUARANTINED, [])


async def test_branches_named_by_gln_become_our_codes(rig: Rig) -> None:
    line = _with_gln(a_line(branches=("IPSW",)), "5099990000051")
    await rig.hears(an_order(line))
    goods = AdvisedLine(line.line_key, None, line.isbn, 1, (CopyReference(branch="5099990000051", barcode="B1"),))

    await rig.receives(rig.means(b"1", a_despatch(goods, deliver_to="5099990000051")))

    (event,) = await rig.published(DespatchAdvised)
    assert isinstance(event, DespatchAdvised)
    assert event.deliver_to.code == "IPSW"
    assert event.parcels[0].lines[0].copies == (CopyReference(branch="IPSW", barcode="B1"),)


async def test_a_despatch_to_an_unknown_place_is_held(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))

    await rig.receives(rig.means(b"1", a_despatch(advised(line, 1), deliver_to="LOWE")))

    (message,) = await rig.messages(direction=Direction.IN)
    assert message.state is State.QUARANTINED
    assert "LOWE is neither the hub nor a branch" in message.reason


async def test_councils_are_never_mixed_in_a_despatch(rig: Rig) -> None:
    suffolk, norfolk = a_line(), a_line()
    await rig.hears(an_order(suffolk), an_order(norfolk, number="PO-2", council="GB-NFK"))

    await rig.receives(rig.means(b"1", a_despatch(advised(suffolk, 1), advised(norfolk, 1), deliver_to="HUB")))

    events = await rig.published(DespatchAdvised)
    assert [(fact.council, fact.parcels[0].lines[0].line_key) for fact in events if isinstance(fact, DespatchAdvised)] == [
        ("GB-SFK", suffolk.line_key),
        ("GB-NFK", norfolk.line_key),
    ]


async def test_a_despatch_is_published_again_only_for_copies_not_advised_before(rig: Rig) -> None:
    line = a_line(branches=("IPSW", "IPSW", "IPSW"))
    await rig.hears(an_order(line))

    await rig.receives(
        rig.means(b"1", a_despatch(advised(line, 1, 2))),
        rig.means(b"2", a_despatch(advised(line, 1, 2, 3))),
        rig.means(b"3", a_despatch(advised(line, 3))),
    )

    advised_lines = [fact.parcels[0].lines[0] for fact in await rig.published() if isinstance(fact, DespatchAdvised)]
    assert [[copy.copy_number for copy in line.copies] for line in advised_lines] == [[1, 2], [1, 2, 3]]
    assert await rig.states(direction=Direction.IN) == [State.APPLIED, State.APPLIED, State.DUPLICATE]


async def test_an_impossible_quantity_is_held(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))

    await rig.receives(rig.means(b"1", a_despatch(advised(line, quantity=10_000_000))))

    assert await rig.states(direction=Direction.IN) == [State.QUARANTINED]


async def test_the_records_of_a_message_are_published_together(rig: Rig) -> None:
    records = [a_record("9780141439518", "Pride and Prejudice"), a_record("9780141439600", "A Tale of Two Cities", number=2)]
    await rig.receives(rig.means(b"1", *records))

    (event,) = await rig.published(RecordsSupplied)
    assert isinstance(event, RecordsSupplied)
    assert list(event.records) == records
    assert event.key() == event.supplier_id


async def test_records_too_large_for_one_event_are_published_in_several(rig: Rig) -> None:
    records = [a_record(title="x" * 300_000, number=number) for number in range(1, 8)]
    await rig.receives(rig.means(b"1", *records))

    events = [event for event in await rig.published(RecordsSupplied) if isinstance(event, RecordsSupplied)]
    assert [record for event in events for record in event.records] == records
    assert len(events) > 2


def _with_gln(line: OrderedLine, gln: str) -> OrderedLine:
    copies = tuple(copy.model_copy(update={"branch": Place(code=copy.branch.code, gln=gln)}) for copy in line.copies)
    return line.model_copy(update={"copies": copies})


async def test_goods_of_the_announced_substitute_are_found_by_order_number(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    answer = LineAnswer(line.line_key, None, line.isbn, status_code="110", substitute_isbn=OTHER_ISBN)
    await rig.receives(rig.means(b"1", a_response(answer)))

    goods = AdvisedLine(None, "PO-1", OTHER_ISBN, 1)
    await rig.receives(rig.means(b"2", a_despatch(goods)))

    (event,) = await rig.published(DespatchAdvised)
    assert isinstance(event, DespatchAdvised)
    assert [(each.line_key, each.isbn) for each in event.parcels[0].lines] == [(line.line_key, OTHER_ISBN)]


async def test_one_notice_for_several_places_becomes_one_despatch_for_each(rig: Rig) -> None:
    line = a_line(branches=("IPSW", "LOWE", "IPSW"))
    await rig.hears(an_order(line))
    parcels = (
        AdvisedParcel("350123450000000014", (advised(line, 1),), deliver_to="IPSW"),
        AdvisedParcel("350123450000000021", (advised(line, 2),), deliver_to="LOWE"),
        AdvisedParcel("350123450000000038", (advised(line, 3),)),
    )
    notice = rig.means(b"1", DespatchFact("D-1", None, None, "HUB", None, parcels))

    await rig.receives(notice)
    await rig.receives(notice, rig.means(b"2", DespatchFact("D-1", None, None, "HUB", None, parcels)))

    despatches = [event for event in await rig.published() if isinstance(event, DespatchAdvised)]
    assert [(one.despatch_number, one.deliver_to.code, one.deliver_to.kind) for one in despatches] == [
        ("D-1", "IPSW", PlaceKind.BRANCH),
        ("D-1", "LOWE", PlaceKind.BRANCH),
        ("D-1", "HUB", PlaceKind.HUB),
    ]
    assert [parcel.parcel_id for one in despatches for parcel in one.parcels] == [parcel.parcel_id for parcel in parcels]


async def test_one_place_that_is_not_known_holds_up_no_other_of_the_notice(rig: Rig) -> None:
    line = a_line(branches=("IPSW", "LOWE"))
    await rig.hears(an_order(line))
    parcels = (
        AdvisedParcel("350123450000000014", (advised(line, 1),), deliver_to="IPSW"),
        AdvisedParcel("350123450000000021", (advised(line, 2),), deliver_to="NOWHERE"),
    )

    await rig.receives(rig.means(b"1", DespatchFact("D-1", None, None, "", None, parcels)))

    (message,) = await rig.messages(direction=Direction.IN)
    assert message.state is State.PARTLY_APPLIED
    assert "NOWHERE is neither the hub nor a branch" in message.reason
    assert [one.deliver_to.code for one in await rig.published() if isinstance(one, DespatchAdvised)] == ["IPSW"]
