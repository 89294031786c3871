"""Reads the facts about a book from the fields of a MARC 21 record. Knows neither MARCXML nor ISO 2709."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.findings import Finding, Severity
from shared.money import decimals_of
from shared.values import InvalidValue, to_isbn13

_ISBN = re.compile(r"\s*([0-9][0-9 -]*[0-9Xx])")
_QUALIFIER = re.compile(r"\(([^()]*)\)")
_YEAR = re.compile(r"(?<!\d)(?:1[4-9]|20)\d\d(?!\d)", re.ASCII)
_AMOUNT = re.compile(r"(?<![\d.,])(\d{1,9})(?:[.,](\d{1,3}))?(?![\d.,])", re.ASCII)
_CURRENCY = re.compile(r"(?<![A-Za-z])(GBP|EUR|USD|AUD|CAD|NZD|SEK|NOK|DKK|CHF|JPY|INR|PLN|KWD)(?![A-Za-z])|([£€$])")
_SYMBOLS = {"£": "GBP", "€": "EUR", "$": "USD"}
_DROPPED = {ord("\u00ad"): None, ord("\ufeff"): None}
_INITIAL = re.compile(r"(?:^|[\s.])\w\.$")


class Code(StrEnum):
    """Codes of findings."""

    NOT_XML = "marc-not-well-formed"  # broken MARCXML; records before it are used
    REFUSED = "marc-refused"  # DOCTYPE, nesting or size that no honest sender needs
    NOT_MARC = "marc-not-marc"  # the file contains no record
    UNREADABLE = "marc-unreadable-record"  # ISO 2709 whose leader or directory is invalid
    REPLACED = "marc-replaced-characters"  # bytes that the declared character set cannot hold
    CHARSET = "marc-charset"  # UTF-8 where LDR/09 declares MARC-8; read anyway
    NO_ISBN = "marc-no-isbn"  # no valid ISBN in 020 $a
    INVALID_ISBN = "marc-invalid-isbn"  # a number in 020 $a that is not an ISBN
    NO_TITLE = "marc-no-title"  # 245 $a is missing
    INVALID_PRICE = "marc-invalid-price"  # 020 $c without a recognisable amount and currency


@dataclass(frozen=True, slots=True)
class Field:
    """One field: tag, second indicator, and subfields as pairs of code and text. A control field has one, with code ""."""

    tag: str
    subfields: tuple[tuple[str, str], ...]
    second: str = " "

    def all(self, codes: str) -> Iterator[str]:
        """Returns the texts of the subfields with one of the codes, in their order, without empty ones."""
        return (text for code, text in self.subfields if code in codes and text)

    def first(self, code: str) -> str:
        """Returns the first text of a code; "" when absent."""
        return next(self.all(code), "")


@dataclass(frozen=True, slots=True)
class Price:
    """A list price: amount in major units and ISO 4217 currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Record:
    """The facts of one record. A text is empty where the record lacks it; `isbns` are valid ISBN-13s in the record's order."""

    control_number: str = ""
    isbns: tuple[str, ...] = ()
    title: str = ""
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    year: str = ""
    form: str = ""
    list_price: Price | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All records, and findings about what is wrong or unusual, in the order of the file."""

    records: tuple[Record, ...]
    findings: tuple[Finding, ...]


def facts_of(fields: Sequence[Field], *, place: int | None = None) -> tuple[Record, list[Finding]]:
    """Reads the facts of one record. `place` becomes the `segment` of its findings."""
    odd = _Odd(place)
    numbers = [field for field in fields if field.tag == "020"]
    title = next((field for field in fields if field.tag == "245"), Field("245", ()))
    publication = _publication(fields)
    record = Record(
        control_number=next((_plain(field.first("")) for field in fields if field.tag == "001"), ""),
        isbns=_isbns(numbers, odd),
        title=clean(title.first("a")),
        subtitle=clean(" ".join(title.all("b"))),
        authors=_authors(fields),
        publisher=next((clean(text) for field in publication for text in field.all("b") if clean(text)), ""),
        year=next((year[0] for field in publication for text in field.all("c") if (year := _YEAR.search(text))), ""),
        form=_form(fields, numbers),
        list_price=_list_price(numbers, odd),
    )
    if not record.title:
        odd(Code.NO_TITLE, "the record has no title in 245 $a")
    if any("\ufffd" in text for field in fields for _, text in field.subfields):
        odd(Code.REPLACED, "some characters could not be read and were replaced")
    return record, odd.findings


class _Odd:
    """Collects findings about one record."""

    def __init__(self, place: int | None) -> None:
        self.findings: list[Finding] = []
        self._place = place

    def __call__(self, code: Code, text: str, severity: Severity = Severity.WARNING) -> None:
        self.findings.append(Finding(code, text, severity, self._place))


def clean(text: str) -> str:
    """Removes the punctuation that ISBD puts between areas (` /`, ` :`, `,`), and a final full stop unless it ends an initial."""
    text = _plain(text).rstrip(" /:;,=")
    if text.endswith(".") and not text.endswith("..") and not _INITIAL.search(text):
        text = text[:-1].rstrip(" /:;,=")
    return text


def _plain(text: str) -> str:
    """Composes accents (NFC), collapses white space and removes control characters and soft hyphens, which no record needs.

    Format characters such as the zero width joiner stay: in Indic and Persian words they are part of the spelling.
    """
    kept = (character if character.isprintable() or _shapes(character) else " " for character in text.translate(_DROPPED))
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _shapes(character: str) -> bool:
    return unicodedata.category(character) == "Cf"


def _isbns(numbers: Sequence[Field], odd: _Odd) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in (text for field in numbers for text in field.all("a")):
        number = _ISBN.match(text)
        try:
            found[to_isbn13(number[1].replace(" ", "").upper() if number else text)] = None
        except InvalidValue as error:
            odd(Code.INVALID_ISBN, f"020 $a: {error}")
    if not found:
        odd(Code.NO_ISBN, "the record has no valid ISBN in 020 $a")
    return tuple(found)


def _authors(fields: Sequence[Field]) -> tuple[str, ...]:
    """Returns the main entry (100, 110), then added names (700), each once."""
    main = [field.first("a") for field in fields if field.tag in ("100", "110")]
    added = [field.first("a") for field in fields if field.tag == "700"]
    names = [clean(name) for name in main + added]
    return tuple(dict.fromkeys(name for name in names if name))


def _publication(fields: Sequence[Field]) -> list[Field]:
    """Returns the fields that may give publisher and year, best first: 264 with second indicator 1, 260, then any other 264."""
    ranks = {("264", True): 0, ("260", True): 1, ("260", False): 1, ("264", False): 2}
    found = [field for field in fields if field.tag in ("260", "264")]
    return sorted(found, key=lambda field: ranks[field.tag, field.second == "1"])


def _form(fields: Sequence[Field], numbers: Sequence[Field]) -> str:
    """Returns the form: 020 $q, else the text in brackets after the ISBN in 020 $a, else 300 $a."""
    stated = [text for field in numbers for text in field.all("q")]
    stated += [found[1] for field in numbers for text in field.all("a") if (found := _QUALIFIER.search(text))]
    stated += [text for field in fields if field.tag == "300" for text in field.all("a")]
    return next((form for text in stated if (form := clean(text).strip("() "))), "")


def _list_price(numbers: Sequence[Field], odd: _Odd) -> Price | None:
    for text in (text for field in numbers for text in field.all("c")):
        amount, currency = _AMOUNT.search(text), _CURRENCY.search(text)
        code = (currency[1] or _SYMBOLS[currency[2]]) if currency is not None else ""
        # More decimals than the currency has are thousands: which of the two is meant is not certain.
        if amount is not None and code and len(amount[2] or "") <= max(decimals_of(code), 2):
            return Price(Decimal(f"{amount[1]}.{amount[2] or '0'}"), code)
        odd(Code.INVALID_PRICE, f"020 $c {text!r} holds no amount with a currency", Severity.INFO)
    return None
