"""Which suppliers the catalogue asks for records of ordered books, and how often."""

from datetime import timedelta
from uuid import uuid4

from httpx import AsyncClient

from services.catalogue.reminders import Reminders
from shared.clock import ManualClock
from shared.contracts.catalogue import RecordRequested
from shared.contracts.decisions import Answer, DecidedOffer, LinesDecided, OfferKind
from tests.services.catalogue.facts import HAMNET, PIRANESI, line, order, record
from tests.services.hearing import Hearing


async def asks(catalogue: Hearing) -> list[tuple[str, str]]:
    """ISBN and supplier of every request so far."""
    return [(event.isbn, event.supplier_id) for event in await catalogue.sent() if isinstance(event, RecordRequested)]


async def test_without_a_rule_the_supplier_of_the_book_is_asked(catalogue: Hearing) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW", "LOWE"), line(HAMNET, "IPSW", supplier_id="harbour-books")))
    assert await asks(catalogue) == [(HAMNET, "harbour-books"), (PIRANESI, "eastern")]


async def test_a_council_may_take_records_from_another_supplier_than_its_books(catalogue: Hearing, client: AsyncClient) -> None:
    await client.post("/v1/sourcing-rules", json={"supplier_id": "northern", "valid_from": "2026-01-01"})
    await client.post("/v1/sourcing-rules", json={"supplier_id": "harbour-books", "branch": "LOWE", "valid_from": "2026-01-01"})
    await catalogue.hears(order(line(PIRANESI, "IPSW", "LOWE", "BURY")))
    assert sorted(await asks(catalogue)) == [(PIRANESI, "harbour-books"), (PIRANESI, "northern")]
    await catalogue.hears(order(line(HAMNET, "LOWE"), council="GB-NFK"))
    assert (HAMNET, "eastern") in await asks(catalogue), "another council's rules do not count"


async def test_after_a_supplier_s_last_day_records_are_asked_of_the_next_one_or_of_nobody(
    catalogue: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await client.post("/v1/sourcing-rules", json={"supplier_id": "northern", "branch": "LOWE", "valid_from": "2026-01-01"})
    for supplier_id, follows in (("northern", "harbour-books"), ("eastern", None)):
        body = {"supplier_id": supplier_id, "last_day": "2026-03-02", "next_supplier": follows, "reason": "Records end"}
        assert (await client.post("/v1/contract-ends", json=body)).status_code == 201
    await catalogue.hears(order(line(PIRANESI, "LOWE")), order(line(HAMNET, "IPSW")))
    assert sorted(await asks(catalogue)) == [(HAMNET, "eastern"), (PIRANESI, "northern")], "the last day"
    clock.advance(timedelta(days=1))
    await catalogue.hears(order(line(PIRANESI, "LOWE")), order(line(HAMNET, "IPSW")))
    assert sorted(await asks(catalogue))[1:] == [(PIRANESI, "harbour-books"), (PIRANESI, "northern")]


async def test_no_record_is_requested_of_an_article_that_is_no_book(catalogue: Hearing) -> None:
    await catalogue.hears(order(line("5050582000016", "IPSW"), line(HAMNET, "IPSW")))
    assert [isbn for isbn, _ in await asks(catalogue)] == [HAMNET]


async def test_the_record_of_a_substitute_is_asked_for_once_it_is_accepted(catalogue: Hearing) -> None:
    ordered = order(line(PIRANESI, "IPSW"))
    await catalogue.hears(ordered)
    for answer, isbn in ((Answer.DECLINED, "9780141036144"), (Answer.ACCEPTED, HAMNET)):
        offer = DecidedOffer(
            decision_id=uuid4(), supplier_id="eastern", kind=OfferKind.SUBSTITUTE, answer=answer, ordered_isbn=PIRANESI,
            isbn=isbn, line=line(isbn, "IPSW"),
        )  # fmt: skip
        decided = LinesDecided(
            council=ordered.council, order_id=ordered.order_id, order_number=ordered.order_number, decided_at=ordered.placed_at,
            decision="the paperback will do", line_keys=(offer.line_key,), offers=(offer,),
        )  # fmt: skip
        await catalogue.hears(decided)
    assert sorted(await asks(catalogue)) == [(HAMNET, "eastern"), (PIRANESI, "eastern")]


async def test_a_known_title_is_not_asked_for(catalogue: Hearing) -> None:
    await catalogue.hears(record())
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    assert await asks(catalogue) == []


async def test_a_supplier_is_asked_once_a_day_however_often_a_book_is_ordered(catalogue: Hearing, clock: ManualClock) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")), order(line(PIRANESI, "IPSW")))
    clock.advance(timedelta(hours=23))
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    assert len(await asks(catalogue)) == 1
    clock.advance(timedelta(hours=1))
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    assert len(await asks(catalogue)) == 2


async def test_a_record_that_does_not_arrive_is_requested_again_for_five_days(catalogue: Hearing, clock: ManualClock) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW"), line(HAMNET, "IPSW")))
    await catalogue.hears(record(isbn=HAMNET, title="Hamnet"))
    reminders = Reminders(catalogue.engine, clock)
    await reminders.turn()
    assert len(await asks(catalogue)) == 2
    for _ in range(10):
        clock.advance(timedelta(days=1))
        await reminders.turn()
    assert [isbn for isbn, _ in await asks(catalogue)].count(PIRANESI) == 5
    assert [isbn for isbn, _ in await asks(catalogue)].count(HAMNET) == 1


async def test_a_request_leaves_the_title_of_the_same_isbn_alone_in_a_compacted_topic(catalogue: Hearing) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    [envelope] = await catalogue.sent_envelopes()
    assert (envelope.key, envelope.council_id) == (f"request/eastern/{PIRANESI}", "GB-SFK")
