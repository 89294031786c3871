"""What a search finds: titles with their places, and counts that say whether they are exact. Pure: no table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.catalogue.domain.questions import Search
from services.catalogue.domain.snippets import Snippet
from shared.frozen import dataclass
from shared.records.brief import Brief

MOST_COUNTED = 1_000
"""A search that finds more says `at least`."""
MOST_FACETED = 5_000
"""Titles of which facets are counted."""
MOST_VALUES = 20
"""Values of one facet that are listed, the most frequent ones."""


@dataclass(frozen=True, slots=True)
class Rank:
    """The place of a title in what is found: by score, then the newest first. The score is 0 where nothing is ranked."""

    score: int
    issued: int
    isbn: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A title as a list shows it. To read titles in full takes as long as to find them."""

    isbn: str
    brief: Brief
    supplier_id: str
    version: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Hit:
    """A found title."""

    title: Listed
    rank: Rank
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many titles are found. `exact`: there are no more."""

    number: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """For each kind of facet its most frequent values, with how many of the counted titles have them."""

    counted: Counted
    values: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the titles found, and the search that found them. `total` counts all titles found; None where not known."""

    hits: list[Hit]
    search: Search
    total: int | None = None
