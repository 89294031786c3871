"""Writes a LibraryShipNotice exactly: reading it back gives the same values, and its summary adds up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from shared.formats import marc
from shared.formats.editx import codes
from shared.formats.editx.model import Copy, Identifier, Item, Money, Party, Price, Reference, ShipNotice
from shared.formats.xml import XmlWriter
from shared.records import Record


def write(notice: ShipNotice) -> bytes:
    """Returns the document's bytes. Raises ValueError for text that XML cannot hold.

    The moment of issue is written with its offset from UTC, dates as CCYYMMDD, MARC records escaped in messages of type 04.
    """
    out = XmlWriter("LibraryShipNotice", {"version": "1.0"})
    with out.inside("Header"):
        _header(out, notice)
    for item in notice.items:
        with out.inside("ItemDetail"):
            _item(out, item)
    with out.inside("Summary"):
        out.leaf("NumberOfLines", str(len(notice.items)))
        out.leaf("UnitsShipped", str(sum(item.quantity or 0 for item in notice.items)))
    return out.finish()


def _leaf(out: XmlWriter, name: str, text: object) -> None:
    """Writes an element, unless the value is None or empty."""
    if text is not None and text != "":
        out.leaf(name, f"{text:f}" if isinstance(text, Decimal) else str(text))


def _header(out: XmlWriter, notice: ShipNotice) -> None:
    _leaf(out, "ShipNoticeNumber", notice.number)
    _leaf(out, "IssueDateTime", notice.issued and notice.issued.isoformat(timespec="seconds"))
    _leaf(out, "PurposeCode", notice.purpose)
    for day, qualifier in ((notice.shipped, codes.DATE_SHIPPED), (notice.expected, codes.DATE_EXPECTED)):
        if day is not None:
            with out.inside("DateCoded"):
                out.leaf("Date", _day(day))
                out.leaf("DateQualifierCode", qualifier)
    _references(out, notice.references)
    _party(out, "BuyerParty", notice.buyer)
    _party(out, "SellerParty", notice.seller)


def _day(day: date) -> str:
    return day.isoformat().replace("-", "")


def _party(out: XmlWriter, name: str, party: Party) -> None:
    if party == Party():
        return
    with out.inside(name):
        for identifier in party.ids:
            _identifier(out, "Party", identifier)
        if party.name:
            with out.inside("PartyName"):
                out.leaf("NameLine", party.name)


def _identifier(out: XmlWriter, what: str, identifier: Identifier) -> None:
    with out.inside(f"{what}ID"):
        _leaf(out, f"{what}IDType", identifier.type)
        out.leaf("Identifier", identifier.value)


def _references(out: XmlWriter, references: tuple[Reference, ...]) -> None:
    for reference in references:
        with out.inside("ReferenceCoded"):
            _leaf(out, "ReferenceTypeCode", reference.type)
            out.leaf("ReferenceNumber", reference.number)
            _leaf(out, "ReferenceDate", reference.date and _day(reference.date))


def _item(out: XmlWriter, item: Item) -> None:
    _leaf(out, "LineNumber", item.line)
    for identifier in item.ids:
        _identifier(out, "Product", identifier)
    with out.inside("ItemDescription"):
        description = item.description
        _leaf(out, "ProductForm", description.form)
        _leaf(out, "Title", description.title)
        _leaf(out, "Author", description.author)
        _leaf(out, "SeriesTitle", description.series)
        _leaf(out, "EditionStatement", description.edition)
        _leaf(out, "PublisherName", description.publisher)
        _leaf(out, "YearOfPublication", description.year)
    _leaf(out, "QuantityShipping", item.quantity)
    _references(out, item.references)
    for price in item.prices:
        with out.inside("PricingDetail"), out.inside("Price"):
            _price(out, price)
    for copy in item.copies:
        with out.inside("CopyDetail"):
            _copy(out, copy)
    _records(out, item.records)


def _price(out: XmlWriter, price: Price) -> None:
    _money(out, price.money)
    _leaf(out, "CountryCode", price.country)
    _leaf(out, "PriceQualifierCode", price.qualifier)
    if price.tax is not None:
        with out.inside("Tax"):
            _leaf(out, "TaxTypeCode", price.tax.type)
            _leaf(out, "Percent", price.tax.percent)


def _money(out: XmlWriter, money: Money) -> None:
    _leaf(out, "MonetaryAmount", money.amount)
    _leaf(out, "CurrencyCode", money.currency)


def _copy(out: XmlWriter, copy: Copy) -> None:
    _leaf(out, "SubLineNumber", copy.sub_line)
    _leaf(out, "CopyQuantity", copy.quantity)
    for number in copy.numbers:
        out.leaf("CopyNumber", number)
    _leaf(out, "DeliverToLocation", copy.deliver_to)
    _leaf(out, "DestinationLocation", copy.destination)
    for code in copy.processing:
        out.leaf("ProcessingInstructionCode", code)
    for barcode in copy.barcodes:
        out.leaf("AppliedCopyNumber", barcode)
    if copy.value is not None:
        with out.inside("CopyValue"):
            _money(out, copy.value)
    _leaf(out, "LocationCode", copy.location)
    _leaf(out, "LocalCallNumber", copy.call_number)
    for fund in copy.funds:
        with out.inside("FundDetail"):
            out.leaf("FundNumber", fund.number)
            _leaf(out, "MonetaryAmount", fund.amount)
    _records(out, copy.records)


def _records(out: XmlWriter, records: tuple[Record, ...]) -> None:
    for record in records:
        with out.inside("Message"):
            out.leaf("MessageType", codes.MARC_RECORD)
            out.leaf("MessageLine", marc.write_xml([record]).decode())
