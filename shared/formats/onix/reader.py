"""Reads ONIX 3.0 and 3.1 product by product. Tolerant: everything wrong or unusual becomes a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from shared.findings import Finding, FindingList, Severity
from shared.formats.onix.model import Contributor, Price, Product
from shared.formats.onix.tags import REFERENCE_NAMES
from shared.formats.xml import Element, Refused, records

_CHUNK = 1 << 16
_NAMESPACES = frozenset(
    f"http://ns.editeur.org/onix/{release}/{tags}" for release in ("3.0", "3.1") for tags in ("reference", "short")
) | {""}
_RELEASES = ("3.0", "3.1")
_ISBN_TYPES = ("15", "03", "02")
_PRODUCT_TITLE = "01"
_TITLE_LEVEL_PRODUCT = "01"
_PUBLICATION_DATE = "01"
_LARGEST_AMOUNT = Decimal(10) ** 9


class Code(StrEnum):
    """Codes of findings."""

    NOT_XML = "onix-not-well-formed"  # broken XML; the part before is used
    REFUSED = "onix-refused"  # DOCTYPE, nesting or size that no honest sender needs; the rest is not read
    NOT_ONIX = "onix-not-onix"  # the root is something else
    RELEASE = "onix-release"  # neither 3.0 nor 3.1
    NAMESPACE = "onix-namespace"  # not one of EDItEUR's; read anyway
    NO_IDENTIFIER = "onix-no-identifier"  # a product without ISBN or GTIN
    INVALID_PRICE = "onix-invalid-price"  # an amount that is not a number


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
    found = records(chunks, frozenset({"Product"}), REFERENCE_NAMES)
    root: Element | None = None
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
        else:
            yield from _product(element)


def _root_findings(root: Element) -> Iterator[Finding]:
    if root.name != "ONIXMessage":
        yield Finding(Code.NOT_ONIX, f"the root is {root.name!r}, not 'ONIXMessage'", Severity.ERROR, root.line)
        return
    release = root.attributes.get("release", "")
    if release not in _RELEASES:
        yield Finding(Code.RELEASE, f"release {release!r} is neither 3.0 nor 3.1", Severity.WARNING, root.line)
    if root.attributes["xmlns"] not in _NAMESPACES:
        text = f"namespace {root.attributes['xmlns']!r} is not one of EDItEUR's"
        yield Finding(Code.NAMESPACE, text, Severity.INFO, root.line)


def _product(element: Element) -> Iterator[Product | Finding]:
    isbn = _isbn(element)
    if not isbn:
        text = f"product {element.words('RecordReference')!r} has no ISBN or GTIN"
        yield Finding(Code.NO_IDENTIFIER, text, Severity.WARNING, element.line)
    prices: list[Price] = []
    for price in _price_elements(element):
        read_price = _price(price)
        if isinstance(read_price, Finding):
            yield read_price
        elif read_price is not None:
            prices.append(read_price)
    title, subtitle = _title(element)
    yield Product(
        reference=element.words("RecordReference"),
        notification=element.words("NotificationType"),
        isbn=isbn,
        title=title,
        subtitle=subtitle,
        contributors=tuple(_contributors(element)),
        publisher=_publisher(element),
        published=_published(element),
        form=element.words("DescriptiveDetail", "ProductForm"),
        prices=tuple(prices),
    )


def _isbn(product: Element) -> str:
    numbers = {identifier.words("ProductIDType"): identifier.words("IDValue") for identifier in product.all("ProductIdentifier")}
    return next((numbers[kind] for kind in _ISBN_TYPES if numbers.get(kind)), "")


def _title(product: Element) -> tuple[str, str]:
    """Returns title and subtitle at product level (TitleType list 15, TitleElementLevel list 149), else of the first title."""
    detail = product.first("DescriptiveDetail")
    titles = detail.all("TitleDetail") if detail is not None else []
    chosen = next((title for title in titles if title.words("TitleType") == _PRODUCT_TITLE), titles[0] if titles else None)
    elements = chosen.all("TitleElement") if chosen is not None else []
    at_product = [element for element in elements if element.words("TitleElementLevel") == _TITLE_LEVEL_PRODUCT]
    element = next(iter(at_product or elements), None)
    if element is None:
        return "", ""
    text = element.words("TitleText") or f"{element.words('TitlePrefix')} {element.words('TitleWithoutPrefix')}".strip()
    return text, element.words("Subtitle")


def _contributors(product: Element) -> Iterator[Contributor]:
    detail = product.first("DescriptiveDetail")
    for contributor in detail.all("Contributor") if detail is not None else []:
        before, key = contributor.words("NamesBeforeKey"), contributor.words("KeyNames")
        name = contributor.words("PersonName") or contributor.words("CorporateName") or f"{before} {key}".strip()
        inverted = contributor.words("PersonNameInverted") or (f"{key}, {before}" if key and before else "")
        if name or inverted:
            yield Contributor(contributor.words("ContributorRole"), name or inverted, inverted)


def _publisher(product: Element) -> str:
    publisher = product.words("PublishingDetail", "Publisher", "PublisherName")
    return publisher or product.words("PublishingDetail", "Imprint", "ImprintName")


def _published(product: Element) -> str:
    """Returns the publication date (list 163, role 01) as ISO date, year-month or year; as given when it is none of these."""
    detail = product.first("PublishingDetail")
    dates = detail.all("PublishingDate") if detail is not None else []
    date = next((date.words("Date") for date in dates if date.words("PublishingDateRole") == _PUBLICATION_DATE), "")
    if not date.isdigit() or len(date) not in (6, 8):
        return date
    return "-".join(part for part in (date[:4], date[4:6], date[6:8]) if part)


def _price_elements(product: Element) -> Iterator[Element]:
    for supply in product.all("ProductSupply"):
        for detail in supply.all("SupplyDetail"):
            yield from detail.all("Price")


def _price(price: Element) -> Price | Finding | None:
    text = price.words("PriceAmount")
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < _LARGEST_AMOUNT:
        return Finding(Code.INVALID_PRICE, f"{text!r} is not an amount", Severity.WARNING, price.line)
    return Price(price.words("PriceType"), amount, price.words("CurrencyCode"))
