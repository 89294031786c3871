"""Builds numbers with check digits from whole numbers. Pure."""

from __future__ import annotations

from stdnum import ean

# An invented GS1 company prefix, not a real member's.
_COMPANY_PREFIX = "5098765"


def _with_check(digits: str) -> str:
    return digits + str(ean.calc_check_digit(digits))


def isbn(number: int) -> str:
    """Returns an ISBN-13 for a number below 10**9."""
    return _with_check(f"978{number:09d}")


def sscc(number: int) -> str:
    """Returns a parcel's SSCC of 18 digits for a number below 10**10."""
    return _with_check(f"{number // 10**9}{_COMPANY_PREFIX}{number % 10**9:09d}")


def barcode(number: int) -> str:
    """Returns a copy's barcode of 14 digits for a number below 10**12."""
    return _with_check(f"3{number:012d}")
