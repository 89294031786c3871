"""Splits a message's matched facts into what to apply and what to hold, with reasons. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from services.suppliers.contract import (
    AcknowledgementFact,
    DespatchFact,
    Fact,
    InvoiceFact,
    OpenLinesFact,
    OrderPlaces,
    Reading,
    ResponseFact,
    SelectionFact,
    SupplierProfile,
)
from services.suppliers.domain.buyers import MatchedInvoice, council_of, match_invoice, unknown_buyer
from services.suppliers.domain.known_lines import Held, KnownLine, KnownLines, SentMessage
from services.suppliers.domain.matching import Hub, MatchedAdvice, MatchedAnswer, find_place, match_despatch, match_response
from services.suppliers.domain.messages import OTHERS, State
from shared.contracts.base import Place
from shared.contracts.suppliers import MOST_ADVISED, CopyReference
from shared.findings import Severity
from shared.records import Record
from shared.values import InvalidValue, to_isbn13

MARKED_AS_TEST = "the supplier marks it as a test"

_MOST_REASONS = 20


@dataclass(frozen=True, slots=True)
class PlannedResponse:
    """Answers of one response fact; `place` is the fact's position in the message."""

    place: int
    fact: ResponseFact
    answers: Sequence[MatchedAnswer]


@dataclass(frozen=True, slots=True)
class PlannedDespatch:
    """Advised goods of one council for one place."""

    fact: DespatchFact
    deliver_to: Place
    advice: Sequence[MatchedAdvice]


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """A record; `place` is the fact's position in the message."""

    place: int
    fact: Record


@dataclass(frozen=True, slots=True)
class PlannedSelection:
    """Titles selected for one council."""

    fact: SelectionFact
    council: str


@dataclass(frozen=True, slots=True)
class PlannedAcknowledgement:
    """An acknowledgement of a message of ours; `place` is the fact's position in the message."""

    place: int
    fact: AcknowledgementFact
    sent: SentMessage


@dataclass(frozen=True, slots=True)
class PlannedReport:
    """A council's open lines, to be compared with ours; `place` is the fact's position in the message."""

    place: int
    fact: OpenLinesFact
    council: str


Part = (
    MatchedAnswer | PlannedDespatch | PlannedRecord | MatchedInvoice | PlannedSelection | PlannedAcknowledgement | PlannedReport
)
"""One part of a message that is applied, or was, as a whole."""

# Council -> branches and hubs.
Branches = Mapping[str, Sequence[Place]]
NO_OTHERS: Branches = {}


@dataclass(slots=True)
class Plan:
    """What to apply of one message, by kind of fact, and what to hold.

    `unknown_places` are those of held goods: neither the hub, nor a branch that the lines of the goods were ordered for.
    """

    responses: list[PlannedResponse] = field(default_factory=list)
    despatches: list[PlannedDespatch] = field(default_factory=list)
    records: list[PlannedRecord] = field(default_factory=list)
    invoices: list[MatchedInvoice] = field(default_factory=list)
    selections: list[PlannedSelection] = field(default_factory=list)
    acknowledgements: list[PlannedAcknowledgement] = field(default_factory=list)
    reports: list[PlannedReport] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    unknown_places: set[str] = field(default_factory=set)
    # Whether a held part may concern a council that nobody can name.
    others: bool = False

    def lines(self) -> Iterator[KnownLine]:
        """The ordered lines that the message is about."""
        for response in self.responses:
            yield from (answer.line for answer in response.answers)
        for despatch in self.despatches:
            yield from (advice.line for advice in despatch.advice)
        for invoice in self.invoices:
            yield from invoice.known

    def copies(self) -> Iterator[tuple[KnownLine, Sequence[CopyReference]]]:
        """The copies that answers and advised goods name, by line."""
        for response in self.responses:
            yield from ((each.line, each.answer.copies) for each in response.answers)
        for despatch in self.despatches:
            yield from ((each.line, each.advised.copies) for each in despatch.advice)

    def parts(self) -> Iterator[Part]:
        """Everything to apply, one by one."""
        for response in self.responses:
            yield from response.answers
        yield from self.despatches
        yield from self.records
        yield from self.invoices
        yield from self.selections
        yield from self.acknowledgements
        yield from self.reports

    def order_ids(self) -> set[UUID]:
        """The orders that the message is about."""
        acknowledged = {order_id for planned in self.acknowledgements for order_id in planned.sent.order_ids}
        return acknowledged | {line.order_id for line in self.lines()}

    def line_keys(self) -> set[str]:
        """The lines that the message is about, by our key."""
        acknowledged = {key for planned in self.acknowledgements for key in planned.sent.line_keys}
        return acknowledged | {line.line_key for line in self.lines()}

    def councils(self) -> set[str]:
        """The councils that the message concerns: they may see it. With OTHERS, each sees only what is its own."""
        acknowledged = {council for planned in self.acknowledgements for council in planned.sent.councils}
        charged = {invoice.council for invoice in self.invoices}
        chosen = {selection.council for selection in self.selections}
        reported = {report.council for report in self.reports}
        named = acknowledged | charged | chosen | reported | {line.council for line in self.lines()}
        others = self.others or any(held.councils - named for held in self.held)
        return named | {OTHERS} if named and others else named

    def add(self, fact: Plan) -> None:
        """Adds the plan of one more fact. A held part is of the council that it names, or of that of the fact's other parts."""
        self.others = self.others or (not fact.councils() and any(not held.councils for held in fact.held))
        self.responses += fact.responses
        self.despatches += fact.despatches
        self.records += fact.records
        self.invoices += fact.invoices
        self.selections += fact.selections
        self.acknowledgements += fact.acknowledgements
        self.reports += fact.reports
        self.held += fact.held
        self.unknown_places |= fact.unknown_places

    @property
    def has_anything(self) -> bool:
        """Whether any part can be applied."""
        goods = self.responses or self.despatches or self.records
        return bool(goods or self.invoices or self.selections or self.acknowledgements or self.reports)


def plan_for(facts: Iterable[Fact], known: KnownLines, profile: SupplierProfile, branches: Branches = NO_OTHERS) -> Plan:
    """Sorts each fact into what to apply or what to hold.

    `branches`: by council, places that goods may be redirected to: the council ordered for them, but not these goods.
    """
    plan = Plan()
    for place, fact in enumerate(facts):
        plan.add(_plan_fact(place, fact, known, profile, branches))
    plan.others = plan.others and len(profile.accounts) > 1
    return plan


def _plan_fact(place: int, fact: Fact, known: KnownLines, profile: SupplierProfile, branches: Branches) -> Plan:
    plan = Plan()
    match fact:
        case Record():
            _plan_record(plan, place, fact)
        case ResponseFact():
            _plan_response(plan, place, fact, known, profile.order_places)
        case DespatchFact():
            _plan_despatch(plan, fact, known, hub=Hub(profile.hub_code, profile.hub_gln), branches=branches)
        case InvoiceFact():
            _plan_invoice(plan, fact, known, profile)
        case SelectionFact():
            _plan_selection(plan, fact, profile)
        case AcknowledgementFact():
            _plan_acknowledgement(plan, place, fact, known)
        case OpenLinesFact():
            _plan_report(plan, place, fact, profile)
    return plan


def _plan_record(plan: Plan, place: int, record: Record) -> None:
    """Holds a record whose ISBN the catalogue could not keep."""
    if trouble := isbn_trouble(record):
        plan.held.append(Held(f"record {record.number}: {trouble}"))
    else:
        plan.records.append(PlannedRecord(place, record))


def isbn_trouble(record: Record) -> str:
    """Returns why a record's ISBN is not one in the form of 13 digits, by which titles are kept; "" where it is."""
    try:
        isbn = to_isbn13(record.isbn)
    except InvalidValue as error:
        return str(error)
    return "" if isbn == record.isbn else f"{record.isbn!r} is not in the form of 13 digits without hyphens"


def _plan_response(plan: Plan, place: int, fact: ResponseFact, known: KnownLines, carries: OrderPlaces) -> None:
    answers, held = match_response(fact, known, carries)
    plan.held += held
    if answers:
        plan.responses.append(PlannedResponse(place, fact, answers))


def _plan_despatch(plan: Plan, fact: DespatchFact, known: KnownLines, *, hub: Hub, branches: Branches) -> None:
    """Plans one despatch per council: no council may see another's goods."""
    advice, held = match_despatch(fact, known)
    plan.held += held
    by_council: dict[str, list[MatchedAdvice]] = defaultdict(list)
    for matched in advice:
        by_council[matched.line.council].append(matched)
    for council, group in by_council.items():
        deliver_to = find_place(fact, [matched.line for matched in group], hub, branches.get(council, ()))
        if isinstance(deliver_to, Held):
            plan.held.append(replace(deliver_to, councils=frozenset({council})))
            plan.unknown_places.add(fact.deliver_to)
        elif (copies := sum(max(each.advised.quantity, len(each.advised.copies)) for each in group)) > MOST_ADVISED:
            text = f"despatch {fact.despatch_number} advises {copies} copies, at most {MOST_ADVISED} are taken at once"
            plan.held.append(
                Held(f"{text}; ask the supplier to advise them in several despatches", councils=frozenset({council}))
            )
        else:
            plan.despatches.append(PlannedDespatch(fact, deliver_to, group))


def _plan_invoice(plan: Plan, fact: InvoiceFact, known: KnownLines, profile: SupplierProfile) -> None:
    matched = match_invoice(fact, known, profile.accounts)
    if isinstance(matched, Held):
        plan.held.append(matched)
    else:
        plan.invoices.append(matched)


def _plan_selection(plan: Plan, fact: SelectionFact, profile: SupplierProfile) -> None:
    what = f"selection {fact.selection_number}"
    council = council_of(fact.buyer, profile.accounts)
    if not fact.lines:
        plan.held.append(Held(f"{what} has no lines"))
    elif council is None:
        plan.held.append(unknown_buyer(what, fact.buyer))
    else:
        plan.selections.append(PlannedSelection(fact, council))


def _plan_report(plan: Plan, place: int, fact: OpenLinesFact, profile: SupplierProfile) -> None:
    council = council_of(fact.buyer, profile.accounts)
    if council is None:
        plan.held.append(unknown_buyer("the list of open lines", fact.buyer))
    else:
        plan.reports.append(PlannedReport(place, fact, council))


def _plan_acknowledgement(plan: Plan, place: int, fact: AcknowledgementFact, known: KnownLines) -> None:
    sent = known.sent(fact.reference)
    if sent is None:
        plan.held.append(Held(f"no message was sent under reference {fact.reference}"))
    elif sent.state in (State.QUEUED, State.SENDING):
        # The acknowledgement arrived before the outcome of sending was recorded.
        plan.held.append(Held(f"message {fact.reference} is still {sent.state}", may_arrive=True))
    elif not fact.accepted and sent.state is State.ANSWERED:
        reason = f"the supplier reports that it could not read message {fact.reference}, but has already answered it: {fact.text}"
        plan.held.append(Held(reason))
    else:
        plan.acknowledgements.append(PlannedAcknowledgement(place, fact, sent))


def final_state(plan: Plan, reading: Reading, *, nothing_new: bool) -> tuple[State, str]:
    """Returns a message's state and the reason. `nothing_new`: other messages applied everything in the plan before."""
    if plan.held:
        return (State.PARTLY_APPLIED if plan.has_anything else State.QUARANTINED), reasons_of(plan.held)
    errors = [finding.text for finding in reading.findings if finding.severity is Severity.ERROR]
    if errors:
        state = State.PARTLY_APPLIED if plan.has_anything else State.QUARANTINED
        return state, "; ".join(errors[:_MOST_REASONS])
    if plan.has_anything and nothing_new:
        return State.DUPLICATE, "everything in it was already applied from other messages"
    return State.APPLIED, ""


def reasons_of(held: Sequence[Held]) -> str:
    """Returns why parts are held, each reason once, at most 20 in full."""
    reasons = list(dict.fromkeys(part.reason for part in held))
    more = f"; and {len(reasons) - _MOST_REASONS} more" if len(reasons) > _MOST_REASONS else ""
    return "; ".join(reasons[:_MOST_REASONS]) + more
