"""Scores a record against a stated minimum: rules with weight and reason. The minimum is data. Pure: no table, no event.

A record gets the weights of the rules that it meets, as a share of all weights, from 0 to 100. It passes where it reaches the
pass mark and meets every rule that is required.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field, TypeAdapter

from services.catalogue.domain.records import KeptRecord
from shared.records import Description, FullnessLevel, IdentifierKind
from shared.records.brief import main_contributor
from shared.texts import UNREADABLE


class Check(StrEnum):
    """What a rule checks; `values` of the rule say more.

    | check | is met where | values |
    |---|---|---|
    | ENCODING | the text is in the character set that the record declares | |
    | READABLE | no character is U+FFFD, which marks one that could not be read | |
    | ISBN | the record itself gives the ISBN of the book, of 13 or 10 digits | |
    | STATES | one of the fields is stated | names of fields |
    | SUBJECT | a subject is from one of the schemes | schemes |
    | FILED_NAME | the author's name is given as it is filed, or is that of a body | |
    | LEVEL | the record says that it is one of these levels | levels |
    | COPIES | each copy in the record has these, and barcodes differ; a record without copies meets it | names of copy data |
    """

    ENCODING = "encoding"
    READABLE = "readable"
    ISBN = "isbn"
    STATES = "states"
    SUBJECT = "subject"
    FILED_NAME = "filed name"
    LEVEL = "level"
    COPIES = "copies"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `reason` is shown for a record that does not meet it, `place` where in the record to look."""

    code: str
    check: Check
    weight: int
    reason: str
    place: str
    values: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Minimum:
    """What a record must have: rules and the pass mark, from 0 to 100."""

    rules: tuple[Rule, ...]
    pass_mark: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A rule that a record does not meet, and what that cost it, out of 100."""

    code: Annotated[str, Field(description="Name of the rule that is not met", examples=["dewey"])]
    reason: Annotated[
        str,
        Field(description="Why that matters, in words", examples=["there is no Dewey number to shelve by"]),
    ]
    place: Annotated[str, Field(description="Where in the record to look; empty where there is no such place", examples=["082"])]
    lost: Annotated[int, Field(description="What it cost the record, out of 100", examples=[10])]


@dataclass(frozen=True, slots=True)
class Score:
    """The score of a record from 0 to 100, whether it passes, and what it lacks, the most costly first."""

    points: int
    passes: bool
    shortfalls: tuple[Shortfall, ...] = ()


DEFAULT = Minimum(
    pass_mark=70,
    rules=(
        Rule("charset", Check.ENCODING, 5, "the text is not in the character set that the record declares", "LDR/09"),
        Rule("unreadable", Check.READABLE, 10, "some characters could not be read", "text with U+FFFD"),
        Rule("isbn", Check.ISBN, 10, "the record does not give the ISBN of the book ordered", "020 $a", required=True),
        Rule("title", Check.STATES, 15, "there is no title", "245 $a", ("title",), required=True),
        Rule("author", Check.STATES, 10, "nobody is named who made the book", "100, 110, 700, 710", ("contributors",)),
        Rule("author-form", Check.FILED_NAME, 5, "the author's name is not given as it is filed", "100 $a"),
        Rule("publisher", Check.STATES, 5, "there is no publisher", "264 $b", ("publisher", "imprint")),
        Rule("date", Check.STATES, 5, "there is no year of publication", "264 $c", ("published",)),
        Rule("extent", Check.STATES, 5, "neither pages nor playing time are stated", "300 $a", ("extent", "pages", "minutes")),
        Rule(
            "content-type", Check.STATES, 5, "content, media and carrier are not stated", "336, 337, 338", ("content", "carrier")
        ),
        Rule("dewey", Check.SUBJECT, 10, "there is no Dewey number to shelve by", "082", ("dewey",)),
        Rule(
            "subject",
            Check.SUBJECT,
            10,
            "there is no subject of a named scheme",
            "650, 072",
            ("thema", "lcsh", "bic", "bisac", "fast"),
        ),
        Rule("language", Check.STATES, 3, "the language is not stated", "041", ("languages",)),
        Rule("level", Check.LEVEL, 2, "the record calls itself less than full", "LDR/17", ("full", "core", "unstated")),
        Rule("copies", Check.COPIES, 0, "a copy lacks its branch or barcode, or shares one", "949", ("branch", "barcode")),
    ),
)
"""The project's own minimum: what a library can load, find and shelve without further work."""


def score(record: KeptRecord, minimum: Minimum) -> Score:
    """Returns the score of a record against a minimum."""
    failed = [rule for rule in minimum.rules if not _CHECKS[rule.check](record, rule.values)]
    whole = sum(rule.weight for rule in minimum.rules) or 1
    lost = sum(rule.weight for rule in failed)
    points = round(100 * (whole - lost) / whole)
    passes = points >= minimum.pass_mark and not any(rule.required for rule in failed)
    shortfalls = [Shortfall(rule.code, rule.reason, rule.place, round(100 * rule.weight / whole)) for rule in failed]
    return Score(points, passes, tuple(sorted(shortfalls, key=lambda each: -each.lost)))


def _is_readable(record: KeptRecord, _: Sequence[str]) -> bool:
    # One search in the description as text is many times faster than a walk through its parts, and JSON is made fastest.
    return _UNREADABLE not in _DESCRIPTION.dump_json(record.description)


_DESCRIPTION, _UNREADABLE = TypeAdapter(Description), UNREADABLE.encode()


_ISBNS = frozenset({IdentifierKind.ISBN13, IdentifierKind.ISBN10})


def _gives_its_isbn(record: KeptRecord, _: Sequence[str]) -> bool:
    as_isbn10 = record.isbn[3:12] if record.isbn.startswith("978") else None
    return any(
        each.value == record.isbn if each.kind is IdentifierKind.ISBN13 else each.value[:9] == as_isbn10
        for each in record.description.identifiers
        if each.kind in _ISBNS and not each.invalid
    )


def _states(record: KeptRecord, names: Sequence[str]) -> bool:
    return any(getattr(record.description, name) for name in names)


def _has_subject(record: KeptRecord, schemes: Sequence[str]) -> bool:
    return any(subject.scheme in schemes for subject in record.description.subjects)


def _is_filed(record: KeptRecord, _: Sequence[str]) -> bool:
    author = main_contributor(record.description.contributors)
    return author is not None and (author.corporate or "," in author.sort_name)


def _has_level(record: KeptRecord, levels: Sequence[str]) -> bool:
    cataloguing = record.description.cataloguing
    return (cataloguing.level if cataloguing is not None else FullnessLevel.UNSTATED) in levels


def _has_copies(record: KeptRecord, names: Sequence[str]) -> bool:
    barcodes = [copy.barcode for copy in record.copies if copy.barcode]
    return len(barcodes) == len(set(barcodes)) and all(getattr(copy, name) for copy in record.copies for name in names)


_CHECKS: Mapping[Check, Callable[[KeptRecord, Sequence[str]], bool]] = {
    Check.ENCODING: lambda record, _: record.encoding_true,
    Check.READABLE: _is_readable,
    Check.ISBN: _gives_its_isbn,
    Check.STATES: _states,
    Check.SUBJECT: _has_subject,
    Check.FILED_NAME: _is_filed,
    Check.LEVEL: _has_level,
    Check.COPIES: _has_copies,
}
