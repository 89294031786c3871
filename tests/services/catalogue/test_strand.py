"""A council takes records from another supplier than its books and changes to a third: its LMS sees no change but the source."""

from __future__ import annotations

from typing import Any

from httpx import AsyncClient, Response

from services.catalogue.rendering import MARC, MARCXML
from shared.contracts.catalogue import RecordRequested
from shared.contracts.suppliers import RecordsSupplied
from tests.services.catalogue.facts import HAMNET, PIRANESI, line, order, stated, supplied
from tests.services.hearing import Hearing

# What says whose record it is, and when it came.
_SOURCE = {"supplier_id", "sources", "records", "version", "changed_at"}


async def test_a_change_of_supplier_shows_in_the_source_alone(catalogue: Hearing, client: AsyncClient) -> None:
    first = await add_rule(client, "northern")
    await catalogue.hears(order(line(PIRANESI, "IPSW", supplier_id="harbour-books")))
    await catalogue.hears(full_record("northern", day=2))
    before = [await read(client, form) for form in (MARC, MARCXML, "application/json")]
    assert (await client.delete(f"/v1/sourcing-rules/{first}")).status_code == 200
    await add_rule(client, "eastern")
    await catalogue.hears(order(line(HAMNET, "IPSW", supplier_id="harbour-books")))
    await catalogue.hears(full_record("eastern", day=3))
    after = [await read(client, form) for form in (MARC, MARCXML, "application/json")]
    assert [answer.content for answer in after[:2]] == [answer.content for answer in before[:2]]
    assert besides_source(after[2]) == besides_source(before[2])
    assert (before[2].json()["supplier_id"], after[2].json()["supplier_id"]) == ("northern", "eastern")
    assert after[2].json()["items"][0]["supplier_id"] == "harbour-books", "books still come from the bookseller"
    asked = [(event.isbn, event.supplier_id) for event in await catalogue.sent() if isinstance(event, RecordRequested)]
    assert asked == [(PIRANESI, "northern"), (HAMNET, "eastern")]


async def test_a_worse_record_of_the_new_supplier_does_not_spoil_the_title(catalogue: Hearing, client: AsyncClient) -> None:
    await catalogue.hears(full_record("northern", day=2))
    before = await read(client, MARC)
    await add_rule(client, "eastern")
    await catalogue.hears(supplied(stated(title="PIRANESI (PBK)"), supplier_id="eastern", day=3))
    assert (await read(client, MARC)).content == before.content


async def test_a_record_that_nobody_ordered_is_kept_for_all_councils(catalogue: Hearing, client: AsyncClient) -> None:
    await catalogue.hears(full_record("northern", day=2))
    assert (await read(client, MARC)).status_code == 200
    await catalogue.hears(order(line(PIRANESI, "NORW"), council="GB-NFK"))
    assert not [event for event in await catalogue.sent() if isinstance(event, RecordRequested)]


async def add_rule(client: AsyncClient, supplier_id: str) -> str:
    answer = await client.post("/v1/sourcing-rules", json={"supplier_id": supplier_id, "valid_from": "2026-01-01"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["rule_id"])


def full_record(supplier_id: str, *, day: int) -> RecordsSupplied:
    return supplied(stated(publisher="Bloomsbury", published="2020"), supplier_id=supplier_id, day=day)


async def read(client: AsyncClient, form: str) -> Response:
    return await client.get(f"/v1/titles/{PIRANESI}", headers={"Accept": form})


def besides_source(answer: Response) -> dict[str, Any]:
    title = answer.json()
    del title["judgement"]["supplier_id"]
    return {name: value for name, value in title.items() if name not in _SOURCE}
