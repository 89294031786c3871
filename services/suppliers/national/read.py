"""Reads whatever a bookseller leaves in the mailbox: EDIFACT by message type, ONIX by product. Pure; never raises for content."""

from __future__ import annotations

from services.suppliers.contract import Fact, Kind, RawMessage, Reading
from services.suppliers.national.codes import Odd, odd
from services.suppliers.national.despatches import read_despatch
from services.suppliers.national.lines import Findings
from services.suppliers.national.records import read_records
from services.suppliers.national.responses import read_response
from shared.findings import Severity
from shared.formats import edifact
from shared.formats.edifact import Interchange, Message

_KINDS = {"ORDRSP": Kind.RESPONSE, "DESADV": Kind.DESPATCH}
_XML_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe", b"\xfe\xff")


def read(raw: RawMessage) -> Reading:
    """The facts of one file. What it is follows from its first bytes, never from its name."""
    if raw.body.lstrip(b" \t\r\n").startswith(_XML_STARTS):
        return read_records(raw.body)
    return _read_edifact(raw.body)


def _read_edifact(body: bytes) -> Reading:
    read_bytes = edifact.read(body)
    findings: Findings = list(read_bytes.findings)
    facts: list[Fact] = []
    kinds: list[Kind] = []
    for interchange in read_bytes.interchanges:
        for message in interchange.messages:
            kinds.append(_KINDS.get(message.type, Kind.UNKNOWN))
            facts += _facts(message, findings)
    start = read_bytes.interchanges[0] if read_bytes.interchanges else None
    known = [kind for kind in kinds if kind is not Kind.UNKNOWN]
    return Reading(
        kind=known[0] if known else Kind.UNKNOWN,
        facts=tuple(facts),
        findings=tuple(findings),
        test=any(interchange.test for interchange in read_bytes.interchanges),
        control_reference=start.control_reference if start else "",
        sender=_sender(start) if start else "",
    )


def _sender(interchange: Interchange) -> str:
    return interchange.sender.strip()


def _facts(message: Message, findings: Findings) -> list[Fact]:
    if message.type == "ORDRSP":
        return [read_response(message, findings)]
    if message.type == "DESADV":
        despatch = read_despatch(message, findings)
        return [despatch] if despatch is not None else []
    text = f"{message.type or 'a message without type'} is not read from this supplier"
    findings.append(odd(Odd.UNSUPPORTED, text, message.header, Severity.ERROR))
    return []
