"""The rules of all strands as their services show them: what applies to which scope, and what takes effect when. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from services.dashboard.domain.changes import Route, way_in_words
from services.dashboard.domain.pages import Shape
from shared.contracts.base import Place, PlaceKind
from shared.contracts.trials import DrawUnit
from shared.sourcing.routes import RouteRule, deciding_routes
from shared.sourcing.rules import Mode, SourcingRule, Strand, Trial
from shared.sourcing.trials import deciding

# No code of a council is empty, so that only rules for any branch or material cover it.
_ANY = ""
AHEAD = timedelta(days=365)
Scope = tuple[str | None, str | None]


class Terms(Shape):
    """How a trial draws."""

    name: str
    share: Decimal
    unit: str

    @property
    def words(self) -> str:
        """What it draws, in words."""
        return f"trial {self.name} draws {(self.share * 100).normalize():f} % of {self.unit}s"


class SeenRule(Shape):
    """A rule of any strand; a delivery rule has a route."""

    rule_id: UUID
    supplier_id: str | None = None
    branch: str | None = None
    material: str | None = None
    valid_from: date
    valid_to: date | None = None
    mode: Mode = Mode.LIVE
    trial: Terms | None = None
    route: Route | None = None
    reason: str = ""
    created_by: str = ""
    supplier_name: str | None = None

    @property
    def says(self) -> str:
        """Who or what it names."""
        if self.route is None:
            return self.supplier_name or self.supplier_id or "nobody"
        whose = f", for goods of {self.supplier_name or self.supplier_id}" if self.supplier_id else ""
        return way_in_words(self.route).removeprefix("go ") + whose

    @property
    def scope(self) -> str:
        """What it is about, in words."""
        return scope_in_words((self.branch, self.material))

    def ends_by(self, day: date) -> bool:
        """Whether it has no effect on that day or later."""
        return self.valid_to is not None and self.valid_to <= max(day, self.valid_from)


class SeenEnd(Shape):
    """The end of a contract with a supplier."""

    end_id: UUID
    supplier_id: str
    last_day: date
    next_supplier: str | None = None
    reason: str = ""
    ended_by: str | None = None
    supplier_name: str | None = None
    next_supplier_name: str | None = None

    @property
    def whose(self) -> str:
        """The supplier whose contract ends."""
        return self.supplier_name or self.supplier_id

    @property
    def follower(self) -> str:
        """Who serves its rules then."""
        return self.next_supplier_name or self.next_supplier or "nobody"


class SeenTrial(Terms):
    """A trial with its days."""

    first_day: date | None = None
    last_day: date | None = None
    state: str


class SeenSwitch(Shape):
    """A switch as it was planned, and where it is."""

    switch_id: UUID
    state: str
    from_supplier: str | None = None
    to_supplier: str | None = None
    branches: Sequence[str] = ()
    materials: Sequence[str] = ()
    first_day: date
    drain_until: date | None = None
    route: Route | None = None
    reason: str = ""
    needs_approval: bool = False
    approved_by: str | None = None
    from_supplier_name: str | None = None
    to_supplier_name: str | None = None

    @property
    def line(self) -> str:
        """What it does, in one line."""
        if self.route is not None:
            return f"goods of {self.from_supplier_name or self.from_supplier or 'any supplier'} {way_in_words(self.route)}"
        to = self.to_supplier_name or self.to_supplier or "nobody"
        return f"switch from {self.from_supplier_name or self.from_supplier} to {to}"

    def names(self, supplier_id: str) -> bool:
        """Whether a supplier is left or followed by it."""
        return supplier_id in (self.from_supplier, self.to_supplier)


@dataclass(frozen=True, slots=True)
class StrandRules:
    """All that one strand says. `silence` says why it says nothing; empty where it answered."""

    strand: Strand
    rules: Sequence[SeenRule] = ()
    ends: Sequence[SeenEnd] = ()
    trials: Sequence[SeenTrial] = ()
    switches: Sequence[SeenSwitch] = ()
    second_person: bool = False
    silence: str = ""

    def in_force(self, today: date) -> Sequence[SeenRule]:
        """Returns its rules that apply today or later, by first day."""
        return sorted((rule for rule in self.rules if not rule.ends_by(today)), key=lambda rule: (rule.valid_from, rule.scope))

    def ended(self, supplier_id: str | None, on: date) -> SeenEnd | None:
        """Returns the end of the contract with a supplier, where its last day has passed."""
        ends = (end for end in self.ends if end.ended_by is None and end.supplier_id == supplier_id and end.last_day < on)
        return next(ends, None)


@dataclass(frozen=True, slots=True)
class Cell:
    """What decides for one scope in one strand: the rule, and the rule beside the trial that draws; None where none decides."""

    strand: Strand
    rule: SeenRule | None
    beside: SeenRule | None = None
    ended: SeenEnd | None = None

    @property
    def words(self) -> str:
        """Who serves it, in words."""
        if self.rule is None:
            return "no rule"
        if self.rule.trial is not None:
            return f"{self.rule.says} for what the {self.rule.trial.words}; else {self.beside.says if self.beside else 'no rule'}"
        if self.ended is not None:
            return f"{self.ended.follower}: the contract with {self.ended.whose} has ended"
        return self.rule.says


@dataclass(frozen=True, slots=True)
class Row:
    """One scope with what decides for it in each strand."""

    scope: Scope
    cells: Sequence[Cell]

    @property
    def words(self) -> str:
        """The scope in words."""
        return scope_in_words(self.scope)


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that takes effect on a day. `place` is its id on the page of rules."""

    on: date
    strand: Strand
    line: str
    place: str
    suppliers: Sequence[str]


def scope_in_words(scope: Scope) -> str:
    """Returns a branch and a material in words; None means any."""
    branch, material = scope
    if branch is None and material is None:
        return "everything else"
    return ", ".join((branch or "any branch", material or "any material"))


def table_of(strands: Sequence[StrandRules], on: date) -> Sequence[Row]:
    """Returns every scope that a rule names, the most specific first, with what decides for it on a day."""
    scopes = {(rule.branch, rule.material) for strand in strands for rule in strand.rules if not rule.ends_by(on)}
    ordered = sorted(
        scopes | {(None, None)}, key=lambda scope: (scope[0] is None, scope[1] is None, scope[0] or "", scope[1] or "")
    )
    return [Row(scope, list(_cells(strands, scope, on))) for scope in ordered]


def _cells(strands: Sequence[StrandRules], scope: Scope, on: date) -> Iterator[Cell]:
    """Yields a scope's cells; its goods are of whom orders go to."""
    supplier = None
    for strand in strands:
        cell = cell_of(strand, scope, on, supplier_id=supplier)
        if strand.strand is Strand.ORDERING and cell.rule is not None:
            supplier = cell.rule.supplier_id
        yield cell


def cell_of(strand: StrandRules, scope: Scope, on: date, *, supplier_id: str | None = None) -> Cell:
    """Returns what decides for a scope in a strand on a day; of deliveries, for goods of a supplier, or of any."""
    by_id = {rule.rule_id: rule for rule in strand.rules}
    branch, material = scope[0] or _ANY, scope[1] or _ANY
    if strand.strand is Strand.DELIVERY:
        routes = [_route_rule(rule) for rule in strand.rules]
        route = deciding_routes(routes, branch=branch, material=material, supplier_id=supplier_id or _ANY, offered=None, on=on)
        found, control = route.rule, route.control
        return Cell(strand.strand, by_id[found.rule_id] if found else None, by_id[control.rule_id] if control else None)
    rules = [_sourcing_rule(rule, strand.strand) for rule in strand.rules]
    decided = deciding(rules, branch=branch, material=material, on=on)
    rule = by_id[decided.rule.rule_id] if decided.rule else None
    beside = by_id[decided.control.rule_id] if decided.control else None
    return Cell(strand.strand, rule, beside, strand.ended(rule.supplier_id, on) if rule else None)


def calendar_of(strands: Sequence[StrandRules], today: date) -> Sequence[Effect]:
    """Returns what takes effect in the next twelve months, in order of days."""
    effects = (effect for strand in strands for effect in _effects(strand))
    return sorted((one for one in effects if today < one.on <= today + AHEAD), key=lambda one: (one.on, one.strand, one.line))


def is_left(strand: StrandRules, supplier_id: str) -> bool:
    """Returns whether a council leaves a supplier in a strand: by a switch, or at the end of its contract."""
    ended = any(end.supplier_id == supplier_id and end.ended_by is None for end in strand.ends)
    return ended or any(switch.from_supplier == supplier_id and switch.state != "withdrawn" for switch in strand.switches)


def next_monday(today: date) -> date:
    """Returns the Monday after a day."""
    return today + timedelta(days=7 - today.weekday())


def _effects(strand: StrandRules) -> Iterator[Effect]:
    for rule in strand.rules:
        if rule.valid_to is not None and rule.valid_to <= rule.valid_from:
            continue
        about = [rule.supplier_id] if rule.supplier_id else []
        yield Effect(
            rule.valid_from, strand.strand, f"{rule.scope}: {rule.says}, from this day on", f"rule-{rule.rule_id}", about
        )
        if rule.valid_to is not None:
            yield Effect(rule.valid_to, strand.strand, f"{rule.scope}: no longer {rule.says}", f"rule-{rule.rule_id}", about)
    for end in strand.ends:
        if end.ended_by is None:
            line = f"last day of the contract with {end.whose}; then {end.follower}"
            about = [end.supplier_id, *([end.next_supplier] if end.next_supplier else [])]
            yield Effect(end.last_day, strand.strand, line, f"end-{end.end_id}", about)
    yield from _of_trials(strand)
    for switch in strand.switches:
        if switch.state != "withdrawn":
            about = [each for each in (switch.from_supplier, switch.to_supplier) if each]
            place = f"switch-{switch.switch_id}"
            yield Effect(switch.first_day, strand.strand, f"{switch.line} begins", place, about)
            if switch.drain_until is not None:
                yield Effect(switch.drain_until, strand.strand, f"{switch.line}: what still drains is moved", place, about)


def _of_trials(strand: StrandRules) -> Iterator[Effect]:
    for trial in strand.trials:
        place = f"trial-{trial.name}"
        about = [rule.supplier_id for rule in strand.rules if rule.trial and rule.trial.name == trial.name and rule.supplier_id]
        if trial.first_day is not None:
            yield Effect(trial.first_day, strand.strand, f"{trial.words}: it begins", place, about)
        if trial.last_day is not None:
            yield Effect(trial.last_day, strand.strand, f"{trial.words}: its last day", place, about)


def _days_and_scope(rule: SeenRule) -> Mapping[str, object]:
    drawn = Trial(rule.trial.name, rule.trial.share, DrawUnit(rule.trial.unit)) if rule.trial else None
    names = ("rule_id", "branch", "material", "valid_from", "valid_to", "mode")
    return {"council": "", "trial": drawn, **{name: getattr(rule, name) for name in names}}


def _sourcing_rule(rule: SeenRule, strand: Strand) -> SourcingRule:
    return SourcingRule(strand=strand, supplier_id=rule.supplier_id or "", **_days_and_scope(rule))  # type: ignore[arg-type]


def _route_rule(rule: SeenRule) -> RouteRule:
    hub = rule.route.hub if rule.route else None
    place = Place(kind=PlaceKind.HUB, code=hub.code) if hub else None
    return RouteRule(supplier_id=rule.supplier_id, hub=place, reason="", **_days_and_scope(rule))  # type: ignore[arg-type]
