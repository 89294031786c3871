"""Reads the copies of a line: for which branch and fund, with which data, and how the LMS names them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from services.lms.dialects.facts import AskedFor, CopyMark, CopyNames
from services.lms.dialects.profile import PlaceMeaning, Reading
from services.lms.dialects.reading.codes import Wrong
from services.lms.dialects.reading.notes import Notes
from services.lms.dialects.reading.places import LinePlaces
from services.lms.dialects.reading.sharing import Share, shares_of
from services.lms.dialects.reading.texts import clean, instructions_of, note_of
from shared.formats.editeur import COPY_DATA, Copy, OrderLine, Orders

_NOTE = "servicing_note"
_SERVICING_LIST = "10B"
_COUNTED = frozenset({"LQT"})


@dataclass(frozen=True, slots=True)
class Usual:
    """What an order says for all copies of which a line says nothing else: branch, place of delivery, instructions."""

    branch: PlaceMeaning | None
    deliver_to: str
    instructions: str


def usual_of(order: Orders, reading: Reading) -> Usual:
    """Returns what the heading of an order says for its copies: by account (NAD+BY), delivery party (NAD+DP) and FTX."""
    accounts = (reading.accounts.get(clean(party.id)) for party in order.parties if party.qualifier == "BY")
    delivered = next((clean(party.id) for party in order.parties if party.qualifier == "DP"), "")
    return Usual(next(filter(None, accounts), None), _branch(delivered, reading), instructions_of(order.remarks))


def _branch(code: str, reading: Reading) -> str:
    meaning = reading.places.get(code)
    return meaning.branch if meaning is not None else code


def kept_codes(reading: Reading) -> frozenset[str]:
    """Returns the codes of GIR whose values are kept."""
    given = (code for codes in reading.copies.model_dump().values() for code in codes)
    return frozenset(given) | _COUNTED | COPY_DATA.keys()


class CopyReader:
    """Reads the copies of the lines of one order."""

    def __init__(self, reading: Reading, usual: Usual, notes: Notes) -> None:
        self._reading = reading
        self._usual = usual
        self._notes = notes

    def read(self, line: OrderLine, places: LinePlaces, pointer: str) -> tuple[list[JsonValue], tuple[CopyNames, ...]]:
        """Returns the copies as the order book takes them, and the LMS's names for them in the same order."""
        copies: list[JsonValue] = []
        names: list[CopyNames] = []
        funds = self._funds(line)
        shares = shares_of(line, self._reading, places, f"{pointer}/copies", self._notes)
        for index, share in enumerate(shares):
            at = f"{pointer}/copies/{index}"
            self._notes.segments[at] = share.segment
            named = self._named(line, share, funds, at)
            copies.append(self._document(line, share, named))
            names.append(named)
        return copies, tuple(names)

    def _named(self, line: OrderLine, share: Share, funds: Sequence[str], pointer: str) -> CopyNames:
        codes, copy = self._reading.copies, share.copy or Copy()
        branch = _first(copy, codes.branch) or share.place or self._only_place(line)
        fund = _first(copy, codes.fund) or (funds[0] if len(funds) == 1 else "")
        sequence = _first(copy, codes.sequence)
        meaning = self._reading.places.get(branch) or (self._usual.branch if not branch else None)
        asked = AskedFor(
            branch=meaning.branch if meaning is not None else branch,
            fund=self._fund(fund) or ("" if funds else self._reading.default_fund),
            sequence=sequence or (meaning.sequence if meaning is not None else ""),
        )
        self._check(line, asked, funds, pointer)
        marks = tuple(
            CopyMark(value=clean(mark.value), code=mark.qualifier)
            for mark in copy.marks
            if mark.qualifier in codes.naming and mark.value
        )
        return CopyNames(
            number=clean(copy.label),
            branch=branch,
            fund=fund,
            sequence=sequence,
            quantity=share.quantity,
            marks=marks,
            asked=asked,
        )

    def _only_place(self, line: OrderLine) -> str:
        """Returns the place of the line (LOC) where it names one only, for sets (GIR) without a branch."""
        found = {clean(split.place) for split in line.splits if split.qualifier in self._reading.locations} - {""}
        return found.pop() if len(found) == 1 else ""

    def _check(self, line: OrderLine, asked: AskedFor, funds: Sequence[str], pointer: str) -> None:
        if not asked.branch:
            detail = f"Line {line.number} does not say for which branch the copies are, and the account stands for none."
            self._notes.fault(f"{pointer}/branch", Wrong.BRANCH, f"{detail} Name the branch and send the order again.")
        if asked.fund:
            return
        if len(funds) > 1:
            detail = f"Line {line.number} names {len(funds)} funds ({', '.join(funds)}), but not which copy each pays for."
            self._notes.fault(f"{pointer}/fund", Wrong.FUNDS, f"{detail} Order a line for each fund.")
        else:
            detail = f"Line {line.number} does not say which fund pays for the copies. Name it and send the order again."
            self._notes.fault(f"{pointer}/fund", Wrong.FUND, detail)

    def _funds(self, line: OrderLine) -> tuple[str, ...]:
        """Returns the funds (RFF) of the line as written, each once. An unreleased colon parted fund and expense class."""
        mark = self._reading.expense_class_mark
        given = [each for each in line.references if each.qualifier == self._reading.fund_reference]
        whole = (each.number + (mark + each.line if mark and each.line else "") for each in given)
        return tuple(dict.fromkeys(fund for fund in map(clean, whole) if fund))

    def _fund(self, fund: str) -> str:
        """Returns the fund without its expense class."""
        mark = self._reading.expense_class_mark
        return fund.partition(mark)[0].strip() if mark else fund

    def _document(self, line: OrderLine, share: Share, names: CopyNames) -> dict[str, JsonValue]:
        copy, codes = share.copy or Copy(), self._reading.copies
        found: dict[str, JsonValue] = {"branch": names.asked.branch, "fund": names.asked.fund, "quantity": share.quantity}
        texts = (("sequence", names.asked.sequence), ("shelfmark", _first(copy, codes.shelfmark)))
        found.update({name: text for name, text in texts if text})
        servicing = [*_all(copy, codes.servicing), *map(clean, line.coded(_SERVICING_LIST))]
        if servicing:
            found["servicing"] = list(dict.fromkeys(servicing))
        delivered = next((clean(party.id) for party in line.parties if party.qualifier == "DP"), "")
        if place := _branch(delivered, self._reading) or self._usual.deliver_to:
            found["deliver_to"] = place
        if item := self._item(line, copy):
            found["item"] = {**item}
        return found

    def _item(self, line: OrderLine, copy: Copy) -> Mapping[str, JsonValue]:
        """Returns the other data of a copy. A value that already is the branch, fund, sequence or shelf mark is left out."""
        used = self._used(copy)
        item: dict[str, JsonValue] = {}
        notes: list[str] = []
        for code, name in COPY_DATA.items():
            values = [] if code in used else _all(copy, (code,))
            if name == _NOTE:
                notes = values
            elif values:
                item[name] = " ".join(dict.fromkeys(values))
        if note := note_of([*notes, instructions_of(line.remarks), self._usual.instructions], line, self._notes):
            item[_NOTE] = note
        return item

    def _used(self, copy: Copy) -> frozenset[str]:
        """Returns the codes of values that the document has elsewhere: of each kind the one from which it was read."""
        codes = self._reading.copies
        groups = (codes.branch, codes.fund, codes.sequence, codes.shelfmark)
        found = (next((code for code in group if copy.first(code).strip()), "") for group in groups)
        return frozenset((*found, *codes.servicing))


def _first(copy: Copy, codes: Sequence[str]) -> str:
    return next((value for code in codes if (value := clean(copy.first(code)))), "")


def _all(copy: Copy, codes: Sequence[str]) -> list[str]:
    return [value for code in codes for value in map(clean, copy.all(code)) if value]
