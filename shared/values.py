"""Identifiers of the trade, checked: ISBN, GLN, SSCC, ISIL. Pure; knows no transport and no table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from stdnum import ean
from stdnum import isbn as stdnum_isbn
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.util import clean

# How every ISBN-13 begins: the country of books among the prefixes of EAN.
BOOKLAND = ("978", "979")
_SBN_DIGITS = 9
_THIRTEEN_DIGITS = re.compile(r"97[89]\d{10}", re.ASCII)

# Our own check, not `stdnum.isil`: that module accepts a prefix without a unit, and refuses prefixes that are not in its
# list and ISILs of 16 characters. ISO 15511 allows 16, and a council here may have a prefix that is not registered.
_ISIL = re.compile(r"^[A-Za-z0-9]{1,4}-[A-Za-z0-9/:-]{1,11}\Z")


class InvalidValue(ValueError):
    """A value is not a valid identifier. `str(error)` states what is wrong and how to fix it."""


# The same ISBN is checked when an order is placed, when it is split, and again in the next order of a popular title; in a record
# of a book several times. More of them would only fill memory: a feed has hundreds of thousands.
@lru_cache(maxsize=2_000)
def to_isbn13(text: str) -> str:
    """Returns the 13-digit ISBN for an ISBN-13 or ISBN-10, with or without hyphens.

    Raises InvalidValue for a wrong length, a wrong check digit, or a prefix other than 978 and 979.
    """
    # Nearly every ISBN is thirteen digits and nothing else: the library takes ten times as long, most of it for cleaning.
    if _THIRTEEN_DIGITS.fullmatch(text) and ean.calc_check_digit(text[:-1]) == text[-1]:
        return text
    # The library puts a 0 before nine digits. They may be an SBN, but also a number that lost another digit.
    if len(clean(text, " -").strip()) == _SBN_DIGITS:
        raise InvalidValue(f"{text!r} has nine digits, as an SBN has; give the ISBN of 10 or 13, an SBN with a 0 before it")
    try:
        return str(stdnum_isbn.to_isbn13(stdnum_isbn.validate(text)))
    except InvalidLength as error:
        raise InvalidValue(f"{text!r} has not 10 or 13 digits; give the ISBN as printed on the book") from error
    except InvalidChecksum as error:
        raise InvalidValue(f"{text!r} has a wrong check digit; compare it with the book") from error
    except ValidationError as error:
        raise InvalidValue(f"{text!r} is not an ISBN; it must begin with 978 or 979, or have 10 digits") from error


def isbn13_or_none(text: str) -> str | None:
    """Returns the ISBN-13 that the text is, as `to_isbn13` reads it; None where it is no ISBN."""
    try:
        return to_isbn13(text)
    except InvalidValue:
        return None


def is_book(text: str) -> bool:
    """Returns whether an article is a book. A DVD, say, is ordered by its EAN: suppliers have records of books only."""
    return isbn13_or_none(text) is not None


def isbn13_or_text(text: str) -> str:
    """Returns the ISBN-13 that the text is; the text unchanged where it is no ISBN."""
    return isbn13_or_none(text) or text


def to_article_number(text: str) -> str:
    """Returns the ISBN-13, or for an article that is no book the EAN (GTIN-13), without hyphens and spaces.

    Raises InvalidValue for anything that is neither.
    """
    isbn = isbn13_or_none(text)
    if isbn is not None:
        return isbn
    digits = text.replace("-", "").replace(" ", "")
    if len(digits) != 13 or not (digits.isascii() and digits.isdigit()):
        raise InvalidValue(
            f"{text!r} is neither an ISBN nor an EAN of 13 digits; give the number under the barcode of the article"
        )
    if not ean.is_valid(digits):
        raise InvalidValue(f"{text!r} has a wrong check digit; compare it with the number under the barcode of the article")
    return digits


def article_number_or_none(text: str) -> str | None:
    """Returns the number of the article, as `to_article_number` reads it; None where it is neither ISBN nor EAN."""
    try:
        return to_article_number(text)
    except InvalidValue:
        return None


def first_isbn13(texts: Iterable[str]) -> str | None:
    """Returns the first of the texts that is an ISBN, as ISBN-13; None when none is."""
    return next(filter(None, map(isbn13_or_none, texts)), None)


def is_other_gtin(text: str) -> bool:
    """Returns whether the text is the number of goods that are no book: a GTIN of 8, 12, 13 or 14 digits, but no ISBN."""
    return bool(ean.is_valid(text)) and not text.lstrip("0").startswith(BOOKLAND)


def with_check_digit(digits: str) -> str:
    """Returns the digits with the check digit that ends every number of GS1: EAN, GTIN, GLN, SSCC."""
    return digits + str(ean.calc_check_digit(digits))


def is_sscc(text: str) -> bool:
    """Returns whether the text is an SSCC: 18 digits of which the last is a check digit."""
    return len(text) == 18 and text.isascii() and text.isdigit() and with_check_digit(text[:-1]) == text


def check_gln(text: str) -> str:
    """Returns the GLN unchanged. Raises InvalidValue unless it has 13 digits with a right check digit."""
    if len(text) != 13 or not ean.is_valid(text):
        raise InvalidValue(f"{text!r} is not a GLN: 13 digits of which the last is a check digit")
    return text


def check_isil(text: str) -> str:
    """Returns the ISIL unchanged (ISO 15511: prefix, hyphen, unit; 16 characters at most). Raises InvalidValue."""
    if len(text) > 16 or not _ISIL.match(text):
        raise InvalidValue(f"{text!r} is not an ISIL, such as GB-SFK")
    return text
