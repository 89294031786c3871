"""What an exchange published, published again: a read model built from that alone is the same."""

from dataclasses import replace
from datetime import UTC, datetime

from services.suppliers.contract import Feed, Kind, LineAnswer, OpenLine, OpenLinesFact
from services.suppliers.loops.watcher import Watcher
from services.suppliers.republish import OWNER
from services.suppliers.usecases import decisions
from shared.bus import to_envelope, to_statement
from shared.contracts.messages import MessageQuarantined
from shared.republish import Wanted
from tests.fixtures import scripted_supplier as does
from tests.services.read_model import ReadModel, check_feed, check_rebuild, published_again
from tests.services.suppliers.conftest import Rig, a_despatch, a_line, a_response, advised, an_acceptance, an_order


async def test_a_read_model_is_the_same_from_what_is_published_again(
    rig: Rig, read_model: ReadModel, evidence_model: ReadModel, feed_model: ReadModel
) -> None:
    feeds = {Kind.RESPONSE: Feed(hours=24)}
    rig.supplier.profile = rig.supplier.profile.model_copy(update={"feeds": feeds})
    first, second, third = (a_line(number=number) for number in (1, 2, 3))
    orders = (an_order(first, second), an_order(third, number="PO-2", council="GB-NFK"))
    await rig.hears(*orders)
    rig.supplier.script = [does.accepts_but_breaks]
    await rig.send_all()
    await rig.receives(rig.means(b"1", a_response(an_acceptance(first), an_acceptance(second))))
    await rig.advance(60)
    late = a_response(LineAnswer(second.line_key, None, second.isbn, status_code="400"))
    await rig.receives(rig.means(b"2", late))
    await rig.advance(60)
    early = datetime(2026, 3, 1, tzinfo=UTC)
    await rig.receives(rig.means(b"3", replace(a_response(an_acceptance(second)), responded_at=early)))
    await rig.receives(rig.means(b"4", a_despatch(advised(third, 1))))
    await rig.receives(rig.means(b"5", a_response(an_acceptance(a_line(number=4)))))
    await rig.advance(3600)
    await rig.read_all()
    await rig.receives(b"unreadable")
    (held, *_) = [event for event in await rig.published(MessageQuarantined) if isinstance(event, MessageQuarantined)]
    async with rig.engine.begin() as connection:
        await decisions.discard(connection, rig.exchange, held.message_id, actor="ann", reason="not ours")
    for quantity in (2, 1):
        await rig.advance(60)
        reported = OpenLinesFact("5099990000013", rig.clock.now(), (OpenLine(first.line_key, None, first.isbn, quantity),))
        await rig.receives(rig.means(b"list %d" % quantity, reported))
    watcher = Watcher(rig.engine, rig.exchange)
    await rig.advance(80 * 3600)
    await watcher.check()
    await rig.advance(60)
    await rig.receives(rig.means(b"6", a_response(an_acceptance(third))))
    await watcher.check()
    rows = await check_rebuild(rig.hearing, OWNER, rig.clock, read_model, evidence_model)
    assert {name: len(found) for name, found in rows.items()} == {
        "cancellation": 3, "heard": 2, "sending": 2, "quarantined": 2, "feed": 1, "held_message": 2,
        "handled_message": 1, "reconciliation": 1, "day_count": 4, "counted_in": 1,
        "work": 1, "work_count": 1,
    }  # fmt: skip
    known = [to_envelope(order, clock=rig.clock, version=1) for order in orders]
    # An earlier answer to a line that was answered again.
    assert await check_feed(rig.hearing, OWNER, rig.clock, feed_model, known=known) == {"line_answered"}


async def test_a_council_gets_only_what_names_it(rig: Rig) -> None:
    await rig.hears(an_order(a_line()), an_order(a_line(number=2), number="PO-2", council="GB-NFK"))
    await rig.send_all()
    await rig.receives(b"unreadable")
    again, reported = await published_again(rig.hearing, OWNER, rig.clock, Wanted(council="GB-NFK"))
    assert [envelope.council_id for envelope in again] == ["GB-NFK"]
    assert reported == ["1 fact: 1 event published again", "0 dead letters: 0 events published again"]


async def test_an_order_published_again_is_not_sent_again(rig: Rig) -> None:
    order = an_order()
    await rig.hearing.hears_envelopes([to_statement(order, clock=rig.clock, version=1)])
    await rig.send_all()
    assert await rig.messages() == []
