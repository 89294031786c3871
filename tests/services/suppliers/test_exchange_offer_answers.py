"""The exchange tells its supplier what a council answers to an offer, and expects what was accepted."""

from dataclasses import replace
from uuid import uuid4

import pytest

from services.suppliers.contract import Capability, Kind
from services.suppliers.domain.messages import State
from services.suppliers.usecases.decisions import replay
from shared.contracts.decisions import AfterDecline, Answer, DecidedOffer, LinesDecided, OfferKind
from shared.contracts.orders import OrderedLine, OrderPlaced
from shared.contracts.suppliers import DespatchAdvised, OrderSent, SendOutcome
from shared.errors import DomainError
from tests.builders import HUB, a_branch, unpacked_at
from tests.fixtures import scripted_supplier as does
from tests.services.suppliers.conftest import Rig, a_despatch, a_line, advised, an_order

SUBSTITUTE = "9780141036144"


def an_answer(
    order: OrderPlaced, line: OrderedLine, *numbers: int, then: AfterDecline | None = None, asked_to_cancel: bool = False
) -> LinesDecided:
    """Accepts a substitute for copies of a line, or declines it where it says what becomes of them."""
    copies = tuple(copy for copy in line.copies if copy.copy_number in numbers)
    offer = DecidedOffer(
        decision_id=uuid4(), supplier_id=line.supplier_id, kind=OfferKind.SUBSTITUTE, isbn=SUBSTITUTE, then=then,
        answer=Answer.ACCEPTED if then is None else Answer.DECLINED, ordered_isbn=line.isbn,
        line=line.model_copy(update={"copies": copies}), asked_to_cancel=asked_to_cancel,
    )  # fmt: skip
    return LinesDecided(
        council=order.council, order_id=order.order_id, order_number=order.order_number, decided_at=order.placed_at,
        decision="the paperback will do", line_keys=(line.line_key,), offers=(offer,),
    )  # fmt: skip


async def test_an_answer_goes_to_each_message_that_carried_a_copy_after_its_order(rig: Rig) -> None:
    line = unpacked_at(a_line(branches=("IPSW", "LOWE")), a_branch("IPSW"), HUB)
    order = an_order(line)
    await rig.hears(order, an_answer(order, line, 1, 2, then=AfterDecline.KEEP))
    await rig.send_all()

    told = [(one.order_number, one.answer, one.then, [n for _, n in one.lines]) for one in rig.supplier.offer_answers]
    assert told == [
        ("PO-1", Answer.DECLINED, AfterDecline.KEEP, [(1,)]),
        ("PO-1=CSU", Answer.DECLINED, AfterDecline.KEEP, [(2,)]),
    ]
    assert [message.kind for message in rig.supplier.arrivals] == [Kind.ORDER, Kind.ORDER, Kind.OFFER_ANSWER, Kind.OFFER_ANSWER]
    sent = [event for event in await rig.published(OrderSent) if isinstance(event, OrderSent)]
    assert [event.outcome for event in sent] == [SendOutcome.SENT] * 4  # copies that an answer ordered again are sent with it


async def test_goods_under_the_isbn_that_was_accepted_are_those_of_the_line(rig: Rig) -> None:
    line = a_line()
    order = an_order(line)
    await rig.hears(order, an_answer(order, line, 1))
    goods = replace(advised(line), line_key=None, order_number=order.order_number, isbn=SUBSTITUTE)
    await rig.receives(rig.means(b"GOODS", a_despatch(goods, deliver_to="IPSW")))

    (despatch,) = [event for event in await rig.published(DespatchAdvised) if isinstance(event, DespatchAdvised)]
    assert [(each.line_key, each.isbn) for each in despatch.parcels[0].lines] == [(line.line_key, SUBSTITUTE)]


async def test_what_a_cancellation_tells_or_what_the_supplier_takes_no_answer_to_is_not_told(rig: Rig) -> None:
    line = a_line()
    order = an_order(line)
    await rig.hears(order, an_answer(order, line, 1, then=AfterDecline.CANCEL, asked_to_cancel=True))
    can = rig.supplier.profile.capabilities - {Capability.TAKES_OFFER_ANSWERS}
    rig.supplier.profile = rig.supplier.profile.model_copy(update={"capabilities": can})
    await rig.hears(an_answer(order, line, 1))

    assert (rig.supplier.offer_answers, await rig.states(kind=Kind.OFFER_ANSWER)) == ([], [])


@pytest.mark.parametrize("fails", ["the supplier refuses it", "it cannot be written"])
async def test_an_answer_that_does_not_get_through_asks_a_person_and_is_not_written_again(rig: Rig, fails: str) -> None:
    line = a_line()
    order = an_order(line)
    await rig.hears(order)
    await rig.send_all()
    if fails == "it cannot be written":
        rig.supplier.unwritable = "no place for a price"
    else:
        rig.supplier.script = [does.refuses]
    await rig.hears(an_answer(order, line, 1))
    await rig.send_all()

    last = (await rig.published(OrderSent))[-1]
    assert isinstance(last, OrderSent)
    assert (last.outcome, last.line_keys) == (SendOutcome.FAILED, (line.line_key,))
    (message,) = await rig.messages(kind=Kind.OFFER_ANSWER)
    assert message.state is State.FAILED
    with pytest.raises(DomainError, match="Tell the supplier yourself what was decided"):
        async with rig.engine.begin() as connection:
            await replay(connection, rig.exchange, message.id, actor="staff", reason="again")
