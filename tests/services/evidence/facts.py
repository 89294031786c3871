"""Events that evidence consumes: an order of two copies from one supplier, and what may happen to them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from shared.contracts.base import Money, Place, PlaceKind, RouteKind
from shared.contracts.catalogue import (
    CatalogueRuleChanged,
    RecordJudged,
    RecordRequested,
)
from shared.contracts.delivery import (
    ConsignedCopy,
    ConsignmentExpected,
    CopiesReceived,
    CopyMisdirected,
    DeliveryRuleChanged,
    DiscrepancyFound,
    DiscrepancyKind,
    Leg,
)
from shared.contracts.invoices import (
    ChargeKind,
    Cost,
    InvoicedCharge,
    InvoicedCopy,
    InvoiceMatched,
    InvoiceQueried,
    InvoiceQuery,
    InvoiceRejected,
    MatchedInvoiceLine,
    QueryCode,
)
from shared.contracts.messages import MessageQuarantined, MessageSettled, SettledBy
from shared.contracts.orders import (
    CancellationRequested,
    CancelledLine,
    CopyProgress,
    CopyState,
    LineProgressed,
    LinesAdded,
    OrderedCopy,
    OrderedLine,
    OrderingSwitchChanged,
    OrderPlaced,
    ReroutedLine,
    RouteChanged,
    SourcingRuleChanged,
    StateReached,
)
from shared.contracts.suppliers import OrderSent, ReconciliationCompared, SendOutcome
from shared.contracts.switches import SwitchState
from shared.contracts.trials import Arm, TrialArm
from tests.services.hearing import number, on_day

SUFFOLK, NORFOLK = "GB-SFK", "GB-NFK"
HARBOUR, EASTERN = "harbour-books", "eastern"
PIRANESI, HAMNET = "9781526622433", "9781472223791"
FIRST, SECOND = number(1), number(2)
BRANCHES = {FIRST: "IPSW", SECOND: "LOWE"}
MORNING = on_day(2, 9)
INVOICED = date(2026, 3, 12)
COST = Cost(list_price=899, discount=180, net=719, servicing=125, carriage=10, vat=25)


def line_key(copy_id: UUID) -> str:
    """Copies of this module are on lines of their own, but for the two of the first order."""
    return "SB-1" if copy_id in BRANCHES else f"SB-{copy_id.int}"


def placed(
    *copy_ids: UUID,
    at: datetime = MORNING,
    council: str = SUFFOLK,
    supplier_id: str = HARBOUR,
    isbn: str = PIRANESI,
    trial: TrialArm | None = None,
    route_trial: TrialArm | None = None,
    branch: str | None = None,
) -> OrderPlaced:
    """Copies (two for two branches, if none is named) of one book; each further order has one line."""
    ids = copy_ids or tuple(BRANCHES)
    copies = tuple(
        OrderedCopy(
            copy_id=copy_id,
            copy_number=place,
            branch=Place(code=branch or BRANCHES.get(copy_id, "IPSW")),
            fund="FIC",
            route_trial=route_trial,
        )
        for place, copy_id in enumerate(ids, start=1)
    )
    line = OrderedLine(
        line_key=line_key(ids[0]), line_number=1, supplier_id=supplier_id, isbn=isbn, unit_price=Money(minor=899), copies=copies,
        trial=trial,
    )  # fmt: skip
    order_id = UUID(int=ids[0].int + 10_000)
    return OrderPlaced(council=council, order_id=order_id, order_number=f"PO-{ids[0].int}", placed_at=at, lines=(line,))


def added(copy_id: UUID, *, instead_of: UUID, at: datetime, supplier_id: str = EASTERN) -> LinesAdded:
    """A copy of the first order that is placed again, with another supplier."""
    first, line = placed(), placed(copy_id, supplier_id=supplier_id).lines[0]
    lines = (line.model_copy(update={"replaces": line_key(instead_of)}),)
    return LinesAdded(**{**dict(first), "lines": lines}, added_at=at, reason="moved")


def progressed(
    to_state: CopyState,
    *copy_ids: UUID,
    at: datetime,
    from_state: CopyState = CopyState.ORDERED,
    expected_on: date | None = None,
    promised_on: date | None = None,
    supplier_id: str = HARBOUR,
) -> LineProgressed:
    """Copies (both, if none is named) moved to a state."""
    ids = copy_ids or tuple(BRANCHES)
    copies = tuple(
        CopyProgress(
            copy_id=copy_id, copy_number=1, branch=BRANCHES.get(copy_id, "IPSW"), from_state=from_state, to_state=to_state,
            cause="test", expected_on=expected_on, promised_on=promised_on or expected_on,
        )
        for copy_id in ids
    )  # fmt: skip
    return LineProgressed(
        council=SUFFOLK, order_id=UUID(int=ids[0].int + 10_000), order_number=f"PO-{ids[0].int}", line_key=line_key(ids[0]),
        supplier_id=supplier_id, isbn=PIRANESI, progressed_at=at, copies=copies,
    )  # fmt: skip


def reached(state: CopyState, at: datetime) -> StateReached:
    """A state that a copy moved to, as it is published again."""
    return StateReached(state=state, at=at)


def cancellation(*copy_ids: UUID, at: datetime) -> CancellationRequested:
    """The council's request to cancel copies."""
    ids = copy_ids or (FIRST,)
    line = CancelledLine(line_key=line_key(ids[0]), supplier_id=HARBOUR, copy_ids=ids)
    return CancellationRequested(
        council=SUFFOLK,
        order_id=UUID(int=ids[0].int + 10_000),
        order_number="PO-1",
        requested_at=at,
        reason="twice",
        lines=(line,),
    )


def consigned(copy_id: UUID) -> ConsignedCopy:
    """A copy as delivery names it."""
    return ConsignedCopy(
        copy_id=copy_id,
        order_id=UUID(int=10_001),
        line_key=line_key(copy_id),
        isbn=PIRANESI,
        branch=BRANCHES.get(copy_id, "IPSW"),
    )


def _place(leg: Leg) -> Place:
    return Place(code="CSU", kind=PlaceKind.HUB) if leg is Leg.TO_HUB else Place(code="IPSW")


def misdirected(copy_id: UUID, *, at: datetime, which: int = 650) -> CopyMisdirected:
    """A copy whose goods were advised for the hub, although a rule said that they come straight to its branch."""
    return CopyMisdirected(
        council=SUFFOLK, discrepancy_id=number(which), consignment_id=number(500), supplier_id=HARBOUR, despatch_number="D-1",
        place=_place(Leg.TO_HUB), deliver_to=_place(Leg.DIRECT), consigned_copy=consigned(copy_id), note="", found_at=at,
    )  # fmt: skip


def expected(*copy_ids: UUID, leg: Leg = Leg.DIRECT, supplier_id: str = HARBOUR) -> ConsignmentExpected:
    """Copies on their way."""
    return ConsignmentExpected(
        council=SUFFOLK, consignment_id=number(500), supplier_id=supplier_id, despatch_number="D-1", place=_place(leg), leg=leg,
        copies=tuple(map(consigned, copy_ids or BRANCHES)),
    )  # fmt: skip


def received(*copy_ids: UUID, at: datetime, leg: Leg = Leg.DIRECT, supplier_id: str = HARBOUR) -> CopiesReceived:
    """Copies that a hub or a branch scanned."""
    return CopiesReceived(
        council=SUFFOLK, consignment_id=number(500), supplier_id=supplier_id, despatch_number="D-1", place=_place(leg), leg=leg,
        received_at=at, copies=tuple(map(consigned, copy_ids or BRANCHES)),
    )  # fmt: skip


def discrepancy(
    copy_id: UUID | None, *, at: datetime, which: int = 600, kind: DiscrepancyKind = DiscrepancyKind.DAMAGED
) -> DiscrepancyFound:
    """Goods that differ from the advice."""
    return DiscrepancyFound(
        council=SUFFOLK, discrepancy_id=number(which), consignment_id=number(500), supplier_id=HARBOUR, despatch_number="D-1",
        kind=kind, consigned_copy=None if copy_id is None else consigned(copy_id), found_at=at,
    )  # fmt: skip


def matched(
    *copy_ids: UUID,
    at: datetime,
    which: int = 700,
    credit: bool = False,
    cost: Cost = COST,
    postage: int = 0,
    supplier_id: str = HARBOUR,
    invoiced_on: date = INVOICED,
) -> InvoiceMatched:
    """An invoice or credit note of copies, one line for all."""
    ids = copy_ids or tuple(BRANCHES)
    line = MatchedInvoiceLine(
        line_number=1,
        line_key=line_key(ids[0]),
        order_id=number(10_001),
        copies=tuple(InvoicedCopy(copy_id=copy_id, cost=cost) for copy_id in ids),
    )
    charges = (InvoicedCharge(description="Postage", kind=ChargeKind.CARRIAGE, net=postage, vat=0),) if postage else ()
    return InvoiceMatched(
        council=SUFFOLK, supplier_id=supplier_id, invoice_id=number(which), invoice_number=f"INV-{which}", credit=credit,
        invoiced_on=invoiced_on, currency="GBP", total=cost.total * len(ids) + postage, matched_at=at,
        lines=(line,), charges=charges,
    )  # fmt: skip


def queried(
    *, at: datetime, which: int = 700, lines: tuple[int | None, ...] = (1,), total: int = 2 * COST.total
) -> InvoiceQueried:
    """An invoice with one query for each of these lines; None: about the whole invoice."""
    queries = tuple(InvoiceQuery(code=QueryCode.PRICE, text="costs more than ordered", line_number=line) for line in lines)
    return InvoiceQueried(
        council=SUFFOLK, supplier_id=HARBOUR, invoice_id=number(which), invoice_number=f"INV-{which}", credit=False,
        invoiced_on=INVOICED, currency="GBP", total=total, queried_at=at, queries=queries,
    )  # fmt: skip


def rejected(*, at: datetime, which: int = 700) -> InvoiceRejected:
    """The invoice is rejected."""
    return InvoiceRejected(
        council=SUFFOLK, supplier_id=HARBOUR, invoice_id=number(which), invoice_number=f"INV-{which}", rejected_at=at, reason="no"
    )


def judged(
    score: int,
    *,
    at: datetime,
    isbn: str = PIRANESI,
    version: int = 1,
    supplier_id: str = HARBOUR,
    first: str = "",
    first_at: datetime | None = None,
) -> RecordJudged:
    """What Suffolk's minimum says of a record."""
    return RecordJudged(
        council=SUFFOLK, isbn=isbn, supplier_id=supplier_id, score=score, pass_mark=60,
        passes=score >= 60, version=version, judged_at=at, first_supplier_id=first or supplier_id, first_judged_at=first_at or at,
    )  # fmt: skip


def held(*, at: datetime, which: int = 800, council: str | None = SUFFOLK) -> MessageQuarantined:
    """A message in quarantine."""
    return MessageQuarantined(
        council=council, supplier_id=HARBOUR, message_id=number(which), kind="response", reason="unreadable", quarantined_at=at
    )


def settled(*, at: datetime, which: int = 800) -> MessageSettled:
    """The message was settled."""
    return MessageSettled(
        council=SUFFOLK, supplier_id=HARBOUR, message_id=number(which), outcome=SettledBy.APPLIED, settled_at=at
    )


def rule(
    kind: type[SourcingRuleChanged | CatalogueRuleChanged] = SourcingRuleChanged,
    *,
    which: int = 900,
    begins: date = date(2026, 1, 1),
    ends: date | None = None,
    supplier_id: str = HARBOUR,
) -> SourcingRuleChanged | CatalogueRuleChanged:
    """A rule of the whole council, of ordering or of records."""
    return kind(council=SUFFOLK, rule_id=number(which), supplier_id=supplier_id, valid_from=begins, valid_to=ends)


def rerouted(place: Place, *copies: UUID, at: datetime) -> RouteChanged:
    """Copies of the first copy's order are to be unpacked elsewhere."""
    lines = (ReroutedLine(line_key=line_key(FIRST), supplier_id=HARBOUR, deliver_to=place, copy_ids=copies),)
    order_id = UUID(int=FIRST.int + 10_000)
    return RouteChanged(council=SUFFOLK, order_id=order_id, order_number="1", changed_at=at, reason="", lines=lines)


def route_rule(*, which: int = 950, supplier_id: str | None = HARBOUR, ends: date | None = None) -> DeliveryRuleChanged:
    """A delivery rule of the whole council."""
    return DeliveryRuleChanged(
        council=SUFFOLK, rule_id=number(which), supplier_id=supplier_id, valid_from=date(2026, 2, 1), valid_to=ends,
        route=RouteKind.DIRECT,
    )  # fmt: skip


def switched(
    state: SwitchState = SwitchState.RUNNING,
    *,
    version: int = 2,
    first_day: date = date(2026, 3, 9),
    branches: tuple[str, ...] = (),
    at: datetime = MORNING,
) -> OrderingSwitchChanged:
    """A switch of the whole council from Harbour to Eastern, which came to a state."""
    return OrderingSwitchChanged(
        council=SUFFOLK, switch_id=number(990), version=version, state=state, from_supplier=HARBOUR, to_supplier=EASTERN,
        branches=branches, materials=(), first_day=first_day, open_copies="move", reason="the contract ends", at=at,
    )  # fmt: skip


def sent(outcome: SendOutcome, *, at: datetime, which: int = 970, first: UUID = FIRST) -> OrderSent:
    """An attempt to send the order of a copy."""
    return OrderSent(
        council=SUFFOLK, supplier_id=HARBOUR, order_id=UUID(int=first.int + 10_000), message_id=number(which),
        control_reference="7", line_keys=(line_key(first),), outcome=outcome, sent_at=at,
    )  # fmt: skip


def requested(*, at: datetime, isbn: str = PIRANESI, council: str = SUFFOLK) -> RecordRequested:
    """A request for a record."""
    return RecordRequested(council=council, isbn=isbn, supplier_id=HARBOUR, requested_at=at)


def compared(*, at: datetime, which: int = 980, agreed: int = 0, ours_only: int = 0) -> ReconciliationCompared:
    """The supplier's list of open lines, compared with ours an hour after it was made."""
    return ReconciliationCompared(
        council=SUFFOLK, supplier_id=HARBOUR, reconciliation_id=number(which), reported_at=at,
        compared_at=at + timedelta(hours=1), agreed=agreed, disagreeing=0, ours_only=ours_only, theirs_only=0,
    )  # fmt: skip


PILOT, CONTROL = (TrialArm(trial="bookseller", arm=arm) for arm in (Arm.PILOT, Arm.CONTROL))
STRAIGHT, AS_EVER = (TrialArm(trial="straight", arm=arm) for arm in (Arm.PILOT, Arm.CONTROL))
DAY = timedelta(days=1)
