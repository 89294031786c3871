"""Code lists of supply: availability (65, 54 of 2.1, 64), kinds of price (58), dates (163, 166)."""

from __future__ import annotations

from shared.formats.onix.codes import written
from shared.records import Availability, PriceKind

AVAILABILITIES = {
    "01": Availability.ABANDONED,
    "10": Availability.NOT_YET,  # written
    "09": Availability.NOT_YET,  # postponed
    "11": Availability.NOT_YET,  # will be stocked when published
    "12": Availability.NOT_YET,  # will not be stocked
    "20": Availability.AVAILABLE,
    "21": Availability.IN_STOCK,
    "22": Availability.TO_ORDER,
    "23": Availability.ON_DEMAND,
    "30": Availability.TEMPORARILY_UNAVAILABLE,  # written
    "31": Availability.TEMPORARILY_UNAVAILABLE,  # out of stock
    "33": Availability.TEMPORARILY_UNAVAILABLE,  # awaiting reissue
    "34": Availability.TEMPORARILY_UNAVAILABLE,  # withdrawn for a time
    "32": Availability.REPRINTING,
    "40": Availability.NOT_AVAILABLE,  # written
    "45": Availability.NOT_AVAILABLE,  # not sold separately
    "46": Availability.NOT_AVAILABLE,  # withdrawn from sale
    "49": Availability.NOT_AVAILABLE,  # recalled
    "50": Availability.NOT_AVAILABLE,  # not sold as a set
    "52": Availability.NOT_AVAILABLE,  # no longer sold in this market
    "41": Availability.REPLACED,  # written
    "48": Availability.REPLACED,  # by print on demand
    "42": Availability.OTHER_FORMAT,
    "43": Availability.ELSEWHERE,  # written
    "44": Availability.ELSEWHERE,  # apply direct
    "47": Availability.REMAINDERED,
    "51": Availability.OUT_OF_PRINT,
    "99": Availability.UNCERTAIN,  # written
    "97": Availability.UNCERTAIN,  # no recent update
    "98": Availability.UNCERTAIN,  # no longer updated
}
"""List 65."""
AVAILABILITY_CODES = written(AVAILABILITIES)

OLD_AVAILABILITIES = {
    "AB": Availability.ABANDONED,
    "AD": Availability.ELSEWHERE,
    "CS": Availability.UNCERTAIN,
    "EX": Availability.ELSEWHERE,
    "IP": Availability.AVAILABLE,
    "MD": Availability.ON_DEMAND,
    "NP": Availability.NOT_YET,
    "NY": Availability.TO_ORDER,  # newly catalogued, not in stock
    "OF": Availability.OTHER_FORMAT,
    "OI": Availability.NOT_AVAILABLE,  # out of stock, no plan to reprint
    "OP": Availability.OUT_OF_PRINT,
    "OR": Availability.REPLACED,
    "PP": Availability.NOT_YET,
    "RF": Availability.ELSEWHERE,
    "RM": Availability.REMAINDERED,
    "RP": Availability.REPRINTING,
    "RU": Availability.REPRINTING,
    "TO": Availability.TO_ORDER,
    "TP": Availability.TEMPORARILY_UNAVAILABLE,
    "TU": Availability.TEMPORARILY_UNAVAILABLE,
    "UR": Availability.TEMPORARILY_UNAVAILABLE,
    "WR": Availability.AVAILABLE,  # will be remaindered
    "WS": Availability.NOT_AVAILABLE,
}
"""List 54 of 2.1. Never written."""

PUBLISHED_STATES = {
    "01": Availability.ABANDONED,
    "02": Availability.NOT_YET,
    "03": Availability.NOT_YET,  # postponed
    "04": Availability.UNCERTAIN,  # active
    "06": Availability.NOT_AVAILABLE,  # out of stock indefinitely
    "07": Availability.OUT_OF_PRINT,
    "08": Availability.NOT_AVAILABLE,  # inactive
    "10": Availability.REMAINDERED,
    "11": Availability.NOT_AVAILABLE,  # withdrawn from sale
    "15": Availability.NOT_AVAILABLE,  # recalled
}
"""List 64, for an offer that states no availability of its own. Never written."""

PRICES = {
    "02": (PriceKind.RETAIL, True),
    "01": (PriceKind.RETAIL, False),
    "04": (PriceKind.FIXED, True),
    "03": (PriceKind.FIXED, False),
    "42": (PriceKind.AGENCY, True),
    "41": (PriceKind.AGENCY, False),
    "07": (PriceKind.NET, True),
    "05": (PriceKind.NET, False),
    "12": (PriceKind.OTHER, True),  # special sale; written
    "22": (PriceKind.OTHER, True),  # before publication
    "11": (PriceKind.OTHER, False),  # special sale; written
    "21": (PriceKind.OTHER, False),  # before publication
}
"""List 58 -> kind, and whether tax is included. A code that is not here, or none, is OTHER without a word about tax."""
PRICE_CODES = written(PRICES)

PUBLISHED = "01"
"""List 163: the date of publication."""
EXPECTED = ("08", "02")
"""List 166, best first: expected availability (written), embargo."""
