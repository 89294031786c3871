"""The scenarios that every supplier must pass behind the exchange, whatever its protocol."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from services.suppliers.contract import Kind, OrderToSend
from services.suppliers.domain.messages import Direction
from services.suppliers.usecases.testing_connection import try_connection
from shared.contracts.base import Money
from shared.contracts.catalogue import RecordRequested
from shared.contracts.decisions import AfterDecline, Answer, DecidedOffer, LinesDecided, OfferKind
from shared.contracts.enquiries import EnquiryKind, EnquirySent
from shared.contracts.messages import MessageQuarantined
from shared.contracts.orders import (
    CancellationRequested,
    CancelledLine,
    LinesAdded,
    OrderedLine,
    OrderedLines,
    OrderPlaced,
)
from shared.contracts.reachability import SupplierReachable, SupplierUnreachable
from shared.contracts.suppliers import (
    ClaimAnswer,
    DespatchAdvised,
    OrderResponded,
    OrderSent,
    RecordsSupplied,
    RespondedLine,
    SendOutcome,
)
from shared.ids import new_id
from tests.builders import ISBN, SUFFOLK, an_order_placed, an_ordered_line
from tests.suppliers.asking import an_enquiry
from tests.suppliers.other_side import Trait
from tests.suppliers.station import Station
from tests.waiting import eventually, until

Open = Callable[..., Awaitable[Station]]

BRANCHES = ("IPSW", "LOWE", "IPSW")


def _line(station: Station, isbn: str = ISBN, *, number: int = 1) -> OrderedLine:
    return an_ordered_line(isbn, BRANCHES, supplier=station.exchange.profile.supplier_id, number=number)


def _order(station: Station, number: str = "PO-1") -> OrderPlaced:
    return an_order_placed(_line(station), number=number)


async def _despatched(station: Station, isbn: str | None = None) -> Counter[str]:
    """Copies despatched so far, by line key; with an ISBN, those under it."""
    copies: Counter[str] = Counter()
    for despatch in await station.published(DespatchAdvised):
        for parcel in despatch.parcels:
            for line in parcel.lines:
                copies[line.line_key or ""] += line.quantity if isbn in (None, line.isbn) else 0
    return copies


async def _all_despatched(station: Station, *orders: OrderPlaced) -> None:
    """Wait until every copy was despatched; each exactly once."""
    wanted = Counter({line.line_key: len(line.copies) for order in orders for line in order.lines})

    async def arrived() -> bool:
        return (await _despatched(station)).total() >= wanted.total()

    await until(arrived)
    assert await _despatched(station) == wanted


async def _answered(station: Station) -> bool:
    return bool(await station.published(OrderResponded))


async def _known_as_sent(station: Station) -> bool:
    return [sent.outcome for sent in await station.published(OrderSent)][-1:] == [SendOutcome.SENT]


async def _offers(station: Station, code: str, *, of: int) -> list[RespondedLine]:
    """Three offers that the supplier makes with a status, once it has answered so many lines."""
    answers: list[RespondedLine] = []

    async def all_answered() -> bool:
        answers[:] = [line for answer in await station.published(OrderResponded) for line in answer.lines]
        return len({line.line_key for line in answers}) == of

    await until(all_answered)
    offers = [line for line in answers if line.status_code == code]
    assert len(offers) >= 3
    assert all(offer.offer_until is not None for offer in offers)
    return offers[:3]


async def _answers_with(station: Station, offer: RespondedLine, code: str) -> None:
    """Waits until the supplier answers the answer to an offer with a status."""

    async def answered() -> bool:
        lines = [line for answer in await station.published(OrderResponded) for line in answer.lines]
        return code in [line.status_code for line in lines if line.line_key == offer.line_key][1:]

    await until(answered)


class SupplierSuite:
    """Subclassed once per adapter, which gives the fixture `at_work`: opens a station with a supplier of some traits."""

    async def test_an_order_goes_out_once_is_answered_and_despatched(self, at_work: Open) -> None:
        station = await at_work()
        order = _order(station)

        await station.hears(order)
        await _all_despatched(station, order)
        # A push that had to be repeated may bring the answer after the goods.
        await until(partial(_answered, station))

        (sent,) = await station.wait_published(OrderSent)
        assert (sent.outcome, sent.order_id, sent.council) == (SendOutcome.SENT, order.order_id, SUFFOLK)
        answers = await station.published(OrderResponded)
        assert {answer.order_id for answer in answers} == {order.order_id}
        assert {line.line_key for answer in answers for line in answer.lines} == {order.lines[0].line_key}
        assert {line.status_code for answer in answers for line in answer.lines} == {"100"}
        places = {despatch.deliver_to.code for despatch in await station.published(DespatchAdvised)}
        assert places == {"IPSW", "LOWE"} or places == {station.exchange.profile.hub_code}
        assert not await station.published(MessageQuarantined)

    async def test_further_lines_of_an_order_are_no_duplicate_and_can_be_cancelled(self, at_work: Open) -> None:
        station = await at_work(Trait.BACK_ORDERS)
        first = _order(station)
        added = [_added(first, _line(station)) for _ in range(2)]

        await station.hears(first, *added)
        answers = await station.wait_published(OrderResponded, 3)
        await station.hears(*(_cancellation(lines) for lines in added))
        cancelled = (await station.wait_published(OrderResponded, 5))[3:]

        keys = [lines.lines[0].line_key for lines in added]
        assert {line.line_key for answer in answers for line in answer.lines} == {first.lines[0].line_key, *keys}
        assert all(str(line.status_code).startswith("4") for answer in answers for line in answer.lines)
        assert sorted(line.line_key for answer in cancelled for line in answer.lines) == sorted(keys)
        assert all(line.status_code == "222" for answer in cancelled for line in answer.lines)
        assert not await station.published(MessageQuarantined)

    async def test_orders_go_out_in_the_order_of_their_references(self, at_work: Open) -> None:
        station = await at_work()
        orders = [_order(station, f"PO-{number}") for number in range(1, 9)]

        await station.hears(*orders)
        await _all_despatched(station, *orders)

        sent = await station.wait_published(OrderSent, len(orders))
        assert [one.control_reference for one in sent] == [str(number) for number in range(1, 9)]

    async def test_what_the_supplier_sends_twice_counts_once(self, at_work: Open) -> None:
        station = await at_work(Trait.SENDS_TWICE)
        order = _order(station)

        await station.hears(order)
        await _all_despatched(station, order)

        assert await _despatched(station) == Counter({order.lines[0].line_key: len(BRANCHES)})

    async def test_an_answer_about_an_order_nobody_knows_is_quarantined(self, at_work: Open) -> None:
        station = await at_work()
        unknown = _order(station, "PO-999")
        to_send = OrderToSend(SUFFOLK, str(unknown.order_id), "PO-999", unknown.placed_at, unknown.lines)
        async with station.exchange.adapter.transport() as transport:
            await transport.send(station.exchange.adapter.write_order(to_send, 9_001))

        (quarantined, *_) = await station.wait_published(MessageQuarantined)

        assert "PO-999" in quarantined.reason or unknown.lines[0].line_key in quarantined.reason
        assert not await station.published(OrderResponded)

    async def test_a_process_killed_after_sending_does_not_send_again(self, at_work: Open) -> None:
        station = await at_work()
        await station.stop()
        order = _order(station)
        await station.hears(order)
        await station.send_and_die()

        await station.start()
        await _all_despatched(station, order)

        assert len(await station.messages(direction=Direction.OUT)) == 1

    async def test_a_broken_connection_after_the_order_was_taken_does_not_double_it(self, at_work: Open) -> None:
        station = await at_work(Trait.BREAKS_AFTER_TAKING)
        order = _order(station)

        await station.hears(order)
        await _all_despatched(station, order)

        # The goods may come before it is known here that the order arrived.
        await until(partial(_known_as_sent, station))

    async def test_a_supplier_that_is_down_gets_the_orders_when_it_is_back(self, at_work: Open) -> None:
        station = await at_work()
        assert [step for step in await try_connection(station.exchange) if not step.worked] == []
        await station.other_side.stop()
        # Nothing is to be sent yet: it is noticed all the same.
        await station.wait_published(SupplierUnreachable)
        *_, failed = await try_connection(station.exchange)
        assert (failed.name.split()[0], failed.worked) == ("connect", False)
        orders = [_order(station, f"PO-{number}") for number in range(1, 4)]
        await station.hears(*orders)

        await eventually(lambda: any("cannot be reached" in check.detail for check in station.connection.health()))
        assert not await station.published(OrderSent)
        await station.other_side.start()
        await _all_despatched(station, *orders)

        assert [sent.control_reference for sent in await station.wait_published(OrderSent, 3)] == ["1", "2", "3"]
        await station.wait_published(SupplierReachable)
        await eventually(lambda: not any(check.detail for check in station.connection.health()))

    async def test_a_cancellation_is_answered(self, at_work: Open) -> None:
        station = await at_work(Trait.BACK_ORDERS)
        order = _order(station)
        await station.hears(order)
        await station.wait_published(OrderResponded)

        await station.hears(_cancellation(order))
        answers = await station.wait_published(OrderResponded, 2)

        (line,) = answers[-1].lines
        assert line.line_key == order.lines[0].line_key
        assert line.action == "cancelled" or (line.status_code or "").startswith("22")

    async def test_each_answer_to_an_offer_is_told_where_the_supplier_takes_it_and_answered(self, at_work: Open) -> None:
        station = await at_work(Trait.MAKES_OFFERS)
        order = an_order_placed(*(_line(station, number=number) for number in range(1, 17)))
        await station.hears(order)
        substitutes, prices = await _offers(station, "210", of=16), await _offers(station, "903", of=16)
        offers = [*substitutes, *prices]

        thens = (None, *AfterDecline)
        await station.hears(*(_answer(order, offer, then) for offer, then in zip(offers, thens * 2, strict=True)))
        told = await station.messages(kind=Kind.OFFER_ANSWER)
        assert len(told) == (0 if station.exchange.offer_answerer is None else 6)
        if not told:
            return
        for offer, code in zip(offers, ("100", "400", "222", "100", "100", "222"), strict=True):
            await _answers_with(station, offer, code)

        async def arrived() -> bool:
            bought, dearer = substitutes[0], prices[0]
            sent = (
                (await _despatched(station, bought.substitute_isbn))[bought.line_key],
                (await _despatched(station))[dearer.line_key],
            )
            return sent == (len(BRANCHES), len(BRANCHES))

        await until(arrived)
        assert not await station.published(MessageQuarantined)

    async def test_enquiries_and_claims_are_answered_where_the_supplier_takes_them(self, at_work: Open) -> None:
        station = await at_work()
        order = _order(station)
        await station.hears(order)
        await _all_despatched(station, order)

        numbers = dict(zip(EnquiryKind, (1, 2, 3), strict=True))
        await station.hears(*(an_enquiry(order, kind, number) for kind, number in numbers.items()))
        sent = await station.wait_published(EnquirySent, 3)
        if station.exchange.enquirer is None:
            assert {each.outcome for each in sent} == {SendOutcome.FAILED}
            return
        assert {each.outcome for each in sent} == {SendOutcome.SENT}
        answers: dict[ClaimAnswer | str | None, list[int | None]] = {}

        async def answered() -> bool:
            lines = [line for answer in await station.published(OrderResponded) for line in answer.lines]
            for line in lines:
                answers[line.claim or line.status_code] = [copy.copy_number for copy in line.copies]
            return len(answers) == 4

        await until(answered)
        assert answers.keys() == {"100", "410", ClaimAnswer.RESEND, ClaimAnswer.CREDIT}
        assert (answers[ClaimAnswer.RESEND], answers[ClaimAnswer.CREDIT]) == ([2], [3])
        line_key = order.lines[0].line_key

        async def came_again() -> bool:
            return (await _despatched(station))[line_key] == len(BRANCHES) + 1

        await until(came_again)
        assert not await station.published(MessageQuarantined)

    async def test_a_record_is_supplied_on_request(self, at_work: Open) -> None:
        station = await at_work()
        supplier_id = station.exchange.profile.supplier_id

        await station.hears(RecordRequested(isbn=ISBN, supplier_id=supplier_id, requested_at=datetime(2026, 3, 2, tzinfo=UTC)))
        (supplied,) = await station.wait_published(RecordsSupplied)

        (record,) = supplied.records
        assert (record.isbn, supplied.supplier_id) == (ISBN, supplier_id)
        assert record.description.title is not None


def _added(order: OrderPlaced, line: OrderedLine) -> LinesAdded:
    """A further line of an order, for the same title."""
    return LinesAdded(**{**dict(order), "lines": (line,)}, added_at=order.placed_at, reason="moved here")


def _answer(order: OrderPlaced, offer: RespondedLine, then: AfterDecline | None) -> LinesDecided:
    """Accepts an offer, or declines it where it is said what becomes of the copies."""
    line = next(line for line in order.lines if line.line_key == offer.line_key)
    price = offer.prices[0] if offer.prices else None
    decided = DecidedOffer(
        decision_id=new_id(),
        supplier_id=line.supplier_id,
        kind=OfferKind.SUBSTITUTE if offer.substitute_isbn else OfferKind.PRICE,
        answer=Answer.ACCEPTED if then is None else Answer.DECLINED,
        then=then,
        ordered_isbn=line.isbn,
        isbn=offer.substitute_isbn,
        price=None if price is None else Money(minor=price.minor, currency=price.currency or "GBP"),
        line=line,
    )
    return LinesDecided(
        council=order.council,
        order_id=order.order_id,
        order_number=order.order_number,
        decided_at=order.placed_at,
        decision="as agreed",
        line_keys=(line.line_key,),
        offers=(decided,),
    )


def _cancellation(order: OrderedLines) -> CancellationRequested:
    (line,) = order.lines
    cancelled = CancelledLine(
        line_key=line.line_key, supplier_id=line.supplier_id, copy_ids=tuple(copy.copy_id for copy in line.copies)
    )
    return CancellationRequested(
        council=order.council,
        order_id=order.order_id,
        order_number=order.order_number,
        requested_at=order.placed_at,
        reason="bought twice",
        lines=(cancelled,),
    )
