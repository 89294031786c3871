"""One record as a title to order: what it is, for whom its copies are, and what is wrong or unusual in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.findings import Finding, Severity
from shared.formats.marc import codes
from shared.formats.marc.draft import Draft
from shared.formats.marc.numbers import price_in
from shared.formats.marc.order_data.copies import MappedRecord, OrderedCopies, copies_in
from shared.formats.marc.order_data.mapping import OrderMapping, tag_of
from shared.formats.marc.order_data.words import LONGEST_NUMBER, LONGEST_REFERENCE, Code, RecordFinding, Unmappable
from shared.formats.marc.records import CutRecord, record_of
from shared.formats.marc.table import READERS
from shared.records import Change, IdentifierKind, Price, Record
from shared.values import isbn13_or_text

_LONGEST = {"title": 500, "author": 300, "note": 500}
_ISBNS = (IdentifierKind.ISBN13, IdentifierKind.ISBN10)
# The tags that findings of the format are about.
_TAGS: Mapping[str, str] = {
    codes.Code.NO_ISBN: "020",
    codes.Code.INVALID_ISBN: "020",
    codes.Code.NO_TITLE: "245",
    codes.Code.LENGTH: "LDR",
    codes.Code.CHARSET: "LDR",
    codes.Code.UNREADABLE: "LDR",
}
# What a person who orders must know of a record's findings; that a price is missing is said of the line.
_SHOWN = frozenset({*_TAGS, codes.Code.REPLACED}) - {codes.Code.NO_ISBN}


@dataclass(frozen=True, slots=True)
class OrderedTitle:
    """What one record, the one with this number in its file, proposes to order. A text is "" where nothing is stated.

    `copies` describe fewer than `quantity` where the record leaves some open.
    """

    number: int
    isbn: str
    title: str
    author: str
    quantity: int
    copies: tuple[OrderedCopies, ...]
    price: Price | None
    note: str
    reference: str
    selection_number: str
    findings: tuple[RecordFinding, ...]


def title_of(cut: CutRecord, mapping: OrderMapping, supplier_id: str) -> OrderedTitle | RecordFinding:
    """Returns what a record proposes to order at a supplier; why it is kept aside where it cannot be mapped."""
    number = cut.origin.number
    record = record_of(*cut)
    if isinstance(record, Finding):
        text = f"{record.text}; add a valid ISBN to the record"
        return RecordFinding(number, tag_for(record), record.code, Severity.ERROR, text)
    mapped = MappedRecord(cut.marc.fields, mapping)
    try:
        return _title(record, mapped, supplier_id)
    except Unmappable as fault:
        return RecordFinding(number, fault.tag, fault.code, Severity.ERROR, fault.text)


def tag_for(finding: Finding) -> str:
    """Returns the tag that a finding of the format is about; "" for the record as a whole."""
    return _TAGS.get(finding.code, "")


def _title(record: Record, mapped: MappedRecord, supplier_id: str) -> OrderedTitle:
    _check(record, mapped, supplier_id)
    copies, quantity = copies_in(mapped)
    places = mapped.mapping.places
    findings = list(_findings(record))
    reference = mapped.first(places.reference)
    if len(reference) > LONGEST_REFERENCE:
        text = (
            f"the supplier's reference has {len(reference)} characters, at most {LONGEST_REFERENCE} can go back; it is not used"
        )
        findings.append(RecordFinding(record.number, tag_of(places.reference[0]), Code.REFERENCE, Severity.WARNING, text))
        reference = ""
    price, odd = _price(mapped, record.number)
    texts = {"title": _words(record), "author": _author(mapped), "note": mapped.first(places.note)}
    cut = [_cut(record.number, name, text) for name, text in texts.items() if len(text) > _LONGEST[name]]
    return OrderedTitle(
        number=record.number,
        isbn=record.isbn,
        title=texts["title"][: _LONGEST["title"]],
        author=texts["author"][: _LONGEST["author"]],
        quantity=quantity,
        copies=tuple(copies),
        price=price,
        note=texts["note"][: _LONGEST["note"]],
        reference=reference,
        selection_number=mapped.first(places.selection_number),
        findings=(*findings, *odd, *cut),
    )


def _check(record: Record, mapped: MappedRecord, supplier_id: str) -> None:
    """Checks that the record proposes something, to this supplier. Raises Unmappable."""
    mapping = mapped.mapping
    places = mapping.places
    if record.change is Change.WITHDRAWN:
        raise Unmappable("LDR", Code.WITHDRAWN, "the record is marked as deleted (LDR/05); leave it out, or ask the supplier")
    if not mapped.fields(mapping.copies.tag) and not mapped.first((*places.branch, *places.fund, *places.quantity)):
        text = (
            f"no field {mapping.copies.tag}, branch, fund or quantity is in it; correct the mapping, or order the title by hand"
        )
        raise Unmappable(mapping.copies.tag, Code.NO_ORDER_DATA, text)
    stated = mapped.first(places.vendor)
    if stated and mapped.translated("vendor", stated) != supplier_id:
        text = (
            f"the record is for vendor {stated[:40]!r}, the mapping for supplier {supplier_id!r}: "
            "translate the code in `codes.vendor`, or use the other supplier's mapping"
        )
        raise Unmappable(tag_of(places.vendor[0]), Code.OTHER_VENDOR, text)
    if len(mapped.first(places.selection_number)) > LONGEST_NUMBER:
        text = f"the number of the selection has more than {LONGEST_NUMBER} characters; name another in the request"
        raise Unmappable(tag_of(places.selection_number[0]), Code.NUMBER_TOO_LONG, text)


def _cut(number: int, name: str, text: str) -> RecordFinding:
    words = f"the {name} has {len(text)} characters; the line has the first {_LONGEST[name]}"
    return RecordFinding(number, "", Code.CUT, Severity.INFO, words)


def _words(record: Record) -> str:
    title = record.description.title
    if title is None:
        return ""
    return ": ".join(filter(None, (". ".join(filter(None, (title.title, title.part_number, title.part_title))), title.subtitle)))


def _author(mapped: MappedRecord) -> str:
    """Returns the main entry, as it is filed."""
    for tag in ("100", "110", "111"):
        draft = Draft()
        for field in mapped.fields(tag)[:1]:
            READERS[tag](draft, field)
        for found in draft.contributors:
            return found.sort_name or found.name
    return ""


def _findings(record: Record) -> Iterator[RecordFinding]:
    number = record.number
    for one in record.findings:
        if one.code in _SHOWN:
            yield RecordFinding(number, tag_for(one), one.code, Severity.WARNING, one.text)
    stated = [one.value for one in record.description.identifiers if one.kind in _ISBNS]
    others = [isbn for isbn in stated if isbn13_or_text(isbn) != record.isbn]
    if others:
        text = f"ordered as {record.isbn}, the first valid ISBN; the record also has {', '.join(others[:10])}"
        yield RecordFinding(number, "020", Code.OTHER_ISBN, Severity.INFO, text)


def _price(mapped: MappedRecord, number: int) -> tuple[Price | None, Sequence[RecordFinding]]:
    """Returns the price of one copy: at its places, else in 020 $c and 365 $b; and what is unusual about it."""
    currency = mapped.mapping.currency
    stated = list(mapped.texts(mapped.mapping.places.unit_price)) or list(mapped.texts(("020$c",)))
    if not stated:
        currency = mapped.first(("365$c",))[:3] or currency
        stated = list(mapped.texts(("365$b",)))
    read = [(place, text, price_in(text, currency)) for place, text in stated]
    unread = [(place, text) for place, text, price in read if price is None]
    amounts = dict.fromkeys(price for _, _, price in read if price is not None and price.minor > 0)
    odd = [
        RecordFinding(
            number,
            tag_of(place),
            Code.PRICE,
            Severity.WARNING,
            f"no amount can be read in {text[:40]!r} ({place}); add the price",
        )
        for place, text in unread[:1]
        if not amounts
    ]
    if len(amounts) > 1:
        text = f"{len(amounts)} prices are stated; the line has the first, check it"
        odd.append(RecordFinding(number, tag_of(read[0][0]), Code.PRICES_DIFFER, Severity.WARNING, text))
    return next(iter(amounts), None), odd
