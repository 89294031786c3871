"""States of a message, the moves allowed between them, and the errors for other moves. Pure: no table, route or transport."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.suppliers.contract import Kind
from shared.contracts.orders import CopyState
from shared.errors import DomainError
from shared.errors import Kind as ProblemKind

CANONICAL_DESPATCH = "application/vnd.stockbridge.despatch+json"
CREDENTIALS_REFUSED = "application/vnd.stockbridge.credentials-refused"

# Among the councils of a message: it has parts that may concern councils which could not be found out.
OTHERS = "*"
HIDDEN = "not shown: the message also concerns other councils; ask operations staff"


class Direction(StrEnum):
    """Which way a message goes, seen from us."""

    IN = "in"
    OUT = "out"


class State(StrEnum):
    """The state of a message. A message that waits for a person has a reason beside its state."""

    QUEUED = "queued"
    SENDING = "sending"
    UNDECIDED = "undecided"
    SENT = "sent"
    ANSWERED = "answered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    RECEIVED = "received"
    APPLIED = "applied"
    PARTLY_APPLIED = "partly_applied"
    QUARANTINED = "quarantined"
    DUPLICATE = "duplicate"
    TEST = "test"
    DISCARDED = "discarded"
    WITHDRAWN = "withdrawn"


WITH_THE_SUPPLIER = (State.SENT, State.UNDECIDED, State.UNKNOWN)
"""The supplier has the message, or may have it, and has not answered it."""

MOVES: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SENDING, State.WITHDRAWN}),
    State.SENDING: frozenset({State.SENT, State.UNDECIDED, State.QUEUED, State.FAILED, State.UNKNOWN}),
    State.UNDECIDED: frozenset({State.UNDECIDED, State.SENT, State.ANSWERED, State.FAILED, State.UNKNOWN}),
    State.SENT: frozenset({State.ANSWERED, State.FAILED}),
    State.ANSWERED: frozenset(),
    State.FAILED: frozenset({State.QUEUED, State.DISCARDED}),
    State.UNKNOWN: frozenset({State.SENT, State.QUEUED, State.ANSWERED, State.UNKNOWN, State.FAILED}),
    State.RECEIVED: frozenset(
        {State.RECEIVED, State.APPLIED, State.PARTLY_APPLIED, State.QUARANTINED, State.DUPLICATE, State.TEST}
    ),
    State.APPLIED: frozenset({State.RECEIVED}),
    State.PARTLY_APPLIED: frozenset({State.RECEIVED, State.DISCARDED}),
    State.QUARANTINED: frozenset({State.RECEIVED, State.DISCARDED}),
    State.DUPLICATE: frozenset({State.RECEIVED}),
    State.TEST: frozenset(),
    State.DISCARDED: frozenset(),
    State.WITHDRAWN: frozenset({State.QUEUED, State.RECEIVED, State.DISCARDED}),
}


@dataclass(frozen=True, slots=True)
class Message:
    """One thing exchanged with the supplier, without its bytes.

    `seq` is the order in which messages arrived. `reference` is our number of what we send; `control_reference` is the other
    side's number. `copies` are, by line key, those that a message of ours carries of a line that it does not carry whole.
    `profile_version` is the version of the supplier's profile that it was read or written under. `enquiry_id` and
    `enquiry_attempt` are those of an enquiry of ours.
    """

    id: UUID
    seq: int
    direction: Direction
    kind: Kind
    state: State
    reference: int | None
    control_reference: str
    name: str
    content_type: str
    sender: str
    push_id: str | None
    digest: str
    size: int
    reason: str
    findings: tuple[Mapping[str, object], ...]
    order_ids: tuple[UUID, ...]
    line_keys: tuple[str, ...]
    councils: tuple[str, ...]
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    next_attempt_at: datetime | None
    correlation_id: str
    version: int
    profile_version: int | None
    copies: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    enquiry_id: UUID | None = None
    enquiry_attempt: int | None = None

    @property
    def only_council(self) -> str | None:
        """The council that it concerns; None where it concerns none, or several."""
        return self.councils[0] if len(self.councils) == 1 else None

    def is_shared(self, council: str | None) -> bool:
        """Whether it concerns others than this council. Never for operations staff, who have none."""
        return council is not None and set(self.councils) != {council}

    def for_council(self, own: Mapping[str, UUID]) -> Message:
        """Returns what one council may see of a shared message; `own` are the orders of its own lines, by line key."""
        return replace(
            self,
            name="",
            reason=HIDDEN if self.reason else "",
            findings=(),
            order_ids=tuple(order_id for order_id in self.order_ids if order_id in own.values()),
            line_keys=tuple(key for key in self.line_keys if key in own),
            copies={key: numbers for key, numbers in self.copies.items() if key in own},
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One move of a message, for its history."""

    from_state: State
    to_state: State
    changed_at: datetime
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class CopyProgress:
    """The state of one copy, and since when, as the order book published it."""

    state: CopyState
    changed_at: datetime


class Decision(StrEnum):
    """What a person decides about a message in state `unknown`."""

    RESEND = "resend"
    TREAT_AS_SENT = "treat_as_sent"


class Work(StrEnum):
    """What staff did about a message: mapped a reference, had it read or written again, or decided about it."""

    MAPPED = "mapped"
    REPLAYED = "replayed"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class WorkDone:
    """How often staff did each kind of work on a message, and when last. `version` counts what was published of that."""

    mapped: int
    replayed: int
    decided: int
    version: int
    last_at: datetime


def wrong_state(message: Message, action: str) -> DomainError:
    """Returns the error (409) for an action that the message's state does not allow."""
    return DomainError("wrong-state", f"The message is {message.state}; it cannot be {action}.", ProblemKind.CONFLICT)


def check_move(message: Message, to: State) -> None:
    """Raises DomainError (409) where a message may not move from its state to `to`."""
    if to in MOVES[message.state]:
        return
    allowed = ", ".join(sorted(MOVES[message.state])) or "no other state"
    raise DomainError(
        "wrong-state",
        f"The message is {message.state}; from there it can become {allowed}, not {to}.",
        ProblemKind.CONFLICT,
    )


def no_such_message(message_id: UUID) -> DomainError:
    """Returns the error (404) for a message that does not exist, or that the caller may not see."""
    return DomainError("no-such-message", f"There is no message {message_id}.", ProblemKind.NOT_FOUND)


def too_large_at_once(message_id: UUID, size: int) -> DomainError:
    """Returns the error (413) for a message of so many bytes that is to be shown or worked on as a whole."""
    text = f"Message {message_id} has {size:,} bytes: too many to be shown. Download it, or list what of it is kept aside."
    return DomainError("too-large-to-show", text, ProblemKind.TOO_LARGE)


def bytes_unreadable(message_id: UUID) -> DomainError:
    """Returns the error (404) for a message whose bytes the database has lost."""
    text = f"The database cannot read the bytes of message {message_id}: they are damaged. Restore them from a backup."
    return DomainError("bytes-unreadable", text, ProblemKind.NOT_FOUND)


def already_refused(message: Message) -> DomainError:
    """Returns the error (409) for a replay of a message whose lines the order book already counts as refused."""
    return DomainError(
        "already-refused",
        f"The supplier refused this message ({message.reason}) and its lines count as refused. Place a new order instead.",
        ProblemKind.CONFLICT,
    )


_TOLD = {
    Kind.ROUTE_CHANGE: "where its copies go",
    Kind.OFFER_ANSWER: "what was decided about its offer",
    Kind.ENQUIRY: "what is asked",
}


def not_written_again(message: Message) -> DomainError:
    """Returns the error (409) for a replay of what the supplier is told or asked about an order: there may be a later one."""
    what = _TOLD.get(message.kind, "what it says")
    text = f"It is not sent again ({message.reason}). Tell the supplier yourself {what}, then discard the message."
    return DomainError("not-written-again", text, ProblemKind.CONFLICT)
