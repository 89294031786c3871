"""EDItX codes that senders spell in several ways, as words or numbers, and the one spelling used here. Knows no element."""

from enum import StrEnum


class Code(StrEnum):
    """Codes of findings."""

    NOT_XML = "editx-not-well-formed"  # broken XML; the part before is used
    REFUSED = "editx-refused"  # DOCTYPE, nesting or size that no honest sender needs; the rest is not read
    NOT_SHIP_NOTICE = "editx-not-ship-notice"  # the root is something else
    NO_NUMBER = "editx-no-number"  # no ShipNoticeNumber
    NO_ITEMS = "editx-no-items"  # no ItemDetail
    NO_PRODUCT_ID = "editx-no-product-id"  # an item without a valid EAN or ISBN
    INVALID_DATE = "editx-invalid-date"
    INVALID_NUMBER = "editx-invalid-number"  # a quantity, amount or percentage that is not a number
    COPIES_DIFFER = "editx-copies-differ"  # QuantityShipping is not the sum of the copy details
    SUMMARY_DIFFERS = "editx-summary-differs"  # NumberOfLines or UnitsShipped is not what was read


DATE_SHIPPED = "Shipped"
DATE_EXPECTED = "ExpectedDelivery"
MARC_RECORD = "04"

_DATES = {
    DATE_SHIPPED: ("shipped", "shipdate", "shippeddate", "dateshipped", "despatched", "dispatched"),
    DATE_EXPECTED: (
        *("expecteddelivery", "expecteddeliverydate", "estimateddelivery", "estimateddeliverydate"),
        *("delivery", "deliverydate", "expected", "expecteddate"),
    ),
}
_REFERENCES = {
    "11": ("buyersordernumber", "buyersorderreference", "buyerordernumber", "buyerorderreference", "purchaseordernumber"),
    "12": (
        *("buyersorderlinereference", "buyersorderlinenumber", "buyerorderlinereference", "buyerorderlinenumber"),
        *("buyerslinereference", "buyerslinenumber", "buyerlinereference", "purchaseorderlinenumber"),
    ),
    "16": ("contractreference", "contractnumber", "buyerscontractreference"),
    "23": (
        *("vendorsorderreference", "vendorsordernumber", "vendororderreference", "sellersorderreference"),
        *("sellersordernumber", "suppliersorderreference", "suppliersordernumber", "supplierorderreference"),
    ),
}
_PARTY_IDS = {
    "Proprietary": ("01", "1", "proprietary"),
    "GLN": ("06", "6", "gln", "ean13", "ean", "eanlocationnumber", "eanucclocationnumber"),
    "SAN": ("07", "7", "san"),
    "BuyerAssignedID": ("buyerassignedid", "buyersid", "assignedbybuyer"),
    "VendorAssignedID": ("vendorassignedid", "vendorsid", "sellerassignedid", "supplierassignedid", "assignedbyvendor"),
}
_PRODUCT_IDS = {
    "EAN13": ("ean13", "ean", "gtin13", "gtin", "03", "3"),
    "ISBN13": ("isbn13", "15"),
    "ISBN": ("isbn", "isbn10", "02", "2"),
}


def _by_spelling(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {spelling: code for code, spellings in table.items() for spelling in spellings}


_DATE_OF, _REFERENCE_OF = _by_spelling(_DATES), _by_spelling(_REFERENCES)
_PARTY_ID_OF, _PRODUCT_ID_OF = _by_spelling(_PARTY_IDS), _by_spelling(_PRODUCT_IDS)


def date_qualifier(text: str) -> str:
    """Returns DateQualifierCode in its one spelling; as written when it is unknown."""
    return _DATE_OF.get(_key(text), text)


def reference_type(text: str) -> str:
    """Returns ReferenceTypeCode as the number of its list; as written when it is unknown."""
    return _REFERENCE_OF.get(_key(text), text)


def party_id_type(text: str) -> str:
    """Returns PartyIDType in its one spelling; as written when it is unknown."""
    return _PARTY_ID_OF.get(_key(text), text)


def product_id_type(text: str) -> str:
    """Returns ProductIDType in its one spelling; as written when it is unknown."""
    return _PRODUCT_ID_OF.get(_key(text), text)


def _key(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
