"""Writes what an LMS is told into files that it can read. Pure."""

from __future__ import annotations

from services.lms.dialects.facts import Answer, FileOut, LinesAnswered, Sending
from services.lms.dialects.profile import LmsProfile
from services.lms.dialects.writing.answers import write_answer


def write(answer: Answer, profile: LmsProfile, sending: Sending) -> FileOut | None:
    """Returns the file that tells an LMS something; None where it does not take that, or there is nothing to say to it."""
    match answer:
        case LinesAnswered():
            return write_answer(answer, profile, sending)
    return None
