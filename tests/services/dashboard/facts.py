"""Events the dashboard consumes: an order of two copies from one supplier, and what may happen to them."""

from datetime import date, datetime
from uuid import UUID

from shared.contracts.base import Place, PlaceKind
from shared.contracts.catalogue import DuplicationCounted, RecordJudged
from shared.contracts.delivery import (
    ConsignedCopy,
    ConsignmentExpected,
    CopiesReceived,
    CopyMisdirected,
    DiscrepancyFound,
    DiscrepancyKind,
    Leg,
)
from shared.contracts.enquiries import EnquiredLine, EnquiryKind, EnquiryRequested
from shared.contracts.invoices import InvoiceMatched, InvoiceQueried, InvoiceQuery, InvoiceRejected, QueryCode
from shared.contracts.messages import MessageQuarantined, MessageSettled, SettledBy
from shared.contracts.orders import (
    CancellationRequested,
    CancelledLine,
    CopyProgress,
    CopyState,
    LineProgressed,
    OrderedCopy,
    OrderedLine,
    OrderPlaced,
)
from shared.contracts.suppliers import FeedQuieted, FeedResumed, OrderResponded, OrderSent, RespondedLine, SendOutcome
from tests.services.hearing import number, on_day

SUFFOLK = "GB-SFK"
NORFOLK = "GB-NFK"
HARBOUR = "harbour-books"
PIRANESI = "9781526622433"
ORDER = number(100)
FIRST, SECOND = number(1), number(2)
LINE = "SB-1"
MORNING, LATER, ARRIVAL = on_day(2, 9), on_day(2, 10), on_day(4)
TODAY = MORNING.date()
BRANCHES = {FIRST: "IPSW", SECOND: "LOWE"}


def placed(*, at: datetime = MORNING, council: str = SUFFOLK, supplier_id: str = HARBOUR) -> OrderPlaced:
    """Two copies of one book for two branches."""
    copies = tuple(
        OrderedCopy(copy_id=copy_id, copy_number=place, branch=Place(code=branch), fund="FIC")
        for place, (copy_id, branch) in enumerate(BRANCHES.items(), start=1)
    )
    line = OrderedLine(line_key=LINE, line_number=1, supplier_id=supplier_id, isbn=PIRANESI, title="Piranesi", copies=copies)
    return OrderPlaced(council=council, order_id=ORDER, order_number="PO-1", placed_at=at, lines=(line,))


def progressed(
    to_state: CopyState, *copy_ids: UUID, at: datetime = LATER, from_state: CopyState = CopyState.ORDERED
) -> LineProgressed:
    """Copies (both, if none is named) moved to a state."""
    copies = tuple(
        CopyProgress(
            copy_id=copy_id, copy_number=1, branch=BRANCHES[copy_id], from_state=from_state, to_state=to_state, cause="test"
        )
        for copy_id in copy_ids or BRANCHES
    )
    return _line(at, copies)


def asking(attention: str, *, at: datetime = LATER) -> LineProgressed:
    """A line about which a person must decide something; no copy moved."""
    return _line(at, (), attention)


def claiming(*copy_ids: UUID, at: datetime = LATER) -> EnquiryRequested:
    """Somebody claims copies from their supplier."""
    return EnquiryRequested(
        council=SUFFOLK,
        enquiry_id=number(350),
        order_id=ORDER,
        order_number="PO-1",
        supplier_id=HARBOUR,
        kind=EnquiryKind.SHORT,
        attempt=1,
        at_most=1,
        requested_at=at,
        reason="Please send them again",
        lines=(EnquiredLine(line_key=LINE, copy_ids=copy_ids, wrong="did not come"),),
    )


def _line(at: datetime, copies: tuple[CopyProgress, ...], attention: str | None = None) -> LineProgressed:
    return LineProgressed(
        council=SUFFOLK,
        order_id=ORDER,
        order_number="PO-1",
        line_key=LINE,
        supplier_id=HARBOUR,
        isbn=PIRANESI,
        progressed_at=at,
        copies=copies,
        attention=attention,
    )


def sent(outcome: SendOutcome = SendOutcome.SENT, *, at: datetime = MORNING) -> OrderSent:
    """The order's message."""
    return OrderSent(
        council=SUFFOLK,
        supplier_id=HARBOUR,
        order_id=ORDER,
        message_id=number(300),
        control_reference="412",
        line_keys=(LINE,),
        outcome=outcome,
        sent_at=at,
        reason="" if outcome is SendOutcome.SENT else "the connection broke",
    )


def responded(*, at: datetime = LATER, account_stopped: bool = False) -> OrderResponded:
    """The supplier's answer about the line."""
    return OrderResponded(
        council=SUFFOLK,
        supplier_id=HARBOUR,
        order_id=ORDER,
        message_id=number(301),
        responded_at=at,
        account_stopped=account_stopped,
        lines=(RespondedLine(line_key=LINE),),
    )


def cancellation(*, at: datetime) -> CancellationRequested:
    """The council's request to cancel the first copy."""
    line = CancelledLine(line_key=LINE, supplier_id=HARBOUR, copy_ids=(FIRST,))
    return CancellationRequested(
        council=SUFFOLK, order_id=ORDER, order_number="PO-1", requested_at=at, reason="twice", lines=(line,)
    )


def quarantined(
    *,
    council: str | None = SUFFOLK,
    at: datetime = LATER,
    reason: str = "Line SB-9 is not ours",
    message: int = 400,
    kind: str = "response",
    in_doubt: bool = False,
) -> MessageQuarantined:
    """A message in quarantine, or one of ours that may not have arrived."""
    return MessageQuarantined(
        council=council,
        supplier_id=HARBOUR,
        message_id=number(message),
        kind=kind,
        reason=reason,
        quarantined_at=at,
        in_doubt=in_doubt,
    )


def settled(*, at: datetime) -> MessageSettled:
    """The same message, discarded."""
    return MessageSettled(
        council=SUFFOLK, supplier_id=HARBOUR, message_id=number(400), outcome=SettledBy.DISCARDED, settled_at=at
    )


def quieted(*, at: datetime = LATER, last_heard_at: datetime | None = MORNING, council: str | None = None) -> FeedQuieted:
    """No despatch message arrives any more."""
    return FeedQuieted(
        council=council,
        supplier_id=HARBOUR,
        kind="despatch",
        last_heard_at=last_heard_at,
        usual_hours=72,
        quieted_at=at,
    )


def resumed(*, at: datetime) -> FeedResumed:
    """A despatch message arrived after all."""
    return FeedResumed(supplier_id=HARBOUR, kind="despatch", resumed_at=at)


def queried(*, at: datetime = LATER, text: str = "costs 9.99, ordered at 8.99", council: str = SUFFOLK) -> InvoiceQueried:
    """An invoice whose first line costs more than ordered, and which does not add up."""
    queries = (
        InvoiceQuery(code=QueryCode.PRICE, text=text, line_number=1),
        InvoiceQuery(code=QueryCode.ARITHMETIC, text="The lines do not add up to the total"),
    )
    return InvoiceQueried(
        council=council,
        supplier_id=HARBOUR,
        invoice_id=number(700),
        invoice_number="INV-7",
        credit=False,
        invoiced_on=date(2026, 3, 2),
        currency="GBP",
        total=123456,
        queried_at=at,
        queries=queries,
    )


def matched(*, at: datetime) -> InvoiceMatched:
    """The same invoice matches after all."""
    return InvoiceMatched(
        council=SUFFOLK,
        supplier_id=HARBOUR,
        invoice_id=number(700),
        invoice_number="INV-7",
        credit=False,
        invoiced_on=date(2026, 3, 2),
        currency="GBP",
        total=123456,
        matched_at=at,
        lines=(),
    )


def rejected(*, at: datetime) -> InvoiceRejected:
    """The same invoice is rejected."""
    return InvoiceRejected(
        council=SUFFOLK,
        supplier_id=HARBOUR,
        invoice_id=number(700),
        invoice_number="INV-7",
        rejected_at=at,
        reason="Not what we agreed",
    )


def _consigned(copy_id: UUID) -> ConsignedCopy:
    return ConsignedCopy(copy_id=copy_id, order_id=ORDER, line_key=LINE, isbn=PIRANESI, branch=BRANCHES[copy_id])


def consignment(*copy_ids: UUID, expected_on: date | None = date(2026, 3, 4)) -> ConsignmentExpected:
    """Copies on their way to the hub."""
    return ConsignmentExpected(
        council=SUFFOLK,
        consignment_id=number(500),
        supplier_id=HARBOUR,
        despatch_number="DN-1",
        place=Place(code="HUB", kind=PlaceKind.HUB, name="Stock unit"),
        leg=Leg.TO_HUB,
        expected_on=expected_on,
        copies=tuple(_consigned(copy_id) for copy_id in copy_ids),
    )


def received(*copy_ids: UUID, at: datetime = ARRIVAL) -> CopiesReceived:
    """Copies scanned at the hub."""
    return CopiesReceived(
        council=SUFFOLK,
        consignment_id=number(500),
        supplier_id=HARBOUR,
        despatch_number="DN-1",
        place=Place(code="HUB", kind=PlaceKind.HUB, name="Stock unit"),
        leg=Leg.TO_HUB,
        received_at=at,
        copies=tuple(_consigned(copy_id) for copy_id in copy_ids),
    )


def discrepancy(kind: DiscrepancyKind, copy_id: UUID | None = None, *, at: datetime = ARRIVAL) -> DiscrepancyFound:
    """A discrepancy of a kind, for a copy or for none."""
    return DiscrepancyFound(
        council=SUFFOLK,
        discrepancy_id=number(600),
        consignment_id=number(500),
        supplier_id=HARBOUR,
        despatch_number="DN-1",
        kind=kind,
        isbn=PIRANESI,
        consigned_copy=None if copy_id is None else _consigned(copy_id),
        found_at=at,
    )


def misdirected(copy_id: UUID, *, at: datetime = ARRIVAL) -> CopyMisdirected:
    """A copy's goods on the way to Lowestoft, which were to be unpacked at Ipswich."""
    return CopyMisdirected(
        council=SUFFOLK,
        discrepancy_id=number(601),
        consignment_id=number(500),
        supplier_id=HARBOUR,
        despatch_number="DN-1",
        place=Place(code="LOWE"),
        deliver_to=Place(code="IPSW"),
        consigned_copy=_consigned(copy_id),
        note="advised for LOWE",
        found_at=at,
    )


def duplication(council: str | None = SUFFOLK, *, day: date = TODAY, received: int = 5, version: int = 1) -> DuplicationCounted:
    """Records of a day: one said nothing new, one was held already, and two requests were saved."""
    return DuplicationCounted(
        council=council,
        day=day,
        supplier_id=HARBOUR,
        received=received,
        repeated=1,
        already_held=1,
        requests_saved=2,
        version=version,
    )


def judged(*, passes: bool = False, version: int = 1, at: datetime = MORNING, council: str = SUFFOLK) -> RecordJudged:
    """What a council's minimum says of the record of the book."""
    return RecordJudged(
        council=council,
        isbn=PIRANESI,
        supplier_id=HARBOUR,
        score=80 if passes else 60,
        pass_mark=70,
        passes=passes,
        version=version,
        judged_at=at,
    )
