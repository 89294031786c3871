"""Titles, requests and rules published again."""

from datetime import timedelta

import pytest
from httpx import AsyncClient

from services.catalogue.reminders import Reminders
from services.catalogue.republish import OWNER
from shared.bus import to_envelope
from shared.clock import ManualClock
from shared.republish import PAGE, Refused, Wanted
from shared.values import with_check_digit
from tests.services.catalogue.facts import HAMNET, PIRANESI, line, order, record
from tests.services.hearing import Hearing
from tests.services.read_model import ReadModel, check_feed, check_rebuild, published_again


async def test_a_read_model_is_the_same_from_titles_published_again(
    catalogue: Hearing, clock: ManualClock, read_model: ReadModel, feed_model: ReadModel
) -> None:
    more = [with_check_digit(f"978{number:09}") for number in range(PAGE)]
    ordered = order(*(line(isbn, "IPSW") for isbn in (PIRANESI, HAMNET, *more)))
    await catalogue.hears(ordered)
    await catalogue.hears(record(title="Piranesi", author=""))
    await catalogue.hears(record("eastern", title="Piranesi: a novel", day=3))
    await catalogue.hears(record(isbn=HAMNET, title="Hamnet"), *(record(isbn=isbn) for isbn in more))
    rows = await check_rebuild(catalogue, OWNER, clock, read_model)
    assert len(rows["title"]) == PAGE + 2
    known = [to_envelope(ordered, clock=clock, version=1)]
    # Earlier versions of a title, and of what the council's minimum said of it.
    assert await check_feed(catalogue, OWNER, clock, feed_model, known=known) == {"title_changed", "record_judged"}


async def test_titles_belong_to_all_councils(catalogue: Hearing, clock: ManualClock) -> None:
    with pytest.raises(Refused, match="belongs to all councils: leave --council out"):
        await published_again(catalogue, OWNER, clock, Wanted(council="GB-SFK"))


async def test_evidence_knows_from_what_is_published_again_who_was_asked_and_by_which_rules(
    catalogue: Hearing, client: AsyncClient, clock: ManualClock, evidence_model: ReadModel
) -> None:
    rules = [
        (await client.post("/v1/sourcing-rules", json={"supplier_id": supplier, "valid_from": day})).json()
        for supplier, day in (("northern", "2026-01-01"), ("eastern", "2026-01-02"))
    ]
    await client.delete(f"/v1/sourcing-rules/{rules[1]['rule_id']}")
    await catalogue.hears(order(line(PIRANESI, "IPSW"), line(HAMNET, "IPSW")))
    await catalogue.hears(order(line(PIRANESI, "IPSW"), council="GB-NFK"))
    clock.advance(timedelta(days=1))
    await Reminders(catalogue.engine, clock).turn()
    rows = await check_rebuild(catalogue, OWNER, clock, evidence_model)
    assert {name: len(found) for name, found in rows.items()} == {"rule": 2, "record_request": 3}
