"""What waits for a person, as one list: its kinds, causes and words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from services.dashboard.domain.needs import PATIENCE, Patience, Urgency
from services.dashboard.domain.plain import for_staff
from services.dashboard.domain.reaches import unreached_in_words
from services.dashboard.domain.supplier_names import SupplierNames
from services.dashboard.domain.words import discrepancy_in_words, kind_in_words, outcome_in_words, query_in_words
from shared.wording import time_in_words

_LONGEST_CAUSE = 160
# In front of the subject of whoever proposed a change.
PROPOSED_BY = "Proposed by "
# The cause of a proposal, in front of the supplier's id.
SELECTED_BY = "selected by "
WITHHELD = "It names no council, so its text is shown to staff of all councils only."
# What differs between things of one cause: quoted texts, and whatever has a digit in it.
_PARTICULAR = re.compile(r"'[^']*'|\"[^\"]*\"|[^\s(]*\d[^\s),;:]*")


_FIRST = datetime.min.replace(tzinfo=UTC)


class WorkKind(StrEnum):
    """What kinds of things wait for a person."""

    UNREACHABLE = "unreachable"
    ACCOUNT_STOPPED = "account_stopped"
    SENDING = "sending"
    QUARANTINED = "quarantined"
    HELD_FILE = "held_file"
    DEAD_LETTER = "dead_letter"
    DECISION = "decision"
    PROPOSAL = "proposal"
    CHANGE = "change"
    SWITCH = "switch"
    INVOICE = "invoice"
    DISCREPANCY = "discrepancy"
    CLAIM = "claim"
    LATE = "late"
    CANCELLATION = "cancellation"
    QUIET = "quiet"
    DECLINING = "declining"
    BELOW_MINIMUM = "below_minimum"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class KindWords:
    """The words of a kind: for one thing, for several, and what to do about it."""

    urgency: Urgency
    one: str
    several: str
    advice: str

    def counted(self, number: int) -> str:
        """Returns how many there are of it, such as `2 messages in quarantine`."""
        return f"{number:,} {self.one if number == 1 else self.several}"


KINDS: Mapping[WorkKind, KindWords] = {
    WorkKind.UNREACHABLE: KindWords(
        Urgency.NOW,
        "supplier that cannot be reached",
        "suppliers that cannot be reached",
        "Test the connection on the supplier's page. If it fails, call the supplier: what it should get waits here until then.",
    ),
    WorkKind.ACCOUNT_STOPPED: KindWords(
        Urgency.NOW,
        "stopped account",
        "stopped accounts",
        "Call the supplier: it refuses every order until the account is open again.",
    ),
    WorkKind.SENDING: KindWords(
        Urgency.NOW,
        "message to a supplier that may not have arrived",
        "messages to suppliers that may not have arrived",
        "Ask the supplier whether it has the message; then send it again, or count it as sent.",
    ),
    WorkKind.QUARANTINED: KindWords(
        Urgency.NOW,
        "message in quarantine",
        "messages in quarantine",
        "Read the reason. Map a wrong reference, or ask the supplier to send a broken file again; then replay or discard it.",
    ),
    WorkKind.HELD_FILE: KindWords(
        Urgency.NOW,
        "file of a library system that waits",
        "files of library systems that wait",
        "Read the reason: an order of it may not have been placed. Correct what it names; then replay or discard the file.",
    ),
    WorkKind.DEAD_LETTER: KindWords(
        Urgency.NOW,
        "event that was given up",
        "events that were given up",
        "Read the reason, correct its cause, and replay the event; discard it only if nobody needs what it says.",
    ),
    WorkKind.DECISION: KindWords(
        Urgency.TODAY,
        "ordered line that asks for a decision",
        "ordered lines that ask for a decision",
        "Decide as the line says: accept or decline what the supplier offers, wait, or cancel.",
    ),
    WorkKind.PROPOSAL: KindWords(
        Urgency.TODAY,
        "proposed order",
        "proposed orders",
        "Read what the supplier selected; then order it, or decline it.",
    ),
    WorkKind.CHANGE: KindWords(
        Urgency.TODAY,
        "change that waits for a second person",
        "changes that wait for a second person",
        "Read what it would do and why; then approve or decline it. Whoever proposed it cannot approve it.",
    ),
    WorkKind.SWITCH: KindWords(
        Urgency.TODAY,
        "line of a switch that asks for a decision",
        "lines of switches that ask for a decision",
        "Ask the first supplier whether it cancels; then place the copies with the second one, or leave them where they are.",
    ),
    WorkKind.INVOICE: KindWords(
        Urgency.TODAY,
        "queried invoice",
        "queried invoices",
        "Compare it with the order, ask the supplier about the reasons shown; then accept or reject it.",
    ),
    WorkKind.DISCREPANCY: KindWords(
        Urgency.TODAY,
        "discrepancy in deliveries",
        "discrepancies in deliveries",
        "Claim what is missing or damaged; return or keep what was not ordered.",
    ),
    WorkKind.CLAIM: KindWords(
        Urgency.TODAY,
        "claim that is due",
        "claims that are due",
        "Claim the copy: the supplier sent no replacement, and nobody claimed it lately.",
    ),
    WorkKind.LATE: KindWords(
        Urgency.TODAY,
        "overdue consignment",
        "overdue consignments",
        "Ask the branch or hub whether the goods arrived and were not scanned; if they did not arrive, ask the supplier.",
    ),
    WorkKind.CANCELLATION: KindWords(
        Urgency.TODAY,
        "unanswered cancellation",
        "unanswered cancellations",
        "Ask the supplier whether it can still cancel; until it answers, the books may still arrive.",
    ),
    WorkKind.QUIET: KindWords(
        Urgency.TODAY,
        "supplier feed gone quiet",
        "supplier feeds gone quiet",
        "Check whether the connection works; if it does, ask the supplier why it sends no messages.",
    ),
    WorkKind.DECLINING: KindWords(
        Urgency.TODAY,
        "supplier that serves worse than it did",
        "measures in which suppliers serve worse than they did",
        "Ask the supplier what changed. If it stays so, move what it does not deliver, or change the rules that name it.",
    ),
    WorkKind.BELOW_MINIMUM: KindWords(
        Urgency.TODAY,
        "record below the council's minimum",
        "records below the council's minimum",
        "Ask the supplier for better records, or correct them in the catalogue.",
    ),
    WorkKind.OVERDUE: KindWords(
        Urgency.TODAY,
        "copy that waits for too long",
        "copies that wait for too long",
        "Ask the supplier about the copies, or cancel them and order elsewhere.",
    ),
}
_ASK_STAFF_OF_ALL = "Staff of all councils read and settle it. If you miss something of this supplier, tell them in a note here."
_PLACES = {kind: place for place, kind in enumerate(WorkKind)}


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing that waits. `item` names it within its kind; `subject` is what people call it, `detail` why it waits."""

    kind: WorkKind
    item: str
    council: str | None
    supplier_id: str
    cause: str
    subject: str
    detail: str
    since: datetime
    service: str = ""
    place: str = ""
    isbn: str = ""
    title: str = ""
    order_id: UUID | None = None
    order_number: str = ""
    line_key: str = ""

    @property
    def own_id(self) -> str:
        """Its id where its owner keeps it: two services may have dead letters with one id."""
        return self.item.rpartition("/")[2]

    @property
    def as_seen(self) -> str:
        """Since when it waits, and its id: its place in a list. What changes and waits on, waits since then."""
        return f"{self.since.isoformat()} {self.item}"

    @property
    def withheld(self) -> bool:
        """Whether the person may not read it, as `seen_by` left it: then only others can settle it."""
        return self.cause == WITHHELD

    def is_proposed_by(self, subject: str) -> bool:
        """Whether it is a change that this person proposed: then a second person decides it."""
        return self.kind is WorkKind.CHANGE and self.detail.startswith(f"{PROPOSED_BY}{subject}: ")

    def seen_by(self, council: str | None) -> WorkItem:
        """Returns what a council may see of it: the text of a message that names no council may be another's."""
        if council is None or self.council is not None or self.kind not in _TEXTS_OF_ANYBODY:
            return self
        return replace(self, cause=WITHHELD, detail=WITHHELD)


def read_as_seen(text: str) -> tuple[datetime, str] | None:
    """Returns what `WorkItem.as_seen` made a text of: since when a thing waited, and its id; None for any other text."""
    since, _, item = text.partition(" ")
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        return None
    return (moment, item) if item and moment.tzinfo else None


_TEXTS_OF_ANYBODY = frozenset({WorkKind.QUARANTINED, WorkKind.DEAD_LETTER})


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind with one cause: how many, whose, and since when the oldest waits."""

    kind: WorkKind
    cause: str
    number: int
    suppliers: tuple[str, ...]
    councils: tuple[str, ...]
    since: datetime | None

    @property
    def words(self) -> KindWords:
        """The words of its kind."""
        return words_of(self.kind, self.cause)


def cause_in_words(kind: WorkKind, cause: str, names: SupplierNames) -> str:
    """Returns why things wait, in words; "" where the kind says it all."""
    if kind is WorkKind.PROPOSAL and cause.startswith(SELECTED_BY):
        return f"{SELECTED_BY}{names.of(cause.removeprefix(SELECTED_BY))}"
    return overdue_in_words(cause) if kind is WorkKind.OVERDUE else cause


def overdue_in_words(cause: str) -> str:
    """Returns for how long copies of a state wait too long, as the end of a sentence about them."""
    patience = _patience(cause)
    return kind_in_words(cause) + (f" for more than {time_in_words(patience.longest)}" if patience else "")


def words_of(kind: WorkKind, cause: str) -> KindWords:
    """Returns the words of a kind: those of their state for copies that wait for too long, others for what is withheld."""
    words = KINDS[kind]
    if cause == WITHHELD:
        one, several = (f"{each} without a council" for each in (words.one, words.several))
        return KindWords(Urgency.TODAY, one, several, _ASK_STAFF_OF_ALL)
    patience = _patience(cause) if kind is WorkKind.OVERDUE else None
    if patience is None:
        return words
    return KindWords(patience.urgency, words.one, words.several, patience.advice)


def _patience(state: str) -> Patience | None:
    """Returns how long copies may be in a state; None for one in which they wait for nothing, and for what is no state."""
    return next((patience for known, patience in PATIENCE.items() if known.value == state), None)


def pattern_of(reason: str) -> str:
    """Returns a reason without what differs from one thing to the next, so that things of one cause have the same one.

    Numbers, and texts in quotes, become an ellipsis; what a reason says of each of several parts is said once.
    """
    parts = _PARTICULAR.sub("…", " ".join(reason.split())).split("; ")
    return re.sub(r"(…[ ,;]*)+…", "…", "; ".join(dict.fromkeys(parts)))[:_LONGEST_CAUSE]


def cause_of(kind: WorkKind, cause: str, *, subject: str, detail: str) -> str:
    """Returns the cause of a thing in words, by which things are grouped.

    `cause` is what is known of it, such as a code; "" where the reason `detail` has it.
    """
    if kind is WorkKind.DISCREPANCY:
        return discrepancy_in_words(cause)
    if kind is WorkKind.INVOICE and cause:
        return query_in_words(cause)
    if kind is WorkKind.SENDING:
        return ": ".join(filter(None, (outcome_in_words(cause), pattern_of(detail))))
    if kind is WorkKind.QUARANTINED:
        return f"{kind_in_words(subject or 'unknown')}: {pattern_of(detail)}"
    if kind is WorkKind.UNREACHABLE:
        return pattern_of(unreached_in_words(cause))
    if kind is WorkKind.QUIET:
        return kind_in_words(cause)
    return cause if kind is WorkKind.LATE else pattern_of(for_staff(cause or detail))


def in_order(group: Group) -> tuple[bool, int, bool, datetime, str]:
    """Returns the sort key of groups: by urgency and kind, then who waits longest."""
    since = group.since
    return (group.words.urgency is not Urgency.NOW, _PLACES[group.kind], since is None, since or _FIRST, group.cause)
