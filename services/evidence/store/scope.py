"""Which copies a question is about, and by what they are grouped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Date,
    Integer,
    Select,
    TableValuedAlias,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, array

from services.evidence.domain.asking import Asked, By
from services.evidence.store.tables import charge, copy, invoice
from shared.clock import Clock
from shared.contracts.invoices import QueryCode
from shared.db.paging import narrowed

_FACTS = (
    "copy_id", "council", "supplier_id", "line_key", "isbn", "state", "placed_at", "sent_at", "answered_at", "promised_on",
    "despatched_at", "at_hub_at", "received_at", "through_hub",
)  # fmt: skip

BOOK = "^97[89]"
"""What the number of a book begins with; other articles have no records."""


def day_of(moment: ColumnElement[Any], zone: str) -> ColumnElement[Any]:
    """Returns the councils' day of a moment."""
    return cast(func.timezone(zone, moment), Date)


def group_of(asked: Asked, day: ColumnElement[Any]) -> ColumnElement[Any]:
    """Returns what a copy is grouped by; `day`: of its order or invoice, where the month or the side of a switch counts."""
    c = copy.c
    match asked.by:
        case By.SUPPLIER:
            return c.supplier_id
        case By.ARM:
            return _arms_of(asked)
        case By.BRANCH:
            return c.branch
        case By.MATERIAL:
            return c.material
        case By.MONTH:
            return func.to_char(day, "YYYY-MM")
        case By.ROUTE:
            hub = func.coalesce(c.through_hub, c.planned_hub)
            return case((hub.is_(None), "not known"), (hub, "hub"), else_="direct")
        case By.SWITCH:
            return _side_of(asked, day)


def _arms_of(asked: Asked) -> ColumnElement[Any]:
    """Returns a copy's trial and arm of its supplier, and those of its route, as a row each; only of the trial that is asked for.

    Names of trials are one for a council: a copy that has the same one twice counts in the arm of its supplier.
    """
    c = copy.c
    of_route = c.route_trial.is_distinct_from(c.trial)
    chosen = [(c.trial, c.arm, true()), (c.route_trial, c.route_arm, of_route)]
    wanted = [(trial, arm, counts if asked.trial is None else counts & (trial == asked.trial)) for trial, arm, counts in chosen]
    named = array([case((counts, trial + literal("/") + arm)) for trial, arm, counts in wanted])
    return func.unnest(func.array_remove(named, null()))


def is_in_trial(name: str) -> ColumnElement[bool]:
    """Selects copies in either arm of a trial, of their supplier or of their route."""
    return or_(copy.c.trial == name, copy.c.route_trial == name)


def _side_of(asked: Asked, day: ColumnElement[Any]) -> ColumnElement[Any]:
    """Returns the side of a switch on which a copy is, by the day and by whether its supplier is the first one."""
    if asked.switch is None:
        raise ValueError("by switch, a question names its switch")
    before = day < asked.switch.after.first
    former = copy.c.supplier_id == asked.switch.switch.from_supplier
    sides = asked.switch.sides
    return case(
        (and_(before, former), sides.before),
        (before, sides.already),
        (former, sides.still),
        else_=sides.after,
    )


def narrowed_to(query: Select[Any], asked: Asked) -> Select[Any]:
    """Returns a query of copies narrowed to those that are asked for, whatever the period."""
    c = copy.c
    wanted: dict[Column[Any], object] = {
        c.council: asked.council,
        c.supplier_id: asked.supplier,
        c.branch: asked.branch,
        c.material: asked.material,
    }
    narrow = narrowed(query, wanted)
    narrow = narrow if asked.trial is None else narrow.where(is_in_trial(asked.trial))
    for of, among in ((c.branch, asked.branches), (c.material, asked.materials), (c.supplier_id, asked.suppliers)):
        narrow = narrow.where(of.in_(among)) if among else narrow
    return narrow


def placed_copies(asked: Asked, clock: Clock, zone: str) -> CTE:
    """Returns the copies that were placed in the period, each with its group as `key` and the days of order and receipt."""
    c = copy.c
    placed_on = day_of(c.placed_at, zone)
    query = select(
        group_of(asked, placed_on).label("key"),
        placed_on.label("placed_on"),
        day_of(c.received_at, zone).label("received_on"),
        *(c[name] for name in _FACTS),
    )
    after = clock.start_of(asked.last + timedelta(days=1))
    return narrowed_to(query.where(c.placed_at >= clock.start_of(asked.first), c.placed_at < after), asked).cte("placed")


def invoice_queries() -> TableValuedAlias:
    """Returns the queries of the invoice that is joined, as a source of rows: `query`, and its `number` within the invoice."""
    each = func.jsonb_array_elements(invoice.c.queries)
    return each.table_valued(column("query", JSONB), with_ordinality="number", name="asked").render_derived()


def is_about_line(queries: TableValuedAlias) -> ColumnElement[bool]:
    """Selects the queries that name the invoice line of the charge that is joined."""
    return cast(queries.c.query["line_number"].astext, Integer) == charge.c.line_number


def is_question(queries: TableValuedAlias) -> ColumnElement[bool]:
    """Selects the queries that ask something: an invoice that comes before its goods only waits for them."""
    code: ColumnElement[str] = queries.c.query["code"].astext
    return code != QueryCode.NOT_SUPPLIED.value
