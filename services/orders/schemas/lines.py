"""What lists of lines of several orders show of each line."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel


class ListedLine(BaseModel):
    """A line, with the order that it is of."""

    order_id: UUID
    order_number: str
    line_key: str
    line_number: int
    isbn: str
    title: str
