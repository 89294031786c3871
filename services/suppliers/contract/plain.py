"""Reads the parts of answers, despatches and records that suppliers write in JSON, under these plain names, as contract facts.

Each entry of a list is read by itself: a bad one is left out with an error finding. Must not know what encloses the lists, nor
any supplier. A supplier that uses other names gives them to `Notes.parsed`. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from services.suppliers.contract.facts import AdvisedLine, AdvisedParcel, LineAnswer
from services.suppliers.contract.notes import Notes
from shared.contracts.stated import PriceBasis, StatedPrice, SupplierReferences
from shared.contracts.suppliers import ClaimAnswer, CopyReference, LineAction, Quantities
from shared.formats.publication import plain_date
from shared.records import Change, Description, Offer, Price, Record
from shared.records.brief import Brief, description_of
from shared.texts import composed
from shared.values import InvalidValue, is_other_gtin, is_sscc, to_isbn13

V = TypeVar("V")

_DESCRIPTION, _OFFER = TypeAdapter(Description), TypeAdapter(Offer)
_BASES = {basis.value: basis for basis in PriceBasis}


@dataclass(frozen=True, slots=True)
class Status:
    """The meaning of a supplier's status: our action, if it has one, and the order line status of EDItEUR list 12B, or ""; and
    what it answers to a claim, if it does.
    """

    action: LineAction | None
    code: str
    claim: ClaimAnswer | None = None


StatusOf = Callable[[str], Status | None]


class Part(BaseModel):
    """Anything in a supplier's message: described as loosely as it can be read; unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class CopyPart(Part):
    """How the supplier identifies a copy. `item` is what it states about the copy, read as the contract's `StatedItem`."""

    copy_number: int | None = Field(default=None, ge=1, le=99_999)
    branch: str | None = None
    barcode: str | None = None
    fund: str | None = None
    sequence: str | None = None
    item: object = None


class CountsPart(Part):
    """Numbers of copies of a line."""

    ordered: int | None = Field(default=None, ge=0, le=99_999)
    accepted: int | None = Field(default=None, ge=0, le=99_999)
    back_ordered: int | None = Field(default=None, ge=0, le=99_999)
    cancelled: int | None = Field(default=None, ge=0, le=99_999)


class LinePart(Part):
    """How the supplier names a line: by our key or our order's number, and by its own `line_reference`."""

    line_key: str | None = None
    order_number: str | None = None
    isbn: str
    copies: tuple[CopyPart, ...] = ()
    line_reference: str = ""


class AnsweredPart(LinePart):
    """The answer about a line, or about some copies of it."""

    status: str
    availability: str | None = None
    quantities: CountsPart = CountsPart()
    available_on: object = None
    substitute_isbn: str | None = None
    offer_until: object = Field(default=None, description="Last day on which an offered substitute or price can be accepted")
    note: str = ""
    unit_price: object = Field(default=None, description="What one copy costs now; read as a PricePart")


class SentPart(LinePart):
    """Copies of one title in a parcel."""

    quantity: int = Field(ge=1, le=99_999)


class ParcelPart(Part):
    """One carton; each entry of `lines` is read as a SentPart. `to` is the carton's own place, if it has one."""

    sscc: str = Field(min_length=1)
    to: str = ""
    lines: tuple[object, ...] = ()


class PricePart(Part):
    """An amount in minor units. `basis` is net, gross or retail; without a currency, it is the order's."""

    minor: int = Field(ge=0, le=10**9)
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    basis: str = ""


class RecordPart(Part):
    """Bibliographic data of one title; `list_price` is read as a PricePart. What is empty or absent states nothing.

    `description` is everything else that the supplier states, read as the record model's Description (`shared/records`); its
    title and contributors take precedence over the texts here. `offers` are read as the model's Offer.
    """

    isbn: str
    title: str = ""
    subtitle: str = ""
    author: str = ""
    publisher: str = ""
    published: str = ""
    form: str = ""
    list_price: object = None
    withdrawn: bool = False
    reference: str = ""
    description: object = None
    offers: tuple[object, ...] = ()


def answers_in(entries: Sequence[object], notes: Notes, status_of: StatusOf) -> tuple[LineAnswer, ...]:
    """Returns the answers about lines; a status that `status_of` does not know is passed on as it is, with a warning."""
    return tuple(_answer(number, line, notes, status_of) for number, line in notes.each("bad-line", AnsweredPart, entries))


def parcels_in(entries: Sequence[object], notes: Notes) -> tuple[AdvisedParcel, ...]:
    """Returns the parcels that have a line which can be read."""
    read = (_parcel(number, parcel, notes) for number, parcel in notes.each("bad-parcel", ParcelPart, entries))
    return tuple(parcel for parcel in read if parcel.lines)


def records_in(entries: Sequence[object], notes: Notes) -> list[Record]:
    """Returns the records of books that state anything."""
    read = [_record(number, record, notes) for number, record in notes.each("bad-record", RecordPart, entries)]
    return [record for record in read if record is not None]


def _answer(number: int, line: AnsweredPart, notes: Notes, status_of: StatusOf) -> LineAnswer:
    status = status_of(line.status)
    note = line.note
    if status is None:
        notes.warning("unknown-status", f"line {number}: status {line.status[:80]!r} is unknown", number)
        note = f"{note} (supplier's status: {line.status})".lstrip()
    return LineAnswer(
        line_key=line.line_key,
        order_number=line.order_number,
        isbn=notes.isbn(line.isbn, number),
        action=status.action if status else None,
        status_code=(status.code or None) if status else line.status,
        availability_code=line.availability,
        quantities=Quantities.model_validate(line.quantities.model_dump()),
        available_on=notes.day("available_on", line.available_on, number),
        substitute_isbn=line.substitute_isbn and notes.isbn(line.substitute_isbn, number),
        copies=_copies(line, number, notes),
        note=note,
        prices=_prices(number, line.unit_price, notes),
        supplier_references=_references(line),
        offer_until=notes.day("offer_until", line.offer_until, number),
        claim=status.claim if status else None,
    )


def _prices(number: int, value: object, notes: Notes) -> tuple[StatedPrice, ...]:
    price = _price(f"line {number}", number, value, notes)
    if price is None:
        return ()
    basis = _BASES.get(price.basis, PriceBasis.UNSTATED)
    return (StatedPrice(minor=price.minor, currency=price.currency, basis=basis, code=price.basis),)


def _price(of: str, number: int, value: object, notes: Notes) -> PricePart | None:
    if value is None:
        return None
    try:
        return PricePart.model_validate(value)
    except ValidationError:
        notes.warning("bad-price", f"{of}: the price cannot be read and is left out", number)
        return None


def _references(line: LinePart) -> SupplierReferences | None:
    return SupplierReferences(line=line.line_reference) if line.line_reference else None


def _copies(line: LinePart, number: int, notes: Notes) -> tuple[CopyReference, ...]:
    return tuple(
        CopyReference(
            copy_number=copy.copy_number,
            branch=copy.branch,
            fund=copy.fund,
            sequence=copy.sequence,
            barcode=copy.barcode,
            item=notes.item(copy.item, number),
        )
        for copy in line.copies
    )


def _parcel(number: int, parcel: ParcelPart, notes: Notes) -> AdvisedParcel:
    if not is_sscc(parcel.sscc):
        notes.warning("bad-sscc", f"parcel {number}: {parcel.sscc[:40]!r} is not an SSCC", number)
    lines = tuple(
        AdvisedLine(
            line_key=line.line_key,
            order_number=line.order_number,
            isbn=notes.isbn(line.isbn, number),
            quantity=line.quantity,
            copies=_copies(line, number, notes),
            supplier_references=_references(line),
        )
        for number, line in notes.each("bad-line", SentPart, parcel.lines)
    )
    return AdvisedParcel(parcel.sscc, lines, parcel.to)


def _record(number: int, stated: RecordPart, notes: Notes) -> Record | None:
    if is_other_gtin(stated.isbn):
        notes.note("not-a-book", f"record {number} is left out: {stated.isbn} is a GTIN, but no ISBN", number)
        return None
    try:
        isbn = to_isbn13(stated.isbn)
    except InvalidValue as error:
        notes.error("bad-record", f"record {number}: {error}", number)
        return None
    change = Change.WITHDRAWN if stated.withdrawn else Change.FULL
    description, offers = _described(number, stated, notes), _offers(number, stated, notes)
    record = Record(isbn=isbn, change=change, description=description, offers=offers, reference=stated.reference, number=number)
    if record == Record(isbn=isbn, reference=stated.reference, number=number):
        notes.error("bad-record", f"record {number} states nothing about {isbn}", number)
        return None
    return record


def _described(number: int, stated: RecordPart, notes: Notes) -> Description:
    published = plain_date(stated.published)
    if published is None:
        notes.warning("bad-date", f"record {number}: {stated.published[:40]!r} is not a date and is left out", number)
    texts = (stated.title, stated.subtitle, stated.author, stated.publisher, published or "", stated.form)
    brief = description_of(Brief(*map(composed, texts)))
    if stated.description is None:
        return brief
    full = _part(_DESCRIPTION, stated.description, "its description", number, notes)
    return full.completed_by(brief) if full is not None else brief


def _offers(number: int, stated: RecordPart, notes: Notes) -> tuple[Offer, ...]:
    read = (_part(_OFFER, offer, "an offer", number, notes) for offer in stated.offers)
    offers = tuple(offer for offer in read if offer is not None)
    price = _price(f"record {number}", number, stated.list_price, notes)
    if price is None:
        return offers
    return (*offers, Offer(prices=(Price(price.minor, price.currency or "GBP"),)))


def _part(shape: TypeAdapter[V], value: object, what: str, number: int, notes: Notes) -> V | None:
    """Returns a part of a record; None, with a warning that names the first wrong field, where it cannot be read."""
    try:
        return shape.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = "/".join(map(str, first["loc"]))
        notes.warning("bad-record-part", f"record {number}: {what} is left out, because of {place}: {first['msg']}", number)
        return None
