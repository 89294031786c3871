"""Writes records as ONIX 3.0 with reference tags, by the table. Reading what was written returns the records.

ONIX cannot carry, and so leaves out: identifiers' qualifiers and invalid ones, numbers of the BNB; a part's title;
characters not filed by that are no first word; other titles without a title; years of life in other words; a
contributor's role in words that list 17 lacks, and other numbers than ISNI, ORCID, LC and GND; the extent in words;
accompanying material; RDA's media and carrier other than those of the form; notes that are general, on other forms or
on language; genres; a subject's edition or mark as main among keywords and names; relations of translations, titles of
related books, that they are other editions, and their language; links other than to covers and samples; the cataloguing
source; data of copies; the remainder. Primary and secondary school are one audience in list 28; a price that is not OTHER
must say whether it includes tax.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lxml import etree

from shared.formats.onix.composites.supply import write_offers
from shared.formats.onix.elements import Element, add
from shared.formats.onix.table import BLOCKS, ROWS, Writer
from shared.records import Change, Record

_NAMESPACE = "http://ns.editeur.org/onix/3.0/reference"
_NOTIFICATIONS = {Change.FULL: "03", Change.PART: "04", Change.WITHDRAWN: "05"}
"""List 1: confirmed, block update, deletion."""
_DESCRIPTIVE = "DescriptiveDetail"
_ALWAYS_WRITTEN = 2  # composition and form


def write_message(records: Iterable[Record], *, sender: str, sent_at: datetime) -> bytes:
    """Returns a message with the records, in UTF-8. Raises ValueError for text that XML 1.0 cannot hold, such as a NUL."""
    root = etree.Element("ONIXMessage", {"release": "3.0"})
    root.set("xmlns", _NAMESPACE)
    header = add(root, "Header")
    add(add(header, "Sender"), "SenderName", sender)
    add(header, "SentDateTime", f"{sent_at:%Y%m%dT%H%M%S%z}")
    for record in records:
        _write_product(root, record)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _write_product(root: Element, record: Record) -> None:
    product = add(root, "Product")
    add(product, "RecordReference", record.reference or record.isbn)
    add(product, "NotificationType", _NOTIFICATIONS[record.change])
    for write in _writers(""):
        write(product, record.description)
    for name in BLOCKS:
        block = etree.Element(name)
        for write in _writers(name):
            write(block, record.description)
        if len(block) and not (name == _DESCRIPTIVE and _states_nothing(block, record)):
            product.append(block)
    write_offers(product, record.offers)


def _states_nothing(block: Element, record: Record) -> bool:
    """Returns whether an update or deletion would state no more than that the form is unknown."""
    return record.change is not Change.FULL and len(block) == _ALWAYS_WRITTEN and not record.description.form


def _writers(block: str) -> list[Writer]:
    return [row.write for row in ROWS if row.write is not None and row.place.rpartition("/")[0] == block]
