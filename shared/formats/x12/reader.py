"""Reads X12 interchanges: checks the counts and control numbers of the envelope (ISA, GS, ST), and reads its ship notices."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.findings import Finding, FindingList, Severity
from shared.formats.numbers import decimal_of
from shared.formats.x12.codes import Code
from shared.formats.x12.cutter import Segment, cut
from shared.formats.x12.fields import counted, moment_at, odd
from shared.formats.x12.model import Interchange, Reading, ShipNotice
from shared.formats.x12.notices import read_notice

_SHIP_NOTICE = "856"
_ACKNOWLEDGEMENTS = ("997", "999")


def read(raw: bytes) -> Reading:
    """Reads all interchanges in `raw`. Never raises for content; what is before a break is kept."""
    envelope = _Envelope()
    for item in cut(raw):
        if isinstance(item, Finding):
            envelope.findings.append(item)
        else:
            envelope.take(item)
    envelope.close_interchange()
    return Reading(tuple(envelope.interchanges), tuple(envelope.findings))


@dataclass(slots=True)
class _Envelope:
    """The state while segments are read: the open interchange, group and transaction set."""

    interchanges: list[Interchange] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=FindingList)
    _isa: Segment | None = None
    _gs: Segment | None = None
    _st: Segment | None = None
    _body: list[Segment] = field(default_factory=list)
    _notices: list[ShipNotice] = field(default_factory=list)
    _version: str = ""
    _groups: int = 0
    _sets: int = 0
    _position: int = 0

    def take(self, segment: Segment) -> None:
        """Takes the next segment."""
        before, self._position = self._position, segment.position
        if segment.tag == "ISA":
            self.close_interchange(last=before)
            self._isa = segment
        elif segment.tag == "GS":
            self._close_group(None)
            self._gs, self._groups = segment, self._groups + 1
            self._version = self._version or segment.get(8)[:6]
        elif segment.tag == "ST":
            self._close_set(None)
            self._st, self._sets = segment, self._sets + 1
        elif segment.tag in ("SE", "GE", "IEA"):
            self._close(segment)
        elif self._st is not None:
            self._body.append(segment)
        elif segment.tag != "TA1":
            self.findings.append(odd(Code.STRAY, f"{segment.tag!r} is outside a transaction set", segment))

    def _close(self, trailer: Segment) -> None:
        if trailer.tag == "SE":
            self._close_set(trailer)
        elif trailer.tag == "GE":
            self._close_group(trailer)
        else:
            self.close_interchange(trailer)

    def _close_set(self, trailer: Segment | None) -> None:
        header, self._st = self._st, None
        body, self._body = self._body, []
        self._match("ST", header, 2, trailer, len(body) + 2)
        if header is None:
            return
        if header.get(1) == _SHIP_NOTICE:
            self._notices.append(read_notice(header, body, self.findings))
        else:
            text = f"transaction set {header.get(1)!r} is not read; only 856 is"
            severity = Severity.INFO if header.get(1) in _ACKNOWLEDGEMENTS else Severity.ERROR
            self.findings.append(odd(Code.NOT_READ, text, header, severity))

    def _close_group(self, trailer: Segment | None) -> None:
        if self._st is not None:
            self._close_set(None)
        header, self._gs = self._gs, None
        self._match("GS", header, 6, trailer, self._sets)
        self._sets = 0

    def close_interchange(self, trailer: Segment | None = None, *, last: int | None = None) -> None:
        """Ends the open interchange, by IEA or because it has no more segments; `last` is its last one, else the latest is."""
        if self._gs is not None or self._st is not None:
            self._close_group(None)
        header, self._isa = self._isa, None
        self._match("ISA", header, 13, trailer, self._groups)
        if header is None and self._notices:
            text = f"{len(self._notices)} ship notices are outside an interchange (ISA) and were left out"
            self.findings.append(Finding(Code.STRAY, text, Severity.ERROR, self._position))
        if header is not None:
            end = self._position if last is None else last
            self.interchanges.append(_interchange(header, self._version, tuple(self._notices), end))
        self._notices, self._version, self._groups = [], "", 0

    def _match(self, opening: str, header: Segment | None, number: int, trailer: Segment | None, count: int) -> None:
        """Checks a trailer against its header: both exist, the count is right, and the control numbers agree."""
        if header is not None and trailer is None:
            text = f"{opening} {header.get(number)!r} has no trailer"
            self.findings.append(odd(Code.MISSING_TRAILER, text, header, Severity.ERROR))
        elif trailer is not None and header is None:
            self.findings.append(odd(Code.STRAY, f"{trailer.tag} without {opening}", trailer))
        elif header is not None and trailer is not None:
            text = f"{trailer.tag}01 is {trailer.get(1)!r}, but the count is {count}"
            self.findings += counted(text, decimal_of(trailer.get(1)), count, trailer)
            if _number(trailer.get(2)) != _number(header.get(number)):
                text = f"{trailer.tag}02 is {trailer.get(2)!r}, but {opening}{number:02} is {header.get(number)!r}"
                self.findings.append(odd(Code.CONTROL_NUMBER, text, trailer))


def _number(text: str) -> str:
    """Returns a control number without leading zeros."""
    return text.lstrip("0") or "0"


def _interchange(isa: Segment, version: str, notices: tuple[ShipNotice, ...], last: int) -> Interchange:
    return Interchange(
        sender=isa.get(6),
        recipient=isa.get(8),
        control_number=isa.get(13),
        prepared=moment_at(isa.get(9), isa.get(10)),
        notices=notices,
        sender_qualifier=isa.get(5),
        recipient_qualifier=isa.get(7),
        version=version or isa.get(12) + "0",
        test=isa.get(15).upper() == "T",
        first=isa.position,
        last=last,
    )
