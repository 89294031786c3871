"""Reads a bookseller's ONIX 3.0 and 3.1 products as records. Pure. Knows no parser and no catalogue."""

from __future__ import annotations

from services.suppliers.contract import Kind, Reading, RecordFact
from services.suppliers.national.read.codes import Odd, odd
from services.suppliers.national.read.lines import Findings, is_currency
from shared.contracts.base import Money
from shared.findings import Finding, FindingList, Severity
from shared.formats import onix
from shared.formats.onix import Price, Product
from shared.money import to_minor
from shared.values import InvalidValue, to_isbn13

ONIX_ROOTS = ("ONIXMessage", "ONIXmessage")
_DELETION = "05"
_CHUNK = 1 << 16
# All of a file's records are in memory and are applied from there.
_MOST_PRODUCTS = 100_000
_AUTHOR_ROLES = ("A", "B")
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


def read_records(body: bytes) -> Reading:
    """Reads one ONIX file as records. A product that cannot become a record becomes a finding."""
    findings: Findings = FindingList()
    facts: list[RecordFact] = []
    products = 0
    for item in onix.read_products(body[start : start + _CHUNK] for start in range(0, len(body), _CHUNK)):
        if isinstance(item, Finding):
            findings.append(item)
            continue
        products += 1
        if (fact := _record(item, findings)) is not None:
            facts.append(fact)
        if products > _MOST_PRODUCTS:
            text = (
                f"the file has more than {_MOST_PRODUCTS} products, so none is read; ask the supplier to send it in several files"
            )
            return Reading(Kind.RECORD, (), (_about(Odd.TOO_LARGE, text, Severity.ERROR),))
    return Reading(Kind.RECORD, tuple(facts), tuple(findings))


def _record(product: Product, findings: Findings) -> RecordFact | None:
    if product.notification == _DELETION:
        findings.append(_about(Odd.UNSUPPORTED, f"the deletion of {product.reference!r} is ignored", Severity.INFO))
        return None
    try:
        isbn = to_isbn13(product.isbn)
    except InvalidValue as error:
        findings.append(_about(Odd.INVALID_ISBN, f"product {product.reference!r}: {error}", Severity.ERROR))
        return None
    return RecordFact(
        isbn=isbn,
        title=product.title,
        subtitle=product.subtitle,
        author=_author(product),
        publisher=product.publisher,
        published=product.published,
        form=_FORMS.get(product.form, product.form),
        list_price=_list_price(product.prices),
    )


def _author(product: Product) -> str:
    """Returns the name of the first author (ContributorRole A..), else editor (B..), in its inverted form where there is one."""
    people = sorted(
        (person for person in product.contributors if person.role[:1] in _AUTHOR_ROLES),
        key=lambda person: _AUTHOR_ROLES.index(person.role[:1]),
    )
    return (people[0].inverted or people[0].name) if people else ""


def _list_price(prices: tuple[Price, ...]) -> Money | None:
    """Returns the retail price in GBP, else in the first currency given."""
    usable = [price for price in prices if price.type in _LIST_PRICES and is_currency(price.currency)]
    usable.sort(key=lambda price: (price.currency != "GBP", _LIST_PRICES.index(price.type)))
    if not usable:
        return None
    return Money(minor=to_minor(usable[0].amount), currency=usable[0].currency)


def _about(code: Odd, text: str, severity: Severity) -> Finding:
    return odd(code, text, severity=severity)
