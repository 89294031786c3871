"""What is searched for, as a tree of lexemes, dates and ISBNs, and its lexemes as a PostgreSQL `tsquery`. Pure: no table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from services.catalogue.domain.entry import quoted
from services.catalogue.domain.identifiers import forms_of
from services.catalogue.domain.marks import Mark, code_of, lexeme_of
from shared.folding import words_of


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A lexeme, or with `prefix` those that begin with it."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Lexemes of one field, one directly after the other."""

    lexemes: tuple[Lexeme, ...]


@dataclass(frozen=True, slots=True)
class Issued:
    """Published between two days, both included, as numbers of eight digits."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Named:
    """One of these ISBNs."""

    isbns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """What every part finds; there is at least one."""

    parts: tuple[Sought, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What one of the parts finds; there is at least one."""

    parts: tuple[Sought, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """What the part does not find."""

    part: Sought


Sought: TypeAlias = Lexeme | Phrase | Issued | Named | AllOf | AnyOf | Without

NOTHING = Lexeme("/")
"""Finds nothing: no title has this lexeme."""


def identified(number: str) -> Sought:
    """Returns the condition that the book has a number: ISBN of 10 or 13, EAN, LCCN, BNB, DOI."""
    return any_of(Lexeme(lexeme_of(Mark.IDENTIFIER, form)) for form in forms_of(number))


def coded(scheme: str, code: str) -> Sought:
    """Returns the condition that a subject's code, or a heading of the scheme, begins with the text."""
    texts = [lexeme_of(Mark.CODE, value) for value in (code_of(scheme, code), f"{scheme}/{' '.join(words_of(code))}")]
    return any_of(Lexeme(text, prefix=True) for text in dict.fromkeys(texts))


def period_of(day: str) -> tuple[int, int]:
    """Returns the first and last day of a year, year-month or ISO date, as numbers: 20200900 and 20200999 for `2020-09`."""
    digits = day.replace("-", "")
    return int(digits.ljust(8, "0")), int(digits.ljust(8, "9"))


def all_of(parts: Iterable[Sought]) -> Sought:
    """Returns the condition that every part is met; of no parts, one that is never met."""
    found = tuple(parts)
    return AllOf(found) if len(found) > 1 else found[0] if found else NOTHING


def any_of(parts: Iterable[Sought]) -> Sought:
    """Returns the condition that one of the parts is met; of no parts, one that is never met."""
    found = tuple(parts)
    return AnyOf(found) if len(found) > 1 else found[0] if found else NOTHING


def as_tsquery(sought: Sought) -> str | None:
    """Returns the condition as the text of a PostgreSQL `tsquery`; None where a part of it is no lexeme."""
    if isinstance(sought, Lexeme):
        return quoted(sought.text) + (":*" if sought.prefix else "")
    if isinstance(sought, Phrase):
        return "(" + " <-> ".join(as_tsquery(each) or "" for each in sought.lexemes) + ")"
    if isinstance(sought, Without):
        inner = as_tsquery(sought.part)
        return None if inner is None else f"!{inner}"
    if isinstance(sought, Issued | Named):
        return None
    texts = [as_tsquery(part) for part in sought.parts]
    joiner = " & " if isinstance(sought, AllOf) else " | "
    return None if None in texts else f"({joiner.join(filter(None, texts))})"
