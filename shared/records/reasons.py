"""The reasons for which records are kept aside or left out, in words for people: the one table of them. Pure; parses nothing."""

from __future__ import annotations

from collections.abc import Mapping

# The formats that a code may begin with.
_FORMATS = frozenset({"onix", "marc", "marcxml", "xml"})
# By the code without the name of its format or supplier, as the exchange's advice is. The words follow a number, as in
# `7 broken XML`, or begin a sentence.
_WORDS: Mapping[str, str] = {
    "bad-isbn": "wrong ISBN",
    "invalid-isbn": "wrong ISBN",
    "mended": "repaired characters",
    "no-identifier": "no ISBN",
    "no-isbn": "no ISBN",
    "no-product-id": "no ISBN",
    "not-a-book": "not a book",
    "not-well-formed": "broken XML",
    "nothing-deleted": "deletion without an ISBN",
    "refused": "forbidden declarations",
    "too-large": "too large",
    "unreadable-record": "broken MARC",
}


def reason_in_words(code: str) -> str:
    """Returns a finding's code in plain words: `onix-not-well-formed` is `broken XML`. An unknown code is its own words."""
    first, _, rest = code.partition("-")
    known = _WORDS.get(rest) or _WORDS.get(code)
    return known or (rest if first in _FORMATS else code).replace("-", " ")


def reasons_in_words(reasons: Mapping[str, int]) -> str:
    """Returns the numbers of records by reason, in the order given, each reason once: `7 broken XML, 5 wrong ISBN`."""
    numbers: dict[str, int] = {}
    for code, number in reasons.items():
        words = reason_in_words(code)
        numbers[words] = numbers.get(words, 0) + number
    return ", ".join(f"{number:,} {words}" for words, number in numbers.items())
