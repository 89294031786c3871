"""What a council's minimum says of the record of a book, as its orders show it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.contracts.catalogue import RecordJudged, RecordShortfall
from shared.messaging.errors import Poison
from tests.services.orders.conftest import Orders, an_order

EMMA = "9780141439518"
DEWEY = RecordShortfall(code="dewey", reason="there is no Dewey number to shelve by", place="082")


def judged(score: int = 62, *, version: int = 1, council: str | None = "GB-SFK", isbn: str = EMMA) -> RecordJudged:
    return RecordJudged(
        council=council,
        isbn=isbn,
        supplier_id="national",
        score=score,
        pass_mark=70,
        passes=score >= 70,
        shortfalls=() if score >= 70 else (DEWEY,),
        version=version,
        judged_at=datetime(2026, 3, 3, tzinfo=UTC),
    )


async def records(orders: Orders, order: dict[str, Any]) -> list[Any]:
    """What the lines of Emma show, then what the line of another book shows; Emma is ordered from two suppliers."""
    return [line["record"] for line in (await orders.read(order["order_id"]))["lines"]]


async def test_a_line_shows_what_is_said_of_its_record(orders: Orders) -> None:
    order = await orders.placed(an_order())
    assert await records(orders, order) == [None, None, None]
    await orders.hear(judged())
    shown = {
        "supplier_id": "national",
        "score": 62,
        "pass_mark": 70,
        "passes": False,
        "shortfalls": [{"code": "dewey", "reason": "there is no Dewey number to shelve by", "place": "082"}],
    }
    assert await records(orders, order) == [shown, shown, None]


async def test_an_order_placed_after_the_record_arrived_shows_it_too(orders: Orders) -> None:
    await orders.hear(judged(80))
    first, *_ = await records(orders, await orders.placed(an_order()))
    assert (first["passes"], first["shortfalls"]) == (True, [])


async def test_an_older_judgement_that_arrives_late_changes_nothing(orders: Orders) -> None:
    order = await orders.placed(an_order())
    await orders.hear(judged(80, version=2), judged(40, version=1))
    await orders.hear(judged(40, version=1))
    first, *_ = await records(orders, order)
    assert first["score"] == 80
    await orders.hear(judged(90, version=3))
    first, *_ = await records(orders, order)
    assert first["score"] == 90


async def test_what_another_councils_minimum_says_is_not_shown(orders: Orders) -> None:
    order = await orders.placed(an_order())
    await orders.hear(judged(council="GB-NFK"))
    assert await records(orders, order) == [None, None, None]


async def test_a_judgement_without_a_council_cannot_be_applied(orders: Orders) -> None:
    with pytest.raises(Poison, match="names no council"):
        await orders.hear(judged(council=None))
