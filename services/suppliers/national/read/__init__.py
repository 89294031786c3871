"""Reads every file that a bookseller leaves in the mailbox: EDIFACT, X12, EDItX, ONIX or MARC. Pure; never raises for content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from services.suppliers.contract import Fact, InvoiceFact, Kind, OpenLinesFact, RawMessage, Reading, SelectionFact
from services.suppliers.national.item_data import codes_not_kept
from services.suppliers.national.read.acknowledgements import read_acknowledgement
from services.suppliers.national.read.codes import Odd, odd
from services.suppliers.national.read.despatches import read_despatch
from services.suppliers.national.read.editx_notices import ROOT, read_ship_notice
from services.suppliers.national.read.foreign import foreign, foreign_xml
from services.suppliers.national.read.interchanges import Part, joined
from services.suppliers.national.read.invoices import read_invoice
from services.suppliers.national.read.lines import Findings
from services.suppliers.national.read.records import is_feed, read_records
from services.suppliers.national.read.reports import read_report
from services.suppliers.national.read.responses import read_response
from services.suppliers.national.read.selections import read_selection
from services.suppliers.national.read.translation import Conventions, to_standard
from services.suppliers.national.read.x12_notices import read_x12
from shared.findings import Severity
from shared.formats import edifact
from shared.formats.edifact import Interchange, Message
from shared.formats.forms import Form, form_of, root_of

_KINDS = {
    "ORDRSP": Kind.RESPONSE,
    "DESADV": Kind.DESPATCH,
    "INVOIC": Kind.INVOICE,
    "QUOTES": Kind.SELECTION,
    "OSTRPT": Kind.OPEN_LINES,
    "CONTRL": Kind.ACKNOWLEDGEMENT,
}
_READERS: dict[str, Callable[[Message, Findings], Fact | None]] = {
    "ORDRSP": read_response,
    "DESADV": read_despatch,
    "INVOIC": read_invoice,
    "QUOTES": read_selection,
    "CONTRL": read_acknowledgement,
}
# A part of an invoice, a selection or a report of open lines means something else than the whole, so a cut one is not used.
_ONLY_WHOLE = frozenset({"INVOIC", "QUOTES", "OSTRPT"})
_STANDARD = Conventions()


def read(raw: RawMessage, conventions: Conventions = _STANDARD) -> Reading:
    """Reads one file as facts. The first bytes decide what the file is, never its name or folder.

    A message is read whether or not the supplier's profile declares that it sends such messages.
    """
    if is_feed(raw.body):
        return read_records(raw.body)
    form = form_of(raw.body)
    if form is Form.XML:
        return _read_xml(raw.body, conventions)
    if form is Form.X12:
        return read_x12(raw.body, conventions)
    if form is Form.EDIFACT or (form is Form.OTHER and _has_segments(raw.body)):
        return _read_edifact(raw.body, conventions)
    return foreign(form, raw.body)


def _has_segments(body: bytes) -> bool:
    """Returns whether there is EDIFACT in a file whose beginning is too damaged to tell."""
    return any(isinstance(part, edifact.Segment) for part in edifact.read_segments([body]))


def _read_xml(body: bytes, conventions: Conventions) -> Reading:
    root = root_of(body)
    if root == ROOT:
        return read_ship_notice(body, conventions)
    # What has no root in sight is broken XML: the reader of ONIX says where.
    return foreign_xml(root) if root else read_records(body)


def _read_edifact(body: bytes, conventions: Conventions) -> Reading:
    read_bytes = edifact.read(body)
    return joined([_part(interchange, conventions) for interchange in read_bytes.interchanges], read_bytes.findings)


def _part(interchange: Interchange, conventions: Conventions) -> Part:
    first, last = _extent(interchange)
    part = Part(interchange.sender.strip(), interchange.control_reference, interchange.test, first, last)
    for message in interchange.messages:
        part.kinds.append(_KINDS.get(_type(message), Kind.UNKNOWN))
        found = _facts(to_standard(message, conventions, part.findings), part.findings)
        part.facts += (_for_someone(fact, interchange.recipient.strip()) for fact in found)
    return part


def _extent(interchange: Interchange) -> tuple[int, int]:
    """Returns the numbers of the first and last segment: its trailers, which are not kept, follow its last message."""
    headers = [interchange.header, *(message.header for message in interchange.messages)]
    first = next((header.position for header in headers if header.position), 0)
    last, trailers = headers[-1], int(interchange.complete)
    for message in interchange.messages[-1:]:
        last = message.segments[-1] if message.segments else message.header
        trailers += int(message.complete) + int(message.group is not None)
    return first, last.position + trailers


def _for_someone(fact: Fact, recipient: str) -> Fact:
    """Returns the fact with the recipient of its interchange (UNB S003) as buyer, where it names no buyer itself."""
    match fact:
        case InvoiceFact(buyer="") | SelectionFact(buyer="") | OpenLinesFact(buyer=""):
            return replace(fact, buyer=recipient)
        case _:
            return fact


def _facts(message: Message, findings: Findings) -> list[Fact]:
    type_ = _type(message)
    if type_ in _ONLY_WHOLE and not message.complete:
        findings.append(odd(Odd.CUT_OFF, f"{type_} is cut off (no UNT); nothing of it is used", message.header, Severity.ERROR))
        return []
    if type_ == "OSTRPT":
        return read_report(message, findings)
    if dropped := codes_not_kept(message):
        text = f"values about copies under {', '.join(dropped)} (GIR) are not kept"
        findings.append(odd(Odd.COPY_DATA, text, message.header))
    reader = _READERS.get(type_)
    if reader is None:
        text = f"{type_ or 'a message without type'} is not read from this supplier"
        findings.append(odd(Odd.UNSUPPORTED, text, message.header, Severity.ERROR))
        return []
    fact = reader(message, findings)
    return [fact] if fact is not None else []


def _type(message: Message) -> str:
    return message.type.strip()
