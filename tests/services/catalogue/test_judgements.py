"""What councils' minimums say of the records of books that they ordered."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from httpx import AsyncClient
from pymarc import MARCReader
from sqlalchemy import delete

from services.catalogue import store
from services.catalogue.reminders import Reminders
from services.catalogue.rendering import MARC
from services.catalogue.republish import OWNER
from services.catalogue.store.quality_tables import judgement
from services.catalogue.usecases import judging
from shared.clock import ManualClock
from shared.contracts.catalogue import RecordJudged
from shared.values import with_check_digit
from tests.fixtures.tokens import Tokens
from tests.services.catalogue.facts import HAMNET, PIRANESI, line, order, record, stated, supplied, withdrawal
from tests.services.catalogue.settling import settle
from tests.services.hearing import Hearing
from tests.services.read_model import ReadModel, check_rebuild, published_again
from tests.services.serving import ANY_VERSION

TITLE_ONLY = {"code": "title", "check": "states", "weight": 1, "reason": "there is no title", "values": ["title"]}
SUMMARY = {"code": "summary", "check": "states", "weight": 1, "reason": "there is no summary", "values": ["summary"]}


async def judged(catalogue: Hearing) -> list[RecordJudged]:
    return [event for event in await catalogue.sent() if isinstance(event, RecordJudged)]


async def put(client: AsyncClient, clock: ManualClock, *rules: dict[str, object], days: int = 0, pass_mark: int = 50) -> None:
    first = clock.today() + timedelta(days=days)
    body = {"valid_from": first.isoformat(), "pass_mark": pass_mark, "rules": list(rules)}
    answer = await client.put("/v1/record-minimum", json=body, headers=ANY_VERSION)
    assert answer.status_code == 200, answer.text


async def test_the_record_of_an_ordered_book_is_judged_by_the_default_when_it_arrives(catalogue: Hearing) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await catalogue.hears(record())
    (event,) = await judged(catalogue)
    assert (event.council, event.supplier_id, event.pass_mark, event.passes) == ("GB-SFK", "harbour-books", 70, False)
    assert len(event.shortfalls) == 5
    assert event.shortfalls[0].code == "dewey"
    assert event.key() == f"judged/GB-SFK/{PIRANESI}"


async def test_the_record_of_a_book_is_judged_when_the_book_is_ordered_after_it(catalogue: Hearing) -> None:
    await catalogue.hears(record())
    assert await judged(catalogue) == []
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await catalogue.hears(order(line(PIRANESI, "IPSW"), council="GB-NFK"))
    assert [event.council for event in await judged(catalogue)] == ["GB-SFK", "GB-NFK"]


async def test_order_and_record_of_the_same_moment_are_judged_by_the_reminders(catalogue: Hearing, clock: ManualClock) -> None:
    await catalogue.hears(record())
    async with catalogue.engine.begin() as connection:
        await store.note_orders(connection, [(PIRANESI, "GB-SFK")], clock.now())
    for _ in range(2):
        await Reminders(catalogue.engine, clock).turn()
    assert [event.council for event in await judged(catalogue)] == ["GB-SFK"]


async def test_two_processes_do_not_judge_the_books_of_a_council_at_once(
    catalogue: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await catalogue.hears(record())
    await put(client, clock, TITLE_ONLY)
    await Reminders(catalogue.engine, clock).turn()
    await put(client, clock, SUMMARY)
    async with catalogue.engine.begin() as one, catalogue.engine.begin() as other, asyncio.timeout(10):
        await judging.rejudge(one, "GB-SFK", clock)
        assert not await judging.rejudge(other, "GB-SFK", clock)
    assert [event.version for event in await judged(catalogue)] == [1, 2, 3]


async def test_a_record_of_a_book_that_nobody_ordered_is_not_judged(catalogue: Hearing) -> None:
    await catalogue.hears(order(line(HAMNET, "IPSW")))
    await catalogue.hears(record())
    assert await judged(catalogue) == []


async def test_a_judgement_is_published_again_only_when_it_changed(catalogue: Hearing) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await catalogue.hears(supplied(stated(pages=256)))
    await catalogue.hears(supplied(stated(pages=272), day=3))
    assert [event.version for event in await judged(catalogue)] == [1]
    await catalogue.hears(supplied(stated(pages=272, publisher="Bloomsbury"), day=4))
    first, second = await judged(catalogue)
    assert (second.first_supplier_id, second.first_judged_at) == (first.supplier_id, first.judged_at)
    assert (second.version, second.score - first.score) == (2, 5)


async def test_a_record_below_the_minimum_is_flagged_in_what_the_lms_loads(catalogue: Hearing, client: AsyncClient) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")), order(line(HAMNET, "IPSW"), council="GB-NFK"))
    await catalogue.hears(record())
    await settle(catalogue.engine)
    (title,) = (await client.get("/v1/records")).json()["items"]
    assert (title["judgement"]["passes"], title["judgement"]["pass_mark"]) == (False, 70)
    assert title["judgement"]["shortfalls"][0]["code"] == "dewey"
    for path in (f"/v1/titles/{PIRANESI}", "/v1/records"):
        (loaded,) = MARCReader((await client.get(path, headers={"Accept": MARC})).content)
        (flag,) = loaded.get_fields("583")
        assert (flag.indicators[0], flag["a"], flag["5"]) == ("0", "complete the record", "GB-SFK")
        assert flag["x"].startswith("57 of 100, below the minimum: there is no Dewey number to shelve by (082); ")


async def test_a_record_that_passes_has_no_flag(catalogue: Hearing, client: AsyncClient, clock: ManualClock) -> None:
    await put(client, clock, TITLE_ONLY)
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await catalogue.hears(record())
    await settle(catalogue.engine)
    (loaded,) = MARCReader((await client.get("/v1/records", headers={"Accept": MARC})).content)
    assert loaded.get_fields("583") == []


async def test_a_council_that_raises_its_minimum_gets_the_titles_that_fall_below_it_again(
    catalogue: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await put(client, clock, TITLE_ONLY)
    await catalogue.hears(order(line(PIRANESI, "IPSW"), line(HAMNET, "IPSW")))
    await catalogue.hears(record(), supplied(stated(HAMNET, "Hamnet", summary="A boy falls ill."), supplier_id="eastern"))
    await Reminders(catalogue.engine, clock).turn()
    await settle(catalogue.engine)
    read = (await client.get("/v1/records")).headers["Next-Cursor"]
    await put(client, clock, TITLE_ONLY, SUMMARY, pass_mark=60)
    await Reminders(catalogue.engine, clock).turn()
    await settle(catalogue.engine)
    again = (await client.get("/v1/records", params={"cursor": read})).json()["items"]
    assert {title["isbn"]: title["judgement"]["passes"] for title in again} == {PIRANESI: False, HAMNET: True}


async def test_the_best_record_is_judged_and_a_withdrawn_one_is_not(catalogue: Hearing) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await catalogue.hears(record())
    await catalogue.hears(supplied(stated(publisher="Bloomsbury", pages=272), supplier_id="eastern", day=3))
    await catalogue.hears(withdrawal("eastern", day=4))
    assert [event.supplier_id for event in await judged(catalogue)] == ["harbour-books", "eastern", "harbour-books"]


async def test_each_council_that_ordered_a_book_judges_by_its_own_minimum(
    catalogue: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await put(client, clock, TITLE_ONLY)
    await catalogue.hears(order(line(PIRANESI, "IPSW")), order(line(PIRANESI, "IPSW"), council="GB-NFK"))
    await catalogue.hears(record())
    by_council = {event.council: event for event in await judged(catalogue)}
    assert (by_council["GB-SFK"].score, by_council["GB-SFK"].passes, by_council["GB-SFK"].pass_mark) == (100, True, 50)
    assert (by_council["GB-NFK"].passes, by_council["GB-NFK"].pass_mark) == (False, 70)


async def test_a_new_minimum_judges_the_councils_books_again_in_small_steps(
    catalogue: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    isbns = [with_check_digit(f"978{number:09}") for number in range(judging.JUDGED_AT_ONCE + 1)]
    await catalogue.hears(order(*(line(isbn, "IPSW") for isbn in isbns)), order(line(isbns[0], "IPSW"), council="GB-NFK"))
    await catalogue.hears(*(record(isbn=isbn) for isbn in isbns))
    before = len(await judged(catalogue))
    await put(client, clock, TITLE_ONLY)
    reminders = Reminders(catalogue.engine, clock)
    await reminders.turn()
    new = (await judged(catalogue))[before:]
    assert sorted(event.isbn for event in new) == isbns
    assert {(event.council, event.score, event.version) for event in new} == {("GB-SFK", 100, 2)}
    await reminders.turn()
    assert len(await judged(catalogue)) == before + len(new)


async def test_a_planned_minimum_judges_on_the_day_on_which_it_begins(
    catalogue: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await catalogue.hears(record())
    await put(client, clock, TITLE_ONLY, days=2)
    reminders = Reminders(catalogue.engine, clock)
    clock.advance(timedelta(days=1))
    await reminders.turn()
    assert len(await judged(catalogue)) == 1
    clock.advance(timedelta(days=1))
    await reminders.turn()
    assert [event.score for event in await judged(catalogue)][1:] == [100]


async def test_a_council_that_returns_to_the_default_has_its_books_judged_by_it(
    catalogue: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await put(client, clock, SUMMARY)
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await catalogue.hears(record())
    await client.put("/v1/record-minimum", json={"valid_from": clock.today().isoformat(), "default": True}, headers=ANY_VERSION)
    await Reminders(catalogue.engine, clock).turn()
    assert [event.pass_mark for event in await judged(catalogue)] == [50, 70]


async def test_books_of_which_no_judgement_is_kept_are_judged_when_the_minimum_changes(
    catalogue: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await catalogue.hears(record())
    async with catalogue.engine.begin() as connection:
        await connection.execute(delete(judgement))
    await put(client, clock, TITLE_ONLY)
    await Reminders(catalogue.engine, clock).turn()
    assert [event.version for event in await judged(catalogue)] == [1, 1]


async def test_judgements_are_published_again_as_they_are_now(
    catalogue: Hearing, clock: ManualClock, evidence_model: ReadModel
) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")), order(line(HAMNET, "IPSW"), council="GB-NFK"))
    await catalogue.hears(record(), record(isbn=HAMNET, title="Hamnet"))
    await catalogue.hears(supplied(stated(pages=272), day=3))
    last = {event.key(): event for event in await judged(catalogue)}
    envelopes, _ = await published_again(catalogue, OWNER, clock)
    again = [RecordJudged.model_validate_json(each.data) for each in envelopes if each.type == RecordJudged.event_type]
    assert {event.key(): event for event in again} == last
    assert len((await check_rebuild(catalogue, OWNER, clock, evidence_model))["record"]) == 2


async def test_the_default_applies_to_a_council_that_set_no_minimum(client: AsyncClient) -> None:
    answer = (await client.get("/v1/record-minimum")).json()
    assert (answer["in_force"]["set_by"], answer["in_force"]["default"], answer["planned"]) == ("stockbridge", True, [])
    assert answer["in_force"]["pass_mark"] == 70
    assert answer["in_force"]["rules"][0]["code"] == "charset"


async def test_a_minimum_shows_who_set_it_and_what_is_planned(client: AsyncClient, clock: ManualClock) -> None:
    await put(client, clock, TITLE_ONLY)
    await put(client, clock, SUMMARY, days=9)
    await put(client, clock, TITLE_ONLY, SUMMARY, days=3, pass_mark=40)
    await put(client, clock, TITLE_ONLY, SUMMARY, days=3, pass_mark=60)
    answer = (await client.get("/v1/record-minimum")).json()
    assert answer["in_force"]["rules"] == [{**TITLE_ONLY, "place": "", "required": False}]
    assert answer["in_force"]["set_by"] not in ("", "stockbridge")
    assert answer["in_force"]["set_at"] is not None
    assert [(one["valid_from"], one["pass_mark"]) for one in answer["planned"]] == [
        ((clock.today() + timedelta(days=3)).isoformat(), 60),
        ((clock.today() + timedelta(days=9)).isoformat(), 50),
    ]


async def test_a_minimum_is_set_by_whoever_read_the_one_before(client: AsyncClient, clock: ManualClock) -> None:
    path, body = "/v1/record-minimum", {"valid_from": clock.today().isoformat(), "pass_mark": 50, "rules": [TITLE_ONLY]}
    read = (await client.get(path)).headers["etag"]
    unread = await client.put(path, json=body)
    assert (unread.status_code, unread.json()["code"]) == (428, "if-match-required")
    made = await client.put(path, json=body, headers={"If-Match": read})
    stale = await client.put(path, json=body, headers={"If-Match": read})
    assert (made.status_code, stale.status_code, stale.json()["code"]) == (200, 412, "stale-version")
    again = await client.get(path, headers={"If-None-Match": made.headers["etag"]})
    assert again.status_code == 304


async def test_a_councils_minimum_is_its_own(client: AsyncClient, clock: ManualClock, tokens: Tokens) -> None:
    await put(client, clock, TITLE_ONLY)
    other = tokens.headers("catalogue:read", council="GB-NFK")
    assert (await client.get("/v1/record-minimum", headers=other)).json()["in_force"]["set_by"] == "stockbridge"
    assert (await client.put("/v1/record-minimum", headers=other, json={})).status_code == 403


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"valid_from": "2020-01-01"}, "/valid_from"),
        ({"pass_mark": 101}, "/pass_mark"),
        ({"rules": []}, "/rules"),
        ({"default": True}, ""),
        ({"pass_mark": None}, ""),
        ({"rules": [{**TITLE_ONLY, "weight": 1_001}]}, "/rules/0/weight"),
        ({"rules": [{**TITLE_ONLY, "weight": -1}]}, "/rules/0/weight"),
        ({"rules": [{**TITLE_ONLY, "check": "taste"}]}, "/rules/0/check"),
        ({"rules": [SUMMARY, TITLE_ONLY, SUMMARY]}, "/rules/0/code"),
        ({"rules": [SUMMARY, {**TITLE_ONLY, "values": []}]}, "/rules/1/values"),
        ({"rules": [{**TITLE_ONLY, "values": ["title", "spine"]}]}, "/rules/0/values/1"),
        ({"rules": [{**TITLE_ONLY, "check": "subject", "values": ["dewey decimal"]}]}, "/rules/0/values/0"),
        ({"rules": [{**TITLE_ONLY, "check": "isbn"}]}, "/rules/0/values/0"),
        ({"rules": [{**TITLE_ONLY, "reason": "no\x00title"}]}, "/rules/0/reason"),
    ],
)
async def test_a_minimum_that_does_not_fit_is_refused_with_its_place(
    client: AsyncClient, clock: ManualClock, changed: dict[str, object], pointer: str
) -> None:
    whole = {"valid_from": clock.today().isoformat(), "pass_mark": 50, "rules": [TITLE_ONLY]}
    answer = await client.put("/v1/record-minimum", json={**whole, **changed}, headers=ANY_VERSION)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer, answer.text
    assert (await client.get("/v1/record-minimum")).json()["in_force"]["set_by"] == "stockbridge"


async def test_every_fault_of_a_minimum_is_named_with_its_rule(client: AsyncClient, clock: ManualClock) -> None:
    rules = [{**TITLE_ONLY, "values": ["spine"]}, {**SUMMARY, "values": []}]
    answer = await client.put(
        "/v1/record-minimum", json={"valid_from": "2020-01-01", "pass_mark": 50, "rules": rules}, headers=ANY_VERSION
    )
    faults = answer.json()["errors"]
    assert [fault["code"] for fault in faults] == ["day-in-the-past", "unknown-value", "values-missing"]
    assert faults[1]["detail"].startswith("Rule title: a record has no 'spine'")
