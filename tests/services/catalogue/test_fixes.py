"""Fields of titles that cataloguers fix, and lift."""

from __future__ import annotations

from datetime import timedelta

import pytest
from httpx import AsyncClient, Response

from shared.clock import ManualClock
from shared.contracts.catalogue import TitleChanged
from tests.fixtures.tokens import Tokens
from tests.services.catalogue.facts import PIRANESI, line, order, record, stated, supplied
from tests.services.hearing import Hearing, number

FIXES = f"/v1/titles/{PIRANESI}/fixes"


@pytest.fixture
async def ordered(catalogue: Hearing) -> Hearing:
    """A catalogue with one book, which a council ordered."""
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await catalogue.hears(supplied(stated(publisher="Bloomsbery")))
    return catalogue


async def fix(client: AsyncClient, field: str, value: object, reason: str = "misspelt by the supplier") -> Response:
    return await client.post(FIXES, json={"field": field, "value": value, "reason": reason})


async def title(client: AsyncClient) -> dict[str, object]:
    found: dict[str, object] = (await client.get(f"/v1/titles/{PIRANESI}")).json()
    return found


async def publishers(catalogue: Hearing) -> list[str]:
    return [event.publisher for event in await catalogue.sent() if isinstance(event, TitleChanged)]


async def test_a_fix_takes_precedence_over_every_record_until_it_is_lifted(client: AsyncClient, ordered: Hearing) -> None:
    made = await fix(client, "publisher", "Bloomsbury")
    assert (made.status_code, (await client.get(made.headers["location"])).json()) == (201, made.json())
    await ordered.hears(supplied(stated(publisher="Bloomsberry"), day=5))
    assert (await title(client))["publisher"] == "Bloomsbury"
    lifted = await client.post(f"{made.headers['location']}/lift", json={"reason": "the supplier corrected it"})
    assert (lifted.status_code, lifted.json()["lifted_reason"]) == (200, "the supplier corrected it")
    assert (await client.get(made.headers["location"])).json() == lifted.json()
    again = await client.post(f"{made.headers['location']}/lift", json={"reason": "once more"})
    assert (again.status_code, again.json()["code"]) == (404, "no-such-fix")
    assert await publishers(ordered) == ["Bloomsbery", "Bloomsbury", "Bloomsberry"]


async def test_a_fix_is_made_and_lifted_once_under_its_key(client: AsyncClient, ordered: Hearing) -> None:
    body = {"field": "publisher", "value": "Bloomsbury", "reason": "misspelt"}
    made = [await client.post(FIXES, json=body, headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert [(one.status_code, one.headers.get("idempotent-replayed")) for one in made] == [(201, None), (201, "true")]
    path, read = made[1].headers["location"], (await client.get(made[0].headers["location"])).headers["etag"]
    once, why = {"Idempotency-Key": "two", "If-Match": read}, {"reason": "corrected"}
    lifted = [await client.post(f"{path}/lift", json=why, headers=once) for _ in range(2)]
    assert [one.status_code for one in lifted] == [200, 200]
    assert len((await client.get(FIXES)).json()["items"]) == 1
    late = await client.post(f"{path}/lift", json=why, headers={"If-Match": read})
    assert (late.status_code, late.json()["code"]) == (412, "stale-version")


async def test_a_fixed_field_says_which_council_it_is_from(client: AsyncClient, ordered: Hearing) -> None:
    await fix(client, "subjects", [{"scheme": "dewey", "code": "823.92"}])
    sources = (await title(client))["sources"]
    assert isinstance(sources, dict)
    assert (sources["subjects.dewey"], sources["publisher"]) == ("council:GB-SFK", "harbour-books")


async def test_every_fix_is_kept_with_who_when_and_why(client: AsyncClient, ordered: Hearing, clock: ManualClock) -> None:
    await fix(client, "publisher", "Blomsbury")
    clock.advance(timedelta(minutes=1))
    await fix(client, "publisher", "Bloomsbury", "a letter was missing")
    first = (await client.get(FIXES, params={"limit": 1})).json()
    second = (await client.get(FIXES, params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert second["next_cursor"] is None
    listed = [*first["items"], *second["items"]]
    assert [(one["value"], one["reason"], one["lifted_reason"]) for one in listed] == [
        ("Bloomsbury", "a letter was missing", ""),
        ("Blomsbury", "misspelt by the supplier", "fixed again"),
    ]
    assert {one["council"] for one in listed} == {"GB-SFK"}


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("spine", "red", "/field"),
        ("publisher", "", "/value"),
        ("publisher", 7, "/value"),
        ("publisher", "Bloom\x00sbury", "/value"),
        ("contributors", [{"sort_name": "Clarke"}], "/value/0/name"),
        ("pages", "many", "/value"),
    ],
)
async def test_a_fix_that_does_not_fit_is_refused_with_its_place(
    client: AsyncClient, ordered: Hearing, field: str, value: object, pointer: str
) -> None:
    answer = await client.post(FIXES, json={"field": field, "value": value, "reason": "because"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_there_is_nothing_to_fix_without_a_title_and_nothing_to_lift_without_a_fix(
    client: AsyncClient, catalogue: Hearing
) -> None:
    assert (await fix(client, "publisher", "Bloomsbury")).status_code == 404
    await catalogue.hears(record())
    path = f"{FIXES}/{number(1)}"
    assert (await client.post(f"{path}/lift", json={"reason": "no longer"})).status_code == 404
    assert (await client.get(path)).json()["code"] == "no-such-fix"


async def test_only_a_council_that_may_write_fixes(client: AsyncClient, ordered: Hearing, tokens: Tokens) -> None:
    body = {"field": "publisher", "value": "Bloomsbury", "reason": "because"}
    for headers in (tokens.headers("catalogue:read"), tokens.headers("catalogue:write", council=None)):
        assert (await client.post(FIXES, json=body, headers=headers)).status_code == 403
