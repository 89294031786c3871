"""Reads the segments of an 856 between ST and SE into a ship notice. Does not know the envelope around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from shared.findings import Finding, Severity
from shared.formats.x12.codes import Code
from shared.formats.x12.cutter import Segment
from shared.formats.x12.fields import count_in, counted, moment_at, odd
from shared.formats.x12.levels import READERS, LevelInMaking
from shared.formats.x12.model import ShipNotice
from shared.formats.x12.shipped import items

_DEEPEST = 12
_RANKS = {"S": 0, "O": 1, "P": 2, "T": 2, "I": 3}


def read_notice(header: Segment, segments: Sequence[Segment], findings: list[Finding]) -> ShipNotice:
    """Reads the notice; adds what is wrong or unusual to `findings`. `header` is ST.

    BSN gives purpose (01), number (02), moment (03, 04) and structure (05).
    """
    tree = _Tree(findings)
    begin = next((segment for segment in segments if segment.tag == "BSN"), None)
    for segment in segments:
        tree.take(segment)
    root = tree.root.finish()
    notice = ShipNotice(
        number=begin.get(2) if begin is not None else "",
        purpose=begin.get(1) if begin is not None else "",
        issued=moment_at(begin.get(3), begin.get(4)) if begin is not None else None,
        structure=begin.get(5) if begin is not None else "",
        references=root.references,
        dates=root.dates,
        parties=root.parties,
        levels=root.children,
    )
    _check(notice, begin or header, findings)
    tree.check_totals()
    return notice


def _check(notice: ShipNotice, begin: Segment, findings: list[Finding]) -> None:
    if not notice.number:
        findings.append(odd(Code.NO_NUMBER, "the notice has no number in BSN02", begin, Severity.ERROR))
    if notice.issued is None and begin.tag == "BSN":
        text = f"BSN03 and BSN04: {begin.get(3)!r} and {begin.get(4)!r} are not a date and time"
        findings.append(odd(Code.INVALID_DATE, text, begin))
    if next(items(notice), None) is None:
        findings.append(odd(Code.NO_ITEMS, "the notice has no item", begin, Severity.ERROR))
    for shipped in items(notice):
        if not shipped.item.isbn:
            text = f"item {shipped.item.line!r} of {notice.number!r} has no valid ISBN or EAN"
            findings.append(odd(Code.NO_PRODUCT_ID, text, begin))
        if shipped.item.quantity is None:
            text = f"item {shipped.item.line!r} of {notice.number!r} has no quantity"
            findings.append(odd(Code.NO_QUANTITY, text, begin))


def _rank(kind: str) -> int:
    """Returns the usual rank of a level, for levels that name no parent: shipment, order, package, then item and all others."""
    return _RANKS.get(kind, 3)


@dataclass(slots=True)
class _Tree:
    """Builds the levels from the segments, in any order of nesting."""

    findings: list[Finding]
    root: LevelInMaking = field(default_factory=lambda: LevelInMaking("", 0))
    _current: LevelInMaking | None = None
    _parent_of_current: LevelInMaking | None = None
    _by_id: dict[str, LevelInMaking] = field(default_factory=dict)
    _latest: dict[int, tuple[int, LevelInMaking]] = field(default_factory=dict)
    _made: list[LevelInMaking] = field(default_factory=list)
    _hl_count: int = 0
    _totals: Segment | None = None

    def take(self, segment: Segment) -> None:
        """Takes the next segment; ignores segments outside the subset."""
        if segment.tag == "HL":
            self._open(segment)
        elif segment.tag == "CTT":
            self._totals = segment
        elif segment.tag in READERS:
            if segment.tag == "LIN" and self._current is not None and self._current.lin:
                self._repeat(segment)
            READERS[segment.tag](self._current or self.root, segment, self.findings)

    def check_totals(self) -> None:
        """Checks CTT01, which counts the HL segments (or, with some senders, the items), and CTT02, the sum of SN102."""
        totals = self._totals
        if totals is None:
            return
        count, hashed = count_in(totals, 1, self.findings), count_in(totals, 2, self.findings)
        found = [level for level in self._made if level.lin or level.item is not None]
        if count is not None and count not in (self._hl_count, len(found)):
            text = f"CTT01 is {count}, but the number of HL segments is {self._hl_count} and that of items {len(found)}"
            self.findings += counted(text, count, min(self._hl_count, len(found)), totals)
        shipped = sum(level.item.quantity or 0 for level in found if level.item is not None)
        if hashed is not None:
            self.findings += counted(f"CTT02 is {hashed}, but the sum of SN102 is {shipped}", hashed, shipped, totals)

    def _open(self, segment: Segment) -> None:
        self._hl_count += 1
        number, above, kind = segment.get(1), segment.get(2), segment.get(3).upper()
        parent = self._by_id.get(above) if above else self._above(kind)
        if parent is None:
            text = f"HL {number!r} names the parent {above!r}, which does not exist before it"
            self.findings.append(odd(Code.HIERARCHY, text, segment))
            parent = self._above(kind)
        if parent.depth >= _DEEPEST:
            self.findings.append(odd(Code.HIERARCHY, f"HL {number!r} is nested deeper than {_DEEPEST}", segment))
            parent = self.root
        self._add(kind, parent)
        if self._current is not None and number:
            self._by_id.setdefault(number, self._current)

    def _above(self, kind: str) -> LevelInMaking:
        """Returns the parent of a level that names none: the last level of a higher rank, else the top."""
        higher = [self._latest[rank] for rank in self._latest if rank < _rank(kind)]
        return max(higher, key=itemgetter(0))[1] if higher else self.root

    def _repeat(self, segment: Segment) -> None:
        """Puts a second item under one HL into a level of its own beside the first."""
        if self._current is not None and self._parent_of_current is not None:
            self.findings.append(odd(Code.REPEATED_ITEM, "a second LIN under one HL", segment))
            self._add(self._current.kind, self._parent_of_current)

    def _add(self, kind: str, parent: LevelInMaking) -> None:
        level = LevelInMaking(kind, parent.depth + 1)
        parent.children.append(level)
        self._current, self._parent_of_current = level, parent
        self._made.append(level)
        self._latest[_rank(kind)] = (len(self._made), level)
