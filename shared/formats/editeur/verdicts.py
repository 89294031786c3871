"""The messages by which a receiver answers a message itself: CONTRL about its syntax, APERAK about its content."""

# ruff: noqa: RUF009 - the calls declare fields, they are dataclasses.field itself
from __future__ import annotations

from dataclasses import dataclass

from shared.formats.editeur.fields import many, one, text
from shared.formats.editeur.layout import Layout
from shared.formats.editeur.parts import PARTY, REFERENCE, Party, Reference
from shared.formats.editeur.segments import DATE, DOCUMENT, Date, Document
from shared.formats.editeur.wording import REMARK, Remark


@dataclass(frozen=True, slots=True)
class DataError:
    """UCD: what is wrong with a data element."""

    error: str = text(0)
    element: str = text(1, 0)
    component: str = text(1, 1)


DATA_ERROR = Layout(DataError, "UCD")


@dataclass(frozen=True, slots=True)
class SegmentError:
    """UCS: what is wrong with a segment, by its number in the message (UNH is 1)."""

    segment: str = text(0)
    error: str = text(1)
    elements: tuple[DataError, ...] = many(DATA_ERROR)


SEGMENT_ERROR = Layout(SegmentError, "UCS")


@dataclass(frozen=True, slots=True)
class MessageVerdict:
    """UCM: the verdict on one message (action 0083: 4 refused, 7 accepted)."""

    reference: str = text(0)
    type: str = text(1, 0)
    version: str = text(1, 1)
    release: str = text(1, 2)
    controlling: str = text(1, 3)
    association: str = text(1, 4)
    action: str = text(2)
    error: str = text(3)
    segment: str = text(4)
    element: str = text(5, 0)
    component: str = text(5, 1)
    segments: tuple[SegmentError, ...] = many(SEGMENT_ERROR)


MESSAGE_VERDICT = Layout(MessageVerdict, "UCM")


@dataclass(frozen=True, slots=True)
class InterchangeVerdict:
    """UCI: the verdict on an interchange (action 0083: 4 refused, 7 accepted, 8 received), by its control reference (0020)."""

    reference: str = text(0)
    sender: str = text(1, 0)
    sender_qualifier: str = text(1, 1)
    recipient: str = text(2, 0)
    recipient_qualifier: str = text(2, 1)
    action: str = text(3)
    error: str = text(4)
    segment: str = text(5)
    element: str = text(6, 0)
    component: str = text(6, 1)
    segments: tuple[SegmentError, ...] = many(SEGMENT_ERROR)
    messages: tuple[MessageVerdict, ...] = many(MESSAGE_VERDICT)


INTERCHANGE_VERDICT = Layout(InterchangeVerdict, "UCI")


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """CONTRL: the verdict on one interchange."""

    interchange: InterchangeVerdict = one(INTERCHANGE_VERDICT)


@dataclass(frozen=True, slots=True)
class Objection:
    """ERC: one thing wrong in a message (9321, a code that sender and receiver agree on), in words, and the line that has it."""

    code: str = text(0, 0)
    list: str = text(0, 1)
    agency: str = text(0, 2)
    remarks: tuple[Remark, ...] = many(REMARK)
    references: tuple[Reference, ...] = many(REFERENCE)


OBJECTION = Layout(Objection, "ERC")


@dataclass(frozen=True, slots=True)
class Objections:
    """APERAK: what the receiver of a message objects to, or that it accepts the message (BGM 1225: 27 or 29)."""

    document: Document = one(DOCUMENT)
    dates: tuple[Date, ...] = many(DATE)
    remarks: tuple[Remark, ...] = many(REMARK)
    references: tuple[Reference, ...] = many(REFERENCE)
    parties: tuple[Party, ...] = many(PARTY)
    objections: tuple[Objection, ...] = many(OBJECTION)
