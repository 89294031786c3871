"""Invoices that arrive before the news that their goods were despatched: each still charges its own copies."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.orders import CopyState
from shared.contracts.suppliers import CopyReference
from shared.invoicing.book import BookedCopy
from shared.invoicing.document import Document
from shared.invoicing.matching import DEFAULT_TERMS, match
from tests.unit.services.orders.invoicing import Ledger, booked, codes, copies, document, line


@dataclass(frozen=True)
class Goods:
    """News that copies were despatched, by number."""

    numbers: tuple[int, ...]


@st.composite
def whole_lives(draw: st.DrawFn) -> list[Goods | Document]:
    """The goods and the invoices of one line's copies, shared out among each differently, in any order."""
    together = draw(st.integers(1, 5))
    despatches = [Goods(part) for part in draw(_parts(together))]
    invoices = [_invoice(number, part, draw(st.booleans())) for number, part in enumerate(draw(_parts(together)))]
    return draw(st.permutations([*despatches, *invoices]))


@st.composite
def _parts(draw: st.DrawFn, together: int) -> list[tuple[int, ...]]:
    chosen = [draw(st.integers(1, 3)) for _ in range(together)]
    parts = [tuple(n for n, part in enumerate(chosen, start=1) if part == one) for one in range(1, 4)]
    return [part for part in parts if part]


def _invoice(number: int, part: Sequence[int], counts_itself: bool) -> Document:
    """An invoice that names new barcodes, and copies by their place in it or by nothing else."""
    named = tuple(
        CopyReference(branch="A", barcode=f"B{copy}", place=place if counts_itself else None)
        for place, copy in enumerate(part, start=1)
    )
    return document(line(len(part), copies=named), number=f"INV-{number}")


def _despatched(copy: BookedCopy) -> BookedCopy:
    return replace(copy, state=CopyState.DESPATCHED, barcode=f"B{copy.copy_number}")


@given(whole_lives())
def test_in_whatever_order_goods_and_invoices_come_every_copy_is_charged_by_its_own_invoice(life: list[Goods | Document]) -> None:
    number = max(copy for news in life if isinstance(news, Goods) for copy in news.numbers)
    ledger = Ledger([booked(*(replace(copy, branch="A", barcode=None) for copy in copies(*[CopyState.ACCEPTED] * number)))])
    waiting: list[Document] = []
    for news in life:
        if isinstance(news, Goods):
            held = [_despatched(copy) if copy.copy_number in news.numbers else copy for copy in ledger.copies()]
            ledger.lines = [replace(ledger.lines[0], copies=tuple(held))]
        else:
            waiting.append(news)
        waiting = [invoice for invoice in waiting if not _matched(ledger, invoice)]

    assert waiting == []
    named = {ref.barcode: one.invoice_number for one in life if isinstance(one, Document) for ref in one.lines[0].copies}
    assert {copy.barcode: copy.charge.invoice_number for copy in ledger.copies() if copy.charge} == named


def _matched(ledger: Ledger, invoice: Document) -> bool:
    """Whether an invoice raises no query now, so that it counts."""
    if codes(match(invoice, ledger.book, DEFAULT_TERMS)):
        return False
    ledger.count(invoice)
    return True
