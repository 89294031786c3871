"""010, 015, 020 and 024: the numbers of a book, and the price that 020 $c states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from shared.findings import Severity
from shared.formats.marc.codes import NUMBER_KINDS, NUMBER_SOURCES, Code, inverted
from shared.formats.marc.draft import Draft
from shared.formats.marc.fields import Field, a_field, clean
from shared.money import decimals_of, to_decimal, to_minor
from shared.records import Identifier, IdentifierKind, Offer, Price, Record
from shared.remembering import remembered
from shared.values import InvalidValue, to_isbn13

_ISBN = re.compile(r"\s*([0-9][0-9 -]*[0-9Xx])")
_QUALIFIER = re.compile(r"\(([^()]*)\)")
_AMOUNT = re.compile(r"(?<![\d.,])(\d{1,9})(?:[.,](\d{1,3}))?(?![\d.,])", re.ASCII)
_CURRENCY = re.compile(r"(?<![A-Za-z])(GBP|EUR|USD|AUD|CAD|NZD|SEK|NOK|DKK|CHF|JPY|INR|PLN|KWD)(?![A-Za-z])|([£€$])")
_SYMBOLS = {"£": "GBP", "€": "EUR", "$": "USD"}
_KINDS_BY_LENGTH = {13: IdentifierKind.ISBN13, 10: IdentifierKind.ISBN10}
_INDICATORS = {**inverted(NUMBER_KINDS)}
_SOURCE_INDICATORS = inverted(NUMBER_SOURCES)
_DOI = "doi"
_FROM_SOURCE, _UNSPECIFIED = "7", "8"
# $2 holds a code of the Library of Congress's list. A source in words, such as a supplier's, is a qualifier.
_SOURCE_CODE = re.compile("[a-z0-9-]+")


def read_010(draft: Draft, field: Field) -> None:
    """Reads the number of the Library of Congress: $a, $z cancelled."""
    draft.parts(field, "az")
    found = ((code, text) for code, text in field.subfields if code in "az" and text)
    draft.identifiers += [Identifier(IdentifierKind.LCCN, text, invalid=code == "z") for code, text in found]


def write_010(record: Record) -> Iterator[Field]:
    """Writes the number of the Library of Congress, in one field."""
    return a_field("010", "  ", *(_number(one) for one in _of_kind(record, IdentifierKind.LCCN)))


def _of_kind(record: Record, *kinds: IdentifierKind) -> Iterator[Identifier]:
    return (one for one in record.description.identifiers if one.kind in kinds)


def _number(identifier: Identifier) -> tuple[str, str]:
    return "z" if identifier.invalid else "a", identifier.value


def read_015(draft: Draft, field: Field) -> None:
    """Reads numbers of national bibliographies: the BNB's ($2 `bnb`, or none), others with their $2."""
    parts = draft.parts(field, "aqz2")
    source = parts.get("2", ["bnb"])[0]
    kind = IdentifierKind.BNB if source == "bnb" else IdentifierKind.OTHER
    _read_numbers(draft, parts, kind, "" if source == "bnb" else source)


def _qualifier(parts: dict[str, list[str]]) -> str:
    return "; ".join(map(_without_brackets, parts["q"])) if "q" in parts else ""


@remembered
def _without_brackets(text: str) -> str:
    return clean(clean(text).strip("() "))


def _in_brackets(text: str) -> str:
    found = _QUALIFIER.search(text)
    return clean(found[1]) if found else ""


def _read_numbers(draft: Draft, parts: dict[str, list[str]], kind: IdentifierKind, source: str = "") -> None:
    stated = _qualifier(parts)
    for code in "az":
        for text in parts.get(code, ()):
            bracket = _QUALIFIER.search(text) if kind is IdentifierKind.BNB else None
            value = text[: bracket.start()] if bracket else text
            qualifier = stated or (bracket[1] if bracket else "")
            draft.identifiers.append(Identifier(kind, value.rstrip(" :"), qualifier, source, invalid=code == "z"))


def write_015(record: Record) -> Iterator[Field]:
    """Writes the numbers of the British National Bibliography."""
    for one in _of_kind(record, IdentifierKind.BNB):
        yield from a_field("015", "  ", _number(one), ("q", one.qualifier), ("2", "bnb"))


def read_020(draft: Draft, field: Field) -> None:
    """Reads ISBNs. The first valid one is the record's, its qualifier the form of the book; all are identifiers."""
    parts = draft.parts(field, "aqcz")
    stated = _qualifier(parts)
    for text in parts.get("a", ()):
        _read_isbn(draft, field, text, stated or _in_brackets(text))
    for text in parts.get("z", ()):
        digits = isbn_digits(text)
        kind = _KINDS_BY_LENGTH.get(len(digits), IdentifierKind.OTHER)
        draft.identifiers.append(Identifier(kind, digits, stated or _in_brackets(text), invalid=True))
    for text in parts.get("c", ()):
        _read_price(draft, field, text)


def isbn_digits(text: str) -> str:
    """Returns the digits that the text begins with, without hyphens, spaces and a qualifier; the text where there are none."""
    if text.isdecimal() and text.isascii():
        return text
    found = _ISBN.match(text)
    return found[1].replace(" ", "").replace("-", "").upper() if found else text.strip()


def _read_isbn(draft: Draft, field: Field, text: str, qualifier: str) -> None:
    digits = isbn_digits(text)
    try:
        isbn = to_isbn13(digits)
    except InvalidValue as error:
        draft.odd(Code.INVALID_ISBN, f"020 $a: {error}")
        draft.leave(field, [("a", text)])
        return
    if not draft.isbn:
        draft.isbn = isbn
    if isbn == draft.isbn:
        draft.form = draft.form or qualifier
    if digits != draft.isbn:
        identifier = Identifier(_KINDS_BY_LENGTH[len(digits)], digits, qualifier)
        if identifier not in draft.identifiers:
            draft.identifiers.append(identifier)


def _read_price(draft: Draft, field: Field, text: str) -> None:
    """Reads the first list price; a further one is left over."""
    price = _price_in(text)
    if price is None:
        draft.odd(Code.INVALID_PRICE, f"020 $c {text!r} holds no amount with a currency", Severity.INFO)
    if price is None or draft.price is not None:
        draft.leave(field, [("c", text)])
        return
    draft.price = price


def price_in(text: str, currency: str) -> Price | None:
    """Returns the amount that a text holds, in the currency that it names, else in this one; None where it holds none."""
    return _price_in(text) or _price_in(f"{currency} {text}")


@remembered
def _price_in(text: str) -> Price | None:
    """Returns the amount and currency that a text holds; None where it lacks one of them."""
    amount, currency = _AMOUNT.search(text), _CURRENCY.search(text)
    if amount is None or currency is None:
        return None
    code = currency[1] or _SYMBOLS[currency[2]]
    # More decimals than the currency has are thousands: which of the two is meant is not certain.
    if len(amount[2] or "") > max(decimals_of(code), 2):
        return None
    return Price(to_minor(Decimal(f"{amount[1]}.{amount[2] or '0'}"), code), code)


def offers(draft: Draft) -> tuple[Offer, ...]:
    """Returns the list price as an offer."""
    return (Offer(prices=(draft.price,)),) if draft.price is not None else ()


def identifiers(draft: Draft) -> tuple[Identifier, ...]:
    """Returns all numbers, the record's own ISBN first: its qualifier is the form of the book."""
    own = (Identifier(IdentifierKind.ISBN13, draft.isbn),) if draft.isbn else ()
    return (*own, *draft.identifiers)


def write_020(record: Record) -> Iterator[Field]:
    """Writes the record's ISBN with form and list price, then the other ISBNs, each in its own field."""
    price = next((price for offer in record.offers for price in offer.prices), None)
    amount = f"{price.currency} {to_decimal(price.minor, price.currency):f}" if price is not None else ""
    yield from a_field("020", "  ", ("a", record.isbn), ("q", record.description.form), ("c", amount))
    for one in _of_kind(record, IdentifierKind.ISBN13, IdentifierKind.ISBN10):
        if one.invalid or one.value != record.isbn:
            yield from a_field("020", "  ", _number(one), ("q", one.qualifier))


def read_024(draft: Draft, field: Field) -> None:
    """Reads other numbers: EAN, UPC, DOI, and further ones with their source."""
    first = field.indicators[0]
    source = next((text for code, text in field.subfields if code == "2"), "")
    if first == "7":
        kind = IdentifierKind.DOI if source == _DOI else IdentifierKind.OTHER
        _read_numbers(draft, draft.parts(field, "aqz2"), kind, "" if source == _DOI else source)
    elif first in NUMBER_KINDS:
        _read_numbers(draft, draft.parts(field, "aqz"), NUMBER_KINDS[first])
    else:
        _read_numbers(draft, draft.parts(field, "aqz"), IdentifierKind.OTHER, NUMBER_SOURCES.get(first, ""))


def write_024(record: Record) -> Iterator[Field]:
    """Writes other numbers than those of 010, 015 and 020."""
    for one in _of_kind(record, IdentifierKind.EAN, IdentifierKind.UPC, IdentifierKind.DOI, IdentifierKind.OTHER):
        source = _DOI if one.kind is IdentifierKind.DOI else one.source
        otherwise = _FROM_SOURCE if _SOURCE_CODE.fullmatch(source) else _UNSPECIFIED
        first = _INDICATORS.get(one.kind) or _SOURCE_INDICATORS.get(source, otherwise)
        in_words = "" if first != _UNSPECIFIED else source
        named = source if first == _FROM_SOURCE else ""
        yield from a_field("024", f"{first} ", _number(one), ("q", one.qualifier or in_words), ("2", named))
