"""Writes the MARC file that leaves with a despatch: what a library system loads to put serviced books on its shelves. Pure.

One record for each title, with an item field (949) for each serviced copy in the parcels. Books that nobody asked to be serviced
are not in it: their records are sent on request, as ONIX.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from local.simulators.bookseller.plan import Sent
from local.simulators.bookseller.post import Letter, barcode_of
from local.simulators.bookseller.records import Row, book, seller
from local.simulators.feeds.book import Book
from local.simulators.feeds.marc import Item, marc_chunks


def marc_of(letter: Letter, copies: Sequence[Sent], catalogue: Mapping[str, Row]) -> bytes:
    """Returns the file in ISO 2709; empty where no copy is serviced, or nothing is known of its title."""
    by_isbn: dict[str, list[Item]] = {}
    for sent in copies:
        planned = sent.planned
        if sent.copy.servicing and planned.shipped_isbn in catalogue:
            barcode = barcode_of(letter, planned.line.key, sent.copy)
            item = Item(sent.copy.branch, barcode, sent.copy.shelfmark)
            by_isbn.setdefault(planned.shipped_isbn, []).append(item)
    titles = [book(letter.options, catalogue[isbn]) for isbn in by_isbn]

    def items(title: Book) -> list[Item]:
        return by_isbn[title.isbn]

    return b"".join(marc_chunks(titles, items=items, by=seller(letter.options)))
