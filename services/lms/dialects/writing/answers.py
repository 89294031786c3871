"""Writes a supplier's answer to lines of an order as ORDRSP. Pure.

An LMS takes a cancelled line (LIN action 2) for all copies of the line. So a line has that action only where none of the copies
that the LMS ordered in it is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from services.lms.dialects.facts import FileOut, KnownLine, LinesAnswered, Sending
from services.lms.dialects.profile import LmsProfile, OutKind
from services.lms.dialects.writing.envelope import file_of
from services.lms.dialects.writing.naming import Naming, addresses_of
from shared.contracts.orders import OrderedCopy
from shared.contracts.stated import StatedPrice
from shared.contracts.suppliers import LineAction, RespondedLine
from shared.formats.editeur import (
    Date,
    Document,
    Number,
    Numbers,
    Price,
    Quantity,
    Reference,
    Remark,
    Response,
    ResponseLine,
    remarks,
)
from shared.formats.editeur.codes import STATUSES
from shared.formats.editeur.codes.orders import AVAILABILITIES
from shared.money import to_decimal
from shared.which_copy import Marks, Wanted, choose

CANCELLED, CHANGED, UNCHANGED, ACCEPTED, NOT_FOUND, PARTLY = "2", "3", "4", "5", "10", "24"
"""LIN 1229."""
_ACTIONS = {
    LineAction.ACCEPTED: ACCEPTED,
    LineAction.CHANGED: PARTLY,
    LineAction.CANCELLED: CANCELLED,
    LineAction.NOT_FOUND: NOT_FOUND,
    LineAction.UNCHANGED: UNCHANGED,
}
_REFUSING, _BACK_ORDERED = ("20", "21", "22"), "40"
_ACCEPTING = frozenset({"100", "110", "410"})
_LOST = "900"
_ACCOUNT_STOPPED = "ACS"
_CODED, _COUNTED = "231", "23C"
_ORIGINAL, _REFUSED = "4", "27"
_ELSEWHERE = "Now ordered from another supplier"
_BASES = {"net": "AAA", "gross": "AAB", "retail": "AAE", "unstated": "AAE"}


@dataclass(frozen=True, slots=True)
class _Ordered:
    """A copy that was ordered, for the rule that finds the copies that an answer means."""

    copy: OrderedCopy

    @property
    def marks(self) -> Marks:
        """What the copy can be recognised by."""
        return Marks(self.copy.copy_number, self.copy.branch.code, self.copy.fund, self.copy.sequence)


def write_answer(answer: LinesAnswered, profile: LmsProfile, sending: Sending) -> FileOut | None:
    """Returns ORDRSP with the lines answered; None where none of them is the LMS's, or it takes no ORDRSP."""
    lines = [(line, answer.lines[line.line_key]) for line in answer.answer.lines if line.line_key in answer.lines]
    addresses = addresses_of(answer.names, profile)
    if not profile.takes(OutKind.ORDRSP) or not lines or addresses is None:
        return None
    naming, stopped = Naming(profile), answer.answer.account_stopped
    places = naming.places([known.names for _, known in lines])
    writer = _LineWriter(naming, profile, lines, refused=stopped)
    written = [writer.line(place, *line) for place, line in zip(places, lines, strict=True)]
    barcodes = any(copy.barcode for responded, _ in lines for copy in responded.copies)
    moment = answer.answer.responded_at.astimezone(profile.writing.time_zone)
    document = Document(
        _COUNTED if barcodes else _CODED,
        str(sending.reference),
        _REFUSED if stopped else _ORIGINAL,
        agency="28" if barcodes else "",
    )
    message = Response(
        document=document,
        dates=(Date.day("137", moment),),
        remarks=(Remark.coded("GEN", _ACCOUNT_STOPPED, "9B"),) if stopped else (),
        references=(Reference("ON", naming.wording.code(answer.names.order_number)),),
        parties=naming.parties(addresses),
        lines=tuple(written),
    )
    return file_of(OutKind.ORDRSP, [message], (addresses.sender, addresses.recipient), profile, sending)


class _LineWriter:
    """Writes the lines of one ORDRSP."""

    def __init__(
        self, naming: Naming, profile: LmsProfile, lines: Sequence[tuple[RespondedLine, KnownLine]], *, refused: bool
    ) -> None:
        """`refused`: the whole order is."""
        self._naming = naming
        self._accepted = profile.writing.accepted_quantity
        self._refused = refused
        # Several of our lines may be one of the LMS's: it is cancelled only where all of them are.
        self._gone: Counter[int] = Counter()
        for line, known in lines:
            if known.names is not None:
                self._gone[known.names.line_number] += self._counts(line, known).refused or 0

    def _counts(self, line: RespondedLine, known: KnownLine) -> Counts:
        counts = counts_of(line, len(known.ordered.copies), refused=self._refused)
        return counts.without(len(known.elsewhere))

    def line(self, place: str, line: RespondedLine, known: KnownLine) -> ResponseLine:
        """Writes the answer to one line."""
        item, kind, numbers = self._naming.article(known.names, known.ordered.isbn)
        copies = self._concerned(line, known)
        counts = self._counts(line, known)
        return ResponseLine(
            place,
            self._action(line, known, counts),
            item,
            kind,
            numbers=(*numbers, *self._substitute(line)),
            quantities=tuple(counts.quantities(self._accepted)),
            dates=(Date("44", line.available_on.strftime("%Y%m%d"), "102"),) if line.available_on is not None else (),
            copies=self._naming.copies(known, [copy for copy, _ in copies], {copy.copy_id: code for copy, code in copies}),
            remarks=tuple(self._remarks(line, known, counts)),
            prices=tuple(_prices(line.prices)),
            references=self._naming.references(known.names, line.line_key),
        )

    def _action(self, line: RespondedLine, known: KnownLine, counts: Counts) -> str:
        kind = kind_of(line)
        if not counts.refused:
            # Nothing is cancelled that is not counted.
            return UNCHANGED if kind == CANCELLED else kind
        if known.names is None:
            return CANCELLED if counts.refused >= counts.ordered else PARTLY
        asked = sum(each.quantity for each in known.names.copies)
        return CANCELLED if self._gone[known.names.line_number] >= asked else PARTLY

    def _substitute(self, line: RespondedLine) -> tuple[Numbers, ...]:
        if not line.substitute_isbn:
            return ()
        return (Numbers("3", (Number(self._naming.wording.code(line.substitute_isbn), "EN"),)),)

    def _concerned(self, line: RespondedLine, known: KnownLine) -> list[tuple[OrderedCopy, str]]:
        """Returns the copies that the supplier names, each with its barcode or ""; none where the answer is about any copy."""
        wanted: list[Wanted[_Ordered]] = [Wanted(lambda each: (0, each.copy.copy_number), copy) for copy in line.copies]
        found = choose(wanted, [_Ordered(copy) for copy in known.ordered.copies])
        return [(each.copy, named.barcode or "") for each, named in zip(found, line.copies, strict=True) if each is not None]

    def _remarks(self, line: RespondedLine, known: KnownLine, counts: Counts) -> Iterator[Remark]:
        """Yields availability (8B), status (12B) and the supplier's words. The status is last: some LMSs keep the last code.

        A status that cancels copies is left out where they come from another supplier: then only words say so.
        """
        if known.elsewhere and kind_of(line) == CANCELLED and not counts.refused:
            yield from remarks("LIN", self._naming.wording.text(_ELSEWHERE))
            return
        if line.availability_code in AVAILABILITIES:
            yield Remark.coded("LIN", line.availability_code, "8B")
        status = line.status_code or ("200" if self._refused else "")
        if status in STATUSES:
            yield Remark.coded("LIN", status, "12B")
        yield from remarks("LIN", self._naming.wording.text(line.note))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many copies of a line are ordered, accepted, back ordered and refused; None where the answer does not say."""

    ordered: int
    accepted: int | None
    back_ordered: int | None
    refused: int | None

    def without(self, elsewhere: int) -> Counts:
        """Returns the counts to tell the LMS: refused copies that another supplier sends instead are not counted as refused."""
        left = max(0, (self.refused or 0) - elsewhere)
        return replace(self, refused=left or None) if elsewhere else self

    def quantities(self, accepted: str | None) -> Iterator[Quantity]:
        """Yields what is known as QTY; `accepted` is the qualifier of accepted copies, if the LMS has one.

        The copies ordered are only stated where the answer is about all of them.
        """
        parts = [each for each in (self.accepted, self.back_ordered, self.refused) if each is not None]
        ordered = self.ordered if not parts or sum(parts) == self.ordered else None
        given = (("21", ordered), (accepted, self.accepted), ("83", self.back_ordered), ("85", self.refused))
        yield from (Quantity(kind, Decimal(count)) for kind, count in given if kind and count is not None)


def counts_of(line: RespondedLine, ordered: int, *, refused: bool) -> Counts:
    """Returns what an answer says of how many copies: in numbers, else by its status for the copies that it names, or all."""
    given, kind = line.quantities, kind_of(line)
    if refused:
        return Counts(ordered, None, None, ordered)
    if any(each is not None for each in (given.accepted, given.back_ordered, given.cancelled)):
        return Counts(ordered, given.accepted, given.back_ordered, given.cancelled)
    concerned = min(len(line.copies), ordered) or ordered
    return Counts(
        ordered,
        concerned if kind == ACCEPTED else None,
        concerned if kind == UNCHANGED and _status(line).startswith(_BACK_ORDERED) else None,
        concerned if kind == CANCELLED else None,
    )


def _status(line: RespondedLine) -> str:
    return line.status_code or ""


def kind_of(line: RespondedLine) -> str:
    """Returns the LIN action that fits the answer as a whole: the supplier's own, else that of its status."""
    status = _status(line)
    if line.action in (LineAction.CANCELLED, LineAction.NOT_FOUND):
        return _ACTIONS[line.action]
    if status in STATUSES and status.startswith(_REFUSING):
        return CANCELLED
    if status == _LOST:
        return NOT_FOUND
    if line.action is not None and not status:
        return _ACTIONS[line.action]
    return ACCEPTED if status in _ACCEPTING else UNCHANGED


def _prices(prices: Sequence[StatedPrice]) -> Iterator[Price]:
    for price in prices:
        yield Price(_BASES[price.basis.value], to_decimal(price.minor, price.currency or "GBP"))
