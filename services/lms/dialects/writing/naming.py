"""Names order, line, article, copies and parties in answers as the LMS itself named them. Pure.

What was ordered elsewhere, or what the LMS left out, has our own names.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.lms.dialects.facts import AskedFor, CopyNames, KnownLine, LineNames, OrderNames, PartyName
from services.lms.dialects.profile import CopyCodes, LmsProfile
from services.lms.dialects.writing.wording import Wording
from shared.contracts.orders import OrderedCopy
from shared.formats.editeur import Copy, Mark, Number, Numbers, Party, Reference

_BARCODE = "LAC"
_AGENCY_OF_GLN = {"14": "9", "014": "9"}
_MOST_UNITS = 10_000


@dataclass(frozen=True, slots=True)
class Addresses:
    """Who writes to whom: of the interchange, and of the message."""

    sender: PartyName
    recipient: PartyName
    buyers: tuple[PartyName, ...]
    supplier: PartyName


def addresses_of(names: OrderNames | None, profile: LmsProfile) -> Addresses | None:
    """Returns the parties of an answer: those of the order with sender and recipient exchanged, else the profile's; or None."""
    if names is not None:
        supplier = names.supplier if names.supplier.code else _in_message(names.recipient)
        buyer = names.buyer if names.buyer.code else _in_message(names.sender)
        return Addresses(names.recipient, names.sender, (buyer, *names.accounts), supplier)
    if profile.library is None or profile.supplier is None:
        return None
    library, us = (PartyName(code=each.code, qualifier=each.qualifier) for each in (profile.library, profile.supplier))
    return Addresses(us, library, (_in_message(library),), _in_message(us))


def _in_message(party: PartyName) -> PartyName:
    """Returns a party of the interchange as NAD names it."""
    return PartyName(code=party.code, qualifier=_AGENCY_OF_GLN.get(party.qualifier, party.qualifier))


class Naming:
    """Writes names to one LMS."""

    def __init__(self, profile: LmsProfile) -> None:
        self.wording = Wording(profile.writing)
        self._codes = profile.reading.copies
        self._reference = profile.reading.line_reference

    def parties(self, addresses: Addresses) -> tuple[Party, ...]:
        """Returns buyers and supplier (NAD)."""
        named = [*(("BY", buyer) for buyer in addresses.buyers), ("SU", addresses.supplier)]
        return tuple(Party(role, self._code(party.code), self._code(party.qualifier)) for role, party in named)

    def places(self, names: Sequence[LineNames | None]) -> list[str]:
        """Returns the number of each line (LIN 1082): the LMS's own where each has another one, else 1, 2, 3 and so on."""
        own = [self._code(each.place) for each in names if each is not None]
        return own if _distinct(own, len(names)) else [str(number) for number in range(1, len(names) + 1)]

    def article(self, names: LineNames | None, isbn: str) -> tuple[str, str, tuple[Numbers, ...]]:
        """Returns number and type for LIN, and the numbers for PIA where the LMS has the number there."""
        if names is None or not names.article:
            return self._code(isbn), "EN" if isbn else "", ()
        number, kind = self._code(names.article), self._code(names.article_type)
        if names.article_in_line:
            return number, kind, ()
        return "", "", (Numbers("5", (Number(number, kind),)),)

    def references(self, names: LineNames | None, line_key: str, order_number: str = "") -> tuple[Reference, ...]:
        """Returns the LMS's reference of the line, our line key where it ordered elsewhere, and the order number if given."""
        line = names.reference if names is not None else line_key
        given = ((self._reference, line), ("ON", order_number))
        return tuple(Reference(kind, self._code(number)) for kind, number in given if number)

    def copies(self, line: KnownLine, copies: Sequence[OrderedCopy], barcodes: Mapping[UUID, str]) -> tuple[Copy, ...]:
        """Returns a set (GIR) for each of these copies of a line, with its barcode where it has one."""
        named = _named(line)
        own = [self._code(named[copy.copy_id].number) for copy in copies if copy.copy_id in named]
        labels = own if _distinct(own, len(copies)) else [f"{number:03d}" for number in range(1, len(copies) + 1)]
        return tuple(
            self._copy(label, copy, named.get(copy.copy_id), barcodes.get(copy.copy_id, ""))
            for label, copy in zip(labels, copies, strict=True)
        )

    def _copy(self, label: str, copy: OrderedCopy, names: CopyNames | None, barcode: str) -> Copy:
        """Returns the set (GIR) of one copy."""
        marks = list(_marks(copy, names, self._codes))
        if barcode:
            marks.append((barcode, _BARCODE))
        return Copy(label, tuple(Mark(self._code(value), code) for value, code in marks))

    def _code(self, text: str) -> str:
        return self.wording.code(text)


def _named(line: KnownLine) -> dict[UUID, CopyNames]:
    """Returns how the LMS names each copy of a line: copies that are alike have the names of the same set, in its order."""
    if line.names is None:
        return {}
    units: defaultdict[AskedFor, deque[CopyNames]] = defaultdict(deque)
    for names in line.names.copies:
        units[names.asked].extend([names] * min(names.quantity, _MOST_UNITS))
    found: dict[UUID, CopyNames] = {}
    for copy in sorted(line.ordered.copies, key=lambda copy: copy.copy_number):
        alike = units[AskedFor(branch=copy.branch.code, fund=copy.fund, sequence=copy.sequence)]
        if alike:
            found[copy.copy_id] = alike.popleft()
    return found


def _distinct(own: Sequence[str], count: int) -> bool:
    """Returns whether as many names are given, each another one."""
    return len(own) == count and all(own) and len(set(own)) == count


def _marks(copy: OrderedCopy, names: CopyNames | None, codes: CopyCodes) -> Iterator[tuple[str, str]]:
    """Yields value and code of what names a copy: what the LMS wrote in GIR, else what it wrote elsewhere, else our codes."""
    if names is not None and names.marks:
        yield from ((mark.value, mark.code) for mark in names.marks)
        return
    values = (
        (names.branch if names is not None and names.branch else copy.branch.code, codes.branch),
        (names.fund if names is not None and names.fund else copy.fund, codes.fund),
        (names.sequence if names is not None and names.sequence else copy.sequence, codes.sequence),
    )
    yield from ((value, code[0]) for value, code in values if value and code)
