"""The three dialects that ship, from a file put in to the files that answer it."""

from __future__ import annotations

from datetime import date

import pytest

from services.lms.dialects import PROFILES
from services.lms.dialects.facts import ReadOrder
from services.lms.dialects.profile import OutKind
from services.lms.domain.mailbox_messages import Direction, MailboxMessage, State
from services.lms.speaking import Correspondent
from services.lms.store import post
from services.lms.store.post import Filter
from services.lms.usecases.correspondents import ProfileDialect
from shared.contracts.asked import PlacingOutcome
from shared.contracts.base import Event, Place
from shared.contracts.delivery import ConsignedCopy, ConsignmentExpected, Leg
from shared.contracts.invoices import InvoicedCopy, InvoiceMatched, MatchedInvoiceLine
from shared.contracts.orders import CancellationRequested, CancelledLine, CopyProgress, CopyState, LineProgressed, OrderPlaced
from shared.contracts.suppliers import OrderResponded, RespondedLine
from shared.errors import DomainError
from tests.services.evidence.facts import COST, HARBOUR
from tests.services.hearing import number, on_day
from tests.services.lms.dialects.lms_files import AskedLine, evergreen, folio, koha
from tests.services.lms.dialects.ordered import known_lines, order_of
from tests.services.lms.post.conftest import SUFFOLK, Rig, answer

FILES = {"koha": koha(), "evergreen": evergreen(), "folio": folio((AskedLine(),))}
every_dialect = pytest.mark.parametrize("name", sorted(PROFILES))


def happened(order: ReadOrder) -> tuple[OrderPlaced, list[Event]]:
    """The order as it was placed, and what happened to it then."""
    lines = list(known_lines(order).values())
    order_id, first = lines[0].order_id, lines[0].ordered
    placed = OrderPlaced(
        council=SUFFOLK, order_id=order_id, order_number=str(order.document["order_number"]), placed_at=on_day(2),
        lines=tuple(line.ordered for line in lines),
    )  # fmt: skip
    key, copy = first.line_key, first.copies[0]
    responded = OrderResponded(
        council=SUFFOLK, supplier_id=HARBOUR, order_id=order_id, message_id=number(7), responded_at=on_day(3),
        lines=(RespondedLine(line_key=key, isbn=first.isbn, status_code="200", availability_code="OP"),),
    )  # fmt: skip
    consigned = ConsignedCopy(
        copy_id=copy.copy_id, order_id=order_id, line_key=key, isbn=first.isbn, branch=copy.branch.code, parcel_id="C-1"
    )
    expected = ConsignmentExpected(
        council=SUFFOLK, consignment_id=number(8), supplier_id=HARBOUR, despatch_number="D-1", place=Place(code="IPSW"),
        leg=Leg.DIRECT, copies=(consigned,),
    )  # fmt: skip
    charged = MatchedInvoiceLine(
        line_number=1, line_key=key, order_id=order_id, copies=(InvoicedCopy(copy_id=copy.copy_id, cost=COST),)
    )
    invoice = InvoiceMatched(
        council=SUFFOLK, supplier_id=HARBOUR, invoice_id=number(9), invoice_number="INV-1", credit=False,
        invoiced_on=date(2026, 3, 12), currency="GBP", total=COST.total, matched_at=on_day(12), lines=(charged,),
    )  # fmt: skip
    return placed, [responded, expected, invoice]


async def files_out(rig: Rig, mailbox_id: str) -> dict[str, MailboxMessage]:
    """What was written for an LMS, by kind."""
    async with rig.engine.connect() as connection:
        wanted = Filter(mailbox_id=mailbox_id, direction=Direction.OUT)
        return {each.kind: each for each in await post.page(connection, wanted, after=None, limit=100)}


def mailbox_of(rig: Rig, name: str) -> Correspondent:
    """The only mailbox there is speaks this dialect."""
    box = Correspondent(f"suffolk-{name}", SUFFOLK, ProfileDialect(PROFILES[name]))
    rig.boxes.all[:] = [box]
    return box


@every_dialect
async def test_an_order_is_asked_for_and_answered_in_every_kind_of_file_that_its_lms_takes(name: str, rig: Rig) -> None:
    box = mailbox_of(rig, name)
    placed, later = happened(order_of(FILES[name], PROFILES[name]))
    kept = await rig.put(FILES[name], box=box)
    (order,) = await rig.orders(kept)
    (asked,) = await rig.asked()
    assert (await rig.file(kept)).state is State.ASKED
    assert asked.order_number == placed.order_number
    await rig.hears(placed, answer(order, order_id=placed.order_id), *later)
    assert (await rig.file(kept)).state is State.TAKEN
    out = await files_out(rig, box.mailbox_id)
    taken = {str(kind) for kind in PROFILES[name].files.out} - {"QUOTES", "APERAK"}
    assert set(out) == taken
    for kind, each in out.items():
        files = PROFILES[name].files.out[OutKind(kind)]
        assert (each.folder, each.name) == (files.folder, files.named(each.reference or 0))


@every_dialect
async def test_an_invoice_has_the_barcodes_that_copies_have_got_by_then(name: str, rig: Rig) -> None:
    box = mailbox_of(rig, name)
    placed, later = happened(order_of(FILES[name], PROFILES[name]))
    kept = await rig.put(FILES[name], box=box)
    (order,) = await rig.orders(kept)
    (copy,) = placed.lines[0].copies
    moved = CopyProgress(
        copy_id=copy.copy_id, copy_number=1, branch=copy.branch.code, from_state=CopyState.ORDERED, to_state=CopyState.DESPATCHED,
        cause="test", barcode="30123004567890",
    )  # fmt: skip
    stated = LineProgressed(
        council=SUFFOLK, order_id=placed.order_id, order_number=placed.order_number, line_key=placed.lines[0].line_key,
        supplier_id=HARBOUR, isbn=placed.lines[0].isbn, progressed_at=on_day(9), copies=(moved,),
    )  # fmt: skip

    await rig.hears(placed, answer(order, order_id=placed.order_id), stated)
    await rig.hears(later[-1])

    invoice = (await files_out(rig, box.mailbox_id))["INVOIC"]
    async with rig.engine.connect() as connection:
        raw = await post.bytes_of(connection, invoice.message_id)
    assert b"+30123004567890:LAC" in raw


@pytest.mark.parametrize("name", ["koha", "evergreen"])
@pytest.mark.parametrize(("still_wanted", "told"), [((True,), False), ((False,), True), ((True, False), True)])
async def test_a_line_that_moves_to_another_supplier_is_not_cancelled_for_its_lms(
    name: str, still_wanted: tuple[bool, ...], told: bool, rig: Rig
) -> None:
    box = mailbox_of(rig, name)
    placed, later = happened(order_of(FILES[name], PROFILES[name]))
    (order,) = await rig.orders(await rig.put(FILES[name], box=box))
    (first, *_) = placed.lines
    line = CancelledLine(line_key=first.line_key, supplier_id=HARBOUR, copy_ids=tuple(copy.copy_id for copy in first.copies))
    requests = [
        CancellationRequested(
            council=SUFFOLK, order_id=placed.order_id, order_number=placed.order_number, requested_at=on_day(2),
            reason="another supplier", lines=(line,), still_wanted=each,
        )
        for each in still_wanted
    ]  # fmt: skip

    await rig.hears(placed, answer(order, order_id=placed.order_id), *requests)
    await rig.hears(later[0])

    answered = (await files_out(rig, box.mailbox_id))["ORDRSP"]
    async with rig.engine.connect() as connection:
        raw = await post.bytes_of(connection, answered.message_id)
    assert (b"QTY+85:" in raw) is told
    assert (b"another supplier" in raw) is not told


async def test_a_credit_note_that_its_lms_would_take_for_an_invoice_waits_for_a_person(rig: Rig) -> None:
    box = mailbox_of(rig, "koha")
    placed, later = happened(order_of(FILES["koha"], PROFILES["koha"]))
    (order,) = await rig.orders(await rig.put(FILES["koha"], box=box))
    await rig.hears(placed, answer(order, order_id=placed.order_id))
    await rig.hears(later[-1].model_copy(update={"credit": True}))

    withheld = (await files_out(rig, box.mailbox_id))["INVOIC"]
    assert (withheld.state, withheld.held, withheld.reference) == (State.FAILED, True, None)
    assert "enter INV-1 of 2026-03-12" in withheld.reason
    assert await rig.told() == ["held"]
    with pytest.raises(DomainError, match="withheld from the LMS"):
        await rig.decide("offer_again", withheld.message_id)
    await rig.decide("discard", withheld.message_id)
    assert await rig.told() == ["held", "settled"]
    await rig.hears(later[-1])
    assert await rig.references(box.mailbox_id) == [None, 1]


@every_dialect
async def test_a_refused_order_is_answered_as_its_lms_understands(name: str, rig: Rig) -> None:
    box = mailbox_of(rig, name)
    kept = await rig.put(FILES[name], box=box)
    (order,) = await rig.orders(kept)
    await rig.hears(answer(order, PlacingOutcome.REFUSED, "unknown-branch"))
    assert (await rig.file(kept)).state is State.REFUSED
    refused = PROFILES[name].writing.refused_orders
    assert (refused is None) or refused in await files_out(rig, box.mailbox_id)


@every_dialect
async def test_half_of_its_file_is_refused_with_a_sentence(name: str, rig: Rig) -> None:
    box = mailbox_of(rig, name)
    kept = await rig.put(FILES[name][: len(FILES[name]) // 2], box=box)
    found = await rig.file(kept)
    assert found.state is State.REFUSED
    assert len(found.reason) > 20
