"""What is known of a product while its elements are read, in no particular order, and the findings about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from shared.findings import Finding, Severity
from shared.formats.onix.elements import NAMES, Element, raw_of
from shared.records import (
    AgeRange,
    Audience,
    Contributor,
    Identifier,
    Language,
    Link,
    Note,
    Offer,
    Related,
    Remainder,
    Series,
    Subject,
    TitleStatement,
)


class Code(StrEnum):
    """Codes of findings."""

    NOT_XML = "onix-not-well-formed"  # broken XML: a product, which is kept aside, or the end of the file
    REFUSED = "onix-refused"  # a DOCTYPE with declarations, which no honest sender needs; the file is not read
    NOT_ONIX = "onix-not-onix"  # the root is something else
    RELEASE = "onix-release"  # none of those above; read anyway
    NAMESPACE = "onix-namespace"  # not one of EDItEUR's; read anyway
    NO_IDENTIFIER = "onix-no-identifier"  # a product without ISBN or GTIN
    INVALID_ISBN = "onix-invalid-isbn"  # a book whose number is no ISBN, or has a wrong check digit
    NOT_A_BOOK = "onix-not-a-book"  # a product with a GTIN that is no ISBN
    NOTHING_DELETED = "onix-nothing-deleted"  # a deletion that names no book by ISBN
    INVALID_PRICE = "onix-invalid-price"  # an amount that is not a number
    INVALID_DATE = "onix-invalid-date"  # a number that is no date of publication; left out
    NO_TITLE = "onix-no-title"  # a product, not a block update, without a title
    ENTITY = "onix-entity"  # a named character of the DTD, read by its HTML name
    CHARSET = "onix-charset"  # a product in another encoding than the file declares; read anyway
    MENDED = "onix-mended"  # a character that XML does not allow; the product is read without it
    NOT_CARRIED = "onix-not-carried"  # parts that the table does not carry; kept as they are


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the header states for all prices that do not state it."""

    currency: str = ""
    type: str = ""

    @classmethod
    def of(cls, header: Element) -> Defaults:
        """Reads the header."""
        stated = {NAMES[part.tag]: (part.text or "").strip() for part in reversed(header)}
        return cls(stated.get("DefaultCurrencyCode", ""), stated.get("DefaultPriceType", ""))


@dataclass(slots=True)
class Draft:
    """A product as far as it is read. `numbers` are its identifiers by code of list 5; a `Ranked` value is the best one found."""

    defaults: Defaults
    number: int
    offset: int
    reference: str = ""
    notification: str = ""
    numbers: list[tuple[str, str]] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    title: TitleStatement | None = None
    title_type: str | None = None
    title_parts: dict[str, str] = field(default_factory=dict)
    responsibility: str = ""
    original_title: str = ""
    other_titles: list[str] = field(default_factory=list)
    contributors: list[tuple[float, Contributor]] = field(default_factory=list)
    edition_types: list[str] = field(default_factory=list)
    edition_number: str = ""
    edition_statement: str = ""
    publisher: str = ""
    imprint: str = ""
    place: str = ""
    country: str = ""
    published: str = ""
    copyright_year: str = ""
    status: str = ""
    form: str = ""
    content: list[str] = field(default_factory=list)
    pages: list[tuple[int, int, Element]] = field(default_factory=list)
    minutes: list[tuple[int, int, Element]] = field(default_factory=list)
    illustrations: list[str] = field(default_factory=list)
    illustrations_note: str = ""
    measures: dict[str, int] = field(default_factory=dict)
    series: list[Series] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    summaries: list[tuple[int, str, Element]] = field(default_factory=list)
    contents: str = ""
    audiences: list[Audience] = field(default_factory=list)
    ages: list[tuple[int, AgeRange]] = field(default_factory=list)
    subjects: list[Subject] = field(default_factory=list)
    languages: list[Language] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    remainder: list[Remainder] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def keep(self, place: str, element: Element) -> None:
        """Keeps an element that the table does not carry as it is. `place` is the path of its parent."""
        name = NAMES[element.tag]
        if name:
            self.remainder.append(Remainder(f"{place}/{name}" if place else name, raw_of(element)))

    def keep_others(self, place: str, element: Element, carried: frozenset[str]) -> None:
        """Keeps the children of a composite that is carried itself, but those named."""
        for child in element:
            if NAMES[child.tag] not in carried:
                self.keep(place, child)

    def report(self, code: Code, text: str, severity: Severity = Severity.WARNING) -> None:
        """Adds a finding about this product."""
        self.findings.append(self.finding(code, text, severity))

    def finding(self, code: Code, text: str, severity: Severity) -> Finding:
        """Returns a finding about this product."""
        return Finding(code, text, severity, self.number, self.offset)
