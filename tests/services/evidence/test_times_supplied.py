"""How often the records of ordered books were supplied, as a measure in every form of the answer."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from typing import Any

import pytest
from httpx import AsyncClient

from services.evidence.domain.measures import MEANINGS
from shared.contracts.base import Event
from shared.contracts.trials import TrialArm
from shared.values import with_check_digit
from tests.fixtures.tokens import Tokens
from tests.services.evidence import facts
from tests.services.evidence.facts import CONTROL, EASTERN, HAMNET, HARBOUR, MORNING, PILOT, PIRANESI, placed
from tests.services.evidence.titles import supplied
from tests.services.hearing import Hearing, number

NAME, TITLE = "record_times_supplied_mean", "Times a record was supplied, mean"
MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


async def measured(client: AsyncClient, by: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Returns the measure of each group of March."""
    got = await client.get("/v1/measures", params={**MARCH, "by": by}, headers=headers)
    assert got.status_code == 200, got.text
    groups = got.json()["groups"]
    return {group["key"]: next(each for each in group["measures"] if each["measure"] == NAME) for group in groups}


async def test_times_are_of_whoever_sent_the_record_or_of_the_supplier_whose_record_it_is(
    evidence: Hearing, client: AsyncClient
) -> None:
    unknown, unordered = with_check_digit("978000000001"), with_check_digit("978000000002")
    await evidence.hears(
        placed(number(10)),
        placed(number(11)),
        placed(number(12), isbn=HAMNET),
        placed(number(13), isbn=unknown),
        version=1,
    )
    await evidence.hears(facts.judged(80, at=MORNING, supplier_id=EASTERN), facts.judged(40, at=MORNING, isbn=HAMNET))
    await evidence.hears(facts.judged(40, at=MORNING, isbn=unknown))
    await evidence.hears(supplied(3), supplied(1, isbn=unordered), supplied(9, isbn=unordered, supplier_id="northern"))
    await evidence.hears(supplied(1, supplier_id=EASTERN), supplied(4, isbn=HAMNET), supplied(2, isbn=HAMNET))
    by_supplier = await measured(client, "supplier")
    assert {key: (each["value"], each["n"]) for key, each in by_supplier.items()} == {EASTERN: (1, 1), HARBOUR: (3.5, 2)}
    of_books = (await measured(client, "material"))["book"]
    assert (of_books["value"], of_books["n"], of_books["unit"]) == (2.5, 2, "times"), "1 of Eastern's, 4 of Harbour's"
    assert of_books["note"] == "2 books are too few to tell"


async def test_a_book_of_two_councils_counts_for_each(evidence: Hearing, client: AsyncClient, tokens: Tokens) -> None:
    await evidence.hears(placed(number(10)), placed(number(11), isbn=HAMNET, council=facts.NORFOLK), version=1)
    await evidence.hears(placed(number(12), council=facts.NORFOLK), version=1)
    await evidence.hears(supplied(2), supplied(8, isbn=HAMNET))
    own = (await measured(client, "supplier"))[HARBOUR]
    nation = (await measured(client, "supplier", tokens.headers("evidence:read", council=None)))[HARBOUR]
    assert [(each["value"], each["n"]) for each in (own, nation)] == [(2, 1), (4, 3)]


async def in_arm(evidence: Hearing, arm: TrialArm, times: int, *, first: int) -> None:
    """Twelve books are ordered in an arm, whose records came so many times, two of them once more."""
    events: list[Event] = []
    for place in range(first, first + 12):
        isbn = with_check_digit(f"978{place:09}")
        events += [placed(number(place), isbn=isbn, trial=arm), facts.judged(80, at=MORNING, isbn=isbn)]
        events.append(supplied(times + (place < first + 2), isbn=isbn))
    await evidence.hears(*events, version=1)


async def test_arms_are_compared_and_every_form_of_the_answer_has_the_measure(evidence: Hearing, client: AsyncClient) -> None:
    await in_arm(evidence, PILOT, 1, first=100)
    await in_arm(evidence, CONTROL, 4, first=200)
    pilot = (await measured(client, "arm"))["bookseller/pilot"]
    assert (pilot["value"], pilot["n"], pilot["note"]) == (pytest.approx(14 / 12), 12, None)
    assert 1 <= pilot["low"] < pilot["value"] < pilot["high"] < 2
    params = {**MARCH, "by": "arm"}
    answer = (await client.get("/v1/measures", params=params)).json()
    (difference,) = (each for each in answer["differences"] if each["measure"] == NAME)
    assert (difference["value"], difference["n"], difference["note"]) == (pytest.approx(-3), 12, None)
    assert answer["meanings"][NAME] == MEANINGS[NAME]
    table = await client.get("/v1/measures", params=params, headers={"Accept": "text/csv"})
    rows = [row for row in csv.DictReader(table.text.splitlines()) if row["measure"] == NAME]
    assert [row["key"] for row in rows] == ["bookseller/control", "bookseller/pilot", "pilot less control"]
    report = (await client.get("/v1/report", params=params)).text
    assert TITLE in report
    assert "Pilot less control: times a record was supplied, mean" in report
    assert "1.2 times" in report


async def test_the_greatest_count_is_kept_and_a_book_that_was_never_ordered_is_in_no_group(
    evidence: Hearing, client: AsyncClient
) -> None:
    await evidence.hears(supplied(2), supplied(7), supplied(5))
    assert await measured(client, "supplier") == {}
    await evidence.hears(placed(number(10), isbn=PIRANESI), version=1)
    assert (await measured(client, "supplier"))[HARBOUR]["value"] == 7
