"""Whatever suppliers charge and credit, in whatever order: the sums are right and no copy is charged twice."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.orders.domain.invoices.invoice import Invoice, InvoiceState, accepted, after_matching, rejected
from shared.contracts.invoices import ChargeKind, Cost, InvoicedCharge, InvoicedLine, InvoiceQuery, QueryCode
from shared.contracts.orders import CopyState
from shared.errors import DomainError
from shared.invoicing.book import BookedCopy, BookedLine
from shared.invoicing.document import Document
from tests.unit.services.orders.invoicing import ISBN, OTHER_ISBN, Ledger, booked, document, line, ref

_AMOUNT = st.integers(0, 2_000)
_CHARGES = st.builds(InvoicedCharge, description=st.just("Postage"), kind=st.sampled_from(ChargeKind), net=_AMOUNT, vat=_AMOUNT)
_KEYS = st.sampled_from(["SB-1", "SB-2", "SB-9", None])


@st.composite
def costs(draw: st.DrawFn) -> Cost:
    list_price, discount = draw(st.integers(200, 2_000)), draw(st.integers(0, 200))
    rest = {name: draw(_AMOUNT) for name in ("servicing", "carriage", "other", "vat")}
    return Cost(list_price=list_price, discount=discount, net=list_price - discount, **rest)


@st.composite
def invoiced_lines(draw: st.DrawFn) -> InvoicedLine:
    quantity = draw(st.integers(0, 5))
    named = st.builds(
        ref,
        st.none() | st.integers(1, 4),
        branch=st.none() | st.sampled_from("ABCZ"),
        barcode=st.none() | st.sampled_from(["B11", "B12", "B21", "NEW"]),
    )
    return InvoicedLine(
        line_number=draw(st.integers(1, 3)),
        line_key=draw(_KEYS),
        order_number=draw(st.sampled_from(["PO-1", "PO-2", None])),
        isbn=draw(st.sampled_from([ISBN, OTHER_ISBN, "", "junk"])),
        quantity=quantity,
        copies=tuple(draw(st.lists(named, max_size=3))),
        costs=tuple(draw(st.lists(costs(), min_size=quantity, max_size=quantity) | st.lists(costs(), max_size=3))),
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    lines = draw(st.lists(invoiced_lines(), max_size=3))
    wrong = draw(st.sampled_from([None, None, 0, 1_234]))
    charges = tuple(draw(st.lists(_CHARGES, max_size=2)))
    number, credits_invoice = draw(st.sampled_from(["INV-1", "INV-2"])), draw(st.sampled_from([None, "INV-1"]))
    credit = draw(st.booleans())
    return document(*lines, total=wrong, number=number, credit=credit, credits_invoice=credits_invoice, charges=charges)


@st.composite
def books(draw: st.DrawFn) -> list[BookedLine]:
    lines = []
    for place, isbn in enumerate((ISBN, OTHER_ISBN), start=1):
        states = draw(st.lists(st.sampled_from(CopyState), min_size=1, max_size=4))
        held = [
            BookedCopy(UUID(int=place * 10 + n), n, "ABCD"[n - 1], state, f"B{place}{n}")
            for n, state in enumerate(states, start=1)
        ]
        lines.append(booked(*held, key=f"SB-{place}", isbn=isbn, price=draw(st.none() | st.just(900))))
    return lines


@given(books(), st.lists(documents(), max_size=6))
def test_entries_make_up_every_total_and_no_copy_is_charged_twice(lines: list[BookedLine], sent: list[Document]) -> None:
    ledger = Ledger(lines)
    for one in sent:
        # `count` asserts that a charged copy was free, and that no more is given back than was charged.
        matching, entries = ledger.count(one)
        assert sum(entry.total for entry in entries) == one.sign * one.total
        assert all(entry.net == entry.list_price - entry.discount for entry in entries)
        charged = [entry.copy_id for entry in entries if entry.copy_id]
        assert len(charged) == len(set(charged))
        if not matching.queries:
            assert all(entry.copy_id or entry.description for entry in entries)
            assert len(entries) == sum(line.quantity for line in one.lines) + len(one.charges)


@given(books(), st.lists(documents(), max_size=4))
def test_giving_everything_back_returns_every_copy_to_zero(lines: list[BookedLine], sent: list[Document]) -> None:
    ledger = Ledger(lines)
    for one in sent:
        ledger.count(one)
    for booked_line in ledger.lines:
        standing = [(copy, copy.charge.balance) for copy in booked_line.copies if copy.charge]
        amounts = tuple(Cost(list_price=balance, net=balance) for _, balance in standing)
        names = tuple(ref(copy.copy_number) for copy, _ in standing)
        back = line(len(standing), line_key=booked_line.line_key, copies=names, costs=amounts)
        if standing:
            matching, _ = ledger.count(document(back, number="CN-1", credit=True))
            assert matching.queries == ()
    assert [(copy.charge, ledger.costs_of(copy)) for copy in ledger.copies()] == [(None, 0)] * len(ledger.copies())


@given(st.lists(st.sampled_from(["match", "query", "accept", "reject"]), max_size=6))
def test_matched_and_rejected_invoices_never_move_again(steps: list[str]) -> None:
    query = InvoiceQuery(code=QueryCode.PRICE, text="dear")
    invoice = after_matching(Invoice(UUID(int=1), "GB-SFK", UUID(int=2), b"", document()), [query])
    for step in steps:
        before = invoice
        if before.state is not InvoiceState.QUERIED:
            with pytest.raises(DomainError, match="only a queried one"):
                _decided(before, step, query)
            continue
        invoice = _decided(before, step, query)
        assert invoice.version == before.version + 1


def _decided(invoice: Invoice, step: str, query: InvoiceQuery) -> Invoice:
    if invoice.state is InvoiceState.QUERIED and step in ("match", "query"):
        return after_matching(invoice, [] if step == "match" else [query])
    return rejected(invoice) if step == "reject" else accepted(invoice)
