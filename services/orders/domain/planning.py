"""A switch as a council asks for it: its faults, and what it does to sourcing rules. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from services.orders.domain.register import Register
from services.orders.domain.switching import OpenCopies, Scope, Switch
from shared.errors import Fault
from shared.ids import new_id
from shared.sourcing.rules import Mode, SourcingRule, deciding_rule
from shared.texts import Reference, Text

SupplierName = Annotated[Reference, Field(min_length=1, max_length=40)]
_Named = Annotated[Reference, Field(min_length=1, max_length=40)]


class AskedSwitch(BaseModel):
    """A switch as a council sends it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    # Whether the first supplier answers no more.
    dead: ClassVar[bool] = False

    from_supplier: SupplierName = Field(description="The supplier that is left", examples=["consortium"])
    to_supplier: SupplierName | None = Field(
        default=None, description="The supplier that follows it; null only where no copy is to be moved", examples=["national"]
    )
    branches: tuple[_Named, ...] = Field(default=(), max_length=200, description="Codes of branches; empty for any")
    materials: tuple[_Named, ...] = Field(default=(), max_length=50, description="Empty for any")
    first_day: date = Field(description="The first day on which the new supplier gets the orders")
    open_copies: OpenCopies = Field(
        description="`drain`: they stay where they are; `move`: they are cancelled there and placed with the new supplier; "
        "`cancel`: they are cancelled there"
    )
    drain_until: date | None = Field(default=None, description="With `drain`: from this day on, what is still open is moved")
    reason: Text = Field(min_length=3, max_length=300)

    @property
    def scope(self) -> Scope:
        """The copies that it is about."""
        return Scope(tuple(dict.fromkeys(self.branches)), tuple(dict.fromkeys(self.materials)))

    @property
    def moves(self) -> bool:
        """Whether copies may be placed with the new supplier."""
        return self.open_copies is OpenCopies.MOVE or self.drain_until is not None

    def fingerprint(self) -> bytes:
        """Returns a digest of the content."""
        return hashlib.sha256(self.model_dump_json().encode()).digest()


class AskedDeath(AskedSwitch):
    """The death of a supplier, as a switch whose copies wait for no answer. Its first day is the day on which it was declared."""

    dead: ClassVar[bool] = True

    @classmethod
    def of(cls, supplier_id: str, to_supplier: str | None, reason: str, today: date) -> AskedDeath:
        """Returns the switch of all branches and materials that a death is."""
        open_copies = OpenCopies.CANCEL if to_supplier is None else OpenCopies.MOVE
        return cls(from_supplier=supplier_id, to_supplier=to_supplier, first_day=today, open_copies=open_copies, reason=reason)

    def fingerprint(self) -> bytes:
        """Returns a digest of the content, the same on any day: a repetition after midnight is one."""
        return hashlib.sha256(b"dead " + self.model_dump_json(exclude={"first_day"}).encode()).digest()


class Decision(StrEnum):
    """What a person decides: the copies are placed with the second supplier now, or stay as they are."""

    PLACE_ANEW = "place_anew"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class RuleChanges:
    """The rules that a switch ends on its first day, and those that it adds."""

    ended: tuple[SourcingRule, ...]
    added: tuple[SourcingRule, ...]


def switch_faults(
    asked: AskedSwitch, today: date, register: Register, suppliers: Mapping[str, bool | None], others: Iterable[Switch]
) -> list[Fault]:
    """Returns what is wrong with a switch. `suppliers`: those that can be named -> whether they take cancellations."""
    return [
        *_supplier_faults(asked, suppliers),
        *_day_faults(asked, today),
        *_branch_faults(asked, register),
        *_overlap_faults(asked, others),
    ]


def _supplier_faults(asked: AskedSwitch, suppliers: Mapping[str, bool | None]) -> Iterator[Fault]:
    known = f"Known: {', '.join(sorted(suppliers)) or 'none yet'}; see GET /v1/suppliers."
    for name in ("from_supplier", "to_supplier"):
        supplier = getattr(asked, name)
        if supplier is not None and supplier not in suppliers:
            yield Fault(f"/{name}", "unknown-supplier", f"No exchange serves supplier {supplier!r}. {known}")
    if asked.to_supplier == asked.from_supplier:
        yield Fault("/to_supplier", "same-supplier", "The supplier stays the same; name the one that follows it.")
    if asked.to_supplier is None and asked.moves:
        yield Fault("/to_supplier", "supplier-missing", "Copies are to be moved; name the supplier that they are placed with.")
    asks = asked.open_copies is not OpenCopies.DRAIN or asked.drain_until is not None
    if asks and not asked.dead and suppliers.get(asked.from_supplier) is False:
        text = (
            f"{asked.from_supplier} takes no cancellations from Stockbridge, so its open copies cannot be moved or cancelled. "
            "Use `drain` without `drain_until`: they stay there."
        )
        yield Fault("/from_supplier", "supplier-takes-none", text)


def _day_faults(asked: AskedSwitch, today: date) -> Iterator[Fault]:
    if asked.first_day < today:
        yield Fault("/first_day", "past-day", f"The first day is in the past; name {today} or a later day.")
    if asked.drain_until is None:
        return
    if asked.open_copies is not OpenCopies.DRAIN:
        yield Fault("/drain_until", "nothing-drains", "Only with `drain` copies stay until a day; leave it out, or use `drain`.")
    elif asked.drain_until <= asked.first_day:
        yield Fault("/drain_until", "drain-too-short", f"Name a day after the first day, {asked.first_day}, or use `move`.")


def _branch_faults(asked: AskedSwitch, register: Register) -> Iterator[Fault]:
    for index, code in enumerate(asked.branches):
        if code not in register.branches:
            yield Fault(f"/branches/{index}", "unknown-branch", f"No branch {code!r}; see GET /v1/branches.")


def _overlap_faults(asked: AskedSwitch, others: Iterable[Switch]) -> Iterator[Fault]:
    for other in others:
        named = f"Switch {other.switch_id} from {other.from_supplier} to {other.to_supplier or 'nobody'} is {other.state}"
        if asked.dead:
            # A death cannot wait for switches that have no part in it.
            if asked.from_supplier in (other.from_supplier, other.to_supplier):
                text = (
                    f"{named}. Withdraw it first, with POST /v1/switches/{other.switch_id}/withdraw: copies that it asked to "
                    "cancel are freed with the others."
                )
                yield Fault("/path/supplier_id", "overlapping-switch", text)
        elif other.scope.overlaps(asked.scope):
            text = f"{named} and has branches and materials of this one. Wait until it is done, withdraw it, or name others."
            yield Fault("/branches", "overlapping-switch", text)


def rule_changes(asked: AskedSwitch, rules: Sequence[SourcingRule], on: date) -> RuleChanges:
    """Returns what a switch that begins on a day does to the council's rules.

    Live rules of the first supplier inside the scope are ended and given to the second one. Where the first supplier serves a
    branch and material of the scope by a wider rule, the second one gets a rule for just these.
    """
    current = [rule for rule in rules if rule.mode is Mode.LIVE and (rule.valid_to is None or rule.valid_to > on)]
    current = [rule for rule in current if rule.valid_to is None or rule.valid_to > rule.valid_from]
    cells = asked.scope.cells()
    inside = [rule for rule in current if rule.supplier_id == asked.from_supplier and any(_within(rule, *cell) for cell in cells)]
    if asked.to_supplier is None:
        return RuleChanges(tuple(inside), ())
    gives = partial(_given, supplier_id=asked.to_supplier, reason=asked.reason, on=on)
    added = [gives(rule, rule.branch, rule.material) for rule in inside]
    exact = {(rule.branch, rule.material) for rule in inside if rule.valid_from <= on}
    for branch, material in cells:
        rule = _wider(current, branch, material, on)
        if (branch, material) not in exact and rule is not None and rule.supplier_id == asked.from_supplier:
            added.append(gives(rule, branch, material))
    return RuleChanges(tuple(inside), tuple(added))


def _within(rule: SourcingRule, branch: str | None, material: str | None) -> bool:
    return branch in (None, rule.branch) and material in (None, rule.material)


def _wider(rules: Iterable[SourcingRule], branch: str | None, material: str | None, on: date) -> SourcingRule | None:
    """Returns the rule that decides for all of a branch and material."""
    covering = [rule for rule in rules if rule.branch in (None, branch) and rule.material in (None, material)]
    return deciding_rule(covering, branch=branch or "", material=material or "", on=on)


def _given(
    rule: SourcingRule, branch: str | None, material: str | None, *, supplier_id: str, reason: str, on: date
) -> SourcingRule:
    begins = max(on, rule.valid_from)
    given = replace(rule, rule_id=new_id(), supplier_id=supplier_id, branch=branch, material=material)
    return replace(given, valid_from=begins, reason=reason)
