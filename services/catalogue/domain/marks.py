"""The marks that say what a lexeme of a `tsvector` is: a word of a field, a whole field, or a value to filter by. Pure."""

from __future__ import annotations

from enum import StrEnum

_LONGEST = 200


class Mark(StrEnum):
    """What a lexeme is. No word begins with a mark, because words have letters and digits only."""

    TITLE = "t/"
    AUTHOR = "a/"
    SERIES = "s/"
    SUBJECT = "c/"
    PUBLISHER = "p/"
    WHOLE_TITLE = "t="
    WHOLE_AUTHOR = "a="
    WHOLE_SUBJECT = "c="
    WHOLE_PUBLISHER = "p="
    IDENTIFIER = "i/"
    CODE = "k/"
    LANGUAGE = "l/"
    FORM = "f/"
    SUPPLIER = "b/"
    AVAILABILITY = "v/"
    AUDIENCE = "u/"
    AGE = "g/"


FACETS = {Mark.LANGUAGE: "language", Mark.FORM: "form", Mark.SUPPLIER: "supplier_id", Mark.AVAILABILITY: "availability"}
"""The values that are counted as facets, by the facet's name."""


def lexeme_of(mark: Mark, value: str) -> str:
    """Returns the lexeme of a value; case does not count."""
    return mark + value.casefold()[:_LONGEST]


def code_of(scheme: str, code: str) -> str:
    """Returns the value of a subject's code: without spaces, and without the primes of a Dewey number (`823/.92`)."""
    return f"{scheme}/{code.replace(' ', '').replace('/', '')}"
