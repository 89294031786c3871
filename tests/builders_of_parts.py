"""Divides copies into parts as suppliers do, and names each part as suppliers name copies; for properties of what is chosen."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from shared.contracts.suppliers import CopyReference
from shared.which_copy import Marked

M = TypeVar("M", bound=Marked)

WAYS = ("number", "branch", "fund", "barcode", "nothing")


def named(copy: Marked, way: str, place: int) -> CopyReference | None:
    """Returns a reference to the copy, by one of the ways; None for nothing."""
    marks = copy.marks
    references = {
        "number": CopyReference(copy_number=marks.copy_number),
        "branch": CopyReference(branch=marks.branch.lower(), fund=marks.fund, place=place),
        "fund": CopyReference(fund=marks.fund, branch=marks.branch),
        "barcode": CopyReference(barcode=marks.barcode, branch=marks.branch, fund=marks.fund),
    }
    return references.get(way)


def parts_of(random: Random, copies: Sequence[M], ways: Sequence[str] = WAYS) -> list[tuple[str, list[M]]]:
    """Returns the copies in parts of random size, shuffled, each with the way in which it is named.

    The copies of a part that is named by branch or fund are for one branch and fund.
    """
    left, parts = random.sample(copies, len(copies)), list[tuple[str, list[M]]]()
    while left:
        way = random.choice(ways)
        first = left[0].marks
        alike = [
            copy
            for copy in left
            if way not in ("branch", "fund") or (copy.marks.branch, copy.marks.fund) == (first.branch, first.fund)
        ]
        part = alike[: random.randint(1, len(alike))]
        parts.append((way, part))
        left = [copy for copy in left if copy not in part]
    return random.sample(parts, len(parts))
