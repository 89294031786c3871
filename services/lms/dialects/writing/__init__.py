"""Writes the files that tell an LMS something, in its dialect. Pure."""

from __future__ import annotations

from services.lms.dialects.facts import (
    Answer,
    FileOut,
    FileTaken,
    GoodsExpected,
    InvoiceAccepted,
    LinesAnswered,
    OrderNotPlaced,
    RecordsChanged,
    Sending,
)
from services.lms.dialects.profile import LmsProfile
from services.lms.dialects.writing.answers import write_answer
from services.lms.dialects.writing.despatches import write_despatch
from services.lms.dialects.writing.invoices import write_invoice
from services.lms.dialects.writing.refusals import write_refusal
from services.lms.dialects.writing.selections import write_selection
from services.lms.dialects.writing.verdicts import write_verdict


def write(answer: Answer, profile: LmsProfile, sending: Sending) -> FileOut | None:
    """Returns the file that tells an LMS something; None where it does not take that, or there is nothing to say to it."""
    match answer:
        case FileTaken():
            return write_verdict(answer, profile, sending)
        case OrderNotPlaced():
            return write_refusal(answer, profile, sending)
        case LinesAnswered():
            return write_answer(answer, profile, sending)
        case GoodsExpected():
            return write_despatch(answer, profile, sending)
        case InvoiceAccepted():
            return write_invoice(answer, profile, sending)
        case RecordsChanged():
            return _write_records(answer, profile, sending)
    return write_selection(answer, profile, sending)


def _write_records(answer: RecordsChanged, profile: LmsProfile, sending: Sending) -> FileOut | None:
    """Returns a file of MARC 21: its bytes are those of the catalogue, since all library systems load the same format."""
    files = profile.files.records
    return None if files is None else FileOut(files.folder, files.named(sending.reference), "MARC", answer.content)
