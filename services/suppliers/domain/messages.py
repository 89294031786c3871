"""States of a message, the moves between them, and the refusals. Pure: knows no table, no route and no transport."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.suppliers.contract import Kind
from shared.contracts.orders import CopyState
from shared.errors import DomainError
from shared.errors import Kind as ProblemKind

CANONICAL_DESPATCH = "application/vnd.stockbridge.despatch+json"


class Direction(StrEnum):
    """Which way a message goes, seen from us."""

    IN = "in"
    OUT = "out"


class State(StrEnum):
    """Where a message stands. Every message ends in a named state; what waits for a person says why."""

    QUEUED = "queued"
    SENDING = "sending"
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


MOVES: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SENDING}),
    State.SENDING: frozenset({State.SENT, State.QUEUED, State.FAILED, State.UNKNOWN}),
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
    State.DUPLICATE: frozenset(),
    State.TEST: frozenset(),
    State.DISCARDED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Message:
    """One thing exchanged with the supplier, without its bytes.

    `seq` is the order in which messages came. `reference` is ours and numbers what we send;
    `control_reference` is the one the other side used. `profile_version` is that of the supplier's profile
    it was read or written under.
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


@dataclass(frozen=True, slots=True)
class Change:
    """One move of a message, for its history."""

    from_state: State
    to_state: State
    changed_at: datetime
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class CopyStanding:
    """How far one copy came, by what the order book says."""

    state: CopyState
    changed_at: datetime


class Decision(StrEnum):
    """What a person decides about a message of unknown fate."""

    RESEND = "resend"
    TREAT_AS_SENT = "treat_as_sent"


def wrong_state(message: Message, action: str) -> DomainError:
    """The refusal of an action that makes no sense in the message's state."""
    return DomainError("wrong-state", f"The message is {message.state}; it cannot be {action}.", ProblemKind.CONFLICT)


def check_move(message: Message, to: State) -> None:
    """Raise DomainError (409) where a message may not move from its state to `to`."""
    if to in MOVES[message.state]:
        return
    allowed = ", ".join(sorted(MOVES[message.state])) or "no other state"
    raise DomainError(
        "wrong-state",
        f"The message is {message.state}; from there it can become {allowed}, not {to}.",
        ProblemKind.CONFLICT,
    )


def no_such_message(message_id: UUID) -> DomainError:
    """The refusal for a message that is not there, or not for the caller's eyes."""
    return DomainError("no-such-message", f"There is no message {message_id}.", ProblemKind.NOT_FOUND)


def order_was_told(message: Message) -> DomainError:
    """The refusal to send again what the order book already counts as refused."""
    return DomainError(
        "already-refused",
        f"The supplier refused this message ({message.reason}) and its lines count as refused; order them anew instead.",
        ProblemKind.CONFLICT,
    )
