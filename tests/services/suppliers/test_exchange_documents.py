"""Intake of invoices and selections: each is published once for its council, or held with a reason."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.suppliers.contract import Kind, SelectionFact
from services.suppliers.domain.messages import Direction, State
from services.suppliers.usecases import decisions
from shared.contracts.invoices import InvoicedCharge, InvoiceReceived
from shared.contracts.messages import MessageQuarantined
from shared.contracts.selections import SelectedLine, SelectionReceived
from tests.services.suppliers.conftest import Rig, a_line, an_invoice, an_invoiced_line, an_order

SUFFOLK_ACCOUNT = "5099990000013"
NORFOLK_ACCOUNT = "5099990000020"
PATIENCE = 61.0


def a_selection(*isbns: str, number: str = "SEL-1", buyer: str = SUFFOLK_ACCOUNT, firm: bool = False) -> SelectionFact:
    lines = tuple(SelectedLine(reference=f"{number}-{place}", isbn=isbn, quantity=1) for place, isbn in enumerate(isbns, 1))
    return SelectionFact(number, buyer, firm, lines)


async def test_an_invoice_is_published_whole_with_our_line_keys(rig: Rig) -> None:
    line = a_line()
    order = an_order(line)
    await rig.hears(order)
    stranger = an_invoiced_line(a_line("9780140449136"), order_number="PO-9", number=2)

    await rig.receives(rig.means(b"1", an_invoice(an_invoiced_line(line), stranger)))

    (event,) = await rig.published()
    assert isinstance(event, InvoiceReceived)
    assert (event.council, event.invoice_number, event.total) == ("GB-SFK", "INV-1", 1199)
    assert [(charged.line_key, charged.order_number) for charged in event.lines] == [(line.line_key, "PO-1"), (None, "PO-9")]
    (message,) = await rig.messages(direction=Direction.IN)
    assert (message.kind, message.state) == (Kind.INVOICE, State.APPLIED)
    assert (message.order_ids, message.line_keys, message.councils) == ((order.order_id,), (line.line_key,), ("GB-SFK",))


async def test_an_invoice_with_an_unknown_buyer_is_matched_by_its_lines(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line, council="GB-NFK"))

    await rig.receives(rig.means(b"1", an_invoice(an_invoiced_line(line), buyer="SHOP 12")))

    (event,) = await rig.published(InvoiceReceived)
    assert event.council == "GB-NFK"


async def test_the_buyers_own_line_is_found_where_councils_share_an_order_number(rig: Rig) -> None:
    ours, theirs = a_line(), a_line()
    await rig.hears(an_order(ours), an_order(theirs, council="GB-NFK"))

    await rig.receives(rig.means(b"1", an_invoice(an_invoiced_line(theirs), buyer=NORFOLK_ACCOUNT)))

    (event,) = await rig.published(InvoiceReceived)
    assert isinstance(event, InvoiceReceived)
    assert (event.council, event.lines[0].line_key) == ("GB-NFK", theirs.line_key)


@pytest.mark.parametrize(
    ("buyer", "order_number", "reason"),
    [
        ("", "PO-9", "invoice INV-1 has no buyer, and none of its lines is known here"),
        ("SHOP 12", "PO-9", "invoice INV-1 is for 'SHOP 12', which is not the account of one council in the profile"),
        (NORFOLK_ACCOUNT, "PO-1", "invoice INV-1 has lines of several councils: GB-NFK, GB-SFK"),
    ],
)
async def test_an_invoice_of_no_council_or_of_several_is_held(rig: Rig, buyer: str, order_number: str, reason: str) -> None:
    line = a_line()
    await rig.hears(an_order(line))

    await rig.receives(rig.means(b"1", an_invoice(an_invoiced_line(line, order_number=order_number), buyer=buyer)))
    await rig.advance(PATIENCE)
    await rig.read_all()

    (message,) = await rig.messages(direction=Direction.IN)
    assert message.state is State.QUARANTINED
    assert message.reason.startswith(reason)
    assert [type(fact) for fact in await rig.published()] == [MessageQuarantined]


@pytest.mark.parametrize("credit", [False, True])
async def test_a_document_of_charges_alone_is_its_buyers(rig: Rig, credit: bool) -> None:  # case A15
    postage = InvoicedCharge(description="Postage", net=350, vat=70)
    await rig.receives(rig.means(b"1", replace(an_invoice(total=420), charges=(postage,), credit=credit)))

    (event,) = await rig.published()
    assert isinstance(event, InvoiceReceived)
    assert (event.council, event.credit, event.lines, event.charges) == ("GB-SFK", credit, (), (postage,))
    assert await rig.states() == [State.APPLIED]


async def test_an_invoice_without_lines_for_an_unknown_buyer_is_held(rig: Rig) -> None:
    await rig.receives(rig.means(b"1", an_invoice(buyer="SHOP 12")))

    (message,) = await rig.messages()
    assert (message.state, message.reason) == (
        State.QUARANTINED,
        "invoice INV-1 is for 'SHOP 12', which is not the account of one council in the profile, and it has no lines",
    )


async def test_the_same_invoice_in_another_file_is_a_duplicate_and_other_content_is_not(rig: Rig) -> None:  # case A4
    line = a_line()
    await rig.hears(an_order(line))
    invoice = an_invoice(an_invoiced_line(line))
    others = [
        replace(invoice, total=1299),
        replace(invoice, credit=True),
        replace(invoice, invoiced_on=date(2027, 3, 2)),
        replace(invoice, lines=(an_invoiced_line(line, order_number="PO-9"),)),
        replace(invoice, credits_invoice="INV-0"),
    ]

    await rig.receives(
        rig.means(b"1", invoice), rig.means(b"2", invoice), *(rig.means(b"%d" % n, other) for n, other in enumerate(others, 3))
    )

    assert await rig.states(direction=Direction.IN) == [State.APPLIED, State.DUPLICATE, *[State.APPLIED] * 5]
    assert len(await rig.published(InvoiceReceived)) == 6


async def test_a_duplicate_may_be_replayed_and_counts_only_where_it_reads_differently(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    invoice = an_invoice(an_invoiced_line(line))
    await rig.receives(rig.means(b"1", invoice), rig.means(b"2", invoice))
    second = (await rig.messages(direction=Direction.IN))[-1]

    for read, count, state in ((invoice, 1, State.DUPLICATE), (replace(invoice, total=1299), 2, State.APPLIED)):
        rig.means(b"2", read)
        async with rig.engine.begin() as connection:
            await decisions.replay(connection, rig.exchange, second.id, actor="jo", reason="the reader was mended")
        await rig.read_all()
        assert len(await rig.published(InvoiceReceived)) == count
        assert (await rig.states(direction=Direction.IN))[-1] is state


async def test_an_invoice_is_published_again_only_if_a_replay_reads_it_differently(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    body = rig.means(b"1", an_invoice(an_invoiced_line(line, order_number="PO-9")))
    await rig.receives(body)
    (message,) = await rig.messages(direction=Direction.IN)

    for count, order_number in ((1, "PO-9"), (2, "PO-1"), (2, "PO-1")):
        rig.means(body, an_invoice(an_invoiced_line(line, order_number=order_number)))
        async with rig.engine.begin() as connection:
            await decisions.replay(connection, rig.exchange, message.id, actor="jo", reason="the reader was mended")
        await rig.read_all()
        assert len(await rig.published(InvoiceReceived)) == count

    assert await rig.states(direction=Direction.IN) == [State.APPLIED]


async def test_an_invoice_without_a_date_says_so(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))

    await rig.receives(rig.means(b"1", replace(an_invoice(an_invoiced_line(line)), invoiced_on=None)))

    (event,) = await rig.published(InvoiceReceived)
    assert isinstance(event, InvoiceReceived)
    assert (event.invoiced_on, event.doubts) == (
        rig.clock.now().date(),
        ("no date is stated; the day of receipt is used",),
    )


async def test_the_day_of_receipt_is_the_councils_day(rig: Rig) -> None:  # case B7
    line = a_line()
    await rig.hears(an_order(line))
    rig.clock.advance(datetime(2026, 7, 1, 23, 30, tzinfo=UTC) - rig.clock.now())

    await rig.receives(rig.means(b"1", replace(an_invoice(an_invoiced_line(line)), invoiced_on=None)))

    (event,) = await rig.published(InvoiceReceived)
    assert isinstance(event, InvoiceReceived)
    assert event.invoiced_on == date(2026, 7, 2)


async def test_an_invoice_too_large_for_an_event_waits_for_a_person_and_not_in_a_loop(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    many = [an_invoiced_line(line, number=number) for number in range(1, 10_001)]

    await rig.receives(rig.means(b"1", an_invoice(*many)))

    (message,) = await rig.messages(direction=Direction.IN)
    assert message.state is State.QUARANTINED
    assert message.reason.startswith("the invoice is too large for one event")
    assert message.reason.endswith("ask the supplier to send it in several parts")
    assert not await rig.reader.turn()


async def test_a_selection_is_published_to_its_council(rig: Rig) -> None:
    await rig.receives(rig.means(b"1", a_selection("9780141439518", "9780141439600", firm=True)))

    (event,) = await rig.published()
    assert isinstance(event, SelectionReceived)
    assert (event.council, event.selection_number, event.firm, len(event.lines)) == ("GB-SFK", "SEL-1", True, 2)
    (message,) = await rig.messages()
    assert (message.kind, message.state, message.councils) == (Kind.SELECTION, State.APPLIED, ("GB-SFK",))


async def test_a_selection_for_an_unknown_buyer_is_held(rig: Rig) -> None:
    await rig.receives(rig.means(b"1", a_selection("9780141439518", buyer="5099990000099")))

    (message,) = await rig.messages()
    assert message.state is State.QUARANTINED
    assert message.reason == "selection SEL-1 is for '5099990000099', which is not the account of one council in the profile"


async def test_a_selection_is_published_again_only_when_it_changed(rig: Rig) -> None:
    await rig.receives(
        rig.means(b"1", a_selection("9780141439518")),
        rig.means(b"2", a_selection("9780141439518")),
        rig.means(b"3", a_selection("9780141439518", firm=True)),
    )

    assert await rig.states() == [State.APPLIED, State.DUPLICATE, State.APPLIED]
    assert len(await rig.published(SelectionReceived)) == 2
