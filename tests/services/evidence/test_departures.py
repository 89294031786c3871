"""What still ties a council to a supplier that it leaves, and the statement of it."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient
from lxml import html

from services.evidence.store.tables import metadata
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.contracts.catalogue import CatalogueRuleChanged
from shared.contracts.delivery import DiscrepancyKind
from shared.contracts.orders import GIVEN_UP, CopyState
from shared.contracts.suppliers import SendOutcome
from shared.rebuild import empty
from tests.fixtures.tokens import Tokens
from tests.services.evidence import facts
from tests.services.evidence.facts import EASTERN, FIRST, HAMNET, HARBOUR, NORFOLK, PIRANESI, SECOND
from tests.services.hearing import Hearing, number, on_day

DEPARTURE = f"/v1/departures/{HARBOUR}"
THIRD, FOURTH = number(3), number(4)


async def departure(client: AsyncClient, path: str = DEPARTURE) -> dict[str, Any]:
    """Returns the answer about a supplier."""
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def open_ones(client: AsyncClient) -> dict[str, tuple[int, str]]:
    """Returns number and oldest day of each row that is not zero, by strand and name."""
    items = (await departure(client))["ties"]
    return {f"{item['strand']}/{item['name']}": (item["count"], item["oldest_on"]) for item in items if item["count"]}


async def settled(evidence: Hearing) -> None:
    """Suffolk's only order of the supplier was received, and the lists of open lines agree."""
    await evidence.hears(facts.placed(FIRST), version=1)
    await evidence.hears(facts.progressed(CopyState.RECEIVED, FIRST, at=on_day(5)), version=2)
    await evidence.hears(facts.compared(at=on_day(6), agreed=3))


async def test_nothing_is_open_once_all_counts_are_zero_and_the_last_reconciliation_agrees(
    evidence: Hearing, client: AsyncClient
) -> None:
    await settled(evidence)
    found = await departure(client)
    assert (found["left"], found["unknown"], found["reconciliation"]["agreed"]) == (True, [], 3)
    assert {item["count"] for item in found["ties"]} == {0}
    assert {item["strand"] for item in found["ties"]} == {"ordering", "catalogue", "delivery"}
    assert found["decided_by"].startswith("Whether the council has left its supplier, a person of the council decides")


async def test_without_a_reconciliation_it_is_not_known_whether_the_supplier_agrees(
    evidence: Hearing, client: AsyncClient
) -> None:
    await evidence.hears(facts.placed(FIRST), version=1)
    await evidence.hears(facts.progressed(CopyState.RECEIVED, FIRST, at=on_day(5)), version=2)
    found = await departure(client)
    assert (found["left"], found["reconciliation"]) == (False, None)
    assert "POST it to `/v1/reconciliations`" in found["unknown"][0]


async def test_a_list_from_before_the_last_order_says_nothing_of_that_order(evidence: Hearing, client: AsyncClient) -> None:
    await settled(evidence)
    await evidence.hears(facts.placed(THIRD, at=on_day(8)), version=1)
    await evidence.hears(facts.progressed(CopyState.RECEIVED, THIRD, at=on_day(9)), version=2)
    found = await departure(client)
    assert (found["left"], {item["count"] for item in found["ties"]}) == (False, {0})
    assert "2 days after its last list was made" in found["unknown"][0]


async def test_differences_of_the_last_reconciliation_are_open_with_the_lines_they_are_about(
    evidence: Hearing, client: AsyncClient
) -> None:
    await settled(evidence)
    await evidence.hears(facts.compared(at=on_day(9), which=981, ours_only=2))
    assert await open_ones(client) == {"ordering/lines_ours_only": (2, "2026-03-09")}
    (row,) = [item for item in (await departure(client))["ties"] if item["count"]]
    assert (row["service"], row["path"]) == ("suppliers", f"/v1/reconciliations/{number(981)}?outcome=ours_only")


@pytest.mark.parametrize("state", CopyState)
async def test_each_state_of_a_copy_ties_or_does_not(evidence: Hearing, client: AsyncClient, state: CopyState) -> None:
    await settled(evidence)
    await evidence.hears(facts.placed(THIRD), version=1)
    await evidence.hears(facts.progressed(state, THIRD, at=on_day(3)), version=2)
    found = await open_ones(client)
    copies = {name.partition("copies_")[2]: count for name, (count, _) in found.items() if "copies_" in name}
    assert copies == ({} if state in {CopyState.RECEIVED, *GIVEN_UP} else {state.value: 1})
    assert ("ordering/orders_unanswered" in found) is (state is CopyState.SENT)


TIES: dict[str, tuple[list[Event], str, tuple[int, str]]] = {
    "a rule in force": ([facts.rule()], "ordering/rules_in_force", (1, "2026-01-01")),
    "a rule that ends later": ([facts.rule(ends=date(2026, 4, 1))], "ordering/rules_in_force", (1, "2026-01-01")),
    "a rule to come": ([facts.rule(begins=date(2026, 9, 1))], "ordering/rules_to_come", (1, "2026-09-01")),
    "a rule for records": ([facts.rule(CatalogueRuleChanged)], "catalogue/rules_in_force", (1, "2026-01-01")),
    "a route": ([facts.route_rule()], "delivery/rules_in_force", (1, "2026-02-01")),
    "a query": ([facts.queried(at=on_day(4))], "ordering/invoices_queried", (1, "2026-03-04")),
    "a message": ([facts.held(at=on_day(4))], "ordering/messages_quarantined", (1, "2026-03-04")),
    "a message of nobody": ([facts.held(at=on_day(4), council=None)], "ordering/messages_of_no_council", (1, "2026-03-04")),
    "a message held again": (
        [facts.held(at=on_day(2)), facts.settled(at=on_day(3)), facts.held(at=on_day(4))],
        "ordering/messages_quarantined",
        (1, "2026-03-04"),
    ),
    "a record": ([facts.requested(at=on_day(3))], "catalogue/records_awaited", (1, "2026-03-02")),
    "a record asked for another council": (
        [facts.requested(at=on_day(3), council=NORFOLK)],
        "catalogue/records_awaited",
        (1, "2026-03-02"),
    ),
}


@pytest.mark.parametrize("tie", TIES)
async def test_a_tie_is_counted_with_its_oldest_day(evidence: Hearing, client: AsyncClient, tie: str) -> None:
    events, name, counted = TIES[tie]
    await settled(evidence)
    await evidence.hears(*events)
    assert await open_ones(client) == {name: counted}
    assert not (await departure(client))["left"]


@pytest.mark.parametrize(
    "events",
    [
        [facts.rule(ends=date(2026, 3, 1))],
        [facts.rule(begins=date(2026, 9, 1), ends=date(2026, 9, 1))],
        [facts.rule(supplier_id=EASTERN)],
        [facts.route_rule(supplier_id=None)],
        [facts.queried(at=on_day(4)), facts.rejected(at=on_day(5))],
        [facts.queried(at=on_day(4)), facts.matched(FIRST, at=on_day(5))],
        [facts.held(at=on_day(4)), facts.settled(at=on_day(5))],
        [facts.held(at=on_day(4), council=NORFOLK)],
        [facts.requested(at=on_day(3)), facts.judged(80, at=on_day(4), supplier_id=EASTERN)],
        [facts.requested(at=on_day(3), isbn=HAMNET)],
        [facts.sent(SendOutcome.UNKNOWN, at=on_day(2))],
        [facts.discrepancy(None, at=on_day(5), kind=DiscrepancyKind.SURPLUS)],
        [facts.placed(THIRD, council=NORFOLK), facts.placed(FOURTH, supplier_id=EASTERN)],
    ],
)
async def test_what_is_settled_or_concerns_others_ties_nobody(
    evidence: Hearing, client: AsyncClient, events: list[Event]
) -> None:
    await settled(evidence)
    await evidence.hears(*events)
    assert await open_ones(client) == {}
    assert (await departure(client))["left"]


@pytest.mark.parametrize("outcome", [SendOutcome.UNKNOWN, SendOutcome.FAILED])
async def test_a_message_that_the_supplier_may_not_have_is_open_until_its_order_is_sent(
    evidence: Hearing, client: AsyncClient, outcome: SendOutcome
) -> None:
    await evidence.hears(facts.placed(), facts.sent(outcome, at=on_day(3)), version=1)
    name = f"ordering/sendings_{outcome.value}"
    assert (await open_ones(client))[name] == (1, "2026-03-03")
    await evidence.hears(facts.sent(SendOutcome.SENT, at=on_day(4)), version=1)
    assert name not in await open_ones(client)


async def test_a_copy_that_is_charged_and_never_came_is_owed_a_credit_until_it_is_credited(
    evidence: Hearing, client: AsyncClient
) -> None:
    await evidence.hears(facts.placed(), facts.matched(at=on_day(4)), version=1)
    assert "ordering/credits_due" not in await open_ones(client), "the copies may still come"
    await evidence.hears(facts.progressed(CopyState.CANCELLED, FIRST, at=on_day(5)), version=2)
    await evidence.hears(facts.progressed(CopyState.DAMAGED, SECOND, at=on_day(5)), version=2)
    assert (await open_ones(client))["ordering/credits_due"] == (2, "2026-03-04")
    await evidence.hears(facts.matched(FIRST, at=on_day(6), which=701, credit=True))
    assert (await open_ones(client))["ordering/credits_due"] == (1, "2026-03-04")


async def test_each_row_says_where_its_things_are_to_be_seen(evidence: Hearing, client: AsyncClient) -> None:
    await settled(evidence)
    await evidence.hears(facts.requested(at=on_day(3)))
    paths = {item["name"]: (item["service"], item["path"]) for item in (await departure(client))["ties"]}
    assert paths["copies_held"] == ("orders", "/v1/orders?supplier_id=harbour-books&state=held")
    assert paths["invoices_queried"] == ("orders", "/v1/invoices?supplier_id=harbour-books&state=queried")
    assert paths["sendings_unknown"] == ("suppliers", "/v1/messages?state=unknown")
    assert paths["records_awaited"] == ("catalogue", f"/v1/titles?isbn={PIRANESI}")


async def test_the_csv_has_every_row_and_what_is_not_known_and_its_digest_is_that_of_the_answer(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await evidence.hears(facts.placed(FIRST), version=1)
    found = await departure(client)
    body = (await client.get(DEPARTURE, headers={"Accept": "text/csv"})).content
    rows = list(csv.DictReader(io.StringIO(body.decode(), newline="")))
    assert [(row["name"], row["count"]) for row in rows[:-1]] == [(each["name"], str(each["count"])) for each in found["ties"]]
    assert (rows[-1]["name"], rows[-1]["meaning"]) == ("not_known", found["unknown"][0])
    assert hashlib.sha256(body).hexdigest() == found["digest"]
    clock.advance(facts.DAY)
    assert (await departure(client))["digest"] == found["digest"], "time alone changes nothing"
    await evidence.hears(facts.placed(SECOND), version=1)
    assert (await departure(client))["digest"] != found["digest"]


async def test_the_statement_is_a_page_of_its_own_with_all_rows(evidence: Hearing, client: AsyncClient) -> None:
    await evidence.hears(facts.placed(FIRST), version=1)
    found = await departure(client)
    answer = await client.get(f"{DEPARTURE}/statement")
    page: html.HtmlElement = html.document_fromstring(answer.text)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert not page.xpath("//script | //link | //img | //iframe | //@href | //@src")
    rows = [[cell.text_content() for cell in row.xpath("td")] for row in page.xpath("//tbody/tr")]
    wanted = [
        [item["meaning"], str(item["count"]), item["oldest_on"] or "", f"{item['service']}: {item['path']}"]
        for item in found["ties"]
    ]
    assert sorted(row for row in rows if len(row) == 4) == sorted(wanted)
    text = " ".join(page.text_content().split())
    for said in (found["digest"], found["unknown"][0], found["decided_by"], "Open: 1 kind of things and 1 thing not known."):
        assert said in text


AGREED = {"agreed_by": "Ida Quill, Harbour Books", "agreed_on": "2026-03-02", "words": "We agree, but for the two on back order."}


async def agree(client: AsyncClient, digest: str, **body: str) -> dict[str, Any]:
    """Records that the supplier agreed; returns the answer."""
    answer = await client.post(f"{DEPARTURE}/agreements", json={"digest": digest, **AGREED, **body})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_an_agreement_is_listed_with_who_recorded_it_and_whether_anything_changed_since(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await evidence.hears(facts.placed(FIRST), version=1)
    before = await departure(client)
    shown = await agree(client, before["digest"])
    (agreed,) = shown["agreements"]
    assert {name: agreed[name] for name in AGREED} == AGREED
    assert (agreed["digest"], agreed["is_current"], agreed["recorded_by"]) == (before["digest"], True, "librarian")
    assert agreed["recorded_at"] == clock.now().isoformat().replace("+00:00", "Z")
    assert (shown["left"], shown["ties"], shown["digest"]) == (False, before["ties"], before["digest"]), "it changes no count"
    await evidence.hears(facts.placed(SECOND), version=1)
    await agree(client, (await departure(client))["digest"], words="Agreed.")
    assert [each["is_current"] for each in (await departure(client))["agreements"]] == [False, True]


async def test_agreements_survive_a_rebuild_and_are_in_the_statement(evidence: Hearing, client: AsyncClient) -> None:
    await evidence.hears(facts.placed(FIRST), version=1)
    shown = await agree(client, (await departure(client))["digest"])
    async with evidence.engine.begin() as connection:
        await empty(connection, metadata)
    await evidence.hears(facts.placed(FIRST), version=1)
    assert await departure(client) == shown
    page: html.HtmlElement = html.document_fromstring((await client.get(f"{DEPARTURE}/statement")).text)
    assert ["this statement", "2026-03-02", AGREED["agreed_by"], AGREED["words"]] in [
        [cell.text_content() for cell in row.xpath("td")][:4] for row in page.xpath("//tbody/tr")
    ]


async def test_an_agreement_is_its_councils_only(evidence: Hearing, client: AsyncClient, tokens: Tokens) -> None:
    await evidence.hears(facts.placed(FIRST), facts.placed(SECOND, council=NORFOLK), version=1)
    await agree(client, (await departure(client))["digest"])
    norfolk = tokens.headers("evidence:read", council=NORFOLK)
    assert (await client.get(DEPARTURE, headers=norfolk)).json()["agreements"] == []
    refused = await client.post(f"{DEPARTURE}/agreements", json={"digest": "0" * 64, **AGREED}, headers=norfolk)
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"agreed_on": "2026-03-03"}, "/agreed_on"),
        ({"digest": "A" * 64}, "/digest"),
        ({"digest": "a" * 63}, "/digest"),
        ({"agreed_by": ""}, "/agreed_by"),
        ({"words": ""}, "/words"),
        ({"left": "true"}, "/left"),
    ],
)
async def test_an_agreement_that_cannot_be_is_refused_where_it_is_wrong(
    evidence: Hearing, client: AsyncClient, body: dict[str, str], pointer: str
) -> None:
    await evidence.hears(facts.placed(FIRST), version=1)
    answer = await client.post(f"{DEPARTURE}/agreements", json={"digest": "a" * 64, **AGREED, **body})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert (await departure(client))["agreements"] == []


async def test_a_supplier_that_the_council_never_had_to_do_with_is_not_found(evidence: Hearing, client: AsyncClient) -> None:
    await evidence.hears(facts.placed(FIRST, council=NORFOLK), version=1)
    agreed = await client.post(f"{DEPARTURE}/agreements", json={"digest": "a" * 64, **AGREED})
    for answer in (await client.get(DEPARTURE), await client.get(f"{DEPARTURE}/statement"), agreed):
        assert (answer.status_code, answer.json()["code"]) == (404, "no-such-supplier")


async def test_only_a_council_has_departures(evidence: Hearing, client: AsyncClient, tokens: Tokens) -> None:
    await settled(evidence)
    for token in (tokens.headers("evidence:read", council=None), tokens.headers("orders:read")):
        assert (await client.get(DEPARTURE, headers=token)).status_code == 403
