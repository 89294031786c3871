"""Numbers with check digits, built from a plain whole number. Pure."""

from __future__ import annotations

from shared.values import with_check_digit

# Not a real member's: 50 987 65 is invented.
_COMPANY_PREFIX = "5098765"


def isbn(number: int) -> str:
    """An ISBN-13 for a number below 10**9."""
    return with_check_digit(f"978{number:09d}")


def sscc(number: int) -> str:
    """A parcel's 18 digits for a number below 10**10."""
    return with_check_digit(f"{number // 10**9}{_COMPANY_PREFIX}{number % 10**9:09d}")


def barcode(number: int) -> str:
    """A copy's 14 digits for a number below 10**12."""
    return with_check_digit(f"3{number:012d}")
