"""Which rows a council sees. `council` none: all councils."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, and_, or_, select, true

from services.dashboard.store.tables import copy_count


def of_council(table: Table, council: str | None) -> ColumnElement[bool]:
    """Selects a council's own rows."""
    return true() if council is None else table.c.council == council


def may_concern(table: Table, council: str | None) -> ColumnElement[bool]:
    """Selects a council's own rows, and its suppliers' rows that name no council: one of them may concern it."""
    if council is None:
        return true()
    suppliers = select(copy_count.c.supplier_id).where(copy_count.c.council == council)
    unnamed = and_(table.c.council.is_(None), table.c.supplier_id.in_(suppliers))
    return or_(table.c.council == council, unnamed)
