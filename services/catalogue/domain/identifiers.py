"""The forms in which a number of a book is compared: ISBN, EAN, LCCN, BNB, DOI. Pure."""

from __future__ import annotations

import re

from shared.folding import compact
from shared.values import isbn13_or_none

# A control number of the Library of Congress with its year and serial number apart: `85-2`, `2001-627090`.
_LCCN = re.compile(r"([a-z]{0,3}(?:\d{2}|\d{4}))-(\d{1,6})", re.ASCII)
_ISBN_LENGTHS = (10, 13)


def forms_of(number: str) -> tuple[str, ...]:
    """Returns the forms of a number, for a title's number and for one that is searched: equal where one form is in both.

    An ISBN-10 is its ISBN-13. An LCCN is normalised as `info:lccn` says: no spaces, nothing from a slash on, the serial number
    with six digits.
    """
    plain = compact(number)
    if len(plain) in _ISBN_LENGTHS and (isbn := isbn13_or_none(plain)):
        return (isbn,)
    parts = _LCCN.fullmatch(number.replace(" ", "").partition("/")[0].lower())
    if parts is not None:
        return tuple(dict.fromkeys((plain, parts[1] + parts[2].zfill(6))))
    return (plain,) if plain else ()
