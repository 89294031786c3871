"""One piece of news for a council: a change before it has a place in the feed. Reads no event.

A change is told once. What tells two pieces of news apart is their `key`: it is made of what the owner states both when something
happens and when it publishes that again (docs/rebuilding.md), so the same change has the same id in every copy of the feed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from services.lms.domain.bodies import Body

# Never change it: ids of changes are made with it.
_SPACE = UUID("6f0d8a52-3c1e-4b7f-9a64-1d2e5c7b8f90")


def key_of(*parts: str | int | UUID | datetime) -> str:
    """Returns a key made of parts. A moment is the same in whatever time zone it is stated."""
    return "/".join(part.astimezone(UTC).isoformat() if isinstance(part, datetime) else str(part) for part in parts)


@dataclass(frozen=True, slots=True)
class Attention:
    """What an event states that a person must decide about a line, as of a version of its order; empty for nothing."""

    line_key: str
    words: str
    version: int


@dataclass(frozen=True, slots=True)
class News:
    """What happened, to which council, when by its owner, and in which version of the thing where its owner counts one.

    `waits_for`: the order whose number the body lacks, because the event did not have it. `attention`: the news is news only if
    something else was to be decided before. `unless`: another key under which the same may have been told.
    """

    council: str
    key: str
    at: datetime
    body: Body
    version: int | None = None
    waits_for: UUID | None = None
    attention: Attention | None = None
    unless: str | None = None

    @property
    def change_id(self) -> UUID:
        """The id of the change. The same change always has the same id."""
        return self._id(self.key)

    @property
    def other_id(self) -> UUID | None:
        """The id that the change has if it was told under its other key; None where it has none."""
        return None if self.unless is None else self._id(self.unless)

    def _id(self, key: str) -> UUID:
        return uuid5(_SPACE, f"{self.council}/{key}")


@dataclass(frozen=True, slots=True)
class Title:
    """A version of the record of a book, as the catalogue serves it."""

    isbn: str
    version: int
    changed_at: datetime
    title: str
    supplier_id: str
