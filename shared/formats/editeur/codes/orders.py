"""The code lists of orders, answers and despatches: value -> meaning in plain words."""

from __future__ import annotations

DOCUMENTS = {
    "220": "order",
    "224": "rush order",
    "228": "order for a sample or on approval",
    "22C": "continuation order",
    "22V": "order in answer to a quotation",
    "230": "order change",
    "231": "order response",
    "23C": "order response with data of single copies (item load)",
    "310": "quotation",
    "313": "application error",
    "31C": "quotation with data of single copies",
    "31F": "firm order made in a showroom",
    "31S": "proposed selection list",
    "31T": "firm selection list",
    "31V": "quotation for approval",
    "348": "order status enquiry",
    "347": "order status report",
    "351": "despatch advice",
    "380": "invoice",
    "381": "credit note",
    "38A": "invoice for goods on approval",
}
"""BGM 1001, with EDItEUR's own."""

FUNCTIONS = {
    "1": "cancellation",
    "4": "change, or response",
    "5": "replacement",
    "7": "duplicate",
    "9": "original",
    "27": "not accepted",
    "29": "accepted",
    "31": "copy",
    "43": "additional transmission",
}
"""BGM 1225."""

LINE_ACTIONS = {
    "1": "added",
    "2": "cancelled",
    "3": "change requested",
    "4": "no action",
    "5": "accepted",
    "6": "accepted with amendment",
    "7": "not accepted",
    "10": "not found",
    "15": "quantity counted",
    "24": "accepted, change notified",
}
"""LIN 1229."""

AVAILABILITIES = {
    "AB": "publication abandoned",
    "AD": "to be had from the publisher directly",
    "AU": "publisher's address unknown",
    "CS": "status uncertain",
    "FQ": "only abroad",
    "HK": "paperback out of print, hardback to be had",
    "IB": "in stock",
    "IP": "in print and in stock at the publisher",
    "MD": "made on demand",
    "NK": "not known",
    "NN": "not supplied by us",
    "NP": "not yet published",
    "NQ": "not stocked",
    "NS": "not sold separately",
    "OB": "temporarily out of stock",
    "OF": "out of print in this format, another exists",
    "OP": "out of print",
    "OR": "out of print, new edition coming",
    "PK": "hardback out of print, paperback exists",
    "PN": "publisher gone",
    "RE": "awaiting reissue",
    "RF": "refer to another supplier",
    "RM": "remaindered",
    "RP": "reprinting",
    "RR": "rights restricted",
    "SD": "sold",
    "SN": "our supplier cannot trace it",
    "SO": "set not to be had, only its volumes",
    "ST": "stocktaking",
    "TO": "only to order",
    "TU": "temporarily unavailable",
    "UB": "not to be had from our suppliers",
    "UC": "reprint under consideration",
}
"""List 8B; list 7B is part of it."""

OLD_AVAILABILITIES = {
    "01": "stands with quantities shipped whole",
    "03": "stands with quantities back ordered",
    "07": "stands with quantities back ordered",
    "27": "unconfirmed",
    "99": "other, unconfirmed",
}
"""Numeric codes that American suppliers still send under 8B and 7B; the meanings are those seen in use, not from a list."""

STATUSES = {
    "100": "accepted",
    "101": "held: price query",
    "102": "held: discount query",
    "103": "held: minimum order not reached",
    "104": "held: firm order required",
    "110": "accepted, a substitute will be supplied",
    "200": "not accepted, no reason given",
    "201": "not accepted: price",
    "202": "not accepted: discount",
    "203": "not accepted: minimum order",
    "205": "not accepted: promotion not valid",
    "206": "not accepted: promotion over",
    "207": "not accepted: customer not eligible",
    "208": "not accepted: duplicate order",
    "210": "not accepted, a substitute is offered",
    "220": "outstanding line cancelled, no reason given",
    "221": "outstanding line cancelled: past its expiry",
    "222": "outstanding line cancelled at the customer's request",
    "223": "outstanding line cancelled: cannot be supplied",
    "300": "passed to another supplier",
    "301": "passed to the second-hand department",
    "400": "back order: awaiting supply",
    "401": "back order: on order at our supplier",
    "402": "back order: on order from abroad",
    "403": "back order: waiting for a minimum quantity",
    "404": "back order: on its way to us",
    "405": "re-ordered: a wrong item came",
    "406": "re-ordered: too few came",
    "407": "re-ordered: came damaged",
    "408": "re-ordered: came imperfect",
    "409": "re-ordered: our supplier cannot trace it",
    "410": "being processed",
    "411": "being processed, awaiting the customer's action",
    "412": "held, awaiting the customer's instructions",
    "413": "chased",
    "500": "on hold: the account",
    "800": "already despatched",
    "900": "order line cannot be traced",
    "901": "held: the title changed",
    "902": "held: the date moved",
    "903": "held: the price changed",
    "999": "temporary hold",
}
"""List 12B, with BIC's additions."""

ORDER_REASONS = {"ACS": "account stopped"}
"""List 9B: about an order as a whole. Only what is confirmed."""

SERVICING = {
    "BB": "barcode or copy number applied",
    "BC": "class label",
    "BG": "servicing, unspecified",
    "BI": "binding",
    "BJ": "jacket",
    "BP": "audio packaging",
    "BS": "security device",
    "CA": "cataloguing",
    "JK": "pocket",
    "LA": "laminate",
    "PF": "binding as supplied",
    "SF": "sewn flexible",
    "TR": "case binding",
    "NS": "no servicing",
    "NX": "separate instructions",
}
"""List 10B, GIR+LVC and charges. Suppliers use them loosely; a trailing N is the negative."""

SERVICING_CODES = SERVICING | {f"{code}N": f"no: {meaning}" for code, meaning in SERVICING.items()}
"""List 10B with the negatives."""

OLD_INSTRUCTIONS = {"2": "unconfirmed", "3": "unconfirmed"}
"""Numeric codes that some quotations give under list 10B."""

LISTS = {
    "7B": AVAILABILITIES,
    "8B": AVAILABILITIES,
    "9B": ORDER_REASONS,
    "1B": STATUSES,
    "12B": STATUSES,
    "10B": SERVICING_CODES,
}
"""FTX C107: list (1131) -> its codes (4441)."""

OLD_LISTS = {
    "7B": AVAILABILITIES | OLD_AVAILABILITIES,
    "8B": OLD_AVAILABILITIES,
    "1B": STATUSES,
    "10B": OLD_INSTRUCTIONS,
}
"""Codes that are still read although their list, or their place in it, is superseded."""

COPY_MARKS = {
    "LLO": "branch",
    "LFN": "fund",
    "LST": "stock category",
    "LSQ": "sequence",
    "LSL": "sub-location",
    "LLN": "loan category",
    "LVC": "servicing, coded",
    "LVT": "servicing in words",
    "LRP": "rotation plan",
    "LQT": "part of the quantity",
    "LAC": "barcode",
    "LAF": "first barcode of a range",
    "LAL": "last barcode of a range",
    "LCO": "library's own copy number",
    "LCL": "classification",
    "LSM": "shelf mark",
    "LFS": "filing suffix",
    "LCV": "value of the copy",
    "LFH": "feature heading",
    "LLS": "label's sub-location",
    "LRS": "record's sub-location",
    "LSZ": "size",
    "LSC": "statistical category",
    "LHC": "library holding code",
    "RIC": "reader interest category",
}
"""GIR 7405."""

QUANTITIES = {
    "1": "quoted",
    "11": "part of a split",
    "12": "despatched",
    "21": "ordered",
    "46": "delivered",
    "47": "invoiced",
    "57": "in transit",
    "61": "returned",
    "83": "back ordered",
    "85": "cancelled",
    "113": "to be delivered",
    "192": "free",
}
"""QTY 6063."""

REFERENCES = {
    "AAK": "despatch advice",
    "AAS": "transport document",
    "ABO": "originator's reference",
    "ABW": "article number",
    "ACT": "action reference",
    "API": "account or place of the party",
    "BFN": "fund",
    "BM": "shipment",
    "CR": "customer's own",
    "CT": "contract",
    "DQ": "delivery note",
    "GN": "government reference",
    "IA": "supplier's number for the party",
    "IV": "invoice",
    "LBO": "library's order line",
    "LI": "buyer's line",
    "ON": "buyer's order",
    "QLI": "line of a quotation",
    "SLI": "supplier's line",
    "OI": "invoice before",
    "SNA": "supplier's order number",
    "SNL": "supplier's line number",
    "VA": "VAT registration",
    "VN": "supplier's order",
}
"""RFF 1153."""

PARTY_REFERENCES = frozenset({"API", "GN", "IA", "VA"})
"""References that belong to the party they follow, not to the message."""

DATES = {
    "2": "delivery requested",
    "3": "invoice",
    "4": "order",
    "11": "despatch",
    "12": "end of the payment discount",
    "13": "payment due",
    "17": "estimated delivery",
    "35": "delivered",
    "36": "expiry",
    "44": "availability",
    "63": "latest delivery",
    "64": "earliest delivery",
    "67": "delivery, as now planned",
    "69": "delivery promised",
    "76": "delivery planned",
    "131": "tax point",
    "132": "estimated arrival",
    "137": "message",
    "140": "payment due, stated",
    "171": "date of the reference",
    "194": "start of a serial",
    "206": "end of a serial",
}
"""DTM 2005."""
