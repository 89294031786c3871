"""What library systems do otherwise than the standard says, each under a name that a profile lists. Data only."""

from __future__ import annotations

from enum import StrEnum


class Quirk(StrEnum):
    """A habit of an LMS that is known, so that its files are read as it means them."""

    UNESCAPED_COPY_DATA = "unescaped_copy_data"
    """Values in GIR have no release characters: `Jacket + label` arrives as two values, and is joined again."""
    TEXT_AS_CODE = "text_as_code"
    """Free text in FTX is where a code belongs (C107), without a list."""
    CURRENCY_IN_PRICE = "currency_in_price"
    """PRI holds a currency code before the amount, as in `GBP 12.99`."""
    PRICE_OF_LINE = "price_of_line"
    """The price (PRI) is of all copies of the line together."""
    DAY_FIRST_DATES = "day_first_dates"
    """UNB has day, month, year and the hours of a 12-hour clock: the time is not known better than by twelve hours."""
    ONE_SET_IS_ALL = "one_set_is_all"
    """The only GIR of a line is about all its copies, also where it states no number of them."""
    UNRELIABLE_SEGMENT_COUNT = "unreliable_segment_count"
    """The number of segments in UNT is often wrong, so that a larger one does not say that some are missing."""
