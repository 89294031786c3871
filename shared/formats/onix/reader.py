"""Reads ONIX 2.1, 3.0 and 3.1 product by product. Tolerant: everything wrong or unusual becomes a finding.

In 2.1 title, contributors and publisher are directly in the product; where 3 has a composite for them, the composite is read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from shared.findings import Finding, FindingList, Severity
from shared.formats.onix.model import Contributor, Price, Product
from shared.formats.onix.prices import Defaults, price_of
from shared.formats.onix.tags import REFERENCE_NAMES
from shared.formats.publication import plain_date
from shared.formats.xml import Element, Refused, character_of, records
from shared.texts import UNREADABLE
from shared.values import isbn13_or_none

_CHUNK = 1 << 16
_NAMESPACES = frozenset(
    f"http://ns.editeur.org/onix/{release}/{tags}" for release in ("3.0", "3.1") for tags in ("reference", "short")
) | {""}
DOCTYPES = frozenset({"ONIXMessage", "ONIXmessage"})
"""The roots that ONIX 2.1 names in its DOCTYPE. The DTD is never loaded."""

_RELEASES = ("", "2.0", "2.1", "3.0", "3.1")  # 2.1 need not state it
_ISBN_TYPES = ("15", "03", "02", "14", "04")
"""List 5: ISBN-13, GTIN-13, ISBN-10, GTIN-14, UPC, in order of preference."""
_PRODUCT_TITLE = "01"
_TITLE_LEVEL_PRODUCT = "01"
_PUBLICATION_DATE = "01"
_PARTS_OF_A_YEAR = ("02", "03", "04")  # list 55: week, quarter, season; only the year is used
_WITHOUT_TITLE = ("04", "05")  # list 1: a block update or deletion need not state the title
_LONGEST_SEQUENCE = 10


class Code(StrEnum):
    """Codes of findings."""

    NOT_XML = "onix-not-well-formed"  # broken XML; the part before is used
    REFUSED = "onix-refused"  # a DOCTYPE with declarations, nesting or size that no honest sender needs; the rest is not read
    NOT_ONIX = "onix-not-onix"  # the root is something else
    RELEASE = "onix-release"  # none of those above; read anyway
    NAMESPACE = "onix-namespace"  # not one of EDItEUR's; read anyway
    NO_IDENTIFIER = "onix-no-identifier"  # a product without ISBN or GTIN
    INVALID_PRICE = "onix-invalid-price"  # an amount that is not a number
    INVALID_DATE = "onix-invalid-date"  # a number that is no date of publication; left out
    NO_TITLE = "onix-no-title"  # a product, not a block update, without a title
    ENTITY = "onix-entity"  # a named character of the DTD, read by its HTML name


@dataclass(frozen=True, slots=True)
class Reading:
    """All products of a file, and findings about what is wrong or unusual, in the order of the file."""

    products: tuple[Product, ...]
    findings: tuple[Finding, ...]


def read(raw: bytes) -> Reading:
    """Reads everything in `raw`. Never raises for content."""
    products: list[Product] = []
    findings = FindingList()
    for item in read_products(raw[start : start + _CHUNK] for start in range(0, len(raw), _CHUNK)):
        if isinstance(item, Finding):
            findings.append(item)
        else:
            products.append(item)
    return Reading(tuple(products), tuple(findings))


def read_products(chunks: Iterable[bytes]) -> Iterator[Product | Finding]:
    """Yields the products and findings of a stream, in order; memory holds one product. Never raises for content.

    A finding's `segment` is the line of the file that it is about.
    """
    found = records(chunks, frozenset({"Header", "Product"}), REFERENCE_NAMES, doctypes=DOCTYPES)
    root: Element | None = None
    defaults = Defaults()
    while True:
        try:
            element = next(found)
        except StopIteration:
            return
        except Refused as refused:
            code = Code.REFUSED if refused.dangerous else Code.NOT_XML
            yield Finding(code, str(refused), Severity.ERROR, refused.line)
            return
        if root is None:
            root = element
            yield from _root_findings(root)
        elif element.name == "Header":
            defaults = Defaults.of(element)
        else:
            yield from _product(element, defaults)


def _root_findings(root: Element) -> Iterator[Finding]:
    if root.name != "ONIXMessage":
        yield Finding(Code.NOT_ONIX, f"the root is {root.name!r}, not 'ONIXMessage'", Severity.ERROR, root.line)
        return
    release = root.attributes.get("release", "")
    if release not in _RELEASES:
        yield Finding(Code.RELEASE, f"release {release!r} is none of 2.1, 3.0 and 3.1", Severity.WARNING, root.line)
    if root.attributes["xmlns"] not in _NAMESPACES:
        text = f"namespace {root.attributes['xmlns']!r} is not one of EDItEUR's"
        yield Finding(Code.NAMESPACE, text, Severity.INFO, root.line)


def _product(element: Element, defaults: Defaults) -> Iterator[Product | Finding]:
    yield from _entity_findings(element)
    reference, notification = element.words("RecordReference"), element.words("NotificationType")
    isbn = _isbn(element)
    if not isbn:
        yield Finding(Code.NO_IDENTIFIER, f"product {reference!r} has no ISBN or GTIN", Severity.WARNING, element.line)
    prices: list[Price] = []
    for price in _price_elements(element):
        read_price = price_of(price, defaults)
        if isinstance(read_price, str):
            yield Finding(Code.INVALID_PRICE, read_price, Severity.WARNING, price.line)
        elif read_price is not None:
            prices.append(read_price)
    title, subtitle = _title(element)
    if not title and notification not in _WITHOUT_TITLE:
        yield Finding(Code.NO_TITLE, f"product {reference!r} states no title", Severity.INFO, element.line)
    stated = _published(element)
    published = plain_date(stated)
    if published is None:
        text = f"product {reference!r}: {stated!r} is no date of publication and is left out"
        yield Finding(Code.INVALID_DATE, text, Severity.WARNING, element.line)
    yield Product(
        reference=reference,
        notification=notification,
        isbn=isbn,
        title=title,
        subtitle=subtitle,
        contributors=tuple(_contributors(element)),
        publisher=_publisher(element),
        published=published or "",
        form=_part(element, "DescriptiveDetail").words("ProductForm"),
        prices=tuple(prices),
    )


def _entity_findings(product: Element) -> Iterator[Finding]:
    for name in product.entities:
        character = character_of(name)
        severity = Severity.WARNING if character == UNREADABLE else Severity.INFO
        yield Finding(Code.ENTITY, f"&{name}; of the DTD, which is not loaded, was read as {character!r}", severity, product.line)


def _part(product: Element, name: str) -> Element:
    """Returns the composite of ONIX 3 that holds a part of the product; in 2.1 the product itself holds it."""
    return product.first(name) or product


def _isbn(product: Element) -> str:
    numbers = [(each.words("ProductIDType"), each.words("IDValue")) for each in product.all("ProductIdentifier")]
    numbers += [("15", product.words("EAN13")), ("02", product.words("ISBN"))]
    stated = [number for kind in _ISBN_TYPES for type_, number in numbers if type_ == kind and number]
    return next((number for number in stated if isbn13_or_none(number)), stated[0] if stated else "")


def _title(product: Element) -> tuple[str, str]:
    """Returns title and subtitle at product level (TitleType list 15, TitleElementLevel list 149), else of the first title."""
    detail = _part(product, "DescriptiveDetail")
    titles = detail.all("TitleDetail") or detail.all("Title")
    chosen = next((title for title in titles if title.words("TitleType") == _PRODUCT_TITLE), titles[0] if titles else product)
    elements = chosen.all("TitleElement") or [chosen]
    at_product = [element for element in elements if element.words("TitleElementLevel") == _TITLE_LEVEL_PRODUCT]
    element = (at_product or elements)[0]
    prefixed = f"{element.words('TitlePrefix')} {element.words('TitleWithoutPrefix')}".strip()
    return element.words("TitleText") or element.words("DistinctiveTitle") or prefixed, element.words("Subtitle")


def _contributors(product: Element) -> Iterator[Contributor]:
    """Yields each contributor by SequenceNumber, those without one last, once for each role."""
    for contributor in sorted(_part(product, "DescriptiveDetail").all("Contributor"), key=_sequence):
        before, key = contributor.words("NamesBeforeKey"), contributor.words("KeyNames")
        name = contributor.words("PersonName") or contributor.words("CorporateName") or f"{before} {key}".strip()
        inverted = contributor.words("PersonNameInverted") or (f"{key}, {before}" if key and before else "")
        for role in contributor.all("ContributorRole") if name or inverted else []:
            yield Contributor(role.text.strip(), name or inverted, inverted)


def _sequence(contributor: Element) -> float:
    number = contributor.words("SequenceNumber")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < _LONGEST_SEQUENCE else math.inf


def _publisher(product: Element) -> str:
    detail = _part(product, "PublishingDetail")
    return detail.words("Publisher", "PublisherName") or detail.words("Imprint", "ImprintName")


def _published(product: Element) -> str:
    """Returns the publication date (list 163, role 01) as it is given."""
    dates = _part(product, "PublishingDetail").all("PublishingDate")
    found = next((date for date in dates if date.words("PublishingDateRole") == _PUBLICATION_DATE), None)
    if found is None:
        return product.words("PublicationDate")
    day, text = found.first("Date"), found.words("Date")
    form = found.words("DateFormat") or (day.attributes.get("dateformat", "") if day is not None else "")
    return text[:4] if form in _PARTS_OF_A_YEAR else text


def _price_elements(product: Element) -> Iterator[Element]:
    for supply in product.all("ProductSupply") or [product]:
        for detail in supply.all("SupplyDetail"):
            yield from detail.all("Price")
