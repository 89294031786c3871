"""The columns of a rule's audit trail, the same for each strand's rules, and how a rule is ended. Must not know any table."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, DateTime, Row, Text, case, func, text
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from shared.sourcing.rules import Ending, Trail


def trail_columns() -> list[Column[Any]]:
    """Returns the columns of an audit trail. `*_by` are tokens' subjects."""
    return [
        Column("created_by", Text, nullable=False),
        Column("approved_by", Text),
        Column("ended_by", Text),
        Column("ended_at", DateTime(timezone=True)),
        Column("ended_reason", Text, nullable=False, server_default=text("''")),
        Column("end_approved_by", Text),
    ]


def trail_values(trail: Trail) -> dict[str, Any]:
    """Returns an audit trail as its columns keep it."""
    return {name: getattr(trail, name) for name in Trail.__dataclass_fields__}


def to_trail(row: Row[*tuple[Any, ...]]) -> Trail:
    """Returns the audit trail of a row that has all its columns."""
    return Trail(**{name: row._mapping[name] for name in Trail.__dataclass_fields__})


def ending_values(ending: Ending) -> dict[str, Any]:
    """Returns who ended what has a trail, when and why, as its columns keep it."""
    return {"ended_by": ending.by, "ended_at": ending.at, "ended_reason": ending.reason, "end_approved_by": ending.approved_by}


def ended(c: ReadOnlyColumnCollection[str, Any], ending: Ending, *, on: date) -> dict[str, ColumnElement[Any]]:
    """Returns the values that end a rule from the day `on`; a rule that has not begun never applies.

    The first ending stays: who ends a rule again changes nothing.
    """
    first = c.ended_by.is_(None)
    given = ending_values(ending).items()
    kept: dict[str, ColumnElement[Any]] = {name: case((first, value), else_=c[name]) for name, value in given}
    return {"valid_to": func.greatest(c.valid_from, func.least(c.valid_to, on)), **kept}
