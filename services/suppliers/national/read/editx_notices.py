"""Reads an EDItX LibraryShipNotice as despatches, and its embedded MARC records as records. Pure and tolerant."""

from __future__ import annotations

from collections.abc import Iterator

from services.suppliers.contract import AdvisedLine, DespatchFact, Fact, Kind, Reading
from services.suppliers.national.order_numbers import of_the_council
from services.suppliers.national.read.codes import Odd, odd
from services.suppliers.national.read.goods import AdvisedGoods, Notice, despatches_of
from services.suppliers.national.read.lines import Findings, is_count, number_of, numbered
from services.suppliers.national.read.records import of_book
from services.suppliers.national.read.translation import Conventions
from shared.contracts.stated import StatedItem
from shared.contracts.suppliers import CopyReference
from shared.findings import FindingList, Severity
from shared.formats import editx
from shared.formats.editx import BUYER_LINE, BUYER_ORDER, Copy, Item, ShipNotice
from shared.records import Record

ROOT = "LibraryShipNotice"
_MOST_COPIES = 1_000
_PARTY_NUMBERS = ("GLN", "SAN", "BuyerAssignedID", "VendorAssignedID")


def read_ship_notice(body: bytes, conventions: Conventions) -> Reading:
    """Reads one notice: a despatch for each place of delivery, and a record for each embedded MARC record."""
    reading = editx.read(body)
    findings: Findings = FindingList(reading.findings)
    notice = reading.notice
    if notice is None:
        return Reading(Kind.DESPATCH, (), tuple(findings))
    facts: list[Fact] = [*_despatches(notice, conventions, findings), *_records(notice)]
    sender = next((number for kind in _PARTY_NUMBERS if (number := notice.seller.id_of(kind))), notice.seller.name)
    return Reading(Kind.DESPATCH, tuple(facts), tuple(findings), control_reference=notice.number, sender=sender)


def _despatches(notice: ShipNotice, conventions: Conventions, findings: Findings) -> Iterator[DespatchFact]:
    number = number_of(notice.number, "despatch", findings, code=Odd.NO_DESPATCH_NUMBER)
    if not number:
        return
    goods = [advised for item in notice.items for advised in _goods(item, notice, conventions, findings)]
    yield from despatches_of(Notice(number, notice.shipped, notice.expected), goods, findings)


def _goods(item: Item, notice: ShipNotice, conventions: Conventions, findings: Findings) -> Iterator[AdvisedGoods]:
    """Yields the copies of one ItemDetail by place.

    The notice has no cartons, and only a CopyDetail names a place.
    """
    isbn = item.isbn or next((number.value.strip() for number in item.ids if number.value.strip()), "")
    line_key = item.reference(BUYER_LINE).strip() or None
    counted = bool(item.copies) or (item.quantity or 0) > 0
    if not (isbn or line_key) or not counted:
        code, lacking = (Odd.NO_ISBN, "names no book") if counted else (Odd.INVALID_QUANTITY, "has no usable quantity")
        findings.append(odd(code, f"item {item.line!r} {lacking}; left out", severity=Severity.ERROR))
        return
    ordered = (item.reference(BUYER_ORDER) or _reference(notice, BUYER_ORDER)).strip()
    order_number = of_the_council(ordered, conventions.dialect) or None
    if not item.copies:
        yield AdvisedGoods("", "", AdvisedLine(line_key, order_number, isbn, item.quantity or 0))
    by_place: dict[str, list[Copy]] = {}
    counted = is_count(_number(number) for copy in item.copies for number in copy.numbers)
    for copy in item.copies:
        place = copy.deliver_to.strip() or copy.destination.strip()
        by_place.setdefault(conventions.places.get(place, place), []).append(copy)
    for place, copies in by_place.items():
        references = tuple(one for copy in copies for one in _copies(copy, conventions, counted=counted))
        count = sum(_count(copy) for copy in copies)
        yield AdvisedGoods(place, "", AdvisedLine(line_key, order_number, isbn, count, references))


def _reference(notice: ShipNotice, kind: str) -> str:
    return next((one.number for one in notice.references if one.type == kind), "")


def _count(copy: Copy) -> int:
    stated = copy.quantity if copy.quantity is not None and copy.quantity > 0 else 0
    return stated or max(len(copy.numbers), len(copy.barcodes), 1)


def _number(text: str) -> int | None:
    number = text.strip()
    return int(number) or None if number.isascii() and number.isdigit() and len(number) < 10 else None


def _copies(copy: Copy, conventions: Conventions, *, counted: bool) -> Iterator[CopyReference]:
    """Yields one reference per copy of a CopyDetail: the branch it is shelved at (DestinationLocation), with the CopyNumber and
    barcode of the same position where there is one."""
    shelved = copy.destination.strip()
    branch = conventions.places.get(shelved, shelved) or None
    fund = copy.funds[0].number.strip() or None if len(copy.funds) == 1 else None
    item = _item(copy)
    for place in range(min(_count(copy), _MOST_COPIES)):
        number = _number(copy.numbers[place]) if place < len(copy.numbers) else None
        barcode = copy.barcodes[place].strip() if place < len(copy.barcodes) else ""
        if number or barcode or branch or fund:
            yield CopyReference(**numbered(number, counted=counted), branch=branch, fund=fund, barcode=barcode or None, item=item)


def _item(copy: Copy) -> StatedItem | None:
    """Returns what the notice states about a copy: LocalCallNumber, ProcessingInstructionCode and CopyValue."""
    shelfmark, servicing = copy.call_number.strip(), tuple(filter(None, map(str.strip, copy.processing)))
    value = str(copy.value.amount) if copy.value is not None else ""
    if not (shelfmark or servicing or value):
        return None
    return StatedItem(shelfmark=shelfmark, servicing=servicing, value=value)


def _records(notice: ShipNotice) -> Iterator[Record]:
    """Yields the MARC records embedded in items and copies, each once: several copies may repeat the same record."""
    seen: set[Record] = set()
    for item in notice.items:
        for record in (*item.records, *(record for copy in item.copies for record in copy.records)):
            supplied = of_book(record, item.isbn)
            if supplied.description.title is not None and supplied not in seen:
                seen.add(supplied)
                yield supplied
