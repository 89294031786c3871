"""Groups editions into works. Pure: no table, no event."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def works_of(editions: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Returns the work of each edition that has others: the smallest ISBN-13 of all that are connected with it.

    `editions` are, for an ISBN-13, those that its title relates. A relation connects both ways, and further ones: the order in
    which relations become known makes no difference.
    """
    joined: dict[str, str] = {}
    for isbn, others in editions.items():
        for other in others:
            first, second = sorted((_root(joined, isbn), _root(joined, other)))
            joined[second] = first
    # Roots are the least of their set, so that only these have themselves for a work.
    works = {isbn: _root(joined, isbn) for isbn in joined}
    several = {root for isbn, root in works.items() if isbn != root}
    return {isbn: root for isbn, root in works.items() if root in several}


def _root(joined: dict[str, str], isbn: str) -> str:
    """Returns the least edition that is known to be connected; shortens the way there."""
    parent = joined.setdefault(isbn, isbn)
    while parent != (root := joined[parent]):
        parent = root
    joined[isbn] = parent
    return parent
