"""The exchange asks its supplier about copies, says whether that went out, and passes on what answers a claim."""

from collections.abc import Sequence
from uuid import uuid4

import pytest

from services.suppliers.contract import Capability, Kind, LineAnswer, ResponseFact
from services.suppliers.domain.messages import State
from services.suppliers.usecases.decisions import replay
from services.suppliers.usecases.withdrawing import Withdraw, withdraw
from shared.contracts.enquiries import EnquiredLine, EnquiryKind, EnquiryRequested, EnquirySent
from shared.contracts.orders import OrderedLine, OrderPlaced
from shared.contracts.suppliers import ClaimAnswer, OrderResponded, SendOutcome
from shared.errors import DomainError
from tests.builders import HUB, a_branch, unpacked_at
from tests.fixtures import scripted_supplier as does
from tests.services.suppliers.conftest import Rig, a_line, an_order


def an_enquiry(
    order: OrderPlaced, line: OrderedLine, *numbers: int, kind: EnquiryKind = EnquiryKind.STATUS, supplier: str | None = None
) -> EnquiryRequested:
    """Asks about copies of a line for the second time."""
    copies = tuple(copy.copy_id for copy in line.copies if copy.copy_number in numbers)
    about = EnquiredLine(line_key=line.line_key, copy_ids=copies, wrong="copy 1 is late", despatch_number="D1")
    return EnquiryRequested(
        council=order.council, enquiry_id=uuid4(), order_id=order.order_id, order_number=order.order_number,
        supplier_id=supplier or line.supplier_id, kind=kind, attempt=2, at_most=3, requested_at=order.placed_at,
        reason="Please say when", lines=(about,),
    )  # fmt: skip


async def sent(rig: Rig) -> Sequence[EnquirySent]:
    return [event for event in await rig.published(EnquirySent) if isinstance(event, EnquirySent)]


async def test_an_enquiry_goes_to_each_message_that_carried_a_copy_after_its_order(rig: Rig) -> None:
    line = unpacked_at(a_line(branches=("IPSW", "LOWE")), a_branch("IPSW"), HUB)
    order = an_order(line)
    enquiry = an_enquiry(order, line, 1, 2)
    await rig.hears(order, enquiry)
    await rig.send_all()

    asked = [(one.order_number, one.kind, one.attempt, [n for _, n in one.lines]) for one in rig.supplier.enquiries]
    assert asked == [("PO-1", EnquiryKind.STATUS, 2, [(1,)]), ("PO-1=CSU", EnquiryKind.STATUS, 2, [(2,)])]
    assert [message.kind for message in rig.supplier.arrivals] == [Kind.ORDER, Kind.ORDER, Kind.ENQUIRY, Kind.ENQUIRY]
    assert [(event.enquiry_id, event.attempt, event.outcome) for event in await sent(rig)] == [
        (enquiry.enquiry_id, 2, SendOutcome.SENT)
    ] * 2


async def test_what_another_supplier_is_asked_is_nothing_here(rig: Rig) -> None:
    line = a_line()
    order = an_order(line)
    await rig.hears(order, an_enquiry(order, line, 1, supplier="another"))
    assert await rig.states(kind=Kind.ENQUIRY) == []


@pytest.mark.parametrize("fails", ["refused", "cannot be written", "takes none", "secrets withdrawn"])
async def test_an_enquiry_that_does_not_get_through_is_published_as_failed(rig: Rig, fails: str) -> None:
    line = a_line()
    order = an_order(line)
    await rig.hears(order)
    await rig.send_all()
    match fails:
        case "refused":
            rig.supplier.script = [does.refuses]
        case "cannot be written":
            rig.supplier.unwritable = "no place for a claim"
        case "takes none":
            can = rig.supplier.profile.capabilities - {Capability.TAKES_ENQUIRIES}
            rig.supplier.profile = rig.supplier.profile.model_copy(update={"capabilities": can})
    await rig.hears(an_enquiry(order, line, 1))
    if fails == "secrets withdrawn":
        async with rig.engine.begin() as connection:
            asked = Withdraw(rig.exchange.profile.name, despite_open_lines=True, actor="staff", reason="left")
            await withdraw(connection, rig.exchange, asked)
    else:
        await rig.send_all()

    assert [event.outcome for event in await sent(rig)] == [SendOutcome.FAILED]
    (message,) = await rig.messages(kind=Kind.ENQUIRY)
    if message.state is State.FAILED:
        with pytest.raises(DomainError, match="Tell the supplier yourself what is asked"):
            async with rig.engine.begin() as connection:
                await replay(connection, rig.exchange, message.id, actor="staff", reason="again")


async def test_an_enquiry_of_unknown_outcome_is_asked_about_and_never_sent_twice(rig: Rig) -> None:
    line = a_line()
    order = an_order(line)
    await rig.hears(order)
    await rig.send_all()
    rig.supplier.script = [does.accepts_but_breaks]
    await rig.hears(an_enquiry(order, line, 1))
    await rig.send_all()

    assert [event.outcome for event in await sent(rig)] == [SendOutcome.UNKNOWN, SendOutcome.SENT]
    assert [message.kind for message in rig.supplier.arrivals].count(Kind.ENQUIRY) == 1


async def test_what_answers_a_claim_is_passed_on(rig: Rig) -> None:
    line = a_line()
    order = an_order(line)
    await rig.hears(order, an_enquiry(order, line, 1, kind=EnquiryKind.DAMAGED))
    answer = LineAnswer(line.line_key, order.order_number, line.isbn, claim=ClaimAnswer.CREDIT)
    await rig.receives(rig.means(b"ANSWER", ResponseFact(order.order_number, "S-1", None, (answer,))))

    (responded,) = [event for event in await rig.published(OrderResponded) if isinstance(event, OrderResponded)]
    assert [each.claim for each in responded.lines] == [ClaimAnswer.CREDIT]
