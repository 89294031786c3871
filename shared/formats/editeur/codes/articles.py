"""The code lists of a title's descriptions and numbers: value -> meaning in plain words."""

from __future__ import annotations

DESCRIPTIONS = {
    "009": "author as one string",
    "010": "first author, family name",
    "011": "first author, given name",
    "013": "first author, dates",
    "020": "second author, family name",
    "021": "second author, given name",
    "030": "corporate author",
    "050": "title",
    "060": "subtitle",
    "065": "statement of responsibility",
    "080": "volume",
    "085": "volume title or first issue",
    "086": "last issue",
    "100": "edition",
    "109": "publisher or imprint",
    "110": "place of publication",
    "120": "publisher",
    "170": "date of publication",
    "180": "physical description",
    "190": "series title",
    "200": "series number",
    "210": "series, other",
    "220": "binding",
    "230": "Dewey classification",
    "240": "other classification",
    "250": "readership",
    "260": "subject: name",
    "270": "subject: topic",
    "280": "subject: form",
    "300": "note",
    "310": "abstract",
    "320": "audience",
    "BAU": "author",
    "BPD": "date of publication",
    "BPU": "publisher",
    "80": "author",
    "81": "title",
    "BST": "author and title",
    "BTI": "title",
    "JTI": "title of a serial",
}
"""IMD 7081: EDItEUR's codes, and the letter codes that American suppliers send."""

NUMBERS = {
    "EN": "EAN-13 or ISBN-13",
    "IB": "ISBN-10",
    "IS": "ISSN",
    "IM": "ISMN",
    "BP": "buyer's part",
    "IN": "buyer's own",
    "MF": "publisher's own",
    "SA": "supplier's own",
    "SI": "SICI",
    "SRV": "GTIN",
    "UP": "UPC",
}
"""LIN and PIA 7143."""

NUMBER_FUNCTIONS = {
    "1": "additional",
    "3": "substituted by",
    "5": "main",
    "5S": "first of a serial",
    "5E": "last of a serial",
}
"""PIA 4347."""
