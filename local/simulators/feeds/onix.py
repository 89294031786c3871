"""Writes books as ONIX 3 messages, as a bookseller sends them: whole records, block updates of supply, deletions.

Products are written one by one, so that a message of any length takes the memory of one product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lxml import etree

from local.simulators.feeds.book import FEEDS, Book, Bookseller, Contributor, Offer
from local.simulators.feeds.books import TODAY
from local.simulators.feeds.onix_tags import SHORT_TAGS

CONFIRMED, UPDATE, DELETE = "03", "04", "05"

_NAMESPACE = "http://ns.editeur.org/onix/{release}/{tags}"
_SCHEME_OF_THEMA, _SCHEME_OF_BIC, _SCHEME_OF_BISAC, _SCHEME_OF_DEWEY, _SCHEME_OF_LC = "93", "12", "10", "01", "04"
_KEYWORDS = "20"
_FORTHCOMING, _ACTIVE, _OUT_OF_PRINT = "02", "04", "07"

_add = etree.SubElement


def onix_chunks(
    books: Iterable[Book],
    *,
    sender: str,
    release: str = "3.0",
    short: bool = False,
    record: Callable[[Book], etree._Element] | None = None,
) -> Iterator[bytes]:
    """Yields an ONIX message: its beginning with the header, one chunk per book, its end.

    `sender` is a name; `release` is 3.0 or 3.1; `short` writes short tags. `record` makes the product of a book
    and so decides its notification: by default `product`, else for example `supply_update` for some books.
    """
    make = record or product
    yield beginning(sender, release, short=short)
    for book in books:
        yield written(make(book), short=short)
    yield ending(short=short)


def product(book: Book, notification: str = CONFIRMED, *, by: Bookseller = FEEDS) -> etree._Element:
    """Returns a whole record. `notification` is a code of ONIX list 1: 01 early, 02 advance, 03 confirmed, 04 update."""
    element = _begun(book, notification, by)
    _description(_add(element, "DescriptiveDetail"), book)
    if book.summary or book.contents or book.cover:
        _collateral(_add(element, "CollateralDetail"), book)
    _publishing(_add(element, "PublishingDetail"), book)
    if book.related:
        _related(_add(element, "RelatedMaterial"), book)
    _supply(_add(element, "ProductSupply"), book, by)
    return element


def supply_update(book: Book) -> etree._Element:
    """Returns a block update: notification 04 with identifiers and the block of supply only, which replaces the earlier one."""
    element = _begun(book, UPDATE, FEEDS)
    _supply(_add(element, "ProductSupply"), book, FEEDS)
    return element


def deletion(book: Book) -> etree._Element:
    """Returns the record that deletes the book's record: notification 05 with identifiers only."""
    return _begun(book, DELETE, FEEDS)


def written(element: etree._Element, *, short: bool = False) -> bytes:
    """Returns a product as bytes without a namespace declaration: it inherits the message's."""
    if short:
        for one in element.iter():
            one.tag = SHORT_TAGS[one.tag]
    content: bytes = etree.tostring(element, encoding="UTF-8", xml_declaration=False)
    return content + b"\n"


def beginning(sender: str, release: str = "3.0", *, short: bool = False, sent_at: str = f"{TODAY}T0600Z") -> bytes:
    """Returns what precedes the products of a message: declaration, start tag, header."""
    namespace = _NAMESPACE.format(release=release, tags="short" if short else "reference")
    message = etree.Element("ONIXMessage")
    header = _add(message, "Header")
    _text(_add(header, "Sender"), "SenderName", sender)
    _text(header, "MessageNumber", "1")
    _text(header, "SentDateTime", sent_at)
    name, _, rest = written(message, short=short).partition(b">")
    opened = f' xmlns="{namespace}" release="{release}">\n'.encode()
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + name + opened + rest.rpartition(b"</")[0] + b"\n"


def ending(*, short: bool = False) -> bytes:
    """Returns the end tag of a message."""
    return f"</{SHORT_TAGS['ONIXMessage'] if short else 'ONIXMessage'}>\n".encode()


def _text(parent: etree._Element, name: str, text: str) -> None:
    _add(parent, name).text = text


def _begun(book: Book, notification: str, by: Bookseller) -> etree._Element:
    """Returns a product with the bookseller's own number, the GTIN and the ISBN (ONIX list 5)."""
    element = etree.Element("Product")
    _text(element, "RecordReference", f"{by.code}.example.{book.isbn}")
    _text(element, "NotificationType", notification)
    _text(element, "RecordSourceType", "05")
    own = _add(element, "ProductIdentifier")
    _text(own, "ProductIDType", "01")
    _text(own, "IDTypeName", f"Number of {by.name}")
    _text(own, "IDValue", str(book.number))
    for kind in ("03", "15"):
        _identifier(element, kind, book.isbn)
    return element


def _identifier(parent: etree._Element, kind: str, value: str) -> None:
    identifier = _add(parent, "ProductIdentifier")
    _text(identifier, "ProductIDType", kind)
    _text(identifier, "IDValue", value)


def _description(detail: etree._Element, book: Book) -> None:
    _text(detail, "ProductComposition", "00")
    _text(detail, "ProductForm", book.form.code)
    if book.form.detail:
        _text(detail, "ProductFormDetail", book.form.detail)
    _measures(detail, book)
    if book.series:
        _series(detail, *book.series)
    _title(detail, book)
    for place, contributor in enumerate(book.contributors, start=1):
        _contributor(detail, place, contributor)
    if book.edition > 1:
        _text(detail, "EditionNumber", str(book.edition))
    if book.title.language:
        language = _add(detail, "Language")
        _text(language, "LanguageRole", "01")
        _text(language, "LanguageCode", book.title.language)
    if book.extent.pages:
        extent = _add(detail, "Extent")
        _text(extent, "ExtentType", "00")
        _text(extent, "ExtentValue", str(book.extent.pages))
        _text(extent, "ExtentUnit", "03")
    _subjects(detail, book)
    _audience(detail, book.ages)


def _measures(detail: etree._Element, book: Book) -> None:
    """Writes height, width and thickness in millimetres, and weight in grams (ONIX lists 48 and 50)."""
    extent = book.extent
    sizes = (("01", extent.height, "mm"), ("02", extent.width, "mm"), ("03", extent.thickness, "mm"), ("08", extent.grams, "gr"))
    for kind, size, unit in sizes if extent.height else ():
        measure = _add(detail, "Measure")
        _text(measure, "MeasureType", kind)
        _text(measure, "Measurement", str(size))
        _text(measure, "MeasureUnitCode", unit)


def _series(detail: etree._Element, name: str, part: int) -> None:
    collection = _add(detail, "Collection")
    _text(collection, "CollectionType", "10")
    title = _add(collection, "TitleDetail")
    _text(title, "TitleType", "01")
    element = _add(title, "TitleElement")
    _text(element, "TitleElementLevel", "02")
    if part:
        _text(element, "PartNumber", str(part))
    _text(element, "TitleText", name)


def _title(detail: etree._Element, book: Book) -> None:
    title = _add(detail, "TitleDetail")
    _text(title, "TitleType", "01")
    element = _add(title, "TitleElement")
    _text(element, "TitleElementLevel", "01")
    if book.title.prefix:
        _text(element, "TitlePrefix", book.title.prefix)
        _text(element, "TitleWithoutPrefix", book.title.text)
    else:
        _text(element, "TitleText", book.title.text)
    if book.title.subtitle:
        _text(element, "Subtitle", book.title.subtitle)


def _contributor(detail: etree._Element, place: int, contributor: Contributor) -> None:
    element = _add(detail, "Contributor")
    _text(element, "SequenceNumber", str(place))
    _text(element, "ContributorRole", contributor.role)
    _text(element, "PersonName", contributor.person.name)
    _text(element, "PersonNameInverted", contributor.person.inverted)
    if contributor.person.before:
        _text(element, "NamesBeforeKey", contributor.person.before)
    _text(element, "KeyNames", contributor.person.key)


def _subjects(detail: etree._Element, book: Book) -> None:
    """Writes subjects in each scheme of ONIX list 27; the first in Thema is the main one."""
    for place, subject in enumerate(book.subjects):
        _subject(detail, _SCHEME_OF_THEMA, subject.thema, main=place == 0)
        _subject(detail, _SCHEME_OF_BIC, subject.bic)
        _subject(detail, _SCHEME_OF_BISAC, subject.bisac)
    for scheme, code in book.qualifiers:
        _subject(detail, scheme, code)
    if book.shelved:
        _subject(detail, _SCHEME_OF_DEWEY, book.subjects[0].dewey)
    if book.headed:
        _heading(detail, _SCHEME_OF_LC, book.subjects[0].heading)
    if book.keywords:
        _heading(detail, _KEYWORDS, "; ".join(book.keywords))


def _subject(detail: etree._Element, scheme: str, code: str, *, main: bool = False) -> None:
    if not code:
        return
    element = _add(detail, "Subject")
    if main:
        _add(element, "MainSubject")
    _text(element, "SubjectSchemeIdentifier", scheme)
    _text(element, "SubjectCode", code)


def _heading(detail: etree._Element, scheme: str, text: str) -> None:
    element = _add(detail, "Subject")
    _text(element, "SubjectSchemeIdentifier", scheme)
    _text(element, "SubjectHeadingText", text)


def _audience(detail: etree._Element, ages: tuple[int, int] | None) -> None:
    """Writes general or children's audience (ONIX lists 28 and 29), and the range of ages in years (lists 30 and 31)."""
    audience = _add(detail, "Audience")
    _text(audience, "AudienceCodeType", "01")
    _text(audience, "AudienceCodeValue", "02" if ages else "01")
    if ages:
        element = _add(detail, "AudienceRange")
        _text(element, "AudienceRangeQualifier", "17")
        for precision, age in zip(("03", "04"), ages, strict=True):
            _text(element, "AudienceRangePrecision", precision)
            _text(element, "AudienceRangeValue", str(age))


def _collateral(detail: etree._Element, book: Book) -> None:
    """Writes description (ONIX list 153: 03), table of contents (04) and the link to the cover."""
    for kind, text in (("03", book.summary), ("04", "\n".join(book.contents))):
        if text:
            content = _add(detail, "TextContent")
            _text(content, "TextType", kind)
            _text(content, "ContentAudience", "00")
            _text(content, "Text", text)
    if book.cover:
        _cover(detail, book.cover)


def _cover(detail: etree._Element, url: str) -> None:
    resource = _add(detail, "SupportingResource")
    _text(resource, "ResourceContentType", "01")
    _text(resource, "ContentAudience", "00")
    _text(resource, "ResourceMode", "03")
    version = _add(resource, "ResourceVersion")
    _text(version, "ResourceForm", "02")
    _text(version, "ResourceLink", url)


def _publishing(detail: etree._Element, book: Book) -> None:
    if book.publisher.name:
        _text(_add(detail, "Imprint"), "ImprintName", book.publisher.imprint)
        publisher = _add(detail, "Publisher")
        _text(publisher, "PublishingRole", "01")
        _text(publisher, "PublisherName", book.publisher.name)
    if book.publisher.place:
        _text(detail, "CityOfPublication", book.publisher.place)
    status = _FORTHCOMING if book.forthcoming else _OUT_OF_PRINT if book.out_of_print else _ACTIVE
    _text(detail, "PublishingStatus", status)
    if book.published:
        date = _add(detail, "PublishingDate")
        _text(date, "PublishingDateRole", "01")
        _text(date, "Date", book.published)
        if len(book.published) == len("YYYY"):
            date[-1].set("dateformat", "05")


def _related(material: etree._Element, book: Book) -> None:
    for relation, isbn in book.related:
        related = _add(material, "RelatedProduct")
        _text(related, "ProductRelationCode", relation)
        _identifier(related, "15", isbn)


def _supply(supply: etree._Element, book: Book, by: Bookseller) -> None:
    _text(_add(_add(supply, "Market"), "Territory"), "CountriesIncluded", "GB IE")
    detail = _add(supply, "SupplyDetail")
    supplier = _add(detail, "Supplier")
    _text(supplier, "SupplierRole", "04")
    _text(supplier, "SupplierName", by.name)
    _text(detail, "ProductAvailability", book.offer.availability)
    if book.forthcoming:
        date = _add(detail, "SupplyDate")
        _text(date, "SupplyDateRole", "08")
        _text(date, "Date", book.published)
    stock = _add(detail, "Stock")
    _text(stock, "OnHand", str(book.offer.on_hand))
    _text(stock, "OnOrder", str(book.offer.on_order))
    if book.offer.pence:
        _price(_add(detail, "Price"), book.offer)


def _price(price: etree._Element, offer: Offer) -> None:
    _text(price, "PriceType", "02")
    _text(price, "PriceAmount", f"{offer.pence // 100}.{offer.pence % 100:02d}")
    tax = _add(price, "Tax")
    _text(tax, "TaxType", "01")
    _text(tax, "TaxRateCode", "S" if offer.tax_percent else "Z")
    _text(tax, "TaxRatePercent", str(offer.tax_percent))
    _text(price, "CurrencyCode", "GBP")
