"""Tells an LMS that goods are on the way, as DESADV: cartons, and in each the copies with their barcodes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.lms.dialects.facts import FileOut, GoodsExpected, KnownLine, Sending
from services.lms.dialects.profile import LmsProfile, OutKind
from services.lms.dialects.writing.envelope import file_of
from services.lms.dialects.writing.naming import Naming, addresses_of
from shared.contracts.base import Place
from shared.contracts.delivery import ConsignedCopy
from shared.formats.editeur import (
    Carton,
    Date,
    Despatch,
    DespatchLine,
    Document,
    Number,
    Package,
    Party,
    Quantity,
    Reference,
    Serials,
)

_SSCC_DIGITS = 18
_ORIGINAL = "9"
_DESPATCH_ADVICE, _ARRIVAL = "351", "132"
_OF_GLN, _OF_BUYER = "9", "92"


def write_despatch(answer: GoodsExpected, profile: LmsProfile, sending: Sending) -> FileOut | None:
    """Returns DESADV for the copies of known lines; None where there are none, or the LMS takes no DESADV."""
    expected = answer.expected
    copies = [copy for copy in expected.copies if copy.line_key in answer.lines]
    named = (answer.lines[copy.line_key].order_names for copy in copies)
    addresses = addresses_of(next(filter(None, named), None), profile)
    if not profile.takes(OutKind.DESADV) or not copies or addresses is None:
        return None
    naming = Naming(profile)
    number = naming.wording.code(expected.despatch_number)
    message = Despatch(
        document=Document(_DESPATCH_ADVICE, number, _ORIGINAL),
        dates=(
            Date.day("137", sending.prepared_at.astimezone(profile.writing.time_zone)),
            *([_day(_ARRIVAL, expected.expected_on)] if expected.expected_on is not None else []),
        ),
        references=(Reference("BM", number),),
        parties=(*naming.parties(addresses), _place(expected.place, naming)),
        cartons=tuple(_cartons(copies, answer.lines, naming)),
    )
    return file_of(OutKind.DESADV, [message], (addresses.sender, addresses.recipient), profile, sending)


def _day(qualifier: str, day: date) -> Date:
    return Date(qualifier, day.strftime("%Y%m%d"), "102")


def _place(place: Place, naming: Naming) -> Party:
    if place.gln is not None:
        return Party("DP", place.gln, _OF_GLN)
    return Party("DP", naming.wording.code(place.code), _OF_BUYER)


def _cartons(copies: Sequence[ConsignedCopy], lines: Mapping[str, KnownLine], naming: Naming) -> list[Carton]:
    """Returns the cartons, those without a number first: an LMS takes the last number it read for what follows."""
    by_carton: dict[str, list[ConsignedCopy]] = {}
    for copy in sorted(copies, key=lambda copy: copy.parcel_id != ""):
        by_carton.setdefault(copy.parcel_id, []).append(copy)
    writer = _Cartons(lines, naming)
    return [writer.carton(number, carton, held) for number, (carton, held) in enumerate(by_carton.items(), start=1)]


class _Cartons:
    """Writes the cartons of one despatch; their lines are counted through all of them."""

    def __init__(self, lines: Mapping[str, KnownLine], naming: Naming) -> None:
        self._lines = lines
        self._naming = naming
        self._written = 0

    def carton(self, number: int, carton: str, copies: Sequence[ConsignedCopy]) -> Carton:
        """Writes one carton; `carton` is its number on the label, "" where it has none."""
        by_line: dict[str, list[ConsignedCopy]] = {}
        for copy in copies:
            by_line.setdefault(copy.line_key, []).append(copy)
        label = "00" + carton if len(carton) == _SSCC_DIGITS and carton.isdigit() else carton
        serials = (Serials("BJ", (Number(self._naming.wording.code(label)),)),) if label else ()
        return Carton(
            str(number),
            packages=(Package(Decimal(1), serials=serials),),
            lines=tuple(self._line(self._lines[key], held) for key, held in by_line.items()),
        )

    def _line(self, line: KnownLine, copies: Sequence[ConsignedCopy]) -> DespatchLine:
        self._written += 1
        item, kind, numbers = self._naming.article(line.names, line.ordered.isbn)
        barcodes: dict[UUID, str] = {**line.barcodes, **{copy.copy_id: copy.barcode for copy in copies if copy.barcode}}
        ids = {copy.copy_id for copy in copies}
        ordered = [copy for copy in line.ordered.copies if copy.copy_id in ids]
        return DespatchLine(
            str(self._written),
            item=item,
            item_type=kind,
            numbers=numbers,
            quantities=(Quantity("12", Decimal(len(copies))),),
            copies=self._naming.copies(line, ordered, barcodes),
            references=self._naming.references(line.names, line.ordered.line_key, order_number_of(line)),
        )


def order_number_of(line: KnownLine) -> str:
    """Returns the number of a line's order, as the LMS wrote it where it did."""
    return line.order_names.order_number if line.order_names is not None else line.order_number
