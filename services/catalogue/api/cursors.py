"""Writes places in the order of changes as opaque cursors, and reads them. Knows no table."""

from __future__ import annotations

from services.catalogue.domain.changes import Frontier, Place
from shared.errors import DomainError, Kind
from shared.http.paging import number, read_cursor, write_cursor


def cursor_after(place: Place, settled: Frontier) -> str:
    """Returns the cursor of a place: letters, digits, `-` and `_`, never a digit first."""
    return write_cursor((settled.history, place.position, place.isbn))


def place_after(cursor: str, settled: Frontier) -> Place:
    """Returns the place of a cursor.

    Raises DomainError: 400 for what is no cursor, 409 for one that was given out before the database was restored.
    """
    history, position, isbn = read_cursor(cursor, (str, number, str))
    place = Place(int(str(position)), str(isbn))
    if history != settled.history or place.position > settled.position:
        detail = (
            "The database was restored or moved after this cursor was given out, so it means nothing now. Begin again without "
            "`cursor`, or with the moment of your last complete answer as `changed_from`."
        )
        raise DomainError("cursor-of-another-database", detail, Kind.CONFLICT)
    return place
