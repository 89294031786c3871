"""The catalogue as the LMS sees it."""

import pytest
from httpx import AsyncClient

from tests.fixtures.tokens import Tokens
from tests.services.catalogue.facts import HAMNET, PIRANESI, line, order, record
from tests.services.hearing import Hearing


@pytest.fixture
async def stocked(catalogue: Hearing) -> Hearing:
    """A catalogue of two books."""
    await catalogue.hears(record(), record("eastern", author=""), record(isbn=HAMNET, title="Hamnet", author="O'Farrell, Maggie"))
    return catalogue


@pytest.mark.parametrize("isbn", ["9781526622433", "978-1-5266-2243-3", "1526622432"])
async def test_a_title_is_found_by_isbn_10_or_13(client: AsyncClient, stocked: Hearing, isbn: str) -> None:
    answer = await client.get(f"/v1/titles/{isbn}")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["isbn"], body["title"], body["supplier_id"]) == (PIRANESI, "Piranesi", "harbour-books")
    assert [one["supplier_id"] for one in body["records"]] == ["eastern", "harbour-books"]
    assert body["records"][0]["score"] < body["records"][1]["score"]
    assert "author" in [lack["code"] for lack in body["records"][0]["shortfalls"]]
    assert body["sources"]["contributors"] == "harbour-books"
    assert body["description"]["title"]["title"] == "Piranesi"


async def test_a_wrong_check_digit_is_named_in_the_problem(client: AsyncClient) -> None:
    answer = await client.get("/v1/titles/9781526622434")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == "/isbn"
    assert "wrong check digit" in answer.json()["detail"]


async def test_the_answer_for_an_unknown_title_names_the_suppliers_asked(client: AsyncClient, catalogue: Hearing) -> None:
    assert "no order has asked" in (await client.get(f"/v1/titles/{HAMNET}")).json()["detail"]
    await catalogue.hears(order(line(HAMNET, "IPSW")))
    answer = await client.get(f"/v1/titles/{HAMNET}")
    assert answer.status_code == 404
    assert "asked: eastern" in answer.json()["detail"]


async def test_titles_are_listed_by_isbn_and_found_by_words(client: AsyncClient, stocked: Hearing) -> None:
    async def found(**query: object) -> list[str]:
        return [title["isbn"] for title in (await client.get("/v1/titles", params=query)).json()["items"]]  # type: ignore[arg-type]

    assert await found() == [HAMNET, PIRANESI]
    assert await found(isbn=["1526622432", "9780571364879"]) == [PIRANESI]
    assert await found(q="susanna PIRANESI") == [PIRANESI]
    assert await found(q="susanna hamnet") == []
    assert (await client.get("/v1/titles", params={"isbn": "12"})).status_code == 422


async def test_pages_neither_skip_nor_repeat(client: AsyncClient, stocked: Hearing) -> None:
    first = (await client.get("/v1/titles", params={"limit": 1})).json()
    second = (await client.get("/v1/titles", params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert [title["isbn"] for title in first["items"] + second["items"]] == [HAMNET, PIRANESI]
    assert second["next_cursor"] is None
    assert (await client.get("/v1/titles", params={"cursor": "nonsense"})).status_code == 400


async def test_titles_need_the_scope_but_no_council(client: AsyncClient, stocked: Hearing, tokens: Tokens) -> None:
    staff = tokens.headers("catalogue:read", council=None)
    assert (await client.get(f"/v1/titles/{PIRANESI}", headers=staff)).status_code == 200
    assert (await client.get(f"/v1/titles/{PIRANESI}", headers=tokens.headers("orders:read"))).status_code == 403
    assert (await client.get(f"/v1/titles/{PIRANESI}", headers={"Authorization": ""})).status_code == 401


async def test_the_service_is_ready_with_its_database_at_head(client: AsyncClient) -> None:
    assert (await client.get("/readyz")).json()["status"] == "ready"
