"""Reads the items of a ship notice (ItemDetail), their copies (CopyDetail), and the MARC records in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from shared.formats import marc
from shared.formats.editx import codes
from shared.formats.editx.codes import Code
from shared.formats.editx.fields import Fields
from shared.formats.editx.model import Copy, Description, Fund, Identifier, Item, Price, Tax
from shared.records import Record

_BARCODES = ("AppliedCopyNumber", "Barcode", "ItemID", "ItemNumber")


def read_item(item: Fields) -> Item:
    """Reads one ItemDetail."""
    ids = tuple(_identifiers(item))
    isbn = Item(ids=ids).isbn
    copies = tuple(_copy(copy, isbn) for copy in item.all("CopyDetail"))
    found = Item(
        line=item.words("LineNumber"),
        ids=ids,
        description=_description(item),
        quantity=item.quantity("QuantityShipping"),
        references=item.references(),
        prices=tuple(_prices(item)),
        copies=copies,
        records=_records(item, isbn),
    )
    if not found.isbn:
        item.odd(Code.NO_PRODUCT_ID, f"item {found.line!r} has no valid EAN13 or ISBN")
    copied = sum(1 if copy.quantity is None else copy.quantity for copy in copies)
    if copies and found.quantity is not None:
        text = f"item {found.line!r}: QuantityShipping is {found.quantity}, but its copies add up to {copied}"
        item.counted(Code.COPIES_DIFFER, text, found.quantity, copied)
    return found


def _identifiers(item: Fields) -> Iterator[Identifier]:
    for one in item.all("ProductID"):
        if value := one.words("Identifier"):
            yield Identifier(codes.product_id_type(one.words("ProductIDType")), value)


def _description(item: Fields) -> Description:
    return Description(
        title=item.words("ItemDescription", "Title"),
        author=item.words("ItemDescription", "Author"),
        publisher=item.words("ItemDescription", "PublisherName"),
        year=item.words("ItemDescription", "YearOfPublication"),
        edition=item.words("ItemDescription", "EditionStatement"),
        series=item.words("ItemDescription", "SeriesTitle"),
        form=item.words("ItemDescription", "ProductForm"),
    )


def _prices(item: Fields) -> Iterator[Price]:
    for detail in item.all("PricingDetail"):
        for price in detail.all("Price"):
            money = price.money()
            if money is not None:
                tax = next((Tax(one.words("TaxTypeCode"), one.decimal("Percent")) for one in price.all("Tax")), None)
                yield Price(price.words("PriceQualifierCode"), money, price.words("CountryCode"), tax)


def _copy(copy: Fields, isbn: str) -> Copy:
    return Copy(
        sub_line=copy.words("SubLineNumber"),
        quantity=copy.quantity("CopyQuantity"),
        deliver_to=copy.words("DeliverToLocation"),
        destination=copy.words("DestinationLocation"),
        location=copy.words("LocationCode"),
        numbers=copy.texts("CopyNumber"),
        barcodes=tuple(text for name in _BARCODES for text in copy.texts(name)),
        processing=copy.texts("ProcessingInstructionCode"),
        call_number=copy.words("LocalCallNumber"),
        value=next((value.money() for value in copy.all("CopyValue")), None),
        funds=tuple(
            Fund(fund.words("FundNumber"), fund.decimal("MonetaryAmount"))
            for fund in copy.all("FundDetail")
            if fund.words("FundNumber")
        ),
        records=_records(copy, isbn),
    )


def _records(part: Fields, isbn: str) -> tuple[Record, ...]:
    """Reads the MARC records in Message elements of type 04. Senders write them as escaped text or as elements.

    A record that has no ISBN is about the book of its item.
    """
    found: list[Record] = []
    for message in part.all("Message"):
        if message.words("MessageType").lstrip("0") != codes.MARC_RECORD.lstrip("0"):
            continue
        reading = _marc(message, isbn)
        found += reading.records
        line = message.element.line
        findings = [*(finding for record in reading.records for finding in record.findings), *reading.findings]
        message.findings += [replace(finding, segment=line) for finding in findings if finding.code != marc.Code.NOT_CARRIED]
    return tuple(found)


def _marc(message: Fields, isbn: str) -> marc.Reading:
    lines = message.element.all("MessageLine")
    roots = [child for line in lines for child in line.children]
    if roots:
        collected = [record for root in roots for record in ([root] if root.name == "record" else root.all("record"))]
        return marc.of_elements(collected, isbn=isbn)
    return marc.read_xml("".join(line.text for line in lines), isbn=isbn)
