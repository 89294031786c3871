"""Reads the files that an LMS puts into its mailbox: ORDERS of UN/EDIFACT D.96A, as it really writes them. Pure."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime

from services.lms.dialects.facts import PartyName, ReadFile, ReadOrder
from services.lms.dialects.profile import LmsProfile
from services.lms.dialects.quirks import Quirk
from services.lms.dialects.reading.codes import Odd, odd
from services.lms.dialects.reading.damage import no_orders, refusal_of
from services.lms.dialects.reading.orders import read_order
from services.lms.dialects.reading.texts import clean
from shared.findings import Finding, FindingList, Severity
from shared.formats import edifact
from shared.formats.edifact import Code, Interchange

_ORDERS = "ORDERS"


def read(raw: bytes, profile: LmsProfile) -> ReadFile:
    """Reads a file: its orders, or why nothing of it can be trusted. Never raises for bad content."""
    reading = edifact.read(raw)
    findings = FindingList(finding for finding in reading.findings if not _usual(finding, profile))
    first = reading.interchanges[0] if reading.interchanges else None
    refusal = refusal_of(raw, reading)
    orders: list[ReadOrder] = []
    if refusal is None:
        orders = _orders(reading.interchanges, reading.findings, profile, findings)
        findings += _left_out(reading.interchanges) if orders else []
        refusal = None if orders else no_orders(reading.interchanges)
    return ReadFile(
        sender=_party(first.sender, first.sender_qualifier) if first else PartyName(),
        recipient=_party(first.recipient, first.recipient_qualifier) if first else PartyName(),
        control_reference=clean(first.control_reference) if first else "",
        prepared_at=_prepared(first, profile) if first else None,
        test=bool(reading.interchanges) and all(each.test for each in reading.interchanges),
        orders=tuple(orders),
        findings=tuple(findings),
        refusal=refusal.text if refusal else "",
        syntax_error=refusal.code if refusal else "",
    )


def _orders(
    interchanges: Sequence[Interchange], syntax: Sequence[Finding], profile: LmsProfile, findings: list[Finding]
) -> list[ReadOrder]:
    messages = [(interchange, message) for interchange in interchanges for message in interchange.messages]
    ends = [*(message.header.position for _, message in messages), sys.maxsize][1:]
    orders: list[ReadOrder] = []
    for (interchange, message), end in zip(messages, ends, strict=True):
        if interchange.test:
            continue
        if message.type.strip().upper() != _ORDERS:
            text = f"{message.type or 'a message without a type'} is left out; only ORDERS are taken here"
            findings.append(odd(Odd.OTHER_MESSAGE, text, message.header, Severity.ERROR))
            continue
        own = [each for each in syntax if each.segment is not None and message.header.position <= each.segment < end]
        order, found = read_order(interchange, message, own, profile)
        orders.append(order)
        findings += found
    return orders


def _left_out(interchanges: Sequence[Interchange]) -> list[Finding]:
    """Returns a finding for each interchange that is marked as a test."""
    return [
        odd(Odd.TEST_LEFT_OUT, f"interchange {each.control_reference!r} is marked as a test and left out", each.header)
        for each in interchanges
        if each.test
    ]


def _usual(finding: Finding, profile: LmsProfile) -> bool:
    """Returns whether a finding is about a habit that the profile knows."""
    return finding.code == Code.INVALID_DATE and Quirk.DAY_FIRST_DATES in profile.reading.quirks


def _prepared(interchange: Interchange, profile: LmsProfile) -> datetime | None:
    """Returns when an interchange was prepared, as its date and time are meant."""
    found = interchange.prepared
    if Quirk.DAY_FIRST_DATES in profile.reading.quirks:
        try:
            # The zone is added below.
            found = datetime.strptime(interchange.header.get(3, 0) + interchange.header.get(3, 1), "%d%m%y%H%M")  # noqa: DTZ007
        except ValueError:
            found = None
    return found.replace(tzinfo=profile.writing.time_zone) if found is not None else None


def _party(code: str, qualifier: str) -> PartyName:
    return PartyName(code=clean(code), qualifier=clean(qualifier))
