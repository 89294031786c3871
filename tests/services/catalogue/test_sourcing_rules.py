"""Sourcing rules as a council keeps them; every strand's service has the same routes."""

from datetime import UTC, datetime, timedelta

from httpx import AsyncClient

from shared.clock import ManualClock
from shared.contracts.catalogue import CatalogueRuleChanged
from shared.contracts.trials import DrawUnit, TrialTerms
from tests.fixtures.tokens import Tokens
from tests.services.hearing import Hearing
from tests.services.serving import ANY_VERSION

RULES = "/v1/sourcing-rules"


async def add(client: AsyncClient, **rule: str) -> str:
    """Add a rule that began in January; returns its id."""
    answer = await client.post(RULES, json={"valid_from": "2026-01-01", **rule})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["rule_id"])


async def supplier(client: AsyncClient, branch: str, **query: str) -> str | None:
    """Who would serve a branch."""
    answer = await client.get(f"{RULES}/preview", params={"branch": branch, **query})
    found: str | None = answer.json()["supplier_id"]
    return found


async def test_a_preview_says_who_serves_a_case_and_by_which_rule(client: AsyncClient) -> None:
    wide = await add(client, supplier_id="eastern")
    await add(client, supplier_id="harbour-books", branch="LOWE", valid_from="2026-03-10")
    body = (await client.get(f"{RULES}/preview", params={"branch": "LOWE"})).json()
    assert body == {"supplier_id": "eastern", "rule_id": wide, "mode": "live", "trial": None, "contract_end": None}
    assert await supplier(client, "LOWE", on="2026-03-10") == "harbour-books"
    assert await supplier(client, "IPSW", on="2026-03-10") == "eastern"
    assert await supplier(client, "IPSW", on="2025-12-31") is None


async def test_a_rule_is_where_its_location_says_for_its_council_alone(client: AsyncClient, tokens: Tokens) -> None:
    added = await client.post(RULES, json={"supplier_id": "eastern", "valid_from": "2026-01-01"})
    path = added.headers["location"]
    assert path == f"{RULES}/{added.json()['rule_id']}"
    assert {**(await client.get(path)).json(), "warnings": []} == added.json()
    other = await client.get(path, headers=tokens.headers("catalogue:read", council="GB-NFK"))
    assert (other.status_code, other.json()["code"]) == (404, "no-such-rule")


async def test_a_rule_is_added_once_under_its_key_and_ended_as_it_was_read(client: AsyncClient) -> None:
    body = {"supplier_id": "eastern", "valid_from": "2026-01-01"}
    keyless = await client.post(RULES, json=body, headers={"Idempotency-Key": ""})
    assert (keyless.status_code, keyless.json()["code"]) == (400, "idempotency-key-required")
    added = [await client.post(RULES, json=body, headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert {(one.status_code, one.headers["location"]) for one in added} == {(201, added[0].headers["location"])}
    path, read = added[0].headers["location"], (await client.get(added[0].headers["location"])).headers["etag"]
    assert (await client.get(path, headers={"If-None-Match": read})).status_code == 304
    once = {"If-Match": read, "Idempotency-Key": "two"}
    ended = [await client.delete(path, headers=once) for _ in range(2)]
    assert [(one.status_code, one.headers.get("idempotent-replayed")) for one in ended] == [(200, None), (200, "true")]
    late = await client.delete(path, headers={"If-Match": read})
    assert (late.status_code, late.json()["code"]) == (412, "stale-version")


async def test_a_rule_begins_at_the_councils_midnight(client: AsyncClient, clock: ManualClock) -> None:
    await add(client, supplier_id="eastern", valid_from="2026-07-02")
    clock.advance(datetime(2026, 7, 1, 22, 59, tzinfo=UTC) - clock.now())
    assert await supplier(client, "IPSW") is None
    clock.advance(timedelta(minutes=1))
    assert await supplier(client, "IPSW") == "eastern"


async def test_an_ended_rule_decides_no_more_and_stays_listed(client: AsyncClient, clock: ManualClock) -> None:
    rule_id = await add(client, supplier_id="eastern")
    ended = await client.delete(f"{RULES}/{rule_id}")
    assert (ended.status_code, ended.json()["valid_to"]) == (200, "2026-03-02")
    assert await supplier(client, "IPSW") is None
    assert await supplier(client, "IPSW", on="2026-03-01") == "eastern"
    clock.advance(timedelta(days=3))
    again = await client.delete(f"{RULES}/{rule_id}")
    assert again.json()["valid_to"] == "2026-03-02", "ending it twice moves nothing"
    assert [rule["rule_id"] for rule in (await client.get(RULES)).json()["items"]] == [rule_id]


async def test_where_a_second_person_is_required_a_rule_waits_for_one(client: AsyncClient, tokens: Tokens) -> None:
    required = {"second_person": True, "reason": "The auditors asked for it"}
    assert (await client.put("/v1/approval", json=required, headers=ANY_VERSION)).status_code == 200
    body = {"supplier_id": "eastern", "valid_from": "2026-01-01", "reason": "Better records"}
    change = await client.post(RULES, json=body)
    assert (change.status_code, await supplier(client, "LOWE")) == (202, None)
    path = f"/v1/changes/{change.json()['change_id']}/approve"
    another = tokens.headers("catalogue:write", subject="another")
    assert [(await client.post(path)).status_code, (await client.post(path, headers=another)).status_code] == [403, 200]
    assert await supplier(client, "LOWE") == "eastern"


async def test_a_rule_that_has_not_begun_never_will(client: AsyncClient) -> None:
    rule_id = await add(client, supplier_id="eastern", valid_from="2026-06-01")
    assert (await client.delete(f"{RULES}/{rule_id}")).json()["valid_to"] == "2026-06-01"
    assert await supplier(client, "IPSW", on="2026-06-01") is None


async def test_councils_neither_see_nor_end_each_others_rules(client: AsyncClient, tokens: Tokens) -> None:
    rule_id = await add(client, supplier_id="eastern")
    others = tokens.headers("catalogue:read", "catalogue:write", council="GB-NFK")
    assert (await client.get(RULES, headers=others)).json()["items"] == []
    assert (await client.delete(f"{RULES}/{rule_id}", headers=others)).status_code == 404
    assert (await client.get(f"{RULES}/preview", params={"branch": "IPSW"}, headers=others)).json()["supplier_id"] is None
    staff = tokens.headers("catalogue:read", council=None)
    assert (await client.get(RULES, headers=staff)).status_code == 403


async def test_reading_rules_does_not_allow_changing_them(client: AsyncClient, tokens: Tokens) -> None:
    reader = tokens.headers("catalogue:read")
    assert (await client.post(RULES, json={}, headers=reader)).status_code == 403
    assert (await client.get(RULES, headers=reader)).status_code == 200


async def test_a_rule_that_ends_before_it_begins_is_refused(client: AsyncClient) -> None:
    body = {"supplier_id": "eastern", "valid_from": "2026-03-02", "valid_to": "2026-03-02"}
    answer = await client.post(RULES, json=body)
    assert answer.status_code == 422
    assert "must be after" in answer.text
    assert (await client.post(RULES, json={**body, "valid_to": None, "supplier_id": "Not An Id"})).status_code == 422


async def test_rules_are_paged_by_first_day(client: AsyncClient) -> None:
    ids = [await add(client, supplier_id="eastern", valid_from=f"2026-01-0{day}") for day in (3, 1, 2)]
    first = (await client.get(RULES, params={"limit": 2})).json()
    rest = (await client.get(RULES, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [rule["rule_id"] for rule in first["items"] + rest["items"]] == [ids[1], ids[2], ids[0]]
    assert rest["next_cursor"] is None
    assert (await client.get(RULES, params={"cursor": "W10"})).status_code == 400


async def test_a_rule_is_told_when_it_is_new_and_when_it_ends(
    client: AsyncClient, catalogue: Hearing, clock: ManualClock
) -> None:
    trial = {"name": "records", "share": "0.50", "unit": "line"}
    answer = await client.post(
        RULES,
        json={"supplier_id": "northern", "branch": "LOWE", "valid_from": "2026-01-01", "mode": "pilot", "trial": trial},
    )
    await client.delete(f"{RULES}/{answer.json()['rule_id']}")
    told = [event for event in await catalogue.sent() if isinstance(event, CatalogueRuleChanged)]
    assert [str(event.rule_id) for event in told] == [answer.json()["rule_id"]] * 2
    assert {(event.council, event.supplier_id, event.branch, event.pilot) for event in told} == {
        ("GB-SFK", "northern", "LOWE", True)
    }
    assert {event.trial for event in told} == {TrialTerms(name="records", share="0.5", unit=DrawUnit.LINE)}
    assert [event.valid_to for event in told] == [None, clock.today()]


async def test_a_second_rule_of_one_scope_and_first_day_is_refused_and_the_same_one_is_answered_with_the_first(
    client: AsyncClient, catalogue: Hearing
) -> None:
    first = await add(client, supplier_id="eastern", branch="LOWE")
    assert await add(client, supplier_id="eastern", branch="LOWE") == first
    refused = await client.post(RULES, json={"supplier_id": "northern", "branch": "LOWE", "valid_from": "2026-01-01"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "same-first-day")
    assert len([event for event in await catalogue.sent() if isinstance(event, CatalogueRuleChanged)]) == 1
    await add(client, supplier_id="northern", branch="LOWE", valid_from="2026-01-02")
    assert await supplier(client, "LOWE") == "northern"
