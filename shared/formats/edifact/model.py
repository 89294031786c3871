"""The structures of EDIFACT (ISO 9735 versions 1 to 4): segments, messages, interchanges. Knows no message type."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.findings import Finding
from shared.formats.edifact.separators import DEFAULT, Separators
from shared.formats.moments import coded_moment, with_century


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: a tag and elements, each a tuple of components, unescaped and decoded.

    `position` (1-based number in the stream) and `offset` (of the first byte) are its place; they are ignored when segments are
    compared. `repetitions` holds the second and further occurrences of elements that repeat (syntax version 4), as pairs of
    element index and occurrences.
    """

    tag: str
    elements: tuple[tuple[str, ...], ...] = ()
    position: int = field(default=0, compare=False)
    offset: int = field(default=0, compare=False)
    repetitions: tuple[tuple[int, tuple[tuple[str, ...], ...]], ...] = ()

    @classmethod
    def of(cls, tag: str, *elements: str | Sequence[str]) -> "Segment":
        """Builds a segment from elements given as text (one component) or sequences of components.

        Trailing empty components and elements are dropped, as they are in writing.
        """
        return cls(tag, trimmed(tuple([(element,) if isinstance(element, str) else tuple(element) for element in elements])))

    def get(self, element: int, component: int = 0) -> str:
        """Returns a component by 0-based element after the tag and 0-based component; "" when absent."""
        if element < len(self.elements) and component < len(self.elements[element]):
            return self.elements[element][component]
        return ""

    def occurrences(self, element: int) -> tuple[tuple[str, ...], ...]:
        """Returns all occurrences of an element, including the first; empty when absent."""
        if element >= len(self.elements):
            return ()
        return (self.elements[element], *dict(self.repetitions).get(element, ()))


class SegmentInMaking:
    """A mutable twin of `Segment`: created empty, filled, and then turned into a `Segment` by assigning `__class__`.

    This is several times faster than the constructor of a frozen dataclass, where the reader's hot loop would spend most time.
    """

    __slots__ = ("elements", "offset", "position", "repetitions", "tag")

    tag: str
    elements: tuple[tuple[str, ...], ...]
    position: int
    offset: int
    repetitions: tuple[tuple[int, tuple[tuple[str, ...], ...]], ...]


def trimmed(elements: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """Returns elements without trailing empty components and trailing empty elements; an empty element is `("",)`."""
    kept = [element if element and element[-1] else without_empty_tail(element) or ("",) for element in elements]
    while kept and kept[-1] == ("",):
        kept.pop()
    return tuple(kept)


def without_empty_tail(components: tuple[str, ...]) -> tuple[str, ...]:
    """Returns the components up to the last that is not empty."""
    end = len(components)
    while end and not components[end - 1]:
        end -= 1
    return components[:end]


@dataclass(frozen=True, slots=True)
class Message:
    """One message as read: UNH, the segments between UNH and UNT, and UNG of its group, if any.

    `complete` is False when UNT is missing.
    """

    header: Segment
    segments: tuple[Segment, ...]
    group: Segment | None = None
    complete: bool = True

    @property
    def reference(self) -> str:
        """UNH 0062."""
        return self.header.get(0)

    @property
    def type(self) -> str:
        """Message type, such as ORDERS (UNH S009 0065)."""
        return self.header.get(1, 0)

    @property
    def version(self) -> str:
        """Version of the directory, such as D (0052)."""
        return self.header.get(1, 1)

    @property
    def release(self) -> str:
        """Release of the directory, such as 96A (0054)."""
        return self.header.get(1, 2)

    @property
    def agency(self) -> str:
        """Controlling agency, such as UN (0051)."""
        return self.header.get(1, 3)

    @property
    def association(self) -> str:
        """Association assigned code, such as EAN008 (0057)."""
        return self.header.get(1, 4)


@dataclass(frozen=True, slots=True)
class Interchange:
    """One interchange as read. `complete` is False when UNZ is missing."""

    header: Segment
    messages: tuple[Message, ...]
    complete: bool = True

    @property
    def charset(self) -> str:
        """Declared syntax identifier, such as UNOC (UNB S001 0001)."""
        return self.header.get(0, 0)

    @property
    def syntax_version(self) -> str:
        """Syntax version number, "1" to "4" (0002)."""
        return self.header.get(0, 1)

    @property
    def sender(self) -> str:
        """Interchange sender (S002 0004)."""
        return self.header.get(1, 0)

    @property
    def sender_qualifier(self) -> str:
        """Qualifier of the sender's code, such as 14 for a GLN (S002 0007)."""
        return self.header.get(1, 1)

    @property
    def recipient(self) -> str:
        """Interchange recipient (S003 0010)."""
        return self.header.get(2, 0)

    @property
    def recipient_qualifier(self) -> str:
        """Qualifier of the recipient's code (S003 0007)."""
        return self.header.get(2, 1)

    @property
    def prepared(self) -> datetime | None:
        """Date and time of preparation (S004), as written, without time zone; None when it is not valid."""
        return moment(self.header.get(3, 0), self.header.get(3, 1))

    @property
    def control_reference(self) -> str:
        """Interchange control reference (0020)."""
        return self.header.get(4)

    @property
    def application_reference(self) -> str:
        """Application reference (0026), often the message type."""
        return self.header.get(6)

    @property
    def acknowledgement_requested(self) -> bool:
        """Whether the sender asks for a CONTRL (0031)."""
        return self.header.get(8) == "1"

    @property
    def agreement(self) -> str:
        """Identification of the interchange agreement (0032)."""
        return self.header.get(9)

    @property
    def test(self) -> bool:
        """Whether the interchange is a test (0035) and must have no effect."""
        return self.header.get(10).strip() not in ("", "0")


def moment(date: str, time: str) -> datetime | None:
    """Reads UNB's date, CCYYMMDD or YYMMDD, and time, hhmm; None when they are not valid."""
    if len(time) not in (0, 4, 6):
        return None
    found = coded_moment(with_century(date) + (time[:4] or "0000"), "203")
    # UNB states no time zone; it depends on the sender.
    return found.moment.replace(tzinfo=None) if found.moment is not None and not found.doubt else None


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read: interchanges, and findings about what is wrong or unusual, in the order of the stream."""

    interchanges: tuple[Interchange, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message to write: the segments between UNH and UNT. Without a reference, its number in the interchange is used."""

    type: str
    segments: Sequence[Segment]
    version: str = "D"
    release: str = "96A"
    agency: str = "UN"
    association: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class OutboundInterchange:
    """One interchange to write. `charset` is a syntax identifier, UNOA to UNOY; `prepared` is written without conversion.

    `advice`: whether UNA is written. Without UNA the separators must be the defaults of the syntax version.
    """

    sender: str
    recipient: str
    control_reference: str
    prepared: datetime
    messages: Sequence[OutboundMessage]
    sender_qualifier: str = "14"
    recipient_qualifier: str = "14"
    charset: str = "UNOC"
    syntax_version: int = 3
    application_reference: str = ""
    agreement: str = ""
    acknowledgement_requested: bool = False
    test: bool = False
    advice: bool = True
    separators: Separators = DEFAULT
