"""Rows that a statement is given as values, to be joined with those of tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import TableValuedAlias, column, func, literal
from sqlalchemy.dialects.postgresql import ARRAY


def given_rows(name: str, **columns: tuple[Any, Sequence[object]]) -> TableValuedAlias:
    """Returns a source of rows for a statement: each column has a type and as many values as there are rows."""
    arrays = [literal(values, ARRAY(kind)) for kind, values in columns.values()]
    names = [column(name, kind) for name, (kind, _) in columns.items()]
    return func.unnest(*arrays).table_valued(*names).render_derived(name=name)
