"""Compares a column with many values, which are one array: a statement takes at most 32,767 parameters.

Must not know any table.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, ColumnElement, any_, bindparam, literal
from sqlalchemy.dialects.postgresql import ARRAY


def among(column: Column[Any], values: Collection[object]) -> ColumnElement[bool]:
    """Returns whether the column has one of the values."""
    return column == any_(literal(list(values), ARRAY(column.type)))


def among_given(column: Column[Any], parameter: str) -> ColumnElement[bool]:
    """Returns whether the column has one of the values in a parameter, for a statement that is built once."""
    return column == any_(bindparam(parameter, type_=ARRAY(column.type)))
