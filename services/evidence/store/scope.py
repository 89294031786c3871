"""Which copies a question is about, and by what they are grouped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Integer,
    MetaData,
    Select,
    Table,
    TableValuedAlias,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    insert,
    literal,
    null,
    or_,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, array
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateTable, DropTable

from services.evidence.domain.asking import Asked, By
from services.evidence.store.tables import charge, copy, invoice
from shared.contracts.invoices import QueryCode
from shared.db.paging import narrowed

BOOK = "^97[89]"
"""What the number of a book begins with; other articles have no records."""


def passing_table(name: str, *columns: Column[Any]) -> Table:
    """Returns a table that exists while a question is answered. It is no fact: no migration and no rebuild has it."""
    return Table(name, MetaData(), *columns, prefixes=["TEMPORARY"])


@asynccontextmanager
async def kept_rows(connection: AsyncConnection, table: Table, query: Select[Any]) -> AsyncIterator[None]:
    """Keeps the rows of a query in a passing table of this connection, so that all that is counted reads them once.

    Facts that arrive between two counts change neither. Work memory is the server's own: with 32, 64 or 128 MB for each sum a
    million copies took as long as with PostgreSQL's 4 MB, whose small tables stay in the processor's cache.
    """
    await connection.execute(CreateTable(table))
    await connection.execute(insert(table).from_select(query.selected_columns.keys(), query))
    await connection.execute(text(f"ANALYZE {table.name}"))
    yield
    await connection.execute(DropTable(table))


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
            return func.to_char(day, "YYYY-MM", type_=Text)
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
        c.supplier_id: asked.supplier_id,
        c.branch: asked.branch,
        c.material: asked.material,
    }
    narrow = narrowed(query, wanted)
    narrow = narrow if asked.trial is None else narrow.where(is_in_trial(asked.trial))
    for of, among in ((c.branch, asked.branches), (c.material, asked.materials), (c.supplier_id, asked.suppliers)):
        narrow = narrow.where(of.in_(among)) if among else narrow
    # Copies in no trial have no arm; left out here, nothing is worked out for them.
    return narrow.where(or_(c.trial.is_not(None), c.route_trial.is_not(None))) if asked.by is By.ARM else narrow


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
