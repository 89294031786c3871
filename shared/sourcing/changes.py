"""Defines changes that a council makes to rules and switches, and what keeps one from being approved. Pure.

docs/decisions/0033 says why a change waits for a second person, and what does not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.errors import DomainError, Fault, Kind
from shared.ids import new_id
from shared.sourcing.rules import Ending, Strand


class ChangeKind(StrEnum):
    """What a change does. `one_person`: the council requires no second person any more."""

    ADD_RULE = "add_rule"
    END_RULE = "end_rule"
    END_TRIAL = "end_trial"
    SWITCH = "switch"
    END_CONTRACT = "end_contract"
    LIFT_CONTRACT_END = "lift_contract_end"
    ONE_PERSON = "one_person"


class ChangeState(StrEnum):
    """State of a change: `made` at once, where no second person was required; else it waits for one."""

    MADE = "made"
    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Asked:
    """A change as a person asks for it; `what` is its content, as JSON. The key may be empty."""

    council: str
    strand: Strand
    kind: ChangeKind
    what: Mapping[str, Any]
    reason: str
    by: str
    idempotency_key: str = ""

    def digest(self) -> bytes:
        """Returns a digest of the content without its reason: two changes with the same one have the same effect."""
        content = json.dumps([self.kind, self.what], sort_keys=True)
        return hashlib.sha256(content.encode()).digest()


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was made, or waits for a second person. The rule that it adds, or the switch, has its id.

    While it is `waiting`, it has no effect. `decided_by` is the second person; None where none was required.
    """

    change_id: UUID
    council: str
    kind: ChangeKind
    asked: Mapping[str, Any]
    reason: str
    proposed_by: str
    proposed_at: datetime
    state: ChangeState = ChangeState.MADE
    decided_by: str | None = None
    decided_at: datetime | None = None
    decided_reason: str = ""

    @classmethod
    def of(cls, asked: Asked, at: datetime) -> Change:
        """Returns the change that a person asks for, with an id of its own."""
        return cls(new_id(), asked.council, asked.kind, asked.what, asked.reason, asked.by, at)

    def decided(self, state: ChangeState, *, by: str, at: datetime, reason: str) -> Change:
        """Returns the change once a person approved or declined it. Raises DomainError where this person cannot.

        403: nobody approves a change of their own. 409: it was decided before.
        """
        if self.state is not ChangeState.WAITING:
            by_whom = "without a second person" if self.decided_by is None else f"by {self.decided_by}"
            text = f"This change was {self.state} {by_whom}; ask for another one to alter what it did."
            raise DomainError("change-decided", text, Kind.CONFLICT)
        if state is ChangeState.APPROVED and by == self.proposed_by:
            text = f"{by} proposed this change, so that another person of the council must approve it. You can decline it."
            raise DomainError("own-change", text, Kind.FORBIDDEN)
        return replace(self, state=state, decided_by=by, decided_at=at, decided_reason=reason)

    def ending(self, at: datetime) -> Ending:
        """Returns who ends what the change ends, and why."""
        return Ending(self.proposed_by, at, self.reason, self.decided_by)

    def is_decided_by(self, by: str, state: ChangeState) -> bool:
        """Returns whether this person decided so before: to do it again changes nothing."""
        return self.state is state and self.decided_by == by


@dataclass(frozen=True, slots=True)
class Approval:
    """Whether a council requires a second person in one service: who said so, when and why. At first, none is required."""

    council: str
    second_person: bool = False
    reason: str = ""
    changed_by: str | None = None
    changed_at: datetime | None = None
    approved_by: str | None = None


def reason_missing(pointer: str) -> DomainError:
    """Returns the refusal (422) of a change that must wait for a second person and does not say why."""
    text = "Your council requires a second person to approve this: say why it is made, in `reason`, so that they can judge it."
    return DomainError("reason-missing", text, Kind.INVALID, [Fault(pointer, "reason-missing", text)])


def proposed_before(first: Change) -> DomainError:
    """Returns the refusal (409) of a change that another person proposed, too."""
    text = (
        f"{first.proposed_by} proposed the same on {first.proposed_at:%d %B %Y}. "
        f"Approve that with POST /v1/changes/{first.change_id}/approve, or decline it."
    )
    return DomainError("proposed-before", text, Kind.CONFLICT)


def day_passed(pointer: str, day: date | None, *, proposed: date, today: date) -> Fault | None:
    """Returns the fault of a first day that passed while its change waited; None where it did not."""
    if day is None or not proposed <= day < today:
        return None
    text = (
        f"{day} has passed while this waited for a second person. Decline it, and propose it again with {today} or a later day."
    )
    return Fault(pointer, "day-passed", text)
