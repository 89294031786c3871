"""Arbitrary JSON documents that can be written."""

from datetime import UTC, date, datetime
from typing import TypeVar

from hypothesis import strategies as st

from quillfeather import bic

_Item = TypeVar("_Item")


def few(items: st.SearchStrategy[_Item]) -> st.SearchStrategy[tuple[_Item, ...]]:
    """Generates tuples of at most two items."""
    return st.lists(items, max_size=2).map(tuple)


_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
_COUNTS = st.none() | st.integers(0, 10**6)
_DAYS = st.none() | st.dates(date(1900, 1, 1))
_REFERENCES = few(st.builds(bic.Reference, reference_type_code=_TEXTS, reference_number=_TEXTS))
_IDS = few(st.builds(bic.PartyId, type=_TEXTS, identifier=_TEXTS))
_PARTIES = st.none() | st.builds(bic.Party, ids=_IDS, name_line=_TEXTS)
_AMOUNTS = st.none() | st.decimals(0, 10**6, places=2)
_PRICES = st.none() | st.builds(bic.Price, monetary_amount=_AMOUNTS, currency_code=_TEXTS, price_qualifier_code=_TEXTS)
_FUNDS = few(st.builds(bic.Fund, fund_number=_TEXTS, monetary_amount=_AMOUNTS))
_MOMENTS = st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2070, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)

_ORDER_COPIES = few(
    st.builds(
        bic.OrderCopy,
        copy_number=_TEXTS,
        deliver_to_location=_TEXTS,
        destination_location=_TEXTS,
        fund_detail=_FUNDS,
        stock_sequence_code=_TEXTS,
        local_call_number=_TEXTS,
        processing_instruction_code=few(_TEXTS),
    )
)
_ORDER_ITEMS = few(
    st.builds(
        bic.OrderItem,
        line_number=_TEXTS,
        ean13=_TEXTS,
        reference_coded=_REFERENCES,
        title=_TEXTS,
        author=_TEXTS,
        order_quantity=_COUNTS,
        price=_PRICES,
        copy_detail=_ORDER_COPIES,
    )
)
_RESPONSE_ITEMS = few(
    st.builds(
        bic.ResponseItem,
        line_number=_TEXTS,
        ean13=_TEXTS,
        reference_coded=_REFERENCES,
        order_line_status_coded=_TEXTS,
        order_quantity=_COUNTS,
        quantity_shipping=_COUNTS,
        backordered_quantity=_COUNTS,
        canceled_quantity=_COUNTS,
        availability_coded=_TEXTS,
        expected_ship_date=_DAYS,
        substitute_ean13=_TEXTS,
        price=_PRICES,
        note=_TEXTS,
    )
)
_DESPATCHED_COPIES = few(
    st.builds(
        bic.DespatchedCopy,
        copy_number=_TEXTS,
        deliver_to_location=_TEXTS,
        destination_location=_TEXTS,
        applied_copy_number=_TEXTS,
    )
)
_DESPATCHED_ITEMS = few(
    st.builds(
        bic.DespatchedItem,
        line_number=_TEXTS,
        ean13=_TEXTS,
        reference_coded=_REFERENCES,
        quantity_shipping=_COUNTS,
        copy_detail=_DESPATCHED_COPIES,
    )
)

_ORDERS = st.builds(
    bic.Order,
    order_number=_TEXTS,
    issue_date_time=_MOMENTS,
    order_type_code=_TEXTS,
    fill_terms_code=_TEXTS,
    reference_coded=_REFERENCES,
    buyer_party=_PARTIES,
    seller_party=_PARTIES,
    ship_to_party=_PARTIES,
    item_detail=_ORDER_ITEMS,
)
_RESPONSES = st.builds(
    bic.OrderResponse,
    response_number=_TEXTS,
    order_number=_TEXTS,
    issue_date_time=_MOMENTS,
    order_status=_TEXTS,
    reference_coded=_REFERENCES,
    buyer_party=_PARTIES,
    seller_party=_PARTIES,
    item_detail=_RESPONSE_ITEMS,
)
_DESPATCHES = st.builds(
    bic.Despatch,
    ship_notice_number=_TEXTS,
    issue_date_time=_MOMENTS,
    shipped_date=_DAYS,
    expected_delivery_date=_DAYS,
    reference_coded=_REFERENCES,
    buyer_party=_PARTIES,
    seller_party=_PARTIES,
    ship_to_party=_PARTIES,
    package_detail=few(st.builds(bic.Parcel, package_reference=_TEXTS, item_detail=_DESPATCHED_ITEMS)),
)


def documents() -> st.SearchStrategy[bic.Document]:
    """Generates orders, order responses and despatches."""
    return _ORDERS | _RESPONSES | _DESPATCHES
