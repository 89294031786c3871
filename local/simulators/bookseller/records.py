"""The bookseller's catalogue, a CSV of isbn,title,author,publisher,year,binding,price, and ONIX 3.0 made from it. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

_NAMESPACE = "http://ns.editeur.org/onix/3.0/reference"
_FORMS = {"hardback": "BB", "paperback": "BC", "board book": "BH", "audio cd": "AC"}

Row = Mapping[str, str]


def read_catalogue(text: str) -> dict[str, Row]:
    """Returns rows by ISBN, in the order of the file. Columns are found by their headings."""
    return {row["isbn"].strip(): row for row in csv.DictReader(io.StringIO(text)) if row.get("isbn")}


def read_request(body: bytes) -> list[str]:
    """Returns the ISBNs of a request, without its heading."""
    lines = [line.strip() for line in body.decode("ascii", "replace").splitlines()]
    return [line for line in lines if line and line != "isbn"]


def onix(rows: Sequence[Row], sent_at: str, sender: str) -> bytes:
    """Returns an ONIX 3.0 message with reference tags."""
    register_namespace("", _NAMESPACE)
    message = Element(f"{{{_NAMESPACE}}}ONIXMessage", release="3.0")
    header = _add(message, "Header")
    _add(_add(header, "Sender"), "SenderName", sender)
    _add(header, "SentDateTime", sent_at)
    for row in rows:
        _product(message, row)
    text: str = tostring(message, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _add(parent: Element, name: str, text: str | None = None) -> Element:
    element = SubElement(parent, f"{{{_NAMESPACE}}}{name}")
    element.text = text
    return element


def _product(message: Element, row: Row) -> None:
    product = _add(message, "Product")
    _add(product, "RecordReference", f"supply.{row['isbn']}")
    _add(product, "NotificationType", "03")
    identifier = _add(product, "ProductIdentifier")
    _add(identifier, "ProductIDType", "15")
    _add(identifier, "IDValue", row["isbn"])
    _description(_add(product, "DescriptiveDetail"), row)
    publishing = _add(product, "PublishingDetail")
    if row.get("publisher"):
        publisher = _add(publishing, "Publisher")
        _add(publisher, "PublishingRole", "01")
        _add(publisher, "PublisherName", row["publisher"])
    if row.get("year"):
        date = _add(publishing, "PublishingDate")
        _add(date, "PublishingDateRole", "01")
        _add(date, "Date", row["year"])
    if row.get("price"):
        _supply(_add(product, "ProductSupply"), row["price"])


def _description(detail: Element, row: Row) -> None:
    _add(detail, "ProductComposition", "00")
    _add(detail, "ProductForm", _FORMS.get(row.get("binding", "").lower(), "BA"))
    title = _add(detail, "TitleDetail")
    _add(title, "TitleType", "01")
    element = _add(title, "TitleElement")
    _add(element, "TitleElementLevel", "01")
    main, _, subtitle = row.get("title", "").partition(": ")
    _add(element, "TitleText", main)
    if subtitle:
        _add(element, "Subtitle", subtitle)
    if row.get("author"):
        contributor = _add(detail, "Contributor")
        _add(contributor, "SequenceNumber", "1")
        _add(contributor, "ContributorRole", "A01")
        _add(contributor, "PersonNameInverted" if ", " in row["author"] else "PersonName", row["author"])


def _supply(supply: Element, amount: str) -> None:
    detail = _add(supply, "SupplyDetail")
    _add(_add(detail, "Supplier"), "SupplierRole", "04")
    _add(detail, "ProductAvailability", "21")
    price = _add(detail, "Price")
    _add(price, "PriceType", "02")
    _add(price, "PriceAmount", amount)
    _add(price, "CurrencyCode", "GBP")
