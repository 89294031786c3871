"""The code lists of prices, amounts, taxes, allowances and charges: value -> meaning in plain words."""

from __future__ import annotations

from shared.formats.editeur.codes.orders import SERVICING_CODES

AMOUNTS = {
    "8": "allowance or charge",
    "9": "amount due",
    "23": "charge",
    "25": "basis of a charge",
    "38": "line",
    "39": "invoice total",
    "52": "discount",
    "66": "goods of the line",
    "77": "invoice total, as due",
    "79": "total of lines",
    "86": "total of message",
    "113": "prepaid",
    "122": "amount payable",
    "124": "tax",
    "125": "taxable",
    "128": "total with tax",
    "129": "total subject to payment discount",
    "131": "total of charges",
    "146": "unit price",
    "150": "value added tax",
    "176": "total of tax",
    "203": "line after allowances, without tax",
    "204": "allowance",
    "259": "total of charges, stated",
    "260": "total of allowances",
    "304": "other charges",
}
"""MOA 5025."""

TOTALS = frozenset({"9", "39", "77", "79", "86", "129"})
"""MOA 5025 qualifiers that are never an amount of a line."""

PRICES = {
    "AAA": "net",
    "AAB": "gross",
    "AAE": "for information, with tax",
    "AAF": "for information, allowances disputed between lists",
    "CAL": "calculation price",
    "INV": "invoice price",
}
"""PRI 5125."""

RETAIL_PRICES = frozenset({"RTP", "SRP"})
"""PRI 5387: retail and suggested retail price."""

NET_PRICES = frozenset({"NTP"})
"""PRI 5387: net price of one unit."""

TAX_CATEGORIES = {
    "E": "exempt",
    "G": "free export",
    "H": "higher rate",
    "L": "lower rate",
    "S": "standard rate",
    "Z": "zero rate",
}
"""TAX 5305."""

UNTAXED = frozenset({"E", "G", "Z"})
"""TAX 5305 categories whose rate is 0."""

ALLOWANCES = {"DI": "discount", "LD": "line discount", "C26": "cash discount"}
"""ALC+A 7161."""

CARRIAGE = {"B29": "postage and handling", "C&P": "carriage and packing", "DL": "delivery", "FC": "freight", "PC": "packing"}
"""ALC+C 7161 for carriage."""

OTHER_CHARGES = {"E51": "unconfirmed", "G74": "line service for serials", "PAB": "unconfirmed"}
"""ALC+C 7161 for neither servicing nor carriage, or whose meaning is not confirmed."""

TAX_CHARGES = {"GST": "goods and services tax", "TX": "tax"}
"""ALC+C 7161 by which American suppliers charge sales tax."""

CHARGES = ALLOWANCES | SERVICING_CODES | CARRIAGE | TAX_CHARGES | OTHER_CHARGES
"""ALC 7161."""
