"""Answers to offers, as ORDCHG."""

import pytest

from services.suppliers.contract import Kind, OfferAnswerToSend
from services.suppliers.national import NationalAdapter
from shared.clock import ManualClock
from shared.contracts.base import Money
from shared.contracts.decisions import AfterDecline, Answer
from shared.formats import edifact
from tests.unit.services.suppliers.national.conftest import SUFFOLK, a_copy, a_line, an_adapter
from tests.unit.services.suppliers.national.test_writing_orders import segments


@pytest.mark.parametrize(
    ("answer", "then", "written"),
    [
        (
            Answer.ACCEPTED,
            None,
            ["LIN+1+3+9780141439518:EN", "PIA+3+9780141036144:EN", "QTY+21:2", "PRI+AAE:9.99", "CUX+2:GBP:9"],
        ),
        (Answer.DECLINED, AfterDecline.KEEP, ["LIN+1+4+9780141439518:EN", "QTY+21:2", "PRI+AAE:8.99", "CUX+2:GBP:9"]),
        (Answer.DECLINED, AfterDecline.CANCEL, ["LIN+1+3+9780141439518:EN", "QTY+21:1", "QTY+85:2", "CUX+2:GBP:9"]),
    ],
)
def test_an_answer_to_an_offer_is_written_as_a_change_of_the_order(
    adapter: NationalAdapter, answer: Answer, then: AfterDecline | None, written: list[str]
) -> None:
    line = a_line(copies=(a_copy(1), a_copy(2), a_copy(3)))
    price = Money(minor=999, currency="GBP")
    told = OfferAnswerToSend(SUFFOLK, "x", "PO-2026-118", answer, then, "As agreed", "9780141036144", price, ((line, (2, 3)),))

    message = adapter.write_offer_answer(told, 45)

    assert (message.kind, message.name) == (Kind.OFFER_ANSWER, "0000000045-ordchg.edi")
    found = [segment for tag in ("LIN", "PIA", "QTY", "PRI", "CUX") for segment in segments(message.body, tag)]
    assert found == written
    assert [segment[:7] for segment in segments(message.body, "GIR")] == ["GIR+002", "GIR+003"]
    assert segments(message.body, "FTX") == ["FTX+GEN+++As agreed"]
    assert edifact.read(message.body).findings == ()


def test_a_dialect_without_a_place_for_prices_cannot_accept_one(clock: ManualClock) -> None:
    price = Money(minor=999, currency="GBP")
    told = OfferAnswerToSend(SUFFOLK, "x", "PO-1", Answer.ACCEPTED, None, "", None, price, ((a_line(), (1,)),))

    with pytest.raises(ValueError, match="no place for a price"):
        an_adapter(clock, price=None).write_offer_answer(told, 1)
