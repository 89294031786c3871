"""What a code is that a person scanned at a place, and what to do with the goods. Pure.

One answer for each scan, never a guess: where a code fits goods of several places, all of them are named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from services.delivery.domain.goods import Consignment, ExpectedCopy, Item, ItemState
from services.delivery.domain.receiving import may_arrive, take_order
from shared.values import article_number_or_none

# How GS1-128 marks the number of a parcel.
_SSCC_MARK = "00"
_SSCC_LENGTH = 18


class CodeKind(StrEnum):
    """What a code turned out to be."""

    BARCODE = "barcode"
    PARCEL = "parcel"
    LINE = "line"
    TITLE = "title"
    UNKNOWN = "unknown"


class ScanOutcome(StrEnum):
    """What a scan at a place means."""

    EXPECTED = "expected"
    ALREADY = "already"
    ELSEWHERE = "elsewhere"
    NOT_DESPATCHED = "not_despatched"
    NOT_WANTED = "not_wanted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Code:
    """A scanned text, and what it can be: a parcel's number without its mark, and an article's number."""

    text: str
    parcel: str
    article: str | None

    @classmethod
    def of(cls, scanned: str) -> Code:
        """Reads what a scanner typed."""
        text = scanned.strip()
        marked = len(text) == len(_SSCC_MARK) + _SSCC_LENGTH and text.startswith(_SSCC_MARK) and text.isdecimal()
        return cls(text, text[len(_SSCC_MARK) :] if marked else text, article_number_or_none(text))


@dataclass(frozen=True, slots=True)
class Located:
    """An item and the consignment that it is in."""

    item: Item
    consignment: Consignment

    def has(self, code: Code, kind: CodeKind) -> bool:
        """Returns whether the item has the code, as a code of this kind."""
        copy = self.item.copy
        match kind:
            case CodeKind.BARCODE:
                return self.item.barcode == code.text
            case CodeKind.PARCEL:
                return self.item.parcel_id == code.parcel
            case CodeKind.LINE:
                return copy is not None and copy.line_key == code.text
            case CodeKind.TITLE:
                titles = {self.item.isbn} | ({copy.isbn, copy.substitute_isbn} if copy else set())
                return code.article is not None and code.article in titles
            case CodeKind.UNKNOWN:
                return False


@dataclass(frozen=True, slots=True)
class Resolved:
    """The answer to a scan: what it is, what it means, which goods, and what to do, as a sentence."""

    kind: CodeKind
    outcome: ScanOutcome
    advice: str
    goods: tuple[Located, ...] = field(default=())


def resolve(code: Code, place: str, located: Sequence[Located], ordered: Sequence[ExpectedCopy]) -> Resolved:
    """Says what a code means at a place; `ordered` are copies with this code that no goods were advised for.

    A barcode is a copy's own and decides before the title that is printed beside it.
    """
    for kind in (CodeKind.BARCODE, CodeKind.PARCEL, CodeKind.LINE, CodeKind.TITLE):
        found = [one for one in located if one.has(code, kind)]
        if found:
            return _of_goods(kind, place, found)
    if ordered:
        return _of_order(code, ordered)
    advice = "Nothing with this code is on its way, and nothing with it was ordered. Keep it aside and report it."
    return Resolved(CodeKind.UNKNOWN, ScanOutcome.UNKNOWN, advice)


def _of_goods(kind: CodeKind, place: str, found: Sequence[Located]) -> Resolved:
    here = [one for one in found if one.consignment.place.code == place]
    awaited = sorted((one for one in here if may_arrive(one.item)), key=lambda one: take_order(one.item))
    if awaited:
        return Resolved(kind, ScanOutcome.EXPECTED, "It is expected here: receive it.", tuple(awaited))
    elsewhere = [one for one in found if one.consignment.place.code != place and one.item.state is ItemState.OUTSTANDING]
    if elsewhere:
        names = sorted({one.consignment.place.name or one.consignment.place.code for one in elsewhere})
        which = f"It is expected at {names[0]}: send it there." if len(names) == 1 else _of_several(names)
        return Resolved(kind, ScanOutcome.ELSEWHERE, which, tuple(elsewhere))
    settled = here or found
    return Resolved(kind, ScanOutcome.ALREADY, _settled(settled[-1], here=bool(here)), tuple(settled))


def _of_several(names: Sequence[str]) -> str:
    return f"Copies of it are expected at {', '.join(names)}: its label says at which. Keep it aside where it has none."


def _settled(one: Located, *, here: bool) -> str:
    where = "here" if here else f"at {one.consignment.place.name or one.consignment.place.code}"
    if one.item.state is ItemState.DAMAGED:
        return f"It was reported damaged {where} before. Nothing is counted again."
    if one.item.state is ItemState.MISSING:
        return f"It was reported missing {where}, and other goods came for it since. Keep it aside and report it as too many."
    return f"It was received {where} before. Nothing is counted again."


def _of_order(code: Code, ordered: Sequence[ExpectedCopy]) -> Resolved:
    kind = CodeKind.TITLE if code.article is not None else CodeKind.LINE
    if any(copy.barcode == code.text for copy in ordered):
        kind = CodeKind.BARCODE
    wanted = [copy for copy in ordered if copy.wanted]
    if not wanted:
        advice = f"Order {ordered[0].order_number} asked for it, and it was cancelled since. Keep it aside and report it."
        return Resolved(kind, ScanOutcome.NOT_WANTED, advice)
    branches = ", ".join(sorted({copy.branch.name or copy.branch.code for copy in wanted}))
    numbers = ", ".join(sorted({copy.order_number for copy in wanted})[:3])
    advice = f"It was ordered for {branches} (order {numbers}), and no supplier has said that it is on its way. Keep it aside."
    return Resolved(kind, ScanOutcome.NOT_DESPATCHED, advice)
