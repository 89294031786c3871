"""Tells an LMS which titles a supplier selected, as QUOTES: the LMS may order them, with the references given. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from services.lms.dialects.facts import FileOut, Sending, TitlesSelected
from services.lms.dialects.profile import LmsProfile, OutKind
from services.lms.dialects.writing.envelope import file_of
from services.lms.dialects.writing.naming import Naming, addresses_of
from shared.contracts.selections import SelectedCopy, SelectedLine
from shared.formats.editeur import (
    COPY_DATA,
    Copy,
    Currencies,
    Date,
    Description,
    Document,
    Mark,
    Price,
    Quantity,
    QuoteLine,
    Quotes,
    Reference,
    remarks,
)
from shared.formats.editeur.texts import cut
from shared.money import to_decimal

_QUOTATION, _WITH_COPIES, _FIRM = "310", "31C", "31F"
_EDITEUR = "28"
_NOTE, _WIDTH = "LVT", 35


def write_selection(answer: TitlesSelected, profile: LmsProfile, sending: Sending) -> FileOut | None:
    """Returns QUOTES with the titles; None where the LMS takes none."""
    selection, addresses = answer.selection, addresses_of(None, profile)
    if not profile.takes(OutKind.QUOTES) or addresses is None or not selection.lines:
        return None
    naming = Naming(profile)
    writer = _LineWriter(naming, profile)
    currency = next((line.unit_price.currency for line in selection.lines if line.unit_price is not None), "")
    copies = any(line.copies for line in selection.lines)
    code = _FIRM if selection.firm else _WITH_COPIES if copies else _QUOTATION
    message = Quotes(
        document=Document(
            code, naming.wording.code(selection.selection_number), "9", agency="" if code == _QUOTATION else _EDITEUR
        ),
        dates=(Date.day("137", selection.received_at.astimezone(profile.writing.time_zone)),),
        parties=naming.parties(addresses),
        currencies=(Currencies("2", currency, "12"),) if currency else (),
        lines=tuple(writer.line(number, line) for number, line in enumerate(selection.lines, start=1)),
    )
    return file_of(OutKind.QUOTES, [message], (addresses.sender, addresses.recipient), profile, sending)


class _LineWriter:
    """Writes the lines of one selection."""

    def __init__(self, naming: Naming, profile: LmsProfile) -> None:
        self._naming = naming
        self._codes = profile.reading.copies

    def line(self, number: int, line: SelectedLine) -> QuoteLine:
        """Writes one title."""
        item, kind, _ = self._naming.article(None, line.isbn)
        wording, price = self._naming.wording, line.unit_price
        texts = (("009", wording.text(line.author)), ("050", wording.text(line.title)))
        return QuoteLine(
            str(number),
            item=item,
            item_type=kind,
            descriptions=tuple(Description.of(code, text) for code, text in texts if text),
            quantities=(Quantity("1", Decimal(line.quantity)),),
            copies=tuple(self._copy(f"{place:03d}", copy) for place, copy in enumerate(line.copies, start=1)),
            remarks=remarks("LIN", wording.text(line.note)),
            prices=(Price("AAE", to_decimal(price.minor, price.currency)),) if price is not None else (),
            references=tuple(self._references(line)),
        )

    def _references(self, line: SelectedLine) -> Iterator[Reference]:
        yield Reference("QLI", self._naming.wording.code(line.reference))
        theirs = line.supplier_references
        if theirs is not None and theirs.line and theirs.line != line.reference:
            yield Reference("SLI", self._naming.wording.code(theirs.line))

    def _copy(self, label: str, copy: SelectedCopy) -> Copy:
        return Copy(label, tuple(Mark(self._naming.wording.code(value), code) for value, code in self._marks(copy) if value))

    def _marks(self, copy: SelectedCopy) -> Iterator[tuple[str, str]]:
        codes = self._codes
        values = (
            (copy.branch, codes.branch),
            (copy.fund, codes.fund),
            (copy.sequence, codes.sequence),
            (copy.shelfmark, codes.shelfmark),
            *((each, codes.servicing) for each in copy.servicing),
        )
        yield from ((value, code[0]) for value, code in values if code)
        stated = copy.item.model_dump(exclude_defaults=True) if copy.item is not None else {}
        taken = {code for group in codes.model_dump().values() for code in group}
        for code, name in COPY_DATA.items():
            text = stated.get(name, "")
            if code == _NOTE:
                yield from ((part, code) for part in cut(self._naming.wording.text(text), _WIDTH))
            elif code not in taken or code in codes.own_number:
                yield text, code
