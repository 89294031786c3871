"""A change of rules or switches, as the service of its strand shows it, and what a page says about it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.dashboard.domain.needs import Urgency
from services.dashboard.domain.pages import Shape, Verdict
from shared.errors import DomainError, Kind
from shared.sourcing.changes import ChangeKind, ChangeState
from shared.sourcing.rules import Strand
from shared.wording import counted, day_in_words


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns the rules of a strand: its service, which its scopes are named after, and the strand as a page names it."""

    service: str
    strand: str


OWNERS: Mapping[Strand, Owner] = {
    Strand.ORDERING: Owner("orders", "Ordering"),
    Strand.CATALOGUE: Owner("catalogue", "Records"),
    Strand.DELIVERY: Owner("delivery", "Deliveries"),
}


class Hub(Shape):
    """Where goods are unpacked before they go on to their branches."""

    code: str
    name: str = ""
    gln: str | None = None


class Route(Shape):
    """The way to the branch; straight where there is no hub."""

    hub: Hub | None = None


class Trial(Shape):
    """How a trial draws."""

    name: str
    share: Decimal
    unit: str


class Content(Shape):
    """What a change asks for, together with the rule, contract end or switch that it is about. A kind has few of these fields.

    A supplier, branch or material of None, or no branches or materials: any.
    """

    supplier_id: str | None = None
    from_supplier: str | None = None
    to_supplier: str | None = None
    next_supplier: str | None = None
    branch: str | None = None
    material: str | None = None
    branches: Sequence[str] = ()
    materials: Sequence[str] = ()
    route: Route | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    first_day: date | None = None
    last_day: date | None = None
    trial: Trial | str | None = None
    open_copies: str | None = None
    drain_until: date | None = None
    dead: bool = False


class Change(Shape):
    """A change that was made, or waits for a second person."""

    change_id: UUID
    kind: str
    asked: Mapping[str, Any]
    reason: str
    proposed_by: str
    proposed_at: datetime
    state: str
    decided_by: str | None
    decided_at: datetime | None
    decided_reason: str


class ChangePage(Shape):
    """One page of a strand's changes."""

    items: Sequence[Change]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class SeenChange:
    """A change on the page, with its strand and with everything that is known of what it does."""

    strand: Strand
    change: Change
    content: Content

    @property
    def place(self) -> str:
        """Where it is on the page, and below `/changes/` where a decision about it is sent."""
        return f"{self.strand}/{self.change.change_id}"

    @property
    def line(self) -> str:
        """What it does, in one line."""
        worded = _LINES.get(self.change.kind)
        # Its service may be newer than this one.
        return worded(self) if worded else self.change.kind.replace("_", " ").capitalize()

    @property
    def facts(self) -> Sequence[tuple[str, str]]:
        """Its details: a label and a few words each, such as `Branches` and `IPSW, LOWE`."""
        said = ((label, worded(self)) for label, worded in _FACTS)
        return [(label, words) for label, words in said if words]

    @property
    def outcome(self) -> str:
        """What a second person decided about it."""
        if self.change.decided_by is None:
            return "None was required"
        return f"{self.change.state.capitalize()} by {self.change.decided_by}"


def verdict_on(waiting: Sequence[SeenChange], deciding: int, unknown: Sequence[Strand]) -> Verdict:
    """Returns what the page says first: whether something waits for the person at it.

    `deciding`: about how many of those that wait this person may decide. `unknown`: strands that gave no answer.
    """
    if deciding:
        advice = "Approve each, or decline it and say why. Until then it has no effect."
        if others := len(waiting) - deciding:
            advice += f" {_wait(others)} for another person."
        return Verdict(Urgency.TODAY, f"{_wait(deciding)} for you", advice)
    if waiting:
        advice = "Ask that person to sign in here. Until then nothing of it has an effect."
        return Verdict(None, f"{_wait(len(waiting))} for another person", advice)
    if unknown:
        named = ", ".join(OWNERS[strand].strand.lower() for strand in unknown)
        return Verdict(Urgency.TODAY, f"It is not known whether something waits: no answer about {named}", "")
    return Verdict(None, "Nothing waits for a second person", "")


def _wait(number: int) -> str:
    return f"{counted(number, 'change')} {'waits' if number == 1 else 'wait'}"


def advice_on(error: DomainError, strand: Strand) -> str:
    """Returns what to do where the service of a strand gave no changes, beside what its refusal says."""
    if error.code == "service-without-address":
        return ""
    if error.kind is Kind.UNAUTHENTICATED:
        return "Sign in again."
    if error.kind is Kind.FORBIDDEN:
        return f"Ask the people who run Stockbridge for the scope {OWNERS[strand].service}:read."
    return "Nothing of it is shown until it answers: load this page again."


def _day(day: date | None) -> str:
    return day_in_words(day) if day else ""


def _serves(seen: SeenChange) -> str:
    """Returns what a rule says, as the end of a sentence."""
    content = seen.content
    if seen.strand is Strand.DELIVERY:
        whose = content.supplier_id or content.from_supplier or "any supplier"
        return f"goods of {whose} {way_in_words(content.route)}"
    if seen.strand is Strand.CATALOGUE:
        return f"records are asked of {content.supplier_id}"
    return f"orders go to {content.supplier_id}"


def way_in_words(route: Route | None) -> str:
    """Returns the way to the branch, as the end of a sentence about goods."""
    if route is None or route.hub is None:
        return "go straight to the branch"
    return f"go through the hub {route.hub.code}" + (f" ({route.hub.name})" if route.hub.name else "")


def _ended_rule(seen: SeenChange) -> str:
    # A rule that is not known has no first day.
    return f"End of a rule, at once: {_serves(seen)}" if seen.content.valid_from else "End of a rule, at once"


def _switch(seen: SeenChange) -> str:
    content = seen.content
    if seen.strand is Strand.DELIVERY:
        return f"Switch of the route: {_serves(seen)}"
    if content.dead:
        placed = f" and placed with {content.to_supplier}" if content.to_supplier else ""
        return f"{content.from_supplier} answers no more: its open copies are freed{placed}"
    return f"Switch from {content.from_supplier} to {content.to_supplier or 'nobody'}"


def _lifted(seen: SeenChange) -> str:
    return f"The contract with {seen.content.supplier_id or 'a supplier'} goes on: its end is lifted"


_LINES: Mapping[str, Callable[[SeenChange], str]] = {
    ChangeKind.ADD_RULE: lambda seen: f"New rule: {_serves(seen)}",
    ChangeKind.END_RULE: _ended_rule,
    ChangeKind.END_TRIAL: lambda seen: f"End of the trial {seen.content.trial}, at once",
    ChangeKind.SWITCH: _switch,
    ChangeKind.END_CONTRACT: lambda seen: f"End of the contract with {seen.content.supplier_id}",
    ChangeKind.LIFT_CONTRACT_END: _lifted,
    ChangeKind.ONE_PERSON: lambda _: "Require no second person any more: one person alone changes rules and switches",
}


def _scope(one: str, several: str) -> Callable[[SeenChange], str]:
    """Returns the words for what a change covers; none where it covers nothing, as the end of a contract."""

    def worded(seen: SeenChange) -> str:
        content = seen.content
        if content.model_fields_set.isdisjoint((one, several)):
            return ""
        named = [getattr(content, one)] if getattr(content, one) else getattr(content, several)
        return ", ".join(named) or "all"

    return worded


def _first_day(seen: SeenChange) -> str:
    return _day(seen.content.first_day or seen.content.valid_from)


def _last_day(seen: SeenChange) -> str:
    content = seen.content
    return _day(content.valid_to - timedelta(days=1) if content.valid_to else content.last_day)


def _begins(seen: SeenChange) -> str:
    return "" if seen.change.kind == ChangeKind.END_RULE else _first_day(seen)


def _began(seen: SeenChange) -> str:
    return _first_day(seen) if seen.change.kind == ChangeKind.END_RULE else ""


def _trial(seen: SeenChange) -> str:
    trial = seen.content.trial
    if not isinstance(trial, Trial):
        return ""
    return f"{trial.name}: {(trial.share * 100).normalize():f} % of {trial.unit}s"


def _open_copies(seen: SeenChange) -> str:
    content = seen.content
    if content.dead or content.open_copies is None:
        return ""
    if content.drain_until is not None:
        return f"stay until {_day(content.drain_until)}, and are then moved to {content.to_supplier}"
    return _OPEN_COPIES.get((seen.strand, content.open_copies), content.open_copies)


def _too_late(seen: SeenChange) -> str:
    return f"goes to {seen.content.next_supplier or 'nobody'}" if seen.change.kind == ChangeKind.END_CONTRACT else ""


_OPEN_COPIES: Mapping[tuple[Strand, str], str] = {
    (Strand.ORDERING, "drain"): "stay where they are",
    (Strand.ORDERING, "move"): "are moved once their cancellation is confirmed",
    (Strand.ORDERING, "cancel"): "are cancelled",
    (Strand.DELIVERY, "drain"): "keep the route that they have",
    (Strand.DELIVERY, "move"): "take the new route",
}
_FACTS: Sequence[tuple[str, Callable[[SeenChange], str]]] = (
    ("Branches", _scope("branch", "branches")),
    ("Materials", _scope("material", "materials")),
    ("First day", _begins),
    ("The rule began", _began),
    ("Last day", _last_day),
    ("Trial", _trial),
    ("Open copies", _open_copies),
    ("What is too late for it", _too_late),
)


def is_waiting(change: Change) -> bool:
    """Returns whether a change waits for a second person."""
    return change.state == ChangeState.WAITING
