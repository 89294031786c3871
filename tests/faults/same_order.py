"""Compares the answers that an LMS gets about one order before and after a switch. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Answer = Mapping[str, Any]

# What the council said when it ordered; everything else is news of suppliers and goods.
_OF_ORDER = ("order_id", "order_number", "council", "placed_at", "placed_by")
_OF_LINE = ("line_number", "isbn", "material", "unit_price", "quote_reference")
_OF_COPY = ("branch", "branch_name", "fund", "sequence", "shelfmark", "servicing", "item")
# The catalogue may bring these at any time: only lines of one answer have the same.
_SHOWN = ("title", "author")
_STAYS_WITH_LINE = ("line_key", "supplier_id", "trial", "replaces_line_key")
_STAYS_WITH_COPY = ("copy_id", "copy_number", "deliver_to", "replaces_copy_id")


def changes_beside_supplier(before: Answer, after: Answer) -> list[str]:
    """Returns what differs in an order, beside the supplier, the line keys and the ids and numbers of copies that were moved.

    A moved copy is on a line of its own that replaces the first one, which stays where it was.
    """
    number = before["order_number"]
    return [f"order {number}: {text}" for text in (*_of("order", _OF_ORDER, before, after), *_of_lines(before, after))]


def _of_lines(before: Answer, after: Answer) -> Iterator[str]:
    now = {line["line_key"]: line for line in after["lines"]}
    first = [line["line_key"] for line in before["lines"]]
    for line in before["lines"]:
        if line["line_key"] not in now:
            yield f"line {line['line_key']} is gone"
        else:
            yield from _kept(line, now[line["line_key"]])
    replaced: list[str] = []
    for key in now.keys() - set(first):
        line = now[key]
        yield from _moved(line, now.get(line["replaces_line_key"]))
        replaced += [copy["replaces_copy_id"] for copy in line["copies"]]
    if len(replaced) > len(set(replaced)):
        yield "a copy was placed again twice"


def _kept(before: Answer, after: Answer) -> Iterator[str]:
    key = before["line_key"]
    yield from _of(f"line {key}", (*_OF_LINE, *_STAYS_WITH_LINE), before, after)
    if len(before["copies"]) != len(after["copies"]):
        yield f"line {key} has {len(after['copies'])} copies instead of {len(before['copies'])}"
    for one, other in zip(before["copies"], after["copies"], strict=False):
        yield from _of(f"copy {one['copy_number']} of line {key}", (*_OF_COPY, *_STAYS_WITH_COPY), one, other)


def _moved(line: Answer, first: Answer | None) -> Iterator[str]:
    """Yields what a line that was added has other than the line that it replaces."""
    key = line["line_key"]
    if first is None:
        yield f"line {key} replaces no line of the order"
        return
    yield from _of(f"line {key}", (*_OF_LINE, *_SHOWN), first, line)
    copies = {copy["copy_id"]: copy for copy in first["copies"]}
    for copy in line["copies"]:
        if copy["replaces_copy_id"] in copies:
            yield from _of(f"copy {copy['copy_number']} of line {key}", _OF_COPY, copies[copy["replaces_copy_id"]], copy)
        else:
            yield f"copy {copy['copy_number']} of line {key} replaces no copy of line {first['line_key']}"


def _of(what: str, fields: tuple[str, ...], before: Answer, after: Answer) -> Iterator[str]:
    for name in fields:
        if before[name] != after[name]:
            yield f"{name} of {what} was {before[name]!r} and is {after[name]!r}"
