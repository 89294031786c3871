"""Numbers with check digits, built from a plain whole number. Pure."""

from __future__ import annotations

from stdnum import ean

# Not a real member's: 50 987 65 is invented.
_COMPANY_PREFIX = "5098765"


def _with_check(digits: str) -> str:
    return digits + str(ean.calc_check_digit(digits))


def isbn(number: int) -> str:
    """An ISBN-13 for a number below 10**9."""
    return _with_check(f"978{number:09d}")


def sscc(number: int) -> str:
    """A parcel's 18 digits for a number below 10**10."""
    return _with_check(f"{number // 10**9}{_COMPANY_PREFIX}{number % 10**9:09d}")


def barcode(number: int) -> str:
    """A copy's 14 digits for a number below 10**12."""
    return _with_check(f"3{number:012d}")
