"""Answers as our side writes them for each profile, understood by the simulated library systems as they are meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import pytest

from local.simulators.library.files import System
from local.simulators.library.ledger import CopyState, Ledger
from services.lms.dialects import PROFILES, write
from services.lms.dialects.facts import Answer, InvoiceAccepted, KnownLine, LinesAnswered, OrderNotPlaced, ReadOrder
from shared.contracts.invoices import Cost, InvoicedCopy, InvoiceMatched, MatchedInvoiceLine
from shared.contracts.suppliers import CopyReference, LineAction, OrderResponded, Quantities, RespondedLine
from shared.errors import Fault
from tests.services.lms.dialects.ordered import NOW, SENDING, known_lines, order_of
from tests.unit.local.simulators.library.builders import EVERGREEN, FOLIO, KOHA, SYSTEMS, ordered, states, written

_BOTH = (KOHA, EVERGREEN)
_ORDERED, _CANCELLED = CopyState.ORDERED, CopyState.CANCELLED
_TEXT = 'Brontë\'s "best": 100% + more? Ask us'


@dataclass
class _Told:
    """A system whose basket was ordered, and how our side knows it."""

    system: System
    order: ReadOrder
    lines: dict[str, KnownLine]
    ledger: Ledger

    def tell(self, answer: Answer) -> Ledger:
        """Lets the system read the file that is written for an answer, if there is one that it fetches."""
        profile = PROFILES[self.system.name.value]
        file = write(answer, profile, SENDING)
        assert file is not None
        assert self.system.wants(file.name)
        self.system.read(file.name, file.content, self.ledger)
        return self.ledger

    @property
    def line(self) -> KnownLine:
        """The only line."""
        (known,) = self.lines.values()
        return known

    def answered(self, **answer: object) -> LinesAnswered:
        """Returns a supplier's answer to the line."""
        responded = RespondedLine.model_validate({"line_key": self.line.ordered.line_key, "note": _TEXT, **answer})
        event = OrderResponded(
            council="GB-SFK",
            supplier_id="albion",
            order_id=self.line.order_id,
            message_id=uuid4(),
            responded_at=NOW,
            lines=(responded,),
        )
        return LinesAnswered(self.order.names, event, self.lines)

    def invoiced(self, number: str, copies: Sequence[int], cost: Cost) -> InvoiceAccepted:
        """Returns an invoice for copies of the line, by their numbers."""
        charged = [
            InvoicedCopy(copy_id=copy.copy_id, cost=cost) for copy in self.line.ordered.copies if copy.copy_number in copies
        ]
        line = MatchedInvoiceLine(
            line_number=1, line_key=self.line.ordered.line_key, order_id=self.line.order_id, copies=tuple(charged)
        )
        part = InvoiceMatched(
            council="GB-SFK",
            supplier_id="albion",
            invoice_id=uuid4(),
            invoice_number=number,
            credit=False,
            invoiced_on=date(2026, 3, 9),
            currency="GBP",
            total=cost.total * len(charged),
            matched_at=NOW,
            lines=(line,),
        )
        return InvoiceAccepted((part,), self.lines)


def _told(system: System) -> _Told:
    order = order_of(written(system), PROFILES[system.name.value])
    return _Told(system, order, known_lines(order), ordered(system))


@pytest.mark.parametrize("system", _BOTH, ids=lambda system: system.name)
def test_a_refused_order_is_cancelled_with_its_faults_in_words(system: System) -> None:
    told = _told(system)
    fault = Fault("/lines/0/copies/0/branch", "unknown-branch", _TEXT)
    ledger = told.tell(OrderNotPlaced(told.order.names, (fault,), told.order.segments, NOW.date()))
    assert states(ledger) == [_CANCELLED] * 2
    assert ledger.complaints == []
    assert next(iter(ledger.lines.values())).notes


@pytest.mark.parametrize("system", _BOTH, ids=lambda system: system.name)
def test_an_order_refused_because_its_number_was_used_leaves_the_first_one_as_it_is(system: System) -> None:
    told = _told(system)
    fault = Fault("/order_number", "duplicate-order-number", "42 was ordered with other content.")
    ledger = told.tell(OrderNotPlaced(told.order.names, (fault,), told.order.segments, NOW.date()))
    assert states(ledger) == [_ORDERED] * 2, "they are on order: only what was sent now is not"
    assert ledger.complaints == []


@pytest.mark.parametrize("system", _BOTH, ids=lambda system: system.name)
def test_a_line_that_a_supplier_refuses_is_cancelled(system: System) -> None:
    told = _told(system)
    refused = Quantities(ordered=2, cancelled=2)
    ledger = told.tell(told.answered(action=LineAction.CANCELLED, status_code="223", quantities=refused))
    assert states(ledger) == [_CANCELLED] * 2
    assert ledger.complaints == []


@pytest.mark.parametrize(("system", "left"), [(KOHA, 2), (EVERGREEN, 1)], ids=["koha", "evergreen"])
def test_one_refused_copy_cancels_at_most_one(system: System, left: int) -> None:
    told = _told(system)
    answer = told.answered(
        action=LineAction.CHANGED,
        status_code="100",
        quantities=Quantities(ordered=2, accepted=1, cancelled=1),
        copies=(CopyReference(branch="LOWE"),),
    )
    ledger = told.tell(answer)
    assert states(ledger).count(_ORDERED) == left
    assert ledger.complaints == []


@pytest.mark.parametrize("system", _BOTH, ids=lambda system: system.name)
@pytest.mark.parametrize("status", ["100", "400", "402", "404", "410", "901"])
def test_copies_that_are_accepted_or_wait_stay_on_order(system: System, status: str) -> None:
    told = _told(system)
    waits = status.startswith("40")
    quantities = Quantities(ordered=2, back_ordered=2) if waits else Quantities(ordered=2, accepted=2)
    ledger = told.tell(told.answered(status_code=status, quantities=quantities, available_on=date(2026, 4, 1)))
    assert states(ledger) == [_ORDERED] * 2
    assert ledger.complaints == []
    assert next(iter(ledger.lines.values())).expected == "20260401"


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_invoices_charge_each_copy_once_to_the_penny(system: System) -> None:
    told = _told(system)
    for number in (1, 2):
        told.tell(told.invoiced(f"A-{number}", [number], Cost(list_price=799, discount=80, net=719)))
    assert [copy.pence for copy in told.ledger.copies()] == [719, 719]
    assert told.ledger.invoices == {"A-1": 719, "A-2": 719}
    assert told.ledger.complaints == []


@pytest.mark.parametrize("system", [KOHA, FOLIO], ids=lambda system: system.name)
def test_what_a_system_does_not_read_of_a_line_is_in_its_amount(system: System) -> None:
    told = _told(system)
    told.tell(told.invoiced("A-1", [1, 2], Cost(list_price=799, net=799, servicing=150)))
    assert told.ledger.invoices == {"A-1": 2 * 949}
