"""Reads a bookseller's ONIX products and MARC records as records. Pure. Knows no parser and no catalogue.

What a product or record does not state is empty, and changes nothing in the catalogue.
"""

from __future__ import annotations

from datetime import date

from services.suppliers.contract import Kind, Reading, RecordFact
from services.suppliers.national.read.codes import Odd, odd
from services.suppliers.national.read.lines import Findings, is_currency
from shared.contracts.base import Money
from shared.findings import Finding, FindingList, Severity
from shared.formats import marc, onix
from shared.formats.onix import Price, Product
from shared.money import to_minor
from shared.values import InvalidValue, is_other_gtin, to_isbn13

ONIX_ROOTS = ("ONIXMessage", "ONIXmessage")
_DELETION = "05"
_CHUNK = 1 << 16
# All of a file's records are in memory and are applied from there.
_MOST_PRODUCTS = 100_000
_CREATORS = (
    frozenset({"A01"}),
    frozenset({"A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10", "A14", "A31", "A38", "A45", "A99"}),
    frozenset({"A02"}),
    frozenset({"B01", "B10", "B11", "B12", "B13"}),
)
"""ONIX list 17: who is named as author. First the author; then who else made the work (text, words, music, pictures, original);
then who the author wrote with, such as a ghost writer; then editors. Other A roles (A12 illustrator, A15 preface, A24
introduction) and then other B roles (B06 translator, B09 series editor) are named only where there is none of these."""
_REST = ("A", "B")

_LIST_PRICES = ("02", "42", "04", "01", "41", "03")
"""ONIX list 58: retail price types in order of preference, those that include tax first."""

_FORMS = {
    "BA": "book",
    "BB": "hardback",
    "BC": "paperback",
    "BD": "loose-leaf",
    "BE": "spiral bound",
    "BF": "pamphlet",
    "BG": "leather bound",
    "BH": "board book",
    "BI": "rag book",
    "AC": "audio CD",
    "AJ": "audio download",
    "EA": "e-book",
    "ED": "e-book download",
}
"""ONIX list 150, as far as libraries buy it: code -> name of the form."""


def read_onix(body: bytes, today: date) -> Reading:
    """Reads one ONIX file as records. A product that cannot become a record becomes a finding."""
    findings: Findings = FindingList()
    facts: list[RecordFact] = []
    products = 0
    for item in onix.read_products(body[start : start + _CHUNK] for start in range(0, len(body), _CHUNK)):
        if isinstance(item, Finding):
            findings.append(item)
            continue
        products += 1
        if (fact := _of_product(item, today, findings)) is not None:
            facts.append(fact)
        if products > _MOST_PRODUCTS:
            text = (
                f"the file has more than {_MOST_PRODUCTS} products, so none is read; ask the supplier to send it in several files"
            )
            return Reading(Kind.RECORD, (), (odd(Odd.TOO_LARGE, text, severity=Severity.ERROR),))
    return Reading(Kind.RECORD, tuple(facts), tuple(findings))


def read_marc(reading: marc.Reading) -> Reading:
    """Returns the records of a file in MARCXML or ISO 2709. One without an ISBN is left out."""
    findings: Findings = FindingList(reading.findings)
    facts = [of_marc(record, record.isbns[0]) for record in reading.records if record.isbns]
    if left_out := [record.title for record in reading.records if facts and not record.isbns]:
        text = f"{len(left_out)} of {len(reading.records)} records have no valid ISBN and are left out: {'; '.join(left_out[:5])}"
        findings.append(odd(Odd.NO_ISBN, text))
    if reading.records and not facts:
        findings.append(odd(Odd.NO_ISBN, "no record of the file has a valid ISBN", severity=Severity.ERROR))
    return Reading(Kind.RECORD, tuple(facts), tuple(findings))


def of_marc(record: marc.Record, isbn: str) -> RecordFact:
    """Returns a MARC record as a record of the book with this ISBN."""
    price = record.list_price
    return RecordFact(
        isbn=isbn,
        title=record.title,
        subtitle=record.subtitle,
        author=record.authors[0] if record.authors else "",
        publisher=record.publisher,
        published=record.year,
        form=record.form,
        list_price=Money(minor=to_minor(price.amount, price.currency), currency=price.currency) if price is not None else None,
    )


def _of_product(product: Product, today: date, findings: Findings) -> RecordFact | None:
    try:
        isbn = to_isbn13(product.isbn)
    except InvalidValue as error:
        findings.append(_no_book(product, error))
        return None
    if product.notification == _DELETION:
        return RecordFact(isbn, title="", withdrawn=True)
    return RecordFact(
        isbn=isbn,
        title=product.title,
        subtitle=product.subtitle,
        author=_author(product),
        publisher=product.publisher,
        published=product.published,
        form=_FORMS.get(product.form, product.form),
        list_price=_list_price(product.prices, today),
    )


def _no_book(product: Product, error: InvalidValue) -> Finding:
    """Returns what a product without ISBN is: other goods with a number of their own (GTIN), or a book with a wrong number."""
    if product.notification == _DELETION:
        text = f"the deletion of {product.reference!r} names no book by ISBN and is ignored"
        return odd(Odd.UNSUPPORTED, text, severity=Severity.INFO)
    if is_other_gtin(product.isbn):
        text = f"product {product.reference!r} is left out: {product.isbn} is a GTIN, but no ISBN, and titles are kept by ISBN"
        return odd(Odd.NOT_A_BOOK, text, severity=Severity.INFO)
    return odd(Odd.INVALID_ISBN, f"product {product.reference!r}: {error}", severity=Severity.ERROR)


def _author(product: Product) -> str:
    """Returns the contributor that `_CREATORS` ranks first, inverted where possible; then by SequenceNumber."""
    people = [person for person in product.contributors if person.role[:1] in _REST]
    first = min(people, key=lambda person: _rank(person.role), default=None)
    return (first.inverted or first.name) if first is not None else ""


def _rank(role: str) -> int:
    ranks = [*_CREATORS, *_REST]
    return next(place for place, group in enumerate(ranks) if role in group or role[:1] == group)


def _list_price(prices: tuple[Price, ...], today: date) -> Money | None:
    """Returns the retail price of today in GBP, else in the first currency given.

    A price that has expired is not used. One that is not yet valid is used where none is valid today, the earliest first.
    """
    usable = [
        price
        for price in prices
        if price.type in _LIST_PRICES
        and is_currency(price.currency)
        and (price.valid_until is None or price.valid_until >= today)
    ]
    if not usable:
        return None

    def preference(price: Price) -> tuple[bool, date, int]:
        later = max(price.valid_from or today, today)
        return price.currency != "GBP", later, _LIST_PRICES.index(price.type)

    best = min(usable, key=preference)
    return Money(minor=to_minor(best.amount, best.currency), currency=best.currency)
