"""A person's decision about lines of an order is published, so that evidence can count it, and published again."""

from datetime import timedelta

from services.orders.incoming import handlers
from services.orders.republish import OWNER
from shared.contracts.decisions import LinesDecided
from tests.services.hearing import Hearing
from tests.services.orders.conftest import Orders
from tests.services.orders.switched import Switches
from tests.services.orders.test_moving_copies import two_at_lowestoft
from tests.services.read_model import ReadModel, check_feed, check_rebuild, published_again


async def test_what_a_person_decided_about_a_line_is_published_and_published_again(
    orders: Orders, evidence_model: ReadModel, feed_model: ReadModel
) -> None:
    switches = Switches(orders)
    hearing = Hearing(orders.engine, orders.clock, handlers(orders.clock))
    await published_again(hearing, OWNER, orders.clock)  # the council's sourcing rules
    placed = await orders.placed(two_at_lowestoft())
    switch = await switches.begun()
    await switches.after(days=6)
    first, second = await switches.copies(switch, "?stage=asks")
    assert await switches.copies(switch, "?stage=asks&line_key=SB-ANOTHER") == []
    for decision, copy in (("place_anew", first), ("leave", second)):
        await switches.decide(switch, decision, copy["copy_id"])
        orders.clock.advance(timedelta(minutes=5))
    decided = [event for event in await orders.sent() if isinstance(event, LinesDecided)]
    assert [event.decision.partition(":")[0] for event in decided] == ["place_anew", "leave"]
    assert {event.line_keys for event in decided} == {(placed["lines"][0]["line_key"],)}, "not the line that was placed instead"
    rows = await check_rebuild(hearing, OWNER, orders.clock, evidence_model)
    assert "decision_taken" not in await check_feed(hearing, OWNER, orders.clock, feed_model)
    assert len(rows["decided_line"]) == 2
