"""What lists of lines of several orders show of each line."""

from __future__ import annotations

from pydantic import BaseModel

from shared.contracts import words


class ListedLine(BaseModel):
    """A line, with the order that it is of."""

    order_id: words.OrderId
    order_number: words.OrderNumber
    line_key: words.LineKey
    line_number: words.LineNumber
    isbn: words.Isbn
    title: words.BookTitle
