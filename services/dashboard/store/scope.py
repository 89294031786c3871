"""Which rows a council sees. `council` none: all councils. It is a name, or stands for the one that a statement is given."""

from __future__ import annotations

from sqlalchemy import BindParameter, ColumnElement, Table, and_, or_, select, true

from services.dashboard.store.tables import copy_count

Council = str | BindParameter[str] | None


def of_council(table: Table, council: Council) -> ColumnElement[bool]:
    """Selects a council's own rows."""
    return true() if council is None else table.c.council == council


def may_concern(table: Table, council: Council) -> ColumnElement[bool]:
    """Selects a council's own rows, and its suppliers' rows that name no council: one of them may concern it."""
    if council is None:
        return true()
    suppliers = select(copy_count.c.supplier_id).where(copy_count.c.council == council)
    unnamed = and_(table.c.council.is_(None), table.c.supplier_id.in_(suppliers))
    return or_(table.c.council == council, unnamed)
