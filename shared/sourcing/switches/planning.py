"""A switch of any strand, as a council asks for it and as it is kept: its scope, its faults, what it does to rules. Pure."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import product
from typing import Annotated, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.switches import SwitchState
from shared.days import Day
from shared.errors import DomainError, Fault, Kind
from shared.ids import new_id
from shared.sourcing.rules import Mode, SourcingRule, deciding_rule, scope_text
from shared.sourcing.warnings import RuleCode, RuleWarning, deciding_sourcing, out_of_trials
from shared.texts import Reference, Text
from shared.wording import counted

SupplierName = Annotated[
    Reference, Field(min_length=1, max_length=40, description="Our name of the supplier", examples=["national"])
]
SwitchReason = Annotated[
    Text,
    Field(
        min_length=3,
        max_length=300,
        description="Why, in words that a colleague understands next year",
        examples=["The consortium's contract ends in March"],
    ),
]
_Named = Annotated[Reference, Field(min_length=1, max_length=40)]


# A branch and a material, as sourcing rules name them: None is any.
Cell = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Scope:
    """The copies that a switch is about; without branches or materials, those of any."""

    branches: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()

    def overlaps(self, other: Scope) -> bool:
        """Returns whether a copy can be in both."""
        return _meet(self.branches, other.branches) and _meet(self.materials, other.materials)

    def has(self, cell: Cell) -> bool:
        """Returns whether all of a cell is in the scope."""
        named = zip((self.branches, self.materials), cell, strict=True)
        return all(not those or one in those for those, one in named)

    def cells_within(self, cell: Cell) -> Iterator[Cell]:
        """Yields what of a cell is in the scope: each branch with each material, as rules name them."""
        return product(_narrowed(self.branches, cell[0]), _narrowed(self.materials, cell[1]))


def _narrowed(named: tuple[str, ...], one: str | None) -> Sequence[str | None]:
    if one is None:
        return named or (None,)
    return (one,) if not named or one in named else ()


def _meet(one: Sequence[str], other: Sequence[str]) -> bool:
    return not one or not other or not set(one).isdisjoint(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A council's decision to change who or what serves a scope. A strand's own switch adds what is special about it.

    A supplier of None: any that serves the scope, or nobody who follows. Where it `needs_approval`, it begins only once a second
    person approved it.
    """

    switch_id: UUID
    council: str
    from_supplier: str | None
    to_supplier: str | None
    scope: Scope
    first_day: date
    reason: str
    state: SwitchState
    planned_at: datetime
    planned_by: str
    needs_approval: bool = False
    approved_by: str | None = None


class AskedSuppliers(BaseModel):
    """The suppliers of a switch as a council sends it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_supplier: SupplierName = Field(description="The supplier that is left", examples=["consortium"])
    to_supplier: SupplierName | None = Field(description="The supplier that follows it; null: nobody", examples=["national"])


class AskedScope(BaseModel):
    """The scope and first day of a switch as a council sends it. Each strand adds its own fields, and the reason at the end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    branches: tuple[_Named, ...] = Field(
        default=(), max_length=200, description="Codes of the branches that switch; empty for any", examples=[["IPSW", "LOWE"]]
    )
    materials: tuple[_Named, ...] = Field(
        default=(), max_length=50, description="Kinds of material that switch; empty for any", examples=[["book"]]
    )
    first_day: Day = Field(description="The first day on which the switch applies")

    @property
    def scope(self) -> Scope:
        """The copies that it is about."""
        return Scope(tuple(dict.fromkeys(self.branches)), tuple(dict.fromkeys(self.materials)))

    def fingerprint(self) -> bytes:
        """Returns a digest of the content, in the order of the fields: a release that reorders them refuses a repetition."""
        return hashlib.sha256(self.model_dump_json().encode()).digest()


def unknown_supplier_faults(asked: AskedSuppliers, known: Collection[str], listed: str) -> Iterator[Fault]:
    """Yields a fault for each supplier that cannot be named; `listed` says where those that can are found."""
    names = f"Known: {', '.join(sorted(known)) or 'none yet'}; {listed}."
    for name in ("from_supplier", "to_supplier"):
        supplier = getattr(asked, name)
        if supplier is not None and supplier not in known:
            yield Fault(f"/{name}", "unknown-supplier", f"No exchange serves supplier {supplier!r}. {names}")


def same_supplier_faults(asked: AskedSuppliers) -> Iterator[Fault]:
    """Yields a fault where the supplier stays the same."""
    if asked.to_supplier == asked.from_supplier:
        yield Fault("/to_supplier", "same-supplier", "The supplier stays the same; name the one that follows it.")


def first_day_faults(asked: AskedScope, today: date) -> Iterator[Fault]:
    """Yields a fault where the first day has passed."""
    if asked.first_day < today:
        yield Fault("/first_day", "past-day", f"The first day is in the past; name {today} or a later day.")


def overlap_faults(asked: AskedScope, others: Iterable[Switch]) -> Iterator[Fault]:
    """Yields a fault for each of the council's unfinished switches that has copies of the scope, whoever its suppliers are."""
    for other in others:
        if other.scope.overlaps(asked.scope):
            text = (
                f"{named(other)} and has branches and materials of this one. Wait until it is done, withdraw it, or name others."
            )
            yield Fault("/branches", "overlapping-switch", text)


def covers_nothing(asked: AskedSuppliers, owed: str, pointer: str = "/from_supplier") -> Fault:
    """Returns the fault of a switch that would change nothing; `owed`: what the first supplier owes none of, in words."""
    text = (
        f"No sourcing rule gives {asked.from_supplier} any of these branches and materials, and it owes no {owed}. "
        "See GET /v1/sourcing-rules, and name branches and materials that it serves."
    )
    return Fault(pointer, "covers-nothing", text)


def named(switch: Switch) -> str:
    """Returns the beginning of a sentence about another switch, with its suppliers and its state."""
    suppliers = f"from {switch.from_supplier or 'any'} to {switch.to_supplier or 'nobody'}"
    return f"Switch {switch.switch_id} {suppliers} is {switch.state}"


def refused(faults: Sequence[Fault]) -> DomainError:
    """Returns the error (422) for a switch with everything that is wrong with it."""
    detail = f"The switch has {counted(len(faults), 'fault')}; nothing was changed."
    return DomainError("switch-refused", detail, Kind.INVALID, faults)


def switch_over(switch: Switch) -> DomainError:
    """Returns the error (409) for a switch that can be neither approved nor withdrawn any more."""
    return DomainError("switch-over", f"The switch is {switch.state}; plan another one to go back.", Kind.CONFLICT)


class Handover(Protocol):
    """What hands rules over: a switch, asked for or kept, that names the supplier that is left."""

    @property
    def from_supplier(self) -> str | None:
        """The supplier that is left."""

    @property
    def to_supplier(self) -> str | None:
        """The supplier that follows it; None for nobody."""

    @property
    def scope(self) -> Scope:
        """The copies that it is about."""

    @property
    def reason(self) -> str:
        """Why."""


@dataclass(frozen=True, slots=True)
class RuleChanges:
    """The rules that a switch ends on its first day, those that it adds, and what the council may not have meant by that."""

    ended: tuple[SourcingRule, ...]
    added: tuple[SourcingRule, ...]
    warnings: tuple[RuleWarning, ...] = ()


_Book = Mapping[Cell, Sequence[SourcingRule]]


def rule_changes(switch: Handover, rules: Sequence[SourcingRule], on: date) -> RuleChanges:
    """Returns what a switch that begins on a day does to the council's rules of its strand.

    Live rules of the first supplier inside the scope are ended. The second one gets rules for what the first one serves of the
    scope, on that day or later, by these or by wider rules. What others serve stays theirs. Rules of trials are left alone, but
    what a new rule takes out of a trial is warned of.
    """
    current = [rule for rule in rules if rule.mode is Mode.LIVE and (rule.valid_to is None or rule.valid_to > on)]
    current = [rule for rule in current if rule.ever_applies]
    of_first = [rule for rule in current if rule.supplier_id == switch.from_supplier]
    ended = tuple(rule for rule in of_first if switch.scope.has(_cell(rule)))
    if switch.to_supplier is None:
        return RuleChanges(ended, ())
    book = defaultdict(list)
    for rule in current:
        book[rule.branch, rule.material].append(rule)
    added: list[SourcingRule] = []
    for cell in dict.fromkeys(cell for rule in of_first for cell in switch.scope.cells_within(_cell(rule))):
        given = [span for span in _spans(book, cell, on) if span.supplier_id == switch.from_supplier]
        added += [_made(span, cell, switch.to_supplier, switch.reason) for span in given]
        kept = [span for each in given for span in _beside(book, each, cell)]
        added += [_made(span, _cell(span), span.supplier_id, switch.reason) for span in kept]
    # Of two rules of an earlier release that tie, the third supplier's is left to decide.
    gone = {rule.rule_id for rule in ended}
    added = [one for one in added if not any(one.ties(other, on) for other in book[_cell(one)] if other.rule_id not in gone)]
    after = [*(rule for rule in rules if rule.rule_id not in gone), *added]
    warnings = out_of_trials(added, rules, after, deciding_sourcing, on)
    return RuleChanges(ended, tuple(added), (*_of_others(switch, current, on), *warnings))


def _of_others(switch: Handover, current: Sequence[SourcingRule], on: date) -> Iterator[RuleWarning]:
    """Yields a warning for each rule of a third supplier that begins with the switch, where the first supplier serves today."""
    serving = [rule for rule in current if rule.supplier_id == switch.from_supplier and rule.applies(on)]
    left = {cell for rule in serving for cell in switch.scope.cells_within(_cell(rule))}
    for rule in current:
        third = rule.supplier_id not in (switch.from_supplier, switch.to_supplier)
        if third and rule.valid_from == on and _cell(rule) in left:
            scope = scope_text({"branch": rule.branch, "material": rule.material})
            text = (
                f"Rule {rule.rule_id} begins on {on} for {scope}, too: {rule.supplier_id} serves that from then on, and not "
                f"{switch.to_supplier}. If that is not meant, end it with DELETE {rule.PATH}/{rule.rule_id} before."
            )
            yield RuleWarning(code=RuleCode.SAME_FIRST_DAY, detail=text)


def _cell(rule: SourcingRule) -> Cell:
    return rule.branch, rule.material


def _made(span: SourcingRule, cell: Cell, supplier_id: str, reason: str) -> SourcingRule:
    branch, material = cell
    named = replace(span, rule_id=new_id(), supplier_id=supplier_id, branch=branch, material=material)
    return replace(named, reason=reason)


def _spans(book: _Book, cell: Cell, on: date) -> list[SourcingRule]:
    """Returns the rules that decide for all of a cell from a day on, in their order, each with just the days on which it does."""
    branch, material = cell
    wider = dict.fromkeys((cell, (branch, None), (None, material), (None, None)))
    covering = [rule for each in wider for rule in book.get(each, ())]
    changes = {day for rule in covering for day in (rule.valid_from, rule.valid_to) if day is not None and day > on}
    days = [on, *sorted(changes)]
    found: list[SourcingRule] = []
    for begins, ends in zip(days, [*days[1:], None], strict=True):
        rule = deciding_rule(covering, branch=branch or "", material=material or "", on=begins)
        if rule is not None and found and found[-1].rule_id == rule.rule_id:
            found[-1] = replace(found[-1], valid_to=ends)
        elif rule is not None:
            found.append(replace(rule, valid_from=begins, valid_to=ends))
    return found


def _beside(book: _Book, given: SourcingRule, cell: Cell) -> Iterator[SourcingRule]:
    """Yields what other suppliers keep of a cell that is handed over.

    They serve a material of any branch; a new rule for a branch and any material would take precedence over that.
    """
    branch, material = cell
    if branch is None or material is not None or given.branch is not None:
        return
    for other in [each for anywhere, each in book if anywhere is None and each is not None]:
        for span in _spans(book, (branch, other), given.valid_from):
            ends = min(filter(None, (span.valid_to, given.valid_to)), default=None)
            theirs = span.supplier_id != given.supplier_id and _cell(span) == (None, other)
            if theirs and (ends is None or ends > span.valid_from):
                yield replace(span, branch=branch, valid_to=ends)
