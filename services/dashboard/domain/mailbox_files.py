"""A file of an LMS's mailbox, as lms answers, and what its page says first. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.dashboard.domain.contents import Finding
from services.dashboard.domain.messages import Change
from services.dashboard.domain.needs import Urgency
from services.dashboard.domain.pages import Shape, Verdict


class OrderFault(Shape):
    """One thing wrong in an order of a file. `segment`: in which segment, where that is known."""

    pointer: str
    code: str
    detail: str
    segment: int | None = None


class FileOrder(Shape):
    """One order of a file, and what became of it."""

    order_number: str
    state: str
    order_id: UUID | None = None
    detail: str = ""
    faults: Sequence[OrderFault] = ()


class FileSummary(Shape):
    """One file in or out of a mailbox."""

    message_id: UUID
    mailbox_id: str
    council: str
    direction: str
    kind: str
    folder: str = ""
    name: str
    state: str
    reason: str
    size: int
    order_numbers: Sequence[str] = ()
    answers_message_id: UUID | None = None
    created_at: datetime
    moved_at: datetime
    version: int


class File(FileSummary):
    """A file with everything that is known about it."""

    findings: Sequence[Finding] = ()
    orders: Sequence[FileOrder] = ()
    answered_by: Sequence[FileSummary] = ()
    history: Sequence[Change] = ()

    @property
    def moves(self) -> bool:
        """Whether it will change by itself, so that a page about it refreshes."""
        return self.state in ("received", "asked", "ready")

    @property
    def decisions(self) -> Sequence[str]:
        """What a person may decide about it here."""
        return _DECISIONS.get((self.direction, self.state), ())


ORDER_STATES: Mapping[str, str] = {
    "asked": "the order book has not answered yet",
    "placed": "placed",
    "repeated": "placed before, with the same content",
    "refused": "refused",
}
DECISIONS: Mapping[str, tuple[str, str]] = {
    "replay": ("Replay", "Reads the file again and asks for the orders that were not placed. No order is placed twice."),
    "discard": ("Discard", "Closes the file: it no longer waits for a person. Its bytes are kept."),
    "offer-again": ("Offer it again", "Puts the same file into the mailbox again, or delivers it again."),
}
"""What a person may decide about a file: the words of its button, and what it does."""

_DECISIONS: Mapping[tuple[str, str], Sequence[str]] = {
    ("in", "taken"): ("replay",),
    ("in", "partly_taken"): ("replay", "discard"),
    ("in", "refused"): ("replay", "discard"),
    ("in", "duplicate"): ("replay",),
    ("in", "cut_off"): ("discard",),
    ("out", "taken"): ("offer-again",),
    ("out", "sent"): ("offer-again",),
    ("out", "failed"): ("offer-again", "discard"),
    ("out", "removed"): ("offer-again",),
}
_CORRECT = "Correct what the faults below name, then replay it; or have the library system send it again, and discard this one."
# By direction and state: the first line, how urgent it is, what to do.
_VERDICTS: Mapping[tuple[str, str], tuple[str, Urgency | None, str]] = {
    ("in", "received"): ("Waits to be read", None, "Nothing: it is read by itself."),
    ("in", "asked"): ("Waits for the order book", None, "Nothing: the order book answers by itself."),
    ("in", "taken"): ("All its orders are placed", None, "Nothing."),
    ("in", "partly_taken"): ("Only some of its orders are placed", Urgency.NOW, _CORRECT),
    ("in", "refused"): ("No order of it is placed", Urgency.NOW, _CORRECT),
    ("in", "duplicate"): ("The same content arrived before", None, "Nothing."),
    ("in", "test"): ("Marked as a test by the library system", None, "Nothing."),
    ("in", "cut_off"): (
        "Only a part of it arrived",
        Urgency.NOW,
        "Have the library system send it again, then discard this one.",
    ),
    ("in", "discarded"): ("Closed by a person", None, "Nothing: the history says who and why."),
    ("out", "ready"): ("Waits for the library system", None, "Nothing: the library system fetches it, or it is delivered."),
    ("out", "taken"): ("The library system fetched it", None, "Nothing. If it was lost there, offer it again."),
    ("out", "sent"): ("Delivered to the library system", None, "Nothing. If it was lost there, offer it again."),
    ("out", "failed"): ("It could not be delivered", Urgency.NOW, "Correct what the reason names, then offer it again."),
    ("out", "removed"): ("Removed from the mailbox", None, "Nothing. If it was removed by mistake, offer it again."),
    ("out", "discarded"): ("Closed by a person", None, "Nothing: the history says who and why."),
}


def verdict_on(file: File) -> Verdict:
    """Returns what the page of a file says first."""
    words = file.state.replace("_", " ").capitalize()
    line, urgency, advice = _VERDICTS.get((file.direction, file.state), (words, None, ""))
    return Verdict(urgency, line, advice)
