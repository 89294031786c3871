"""What is asked of evidence: a period, how to group, and which copies. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.evidence.domain.switches import Comparison, Switch, comparison_of
from shared.errors import DomainError, Fault, Kind

MOST_DAYS = 1_830
"""Five years and some days."""


class By(StrEnum):
    """What copies are grouped by.

    ARM: trial and arm, only of copies in a trial, and of a copy in two both; MONTH: in which they were placed or invoiced;
    SWITCH: before its first day and from it on.
    """

    SUPPLIER = "supplier"
    ARM = "arm"
    BRANCH = "branch"
    MATERIAL = "material"
    MONTH = "month"
    ROUTE = "route"
    SWITCH = "switch"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question as it arrives: what is not stated is None."""

    council: str | None
    first: date | None
    last: date | None
    by: By | None = None
    supplier_id: str | None = None
    trial: str | None = None
    branch: str | None = None
    material: str | None = None
    switch_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: copies of a council (None: of all) and of a period of days, both ends included; None does not narrow.

    `branches`, `materials`, `suppliers` are those of a switch; empty ones do not narrow. `switch`: what is compared, by SWITCH.
    """

    council: str | None
    first: date
    last: date
    by: By
    supplier_id: str | None = None
    trial: str | None = None
    branch: str | None = None
    material: str | None = None
    branches: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    switch: Comparison | None = None


def asked_of(wanted: Wanted) -> Asked:
    """Returns a question about a period; by arm where it names a trial, and else by supplier, unless it says by what.

    Raises DomainError (422) for one without a period, or by switch without naming one.
    """
    if wanted.first is None or wanted.last is None:
        missing = "from" if wanted.first is None else "to"
        raise _fault(
            missing, "missing", f"`{missing}` is missing: give a day such as 2026-11-01. Only `switch_id` needs no period."
        )
    if wanted.by is By.SWITCH:
        raise _fault("switch_id", "missing", "By `switch`, name the switch: `switch_id`.")
    by = wanted.by or (By.SUPPLIER if wanted.trial is None else By.ARM)
    return Asked(wanted.council, wanted.first, wanted.last, by, wanted.supplier_id, wanted.trial, wanted.branch, wanted.material)


def asked_of_switch(wanted: Wanted, found: Switch, today: date) -> Asked:
    """Returns a question about a switch: its council, scope and periods.

    Raises DomainError: 409 for one that has not begun, 422 for periods that cannot be, or where the question narrows besides.
    """
    for name in ("supplier_id", "trial", "branch", "material"):
        if getattr(wanted, name) is not None:
            text = f"`{name}` does not go with `switch_id`: the switch has a scope of its own; leave one of the two out."
            raise _fault(name, "not-with-switch", text)
    if wanted.by not in (None, By.SWITCH):
        raise _fault("by", "not-with-switch", "With `switch_id`, groups are before and after; leave `by` out.")
    compared = comparison_of(found, wanted.first, wanted.last, today)
    return Asked(
        council=found.council,
        first=compared.before.first,
        last=compared.after.last,
        by=By.SWITCH,
        branches=found.branches,
        materials=found.materials,
        suppliers=compared.suppliers,
        switch=compared,
    )


def _fault(name: str, code: str, text: str) -> DomainError:
    return DomainError("invalid-question", text, Kind.INVALID, [Fault(f"/query/{name}", code, text)])


def check_period(first: date, last: date) -> None:
    """Raises DomainError (422) for a period that ends before it begins or is too long."""
    days = (last - first).days + 1
    if not 1 <= days <= MOST_DAYS:
        found = "it is before `from`" if days < 1 else f"these are {days:,} days"
        text = f"`to` is `from` or a later day, {MOST_DAYS:,} days in all at most; {found}."
        raise DomainError("invalid-period", text, Kind.INVALID, [Fault("/query/to", "invalid-period", text)])
