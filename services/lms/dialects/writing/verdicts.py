"""Writes CONTRL: whether a file of the LMS could be read. Pure."""

from __future__ import annotations

from services.lms.dialects.facts import FileOut, FileTaken, OrderNames, ReadFile, Sending
from services.lms.dialects.profile import LmsProfile, OutKind
from services.lms.dialects.writing.envelope import file_of
from services.lms.dialects.writing.wording import Wording
from shared.formats.editeur import Acknowledgement, InterchangeVerdict, MessageVerdict

_REFUSED, _ACCEPTED = "4", "7"
_UNSPECIFIED = "18"


def write_verdict(answer: FileTaken, profile: LmsProfile, sending: Sending) -> FileOut | None:
    """Returns one CONTRL for each interchange of a file; None where the LMS takes none, or no interchange can be named."""
    file = answer.file
    if not profile.takes(OutKind.CONTRL) or not file.sender.code or not file.control_reference:
        return None
    by_interchange: dict[str, list[OrderNames]] = {file.control_reference: []}
    for order in file.orders:
        by_interchange.setdefault(order.names.control_reference, []).append(order.names)
    wording = Wording(profile.writing)
    messages = [_verdict(file, reference, orders, wording) for reference, orders in by_interchange.items()]
    return file_of(OutKind.CONTRL, messages, (file.recipient, file.sender), profile, sending)


def _verdict(file: ReadFile, reference: str, orders: list[OrderNames], wording: Wording) -> Acknowledgement:
    sender, recipient = (orders[0].sender, orders[0].recipient) if orders else (file.sender, file.recipient)
    accepted = tuple(
        MessageVerdict(wording.code(names.message_reference), "ORDERS", "D", "96A", "UN", action=_ACCEPTED) for names in orders
    )
    return Acknowledgement(
        InterchangeVerdict(
            wording.code(reference),
            wording.code(sender.code),
            wording.code(sender.qualifier),
            wording.code(recipient.code),
            wording.code(recipient.qualifier),
            action=_REFUSED if file.refusal else _ACCEPTED,
            error=(file.syntax_error or _UNSPECIFIED) if file.refusal else "",
            messages=accepted,
        )
    )
