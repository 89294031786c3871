"""Merges the records of a book into its title, field by field, and says of each field whose it is. Pure: no table, no event."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from services.catalogue.domain.records import KeptRecord, in_force
from shared.records import Description, LanguageUse, Related, Relation
from shared.values import is_book


@dataclass(frozen=True, slots=True)
class Scored:
    """A record and its score, from 0 to 100."""

    record: KeptRecord
    score: int


@dataclass(frozen=True, slots=True)
class Title:
    """Our view of a book. `sources` names for each field that is stated the supplier whose record it is from, or `council:` and
    the council that fixed it.

    Fields that hold things of several kinds have a source for each kind: `subjects.thema`. `version` grows with each change.
    `withdrawn`: every supplier took its record back; the title stays as it was, because copies of it may be on the shelf.
    """

    isbn: str
    description: Description
    sources: Mapping[str, str]
    version: int
    changed_at: datetime
    withdrawn: bool = False

    @property
    def supplier_id(self) -> str:
        """The supplier whose record gave the words of the title."""
        return self.sources["title"]

    @property
    def editions(self) -> tuple[str, ...]:
        """The ISBN-13 of other editions of the work, in order. Translations and parts are other works.

        An edition whose language is stated is another work unless the title is known to be in that language: who can read the one
        may not be able to read the other.
        """
        languages = {"", *(each.code for each in self.description.languages if each.use in _READ_OR_HEARD)}
        related = (other for other in self.description.related if is_book(other.isbn))
        return tuple(sorted({other.isbn for other in related if _is_of_the_work(other, languages)} - {self.isbn}))


def _is_of_the_work(other: Related, languages: Collection[str]) -> bool:
    return other.language in languages if other.edition else other.relation in _EDITIONS


_READ_OR_HEARD = frozenset({LanguageUse.TEXT, LanguageUse.SUNG_OR_SPOKEN})
_EDITIONS = frozenset({Relation.OTHER_FORMAT, Relation.REPLACED, Relation.REPLACEMENT})

# Fields whose members are of several kinds -> what tells the kind. Each kind is taken whole from the best record that has any of
# it, because one supplier gives Dewey numbers and the other Thema codes.
_KINDS = {"identifiers": "kind", "subjects": "scheme", "notes": "kind", "links": "kind", "related": "kind"}
_WHOLE = tuple(field.name for field in fields(Description) if field.name not in _KINDS)


def ranked(records: Iterable[Scored]) -> list[KeptRecord]:
    """Returns the records that count, the best first: by score, then the latest, then the supplier first by name."""
    by_name = sorted(records, key=lambda each: each.record.supplier_id)
    best = sorted(by_name, key=lambda each: (each.score, each.record.supplied_at), reverse=True)
    return in_force(each.record for each in best)


def merge(records: Sequence[KeptRecord]) -> tuple[Description, dict[str, str]]:
    """Returns the description merged from records, the best first, and the supplier of each field that is stated."""
    merged: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for name in _WHOLE:
        for record in records:
            if value := getattr(record.description, name):
                merged[name], sources[name] = value, record.supplier_id
                break
    for name, kind in _KINDS.items():
        merged[name] = tuple(
            item
            for record in records
            for item in getattr(record.description, name)
            if sources.setdefault(f"{name}.{getattr(item, kind)}", record.supplier_id) == record.supplier_id
        )
    return Description(**merged), sources


def retitle(
    isbn: str, before: Title | None, records: Iterable[Scored], now: datetime, own: Sequence[KeptRecord] = ()
) -> Title | None:
    """Returns the title merged from these records; None where it is the same as before, or no record ever stated a title.

    `own` are the councils' own, the best first; they take precedence over all others.
    """
    best_first = ranked(records)
    if not best_first:
        return _withdrawn(before, now)
    description, sources = merge([*own, *best_first])
    if before is not None and (before.description, before.sources, before.withdrawn) == (description, sources, False):
        return None
    version = 1 if before is None else before.version + 1
    return Title(isbn, description, sources, version, now)


def _withdrawn(before: Title | None, now: datetime) -> Title | None:
    if before is None or before.withdrawn:
        return None
    return replace(before, withdrawn=True, version=before.version + 1, changed_at=now)
