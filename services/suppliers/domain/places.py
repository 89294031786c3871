"""Splits an order by where its copies are unpacked, as far as one message cannot carry it, and says which part is meant. Pure.

The parts of an order have numbers of their own, because suppliers take a second message under one number for a repetition:
`SFK-1=CSU` is the part of order SFK-1 that is unpacked at CSU. No council's number has that sign. What suppliers write under
such a number is read as of the order itself, whose line keys it has. An order that names no place is sent as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from services.suppliers.contract import (
    CancellationToSend,
    EnquiryToSend,
    LineAnswer,
    OfferAnswerToSend,
    OrderPlaces,
    OrderToSend,
    RouteChangeToSend,
)
from shared.contracts.base import Place, PlaceKind
from shared.contracts.orders import OrderedCopy, OrderedLine
from shared.contracts.suppliers import CopyReference

SIGN = "="

# What changes an order that the supplier has.
ChangeToSend = TypeVar("ChangeToSend", CancellationToSend, RouteChangeToSend, OfferAnswerToSend, EnquiryToSend)

# By line key, the numbers of those of its copies that a message carries.
Carried = Mapping[str, tuple[int, ...]]


def place_of(copy: OrderedCopy, carries: OrderPlaces) -> Place | None:
    """Returns the place that the message of a copy must name; None where it needs none: nobody said one, or it is implied."""
    place = copy.deliver_to
    if place is None or carries is OrderPlaces.ONE:
        return place
    return None if place.kind is PlaceKind.BRANCH and place.code == copy.branch.code else place


def copies_by_place(line: OrderedLine, carries: OrderPlaces) -> dict[str, list[OrderedCopy]]:
    """Returns the copies of a line by the code of the place that their message must name; "" for none."""
    found: defaultdict[str, list[OrderedCopy]] = defaultdict(list)
    for copy in line.copies:
        place = place_of(copy, carries)
        found["" if place is None else place.code].append(copy)
    return found


def parts_of_order(order: OrderToSend, carries: OrderPlaces) -> list[OrderToSend]:
    """Returns an order as the messages that carry it: one for each place that a message must name, in order of the copies."""
    lines: defaultdict[str, list[OrderedLine]] = defaultdict(list)
    for line in order.lines:
        for code, copies in copies_by_place(line, carries).items():
            lines[code].append(_with(line, copies))
    return [
        replace(
            order,
            order_id=_named(order.order_id, "-", code),
            order_number=_named(order.order_number, SIGN, code),
            lines=tuple(there),
            place=place_of(there[0].copies[0], carries),
        )
        for code, there in lines.items()
    ]


def parts_of_change(change: ChangeToSend, carries: OrderPlaces) -> list[ChangeToSend]:
    """Returns a change of an order as the messages that carry it: each is about the message that carried its copies."""
    lines: defaultdict[str, list[tuple[OrderedLine, tuple[int, ...]]]] = defaultdict(list)
    for line, numbers in change.lines:
        for code, copies in copies_by_place(line, carries).items():
            if chosen := tuple(copy.copy_number for copy in copies if copy.copy_number in numbers):
                lines[code].append((_with(line, copies), chosen))
    return [
        replace(
            change,
            order_id=_named(change.order_id, "-", code),
            order_number=_named(change.order_number, SIGN, code),
            lines=tuple(there),
        )
        for code, there in lines.items()
    ]


def left_out(whole: Iterable[OrderedLine], part: Iterable[OrderedLine]) -> Carried:
    """Returns the copies that a part carries of those lines that it does not carry whole."""
    counts = {line.line_key: len(line.copies) for line in whole}
    return {
        line.line_key: tuple(copy.copy_number for copy in line.copies)
        for line in part
        if len(line.copies) < counts[line.line_key]
    }


def carried(line: OrderedLine, copies: Carried) -> OrderedLine:
    """Returns a line with those of its copies that a message carries."""
    numbers = copies.get(line.line_key)
    return line if numbers is None else _with(line, [copy for copy in line.copies if copy.copy_number in numbers])


def number_and_place(number: str) -> tuple[str, str | None]:
    """Returns the order's own number and the code of the place in a part's number; None where it names no part."""
    order_number, sign, code = number.rpartition(SIGN)
    return (order_number, code) if sign else (number, None)


def of_part(answer: LineAnswer, line: OrderedLine, code: str | None, carries: OrderPlaces) -> LineAnswer:
    """Returns an answer about a line that several messages carry as one about the copies of the message that it answers.

    `code` is the place of that message, None where the answer does not say which it answers. The number of copies that the
    supplier counts as ordered is that of its message, and says nothing about the line.
    """
    by_place = copies_by_place(line, carries)
    if len(by_place) < 2:
        return answer
    quantities = answer.quantities.model_copy(update={"ordered": None})
    copies = answer.copies
    if not copies and code is not None:
        copies = tuple(CopyReference(copy_number=copy.copy_number, branch=copy.branch.code) for copy in by_place.get(code, ()))
    return replace(answer, quantities=quantities, copies=copies)


def are_carried(line: OrderedLine, references: Sequence[CopyReference], copies: Carried) -> bool:
    """Returns whether a message that carries these copies can be the one that named copies of a line were ordered in."""
    numbers = copies.get(line.line_key, ())
    there = [copy for copy in line.copies if copy.copy_number in numbers]
    return any(
        reference.copy_number == copy.copy_number if reference.copy_number else reference.branch == copy.branch.code
        for reference in references
        for copy in there
    )


def _with(line: OrderedLine, copies: Sequence[OrderedCopy]) -> OrderedLine:
    return line if len(copies) == len(line.copies) else line.model_copy(update={"copies": tuple(copies)})


def _named(name: str, sign: str, code: str) -> str:
    return f"{name}{sign}{code}" if code else name
