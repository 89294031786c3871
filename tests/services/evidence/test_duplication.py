"""What was done twice: titles ordered again while copies were open, and books catalogued again or once for many."""

from __future__ import annotations

import asyncio
import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from httpx import AsyncClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.evidence.domain.asking import Asked, By
from services.evidence.domain.duplication import Again
from services.evidence.domain.facts import GatheredCopies
from services.evidence.store.ordering_twice import ordered_again
from services.evidence.store.writing import keep_copies
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.contracts.orders import CopyState
from shared.works.grouping import MOST_EDITIONS
from shared.works.store import keep_editions, works_of_editions
from tests.fixtures.tokens import Tokens
from tests.services.evidence import facts, titles
from tests.services.evidence.facts import DAY, EASTERN, HAMNET, HARBOUR, MORNING, NORFOLK, PIRANESI, SUFFOLK, placed
from tests.services.hearing import Hearing, number

MARCH = {"from": "2026-03-01", "to": "2026-03-31"}
HARDBACK, AUDIO = "9781526622426", "9781526622440"
CATALOGUING = {
    "cataloguing_without_record": {"minutes": "20", "hourly_rate": 2400},
    "cataloguing_poor_record": {"minutes": "7.5", "hourly_rate": 2400},
}


async def duplication(client: AsyncClient, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Returns what was done twice in March."""
    got = await client.get("/v1/duplication", params=MARCH, headers=headers)
    assert got.status_code == 200, got.text
    body: dict[str, Any] = got.json()
    assert body["decision"] is None
    return body


async def again(client: AsyncClient) -> Counter[str]:
    """Returns the counts of titles that Suffolk ordered again, those that are not zero."""
    found = (await duplication(client))["ordered_again"]
    if len(found) == 1:
        return Counter()
    row = {name: value for name, value in found[0].items() if isinstance(value, int)}
    assert {**found[0], "council": None} == found[1], "one council is all of them"
    return +Counter(row)


async def test_a_title_is_ordered_again_while_copies_of_any_edition_are_open(evidence: Hearing, client: AsyncClient) -> None:
    await evidence.hears(titles.titled(PIRANESI, HARDBACK))
    await evidence.hears(placed(number(10), number(11)), placed(number(20), isbn=HAMNET, branch="LOWE"), version=1)
    await evidence.hears(facts.received(number(20), at=MORNING + DAY))
    later = MORNING + 2 * DAY
    await evidence.hears(placed(number(30), isbn=HARDBACK, branch="LOWE", at=later, supplier_id=EASTERN), version=1)
    await evidence.hears(placed(number(40), isbn=HAMNET, branch="LOWE", at=later), placed(number(50), council=NORFOLK), version=1)
    assert await again(client) == {
        "titles": 2, "copies": 5, "for_council": 1, "two_suppliers": 1, "other_edition": 1, "copies_again": 1,
    }  # fmt: skip
    await evidence.hears(placed(number(60), number(61), isbn=HAMNET, branch="LOWE", at=later + DAY), version=1)
    assert await again(client) == {
        "titles": 2, "copies": 7, "for_council": 1, "for_branch": 1, "two_suppliers": 1, "other_edition": 1, "copies_again": 3,
    }  # fmt: skip
    (share, _) = ((each["share"]["value"], each["share"]["n"]) for each in (await duplication(client))["ordered_again"])
    assert share == (1, 2)


async def test_books_that_are_connected_with_too_many_are_titles_of_their_own(evidence: Hearing, client: AsyncClient) -> None:
    many = [f"979{place:010}" for place in range(MOST_EDITIONS + 1)]
    halves = many[: MOST_EDITIONS // 2], many[MOST_EDITIONS // 2 :]
    for isbns in halves:
        await evidence.hears(*(titles.titled(isbn, other) for isbn, other in pairwise(isbns)))
    await evidence.hears(placed(number(10), isbn=many[0]), version=1)
    await evidence.hears(placed(number(20), isbn=many[1], at=MORNING + DAY), version=1)
    assert (await again(client))["other_edition"] == 1

    await evidence.hears(titles.titled(halves[0][-1], halves[1][0]))
    await evidence.hears(titles.titled(PIRANESI, HARDBACK, many[7]), titles.titled(HAMNET, AUDIO))
    async with evidence.engine.connect() as connection:
        assert await works_of_editions(connection, [*many, PIRANESI, HARDBACK, HAMNET]) == dict.fromkeys((HAMNET, AUDIO), HAMNET)
    assert await again(client) == {"titles": 2, "copies": 2}


async def test_batches_at_once_group_editions_as_one_after_the_other(evidence: Hearing) -> None:
    isbns = [f"978000000{place:04}" for place in range(12)]
    await asyncio.gather(*(evidence.hears(titles.titled(isbn, other)) for isbn, other in pairwise(isbns)))
    async with evidence.engine.connect() as connection:
        assert await works_of_editions(connection, [isbns[-1]]) == dict.fromkeys(isbns, isbns[0])


async def test_copies_that_are_placed_again_with_another_supplier_are_not_ordered_again(
    evidence: Hearing, client: AsyncClient
) -> None:
    await evidence.hears(placed(number(10)), version=1)
    await evidence.hears(facts.progressed(CopyState.CANCELLED, number(10), at=MORNING + DAY), version=2)
    moved = facts.added(number(11), instead_of=number(10), at=MORNING + DAY)
    await evidence.hears(moved.model_copy(update={"order_id": placed(number(10)).order_id}), version=3)
    assert await again(client) == {"titles": 1, "copies": 1}
    await evidence.hears(placed(number(12), at=MORNING + 2 * DAY), version=1)
    assert (await again(client))["for_branch"] == 1, "the copy that took its place is open"


@dataclass(frozen=True)
class Line:
    """Copies of a line for one branch, on days of a fortnight; `until` None: still open."""

    order: int
    supplier: str
    isbn: str
    branch: str
    day: int
    until: int | None
    copies: int

    @property
    def key(self) -> str:
        return f"SB-{self.day:02}-{self.order}-{self.supplier}-{self.isbn}"

    @property
    def work(self) -> str:
        return HARDBACK if self.isbn == PIRANESI else self.isbn

    def is_open(self, day: int) -> bool:
        return self.until is None or max(self.until, self.day) > day


lines = st.builds(
    Line,
    order=st.integers(1, 3),
    supplier=st.sampled_from([HARBOUR, EASTERN]),
    isbn=st.sampled_from([PIRANESI, HARDBACK, HAMNET]),
    branch=st.sampled_from(["IPSW", "LOWE"]),
    day=st.sampled_from([0, 4, 5, 8]),
    until=st.none() | st.sampled_from([4, 6, 9]),
    copies=st.integers(1, 2),
)
FIRST_DAY = 5
"""Of the period that is asked for, in days of the fortnight."""


def expected(stated: Sequence[Line]) -> list[Again]:
    """What was ordered again, as the words of `Again` say it."""
    new = [line for line in stated if line.day >= FIRST_DAY]
    found: dict[str, list[tuple[bool, bool, bool]]] = {line.work: [] for line in new}
    again: set[str] = set()
    for line in new:
        for other in stated:
            is_before = other.work == line.work and (other.day, other.key) < (line.day, line.key) and other.is_open(line.day)
            same_branch, two_suppliers = other.branch == line.branch, other.supplier != line.supplier
            if is_before and (other.order != line.order or (two_suppliers and same_branch)):
                found[line.work].append((same_branch, two_suppliers, other.isbn == line.isbn))
                again.add(line.key)
    if not new:
        return []
    twice = [pairs for pairs in found.values() if pairs]
    branch, two, same = (sum(any(pair[place] for pair in pairs) for pairs in twice) for place in range(3))
    copies, copies_again = (sum(line.copies for line in new if line.key in keys) for keys in ({line.key for line in new}, again))
    return [Again(SUFFOLK, len(found), copies, branch, len(twice) - branch, two, len(twice) - same, copies_again)]


def facts_of(stated: Sequence[Line]) -> GatheredCopies:
    """The lines as facts of copies."""
    gathered = GatheredCopies()
    for place, line in enumerate(stated):
        until = None if line.until is None else MORNING + max(line.until, line.day) * DAY
        for copy in range(line.copies):
            gathered.add(
                number(10 * place + copy), council=SUFFOLK, order_id=number(line.order), line_key=line.key,
                supplier_id=line.supplier, isbn=line.isbn, branch=line.branch, placed_at=MORNING + line.day * DAY,
                received_at=until, state=CopyState.SENT.value, version=1,
            )  # fmt: skip
    return gathered


async def test_the_database_counts_what_the_words_say(evidence: Hearing, clock: ManualClock) -> None:
    begin = (MORNING + FIRST_DAY * DAY).date()
    asked = Asked(SUFFOLK, begin, begin + timedelta(days=30), By.SUPPLIER)
    loop = asyncio.get_running_loop()
    first = Line(order=1, supplier=HARBOUR, isbn=HAMNET, branch="IPSW", day=4, until=6, copies=1)

    async def check(stated: Sequence[Line]) -> None:
        async with evidence.engine.begin() as connection:
            await keep_editions(connection, [titles.titled(PIRANESI, HARDBACK)])
            await keep_copies(connection, facts_of(stated).rows())
            assert await ordered_again(connection, asked, clock) == expected(stated)
            await connection.rollback()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @example([first, replace(first, branch="LOWE", until=None), replace(first, order=2, day=8, until=None)])
    @given(st.lists(lines, max_size=9))
    def whatever_was_ordered(stated: list[Line]) -> None:
        asyncio.run_coroutine_threadsafe(check(stated), loop).result(30)

    await asyncio.to_thread(whatever_was_ordered)


async def test_a_record_that_was_made_once_saves_hours_and_money_by_the_councils_own_model(
    evidence: Hearing, client: AsyncClient, tokens: Tokens
) -> None:
    await client.put("/v1/cost-models/2026-03-02", json={"activities": CATALOGUING})
    await evidence.hears(
        titles.counted(used=(5, 2, 1), already_held=2, version=9),
        titles.counted(used=(5,), version=5),
        titles.counted(used=(0, 4), day=date(2026, 3, 1)),
        titles.counted(council=NORFOLK, used=(0, 6)),
        titles.counted(council=None, used=(5, 8, 1)),
        titles.counted(council=None, used=(7,), day=date(2026, 4, 1)),
    )
    own = await duplication(client)
    assert own["records"] == [
        {
            "supplier_id": HARBOUR, "received": 20, "repeated": 8, "already_held": 2, "requests_saved": 2,
            "used": {"1": 5, "2": 6, "3": 1},
        }
    ]  # fmt: skip
    rows = [(row["council"], row["times"], row["currency"], row["first"], row["further"]) for row in own["cataloguing"]]
    assert rows[:2] == [(SUFFOLK, "shared", "GBP", 5, 3), (SUFFOLK, "shared", None, 0, 4)]
    assert (own["cataloguing"][0]["hours"], own["cataloguing"][0]["cost"]) == ("1.00", "2400.00")
    assert own["cataloguing"][1]["unknown"] == [{"activity": "cataloguing_without_record", "times": 4}]
    assert [gap["council"] for gap in own["gaps"]] == [SUFFOLK]
    nation = await duplication(client, tokens.headers("evidence:read", council=None))
    assert nation["records"][0]["used"] == {"1": 5, "2": 8, "3": 1}
    sums = {row["currency"]: row for row in nation["cataloguing"] if row["council"] is None}
    assert (sums["GBP"]["further"], sums["GBP"]["cost"]) == (3, "2400.00")
    assert (sums[None]["further"], sums[None]["cost"]) == (10, "0.00"), "what has no model has no cost, and is named"
    assert {gap["council"] for gap in nation["gaps"]} == {SUFFOLK, NORFOLK}


async def test_a_book_that_several_councils_catalogue_by_hand_would_be_saved_to_all_but_the_first(
    evidence: Hearing, client: AsyncClient, tokens: Tokens
) -> None:
    await client.put("/v1/cost-models/2026-01-01", json={"activities": CATALOGUING})
    came: list[Event] = []
    for place, (council, isbn, day) in enumerate(
        [
            (SUFFOLK, PIRANESI, 5), (SUFFOLK, PIRANESI, 6), (NORFOLK, PIRANESI, 4), (SUFFOLK, HAMNET, 3), (NORFOLK, HAMNET, 4),
            (SUFFOLK, AUDIO, 5), (NORFOLK, AUDIO, 4),
        ],
        start=10,
    ):  # fmt: skip
        await evidence.hears(placed(number(place), council=council, isbn=isbn), version=1)
        came.append(facts.received(number(place), at=MORNING + day * DAY).model_copy(update={"council": council}))
    await evidence.hears(*came)
    await evidence.hears(
        facts.judged(40, at=MORNING), facts.judged(90, at=MORNING, isbn=AUDIO).model_copy(update={"council": NORFOLK})
    )
    repeated = [row for row in (await duplication(client))["cataloguing"] if row["times"] == "repeated"]
    assert [(row["council"], row["first"], row["further"], row["cost"]) for row in repeated] == [
        (SUFFOLK, 2, 1, "300.00"),
        (None, 2, 1, "300.00"),
    ], "Piranesi, with its poor record, came to Norfolk first; Norfolk has a good record of the last one"
    nation = await duplication(client, tokens.headers("evidence:read", council=None))
    sums = {row["currency"]: (row["first"], row["further"]) for row in nation["cataloguing"] if row["council"] is None}
    assert sums == {"GBP": (2, 1), None: (1, 1)}


async def test_it_is_csv_for_whoever_asks_for_it_and_a_wrong_period_is_refused(evidence: Hearing, client: AsyncClient) -> None:
    await evidence.hears(placed(number(10)), placed(number(11), at=MORNING + DAY), titles.counted(used=(1, 2)), version=1)
    got = await client.get("/v1/duplication", params=MARCH, headers={"Accept": "text/csv"})
    rows = {(row["part"], row["council"], row["figure"]): row for row in csv.DictReader(got.text.splitlines())}
    share = rows["ordered again", SUFFOLK, "ordered_again"]
    assert (share["value"], share["n"]) == ("1.0", "1")
    assert share["note"] == "1 title is too few to tell: between 20.7 % and 100 % would be likely"
    assert rows["cataloguing, shared", "all", "cataloguing_without_record, of no known cost"]["value"] == "2"
    assert rows["cataloguing", SUFFOLK, "gap"]["note"].startswith("From 2026-03-01 to 2026-03-31 no cost model applies")
    refused = await client.get("/v1/duplication", params={"from": "2026-03-31", "to": "2026-03-01"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/query/to")
    assert (await client.get("/v1/duplication", params={**MARCH, "by": "supplier"})).status_code == 422
