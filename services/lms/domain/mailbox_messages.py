"""States of a file of a mailbox, the moves allowed between them, and the errors for other moves. Pure: no table, no route."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.errors import DomainError, Kind

SYSTEM = "system"


class Direction(StrEnum):
    """Which way a file goes, seen from us."""

    IN = "in"
    OUT = "out"


class State(StrEnum):
    """The state of a file. In: from `received` to `discarded`; out: from `ready` on. Both ways can be `taken`."""

    RECEIVED = "received"
    ASKED = "asked"
    TAKEN = "taken"
    PARTLY_TAKEN = "partly_taken"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    TEST = "test"
    CUT_OFF = "cut_off"
    DISCARDED = "discarded"
    READY = "ready"
    SENT = "sent"
    FAILED = "failed"
    REMOVED = "removed"


WAITS_FOR_A_PERSON = frozenset({State.PARTLY_TAKEN, State.REFUSED, State.CUT_OFF, State.FAILED})

_ENDS = frozenset({State.TAKEN, State.PARTLY_TAKEN, State.REFUSED})
MOVES: Mapping[Direction, Mapping[State, frozenset[State]]] = {
    Direction.IN: {
        State.RECEIVED: _ENDS | {State.ASKED, State.DUPLICATE, State.TEST},
        State.ASKED: _ENDS | {State.RECEIVED},
        State.TAKEN: frozenset({State.RECEIVED}),
        # An answer of the order book that comes late, or again, may settle what was refused before.
        State.PARTLY_TAKEN: frozenset({State.RECEIVED, State.DISCARDED, State.TAKEN}),
        State.REFUSED: frozenset({State.RECEIVED, State.DISCARDED, State.TAKEN, State.PARTLY_TAKEN}),
        State.DUPLICATE: frozenset({State.RECEIVED}),
        State.TEST: frozenset(),
        State.CUT_OFF: frozenset({State.DISCARDED}),
        State.DISCARDED: frozenset(),
    },
    Direction.OUT: {
        State.READY: frozenset({State.TAKEN, State.SENT, State.FAILED, State.REMOVED}),
        State.TAKEN: frozenset({State.READY, State.REMOVED}),
        State.SENT: frozenset({State.READY}),
        State.FAILED: frozenset({State.READY, State.SENT, State.DISCARDED}),
        State.REMOVED: frozenset({State.READY}),
        State.DISCARDED: frozenset(),
    },
}


@dataclass(frozen=True, slots=True)
class MailboxMessage:
    """One file in or out of a mailbox, without its bytes.

    `seq` is the order in which files were kept. `reference` is our number of a file out, without gaps in its mailbox;
    `control_reference` is that of the interchange, "" where none was read. `answers`: the file in that a file out answers.
    """

    message_id: UUID
    seq: int
    mailbox_id: str
    council: str
    direction: Direction
    kind: str
    folder: str
    name: str
    digest: str
    size: int
    state: State
    reason: str
    findings: tuple[Mapping[str, object], ...]
    reference: int | None
    control_reference: str
    order_numbers: tuple[str, ...]
    answers: UUID | None
    created_at: datetime
    moved_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    held: bool
    correlation_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Change:
    """One move of a file, for its history."""

    from_state: State
    to_state: State
    changed_at: datetime
    actor: str
    reason: str


def moment_after(message: MailboxMessage, now: datetime) -> datetime:
    """Returns `now`; where the clock went back since the file's last move, the moment after that.

    Readers of its events find out by their times whether it waits for a person.
    """
    return now if now > message.moved_at else message.moved_at + timedelta(microseconds=1)


def can_move(message: MailboxMessage, to: State) -> bool:
    """Returns whether a file may move from its state to `to`."""
    return to in MOVES[message.direction].get(message.state, frozenset())


def check_move(message: MailboxMessage, to: State) -> None:
    """Raises DomainError (409) where a file may not move from its state to `to`."""
    if can_move(message, to):
        return
    allowed = ", ".join(sorted(MOVES[message.direction].get(message.state, ()))) or "no other state"
    detail = f"The file is {message.state}; from there it can become {allowed}, not {to}."
    raise DomainError("wrong-state", detail, Kind.CONFLICT)


def no_such_message(message_id: UUID) -> DomainError:
    """Returns the error (404) for a file that does not exist, or that the caller may not see."""
    return DomainError("no-such-mailbox-message", f"There is no file {message_id} of a mailbox.", Kind.NOT_FOUND)
