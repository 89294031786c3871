"""Groups segments into messages and interchanges, and checks the envelope's counts and references (UNB, UNG, UNH, trailers)."""

from collections.abc import Callable

from shared.findings import Finding, FindingList, Severity
from shared.formats.counts import miscounted
from shared.formats.edifact.batch import Batch
from shared.formats.edifact.codes import Code
from shared.formats.edifact.model import Interchange, Message, Reading, Segment
from shared.formats.edifact.text import parse_number
from shared.formats.edifact.totals import check_totals

_NO_HEADER = Segment("UNB")
_UNB_ELEMENTS = 11
_SYNTAX_VERSIONS = frozenset("1234")
# What each trailer ends.
_WHOLES = {"UNT": "message", "UNE": "group", "UNZ": "interchange"}


class Assembler:
    """Takes segments and findings in the order of the stream, groups them, and closes what has no trailer."""

    def __init__(self) -> None:
        self._interchanges: list[Interchange] = []
        self._findings: list[Finding] = FindingList()
        self._interchange: Segment | None = None
        self._messages: list[Message] = []
        self._references: set[str] = set()
        self._groups = 0
        self._group: Segment | None = None
        self._messages_before_group = 0
        self._message: Segment | None = None
        self._segments: list[Segment] = []
        self._stray_position = -1

    def take(self, batch: Batch) -> None:
        """Takes the next segments and findings."""
        done = 0
        for index in batch.marked:
            self._take_plain(batch.plain(done, index))
            done = index + 1
            item = batch.items[index]
            if isinstance(item, Finding):
                self._findings.append(item)
            elif item.tag in _SERVICE:
                _SERVICE[item.tag](self, item)
            else:
                self._take_plain([item])
        self._take_plain(batch.plain(done, len(batch.items)))

    def finish(self) -> Reading:
        """Closes what is open and returns everything read."""
        self._close_interchange(None)
        if not self._interchanges and not self._findings:
            self._find(Code.NO_SEGMENTS, "the data contains no segment", Severity.ERROR)
        return Reading(tuple(self._interchanges), tuple(self._findings))

    def _find(self, code: Code, text: str, severity: Severity, at: Segment | None = None) -> None:
        self._findings.append(Finding(code, text, severity, at.position if at else None, at.offset if at else None))

    def _take_plain(self, run: list[Segment]) -> None:
        """Takes a run of segments without envelope segments; reports it once when it is outside any message."""
        if self._message is not None:
            self._segments += run
        elif run:
            if run[0].position != self._stray_position + 1:
                self._find(Code.OUTSIDE_MESSAGE, f"{run[0].tag} is outside a message and was left out", Severity.ERROR, run[0])
            self._stray_position = run[-1].position

    def _begin_interchange(self, header: Segment) -> None:
        self._close_interchange(None)
        self._interchange = header
        if any(any(element) for element in header.elements[_UNB_ELEMENTS:]):
            self._find(Code.EXTRA_HEADER_ELEMENT, f"UNB has more than {_UNB_ELEMENTS} elements", Severity.WARNING, header)
        if header.get(0, 1) not in _SYNTAX_VERSIONS:
            self._find(Code.SYNTAX_UNKNOWN, f"syntax version {header.get(0, 1)!r} is unknown", Severity.WARNING, header)
        if Interchange(header, ()).prepared is None:
            text = f"{':'.join((header.get(3, 0), header.get(3, 1)))!r} in UNB is not a date and time"
            self._find(Code.INVALID_DATE, text, Severity.WARNING, header)

    def _open_interchange(self, first: Segment) -> None:
        """Opens an interchange for messages that arrive without one."""
        if self._interchange is None:
            self._find(Code.NO_INTERCHANGE, f"{first.tag} outside an interchange", Severity.ERROR, first)
            self._interchange = _NO_HEADER

    def _begin_group(self, header: Segment) -> None:
        self._close_group(None)
        self._open_interchange(header)
        self._group = header
        self._groups += 1
        self._messages_before_group = len(self._messages)

    def _begin_message(self, header: Segment) -> None:
        self._close_message(None)
        self._open_interchange(header)
        self._message = header
        self._segments = []

    def _end_message(self, trailer: Segment) -> None:
        if self._message is None:
            self._find(Code.STRAY_TRAILER, "UNT without UNH", Severity.ERROR, trailer)
        self._close_message(trailer)

    def _end_group(self, trailer: Segment) -> None:
        if self._group is None:
            self._find(Code.STRAY_TRAILER, "UNE without UNG", Severity.ERROR, trailer)
        self._close_group(trailer)

    def _end_interchange(self, trailer: Segment) -> None:
        if self._interchange is None:
            self._find(Code.STRAY_TRAILER, "UNZ without UNB", Severity.ERROR, trailer)
        self._close_interchange(trailer)

    def _close_message(self, trailer: Segment | None) -> None:
        header, self._message = self._message, None
        if header is None:
            return
        message = Message(header, tuple(self._segments), self._group, complete=trailer is not None)
        if message.reference in self._references:
            text = f"message reference {message.reference!r} is used twice"
            self._find(Code.DUPLICATE_REFERENCE, text, Severity.WARNING, header)
        self._references.add(message.reference)
        self._messages.append(message)
        self._findings += check_totals(message.segments)
        if trailer is None:
            self._find(Code.MESSAGE_UNTERMINATED, f"message {message.reference!r} has no end (UNT)", Severity.ERROR, header)
            return
        self._check_count(Code.SEGMENT_COUNT, trailer, len(message.segments) + 2, "segments")
        self._check_reference(trailer, message.reference)

    def _close_group(self, trailer: Segment | None) -> None:
        self._close_message(None)
        header, self._group = self._group, None
        if header is None:
            return
        if trailer is None:
            self._find(Code.GROUP_UNTERMINATED, f"group {header.get(4)!r} has no end (UNE)", Severity.ERROR, header)
            return
        self._check_count(Code.MESSAGE_COUNT, trailer, len(self._messages) - self._messages_before_group, "messages")
        self._check_reference(trailer, header.get(4))

    def _close_interchange(self, trailer: Segment | None) -> None:
        self._close_group(None)
        header, self._interchange = self._interchange, None
        if header is None:
            return
        interchange = Interchange(header, tuple(self._messages), complete=trailer is not None)
        groups, self._groups, self._messages, self._references = self._groups, 0, [], set()
        self._interchanges.append(interchange)
        if trailer is not None:
            self._check_envelope(trailer, interchange, groups)
        elif header is not _NO_HEADER:
            text = f"interchange {interchange.control_reference!r} has no end (UNZ)"
            self._find(Code.INTERCHANGE_UNTERMINATED, text, Severity.ERROR, header)

    def _check_envelope(self, trailer: Segment, interchange: Interchange, groups: int) -> None:
        if groups:
            self._check_count(Code.GROUP_COUNT, trailer, groups, "groups")
        else:
            self._check_count(Code.MESSAGE_COUNT, trailer, len(interchange.messages), "messages")
        self._check_reference(trailer, interchange.control_reference)

    def _check_count(self, code: Code, trailer: Segment, there: int, what: str) -> None:
        stated = trailer.get(0)
        were = "was" if there == 1 else "were"
        text = f"{trailer.tag}, the end of the {_WHOLES[trailer.tag]}, states {stated!r} {what}, but {there} {were} found"
        if found := miscounted(code, text, parse_number(stated), there):
            self._find(code, found.text, found.severity, trailer)

    def _check_reference(self, trailer: Segment, expected: str) -> None:
        if trailer.get(1) != expected:
            text = f"{trailer.tag} has reference {trailer.get(1)!r}, but its header has {expected!r}"
            self._find(Code.REFERENCE_MISMATCH, text, Severity.WARNING, trailer)


# Not bound methods kept by each assembler: the assembler would refer to itself, and its data would stay in memory after use.
_SERVICE: dict[str, Callable[[Assembler, Segment], None]] = {
    "UNB": Assembler._begin_interchange,
    "UNG": Assembler._begin_group,
    "UNH": Assembler._begin_message,
    "UNT": Assembler._end_message,
    "UNE": Assembler._end_group,
    "UNZ": Assembler._end_interchange,
}
