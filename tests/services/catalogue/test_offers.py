"""What suppliers offer of books, side by side, before a council orders."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient

from services.catalogue.domain.offers import in_words
from shared.contracts.orders import SourcingRuleChanged
from shared.contracts.suppliers import RecordsSupplied
from shared.records import Availability, Offer, Price, PriceKind, Record
from tests.services.catalogue.facts import HAMNET, PIRANESI, record, stated, supplied, withdrawal
from tests.services.hearing import Hearing, number

TODAY = date(2026, 3, 2)
IN_STOCK = Offer(availability=Availability.IN_STOCK, days=3, on_hand=12, prices=(Price(1199, "GBP"),))
TO_ORDER = Offer(availability=Availability.TO_ORDER)


def rule(
    supplier_id: str = "harbour-books", *, number_of_it: int = 1, council: str = "GB-SFK", valid_to: date | None = None
) -> SourcingRuleChanged:
    """A rule by which a council orders since January."""
    return SourcingRuleChanged(
        council=council,
        rule_id=number(number_of_it),
        supplier_id=supplier_id,
        valid_from=date(2026, 1, 1),
        valid_to=valid_to,
    )


def offering(*offers: Offer, supplier_id: str = "harbour-books", day: int = 2) -> RecordsSupplied:
    """A record of the book with offers."""
    whole = stated()
    return supplied(Record(isbn=whole.isbn, description=whole.description, offers=offers), supplier_id=supplier_id, day=day)


async def offers(client: AsyncClient, *isbns: str) -> list[dict[str, Any]]:
    """Returns the suppliers' offers of the first of these books."""
    answer = await client.get("/v1/offers", params={"isbn": isbns or [PIRANESI]})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"][0]["suppliers"]
    return found


async def says(client: AsyncClient) -> dict[str, str]:
    """Returns what each supplier says of the book."""
    return {each["supplier_id"]: each["says"] for each in await offers(client)}


async def test_offers_of_the_suppliers_that_serve_a_council_are_side_by_side(catalogue: Hearing, client: AsyncClient) -> None:
    await catalogue.hears(rule(), rule("eastern", number_of_it=2), rule("northern", number_of_it=3))
    await catalogue.hears(offering(IN_STOCK, day=2), offering(TO_ORDER, supplier_id="eastern", day=1))
    assert await says(client) == {
        "eastern": "to order (said a day ago)",
        "harbour-books": "3 days, GBP 11.99 (said today)",
        "northern": "has offered nothing",
    }
    harbour = (await offers(client))[1]
    assert (harbour["age_days"], harbour["offers"][0]["on_hand"]) == (0, 12)
    assert harbour["offers"][0]["prices"][0]["minor"] == 1199


async def test_a_council_sees_no_price_of_a_supplier_that_does_not_serve_it(
    catalogue: Hearing, client: AsyncClient, operations: AsyncClient
) -> None:
    await catalogue.hears(rule(), rule("eastern", number_of_it=2, council="GB-NFK"))
    await catalogue.hears(offering(IN_STOCK), offering(IN_STOCK, supplier_id="eastern"))
    assert set(await says(client)) == {"harbour-books"}
    assert set(await says(operations)) == {"eastern", "harbour-books"}
    for reader, shown in ((client, {"eastern": 0, "harbour-books": 1}), (operations, {"eastern": 1, "harbour-books": 1})):
        records = (await reader.get(f"/v1/titles/{PIRANESI}")).json()["records"]
        assert {each["supplier_id"]: len(each["offers"][0]["prices"]) for each in records} == shown
        assert all(each["offers"][0]["availability"] == "in stock" for each in records)


async def test_a_supplier_of_records_alone_serves_a_council_too(catalogue: Hearing, client: AsyncClient) -> None:
    await catalogue.hears(offering(IN_STOCK, supplier_id="northern"))
    added = await client.post("/v1/sourcing-rules", json={"supplier_id": "northern", "valid_from": "2026-01-01"})
    assert set(await says(client)) == {"northern"}
    await client.delete(f"/v1/sourcing-rules/{added.json()['rule_id']}")
    assert await says(client) == {}


async def test_a_supplier_serves_until_its_rule_ends_whichever_news_comes_last(catalogue: Hearing, client: AsyncClient) -> None:
    ended = rule(valid_to=TODAY)
    await catalogue.hears(offering(IN_STOCK))
    await catalogue.hears(rule())
    assert set(await says(client)) == {"harbour-books"}
    await catalogue.hears(ended)
    assert await says(client) == {}
    await catalogue.hears(rule())
    assert await says(client) == {}, "an older statement that arrives late begins nothing again"


async def test_offers_are_as_old_as_their_last_statement_not_as_the_record(catalogue: Hearing, client: AsyncClient) -> None:
    await catalogue.hears(rule())
    await catalogue.hears(offering(IN_STOCK, day=1))
    await catalogue.hears(supplied(stated(publisher="Bloomsbury"), day=2))
    (harbour,) = await offers(client)
    assert harbour["age_days"] == 1
    await catalogue.hears(offering(IN_STOCK, day=2))
    assert (await offers(client))[0]["age_days"] == 0


async def test_a_record_that_is_sent_again_states_its_offers_again(catalogue: Hearing, client: AsyncClient) -> None:
    await catalogue.hears(rule())
    await catalogue.hears(offering(IN_STOCK, day=1))
    await catalogue.hears(offering(IN_STOCK, day=2))
    (harbour,) = await offers(client)
    assert harbour["says"].endswith("(said today)")


async def test_offers_without_a_title_and_of_a_record_taken_back_are_shown_as_such(
    catalogue: Hearing, client: AsyncClient
) -> None:
    await catalogue.hears(rule())
    await catalogue.hears(supplied(Record(isbn=PIRANESI, offers=(TO_ORDER,))))
    assert await says(client) == {"harbour-books": "to order (said today)"}
    await catalogue.hears(withdrawal())
    assert (await says(client))["harbour-books"] == "record taken back; before: to order (said today)"


async def test_books_are_answered_in_the_order_asked_each_once(catalogue: Hearing, client: AsyncClient) -> None:
    await catalogue.hears(rule())
    await catalogue.hears(record())
    answer = await client.get("/v1/offers", params={"isbn": [HAMNET, PIRANESI, "1-4722-2382-9"]})
    assert [each["isbn"] for each in answer.json()["items"]] == [HAMNET, PIRANESI]
    assert answer.json()["next_cursor"] is None
    asked = f"/v1/offers?isbn={HAMNET}&isbn={PIRANESI}&limit=1"
    first = (await client.get(asked)).json()
    second = (await client.get(f"{asked}&cursor={first['next_cursor']}")).json()
    assert [each["isbn"] for each in (*first["items"], *second["items"])] == [HAMNET, PIRANESI]


@pytest.mark.parametrize(
    ("isbns", "pointer"), [([], "/query/isbn"), ([PIRANESI, "978"], "/query/isbn/1"), ([HAMNET] * 101, "/query/isbn")]
)
async def test_what_names_no_book_or_too_many_is_refused(client: AsyncClient, isbns: list[str], pointer: str) -> None:
    answer = await client.get("/v1/offers", params={"isbn": isbns})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    ("offer", "words"),
    [
        (IN_STOCK, "3 days, GBP 11.99"),
        (Offer(availability=Availability.AVAILABLE, days=1), "1 day"),
        (Offer(availability=Availability.TO_ORDER, days=20), "to order"),
        (Offer(availability=Availability.NOT_YET, expected_on=date(2026, 5, 1)), "not yet published (expected 2026-05-01)"),
        (Offer(), "uncertain"),
        (
            Offer(availability=Availability.IN_STOCK, prices=(Price(999, "GBP"), Price(799, "GBP", PriceKind.NET))),
            "in stock, GBP 7.99",
        ),
        (Offer(availability=Availability.IN_STOCK, prices=(Price(999, "GBP", valid_until=date(2026, 3, 1)),)), "in stock"),
        (
            Offer(availability=Availability.IN_STOCK, prices=(Price(999, "GBP", valid_from=TODAY, valid_until=TODAY),)),
            "in stock, GBP 9.99",
        ),
    ],
)
def test_an_offer_is_said_with_the_price_that_a_library_pays_today(offer: Offer, words: str) -> None:
    assert in_words(offer, TODAY) == words
