"""Arbitrary ship notices that can be written."""

from datetime import date

from hypothesis import strategies as st

from shared.formats.editx import (
    Copy,
    Description,
    Fund,
    Identifier,
    Item,
    Money,
    Party,
    Price,
    Reference,
    ShipNotice,
    Tax,
)
from tests.unit.shared.formats.marc.strategies import ISBNS, short_records
from tests.unit.shared.formats.strategies import amounts, few, moments, some_texts, texts

_COUNTS = st.none() | st.integers(0, 10**6)
_PRODUCT_TYPES = st.sampled_from(["EAN13", "ISBN13", "ISBN", "UPC", ""])
_PARTY_TYPES = st.sampled_from(["Proprietary", "GLN", "SAN", "BuyerAssignedID", "VendorAssignedID", "Other"])
_REFERENCE_TYPES = st.sampled_from(["11", "12", "16", "23", "Other", ""])
_PRODUCT_IDS = few(st.builds(Identifier, _PRODUCT_TYPES, st.sampled_from(ISBNS) | some_texts()))
_PARTIES = st.builds(Party, few(st.builds(Identifier, _PARTY_TYPES, some_texts())), texts())
_DAYS = st.dates(date(1900, 1, 1))
_REFERENCES = few(st.builds(Reference, _REFERENCE_TYPES, some_texts(), st.none() | _DAYS))
_MONEY = st.builds(Money, amounts(), texts())
_TAXES = st.builds(Tax, texts(), st.none() | amounts())
_PRICES = few(st.builds(Price, texts(), _MONEY, texts(), st.none() | _TAXES))
_DESCRIPTIONS = st.builds(Description, *[texts()] * 7)
_FUNDS = few(st.builds(Fund, some_texts(), st.none() | amounts()))
_RECORDS = few(short_records())


def _copies() -> st.SearchStrategy[Copy]:
    places = {name: texts() for name in ("sub_line", "deliver_to", "destination", "location", "call_number")}
    numbers = {name: few(some_texts()) for name in ("numbers", "barcodes", "processing")}
    return st.builds(Copy, quantity=_COUNTS, value=st.none() | _MONEY, funds=_FUNDS, records=_RECORDS, **places, **numbers)


def _items() -> st.SearchStrategy[Item]:
    return st.builds(
        Item,
        line=texts(),
        ids=_PRODUCT_IDS,
        description=_DESCRIPTIONS,
        quantity=_COUNTS,
        references=_REFERENCES,
        prices=_PRICES,
        copies=few(_copies()),
        records=_RECORDS,
    )


def notices() -> st.SearchStrategy[ShipNotice]:
    """Any notice."""
    return st.builds(
        ShipNotice,
        number=texts(),
        issued=st.none() | moments(),
        purpose=texts(),
        shipped=st.none() | _DAYS,
        expected=st.none() | _DAYS,
        buyer=_PARTIES,
        seller=_PARTIES,
        references=_REFERENCES,
        items=few(_items()),
    )
