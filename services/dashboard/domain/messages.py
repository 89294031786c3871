"""A message of an exchange, as its API shows it, and what a page says about it: what is wrong, and what to do. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.dashboard.domain.contents import Finding
from services.dashboard.domain.needs import Urgency
from services.dashboard.domain.pages import Shape, Verdict
from shared.records.reasons import reasons_in_words
from shared.wording import counted, time_in_words


class Reason(Shape):
    """A reason for which records are kept aside."""

    code: str
    count: int
    advice: str = ""


class Progress(Shape):
    """How far a file of records is read. `rate`: records in a second."""

    records: int
    kept_aside: int
    left_out: int
    bytes_read: int
    rate: float
    begun_at: datetime
    expected_end_at: datetime | None
    ended_at: datetime | None
    reasons: Sequence[Reason] = ()

    @property
    def position(self) -> int:
        """How many records were read, also those kept aside or left out."""
        return self.records + self.kept_aside + self.left_out


class Change(Shape):
    """One change of a message's state."""

    from_state: str
    to_state: str
    changed_at: datetime
    actor: str
    reason: str


class Message(Shape):
    """One thing exchanged with the supplier. `progress` is none where it is no file of records."""

    message_id: UUID
    direction: str
    kind: str
    state: str
    reason: str
    name: str
    size: int
    created_at: datetime
    version: int
    reference: int | None = None
    control_reference: str = ""
    order_ids: Sequence[UUID] = ()
    line_keys: Sequence[str] = ()
    findings: Sequence[Finding] = ()
    history: Sequence[Change] = ()
    progress: Progress | None = None

    @property
    def moves(self) -> bool:
        """Whether it will change by itself, so that a page about it refreshes."""
        return self.state in _MOVING

    @property
    def is_held(self) -> bool:
        """Whether something in what the supplier sent waits for a person, who may map a reference in it."""
        return self.direction == "in" and self.state in ("quarantined", "partly_applied")

    @property
    def decisions(self) -> Sequence[str]:
        """What a person may decide about it here."""
        return _DECISIONS.get((self.direction, self.state), ())


class TouchedCopy(Shape):
    """A copy that a message touched, with its state now."""

    copy_id: UUID
    copy_number: int
    branch: str
    state: str
    changed_at: datetime | None = None


class TouchedLine(Shape):
    """A line that a message touched."""

    line_key: str
    line_number: int
    isbn: str
    title: str
    copies: Sequence[TouchedCopy] = ()


class TouchedOrder(Shape):
    """The lines of an order that a message touched."""

    order_id: UUID
    order_number: str
    council: str
    lines: Sequence[TouchedLine] = ()


class Aside(Shape):
    """A record that is kept aside; `offset` and `size` in bytes."""

    number: int
    offset: int
    size: int
    code: str
    text: str
    advice: str = ""


class AsidePage(Shape):
    """One page of what is kept aside."""

    items: Sequence[Aside] = ()
    next_cursor: str | None = None


_MOVING = frozenset({"queued", "sending", "undecided", "received"})
_DECISIONS: Mapping[tuple[str, str], Sequence[str]] = {
    ("in", "applied"): ("replay",),
    ("in", "duplicate"): ("replay",),
    ("in", "partly_applied"): ("replay", "discard"),
    ("in", "quarantined"): ("replay", "discard"),
    ("out", "failed"): ("replay", "discard"),
    ("out", "unknown"): ("treat_as_sent", "resend"),
    ("in", "withdrawn"): ("replay", "discard"),
    ("out", "withdrawn"): ("replay", "discard"),
}
DECISIONS: Mapping[str, str] = {
    "replay": "Replay",
    "discard": "Discard",
    "treat_as_sent": "Count it as sent",
    "resend": "Send it again",
}
_MEANINGS: Mapping[str, str] = {
    "discard": "Closes the message: it no longer waits for a person. Its bytes are kept.",
    "treat_as_sent": "The supplier has it: nothing is sent, and its answer is awaited.",
    "resend": "The supplier does not have it: the same bytes go out again under the same number.",
}
# By state: the first line, how urgent it is, what to do. As the runbook of the exchange says, in `services/suppliers/README.md`.
_VERDICTS: Mapping[str, tuple[str, Urgency | None, str]] = {
    "queued": ("Waits to be sent", None, "Nothing: it goes out by itself."),
    "sending": ("On its way", None, "Nothing."),
    "undecided": ("The supplier has not decided yet", None, "Nothing: the supplier is asked again."),
    "sent": ("The supplier has it", None, "If it is unanswered for long, ask the supplier."),
    "answered": ("Done", None, "Nothing."),
    "failed": ("It was not sent", Urgency.NOW, "Correct the cause, then replay it."),
    "unknown": (
        "It may not have arrived",
        Urgency.NOW,
        "Ask the supplier whether it has it, then decide below whether it counts as sent or is sent again.",
    ),
    "received": ("Waits to be read", None, "Nothing: it is read by itself."),
    "applied": ("Done", None, "Nothing."),
    "partly_applied": (
        "Only a part was applied",
        Urgency.NOW,
        "Map the wrong reference or correct the cause, then replay it. "
        "If something is missing in it, ask the supplier for that; then discard it.",
    ),
    "quarantined": (
        "In quarantine",
        Urgency.NOW,
        "Map the wrong reference, or correct the cause, and replay it. Ask the supplier to send a broken file again.",
    ),
    "duplicate": ("The same content arrived before", None, "Nothing."),
    "test": ("Marked as a test by the supplier", None, "If it was meant to count, ask the supplier to send it without the mark."),
    "withdrawn": (
        "Neither read nor sent: the supplier's secrets were withdrawn",
        None,
        "Nothing, if the supplier was left. If it counts all the same, replay it. "
        "What we send can be replayed only when the secrets are restored.",
    ),
    "discarded": ("Closed by a person", None, "Nothing: the history says who and why."),
}
STATES: Mapping[str, str] = {state: line for state, (line, _, _) in _VERDICTS.items()}
"""The states of messages, in words."""

_ASK_AGAIN = (
    "Send the supplier the reasons and the list below and ask for these records again, in a new file. "
    "When they have arrived, discard this message."
)


def verdict_on(message: Message) -> Verdict:
    """Returns what the page of a message says first."""
    progress = message.progress
    if progress is not None and message.state == "received":
        line = f"Being read: {percent_read(message)} %" if progress.ended_at is None else "Waits to be read again"
        return Verdict(None, line, "Nothing: this page follows it.")
    if progress is not None and message.state == "applied":
        return Verdict(None, f"All taken: {records(progress.records)}", "Nothing.")
    if progress is not None and message.state in ("partly_applied", "quarantined") and progress.kept_aside:
        line = f"{progress.kept_aside:,} of {records(progress.position)} could not be read"
        return Verdict(Urgency.NOW, line, f"{_taken(progress)} {_ASK_AGAIN}")
    unknown = (sentence_case(message.state.replace("_", " ")), None, "")
    line, urgency, advice = _VERDICTS.get(message.state, unknown)
    return Verdict(urgency, line, advice)


def _taken(progress: Progress) -> str:
    left_out = f", {progress.left_out:,} left out because nobody need act on them" if progress.left_out else ""
    if progress.records:
        return f"{progress.records:,} are taken{left_out}."
    return f"None of the file could be taken{left_out}."


def meaning_of(decision: str, message: Message) -> str:
    """Returns what a decision about a message does, for beside its button."""
    if decision != "replay":
        return _MEANINGS[decision]
    if message.progress is not None:
        return (
            "Reads the file again from the beginning, for example after a fault of ours was corrected. Records that were taken "
            "before are taken again without a change."
        )
    if message.direction == "out":
        return "Writes the message again and sends it."
    return "Reads the message again and applies what was not applied before."


def records(number: int) -> str:
    """Returns a number of records in words."""
    return f"{number:,} record{'' if number == 1 else 's'}"


def percent_read(message: Message) -> int:
    """Returns how much of a file of records is read, in percent; 100 only for one that was read to its end."""
    progress = message.progress
    if progress is None or progress.ended_at is not None or not message.size:
        return 100
    return min(100 * progress.bytes_read // message.size, 99)


def sentence_case(words: str) -> str:
    """Returns words as they begin a sentence. Other letters stay: `wrong ISBN` is `Wrong ISBN`."""
    return words[:1].upper() + words[1:]


def summary(progress: Progress) -> str:
    """Returns how many records are kept aside, by reason: `12 of 1,000 kept aside: 7 broken XML, 5 wrong ISBN`."""
    reasons = reasons_in_words({reason.code: reason.count for reason in progress.reasons})
    return f"{progress.kept_aside:,} of {progress.position:,} kept aside" + (f": {reasons}" if reasons else "")


def timing(progress: Progress) -> str:
    """Returns when a file of records will be read, or how long its reading took."""
    if progress.ended_at is not None:
        return f"read in {time_in_words(progress.ended_at - progress.begun_at, exactly=True)}"
    if progress.expected_end_at is not None:
        return f"expected to end at {progress.expected_end_at:%H:%M} UTC"
    return "its end cannot be estimated yet"


def size_in_words(size: int) -> str:
    """Returns a number of bytes in words: `812 bytes`, `3.4 MB`."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return counted(size, "byte")
