"""Groups editions into works. Pure: no table, no event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

MOST_EDITIONS = 200
"""Editions of one work. More are connected where a supplier relates its whole list, or names the same ISBN in every record."""
OVERGROWN = ""
"""The work of editions that are connected with more than that: none of them is taken for an edition of another."""


def works_of(editions: Mapping[str, Collection[str]], overgrown: Collection[str] = ()) -> dict[str, str]:
    """Returns the work of each edition that has others: the smallest ISBN-13 of all that are connected with it.

    `editions` are, for an ISBN-13, those that its title relates. A relation connects both ways, and further ones: the order in
    which relations become known makes no difference. `overgrown` are known to be connected with too many.
    """
    joined = {isbn: isbn for isbn in overgrown}
    for isbn, others in editions.items():
        for other in others:
            first, second = sorted((_root(joined, isbn), _root(joined, other)))
            joined[second] = first
    # Roots are the least of their set, so that only these have themselves for a work.
    works = {isbn: _root(joined, isbn) for isbn in joined}
    sizes = Counter(works.values())
    too_many = {root for root, size in sizes.items() if size > MOST_EDITIONS} | {works[isbn] for isbn in overgrown}
    named = {root: OVERGROWN if root in too_many else root for root, size in sizes.items() if size > 1 or root in too_many}
    return {isbn: named[root] for isbn, root in works.items() if root in named}


def _root(joined: dict[str, str], isbn: str) -> str:
    """Returns the least edition that is known to be connected; shortens the way there."""
    parent = joined.setdefault(isbn, isbn)
    while parent != (root := joined[parent]):
        parent = root
    joined[isbn] = parent
    return parent
