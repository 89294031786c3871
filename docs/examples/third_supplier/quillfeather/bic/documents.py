"""Order, order response and despatch, as JSON documents. Field names are in the style of the BIC library web services."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from quillfeather.bic.parts import (
    LISTED,
    Count,
    Day,
    Fund,
    Line,
    Moment,
    Part,
    Party,
    Price,
    References,
    Text,
    Texts,
    reference_in,
)


class CopyData(Part):
    """Data about one copy that an order, a response or a notice may give."""

    stock_category_code: Text = ""
    loan_status_code: Text = ""
    classification: Text = ""
    filing_suffix: Text = ""
    feature_heading: Text = ""
    library_rotation_plan_code: Text = ""
    size_code: Text = ""
    reader_interest_code: Text = ""
    copy_value: Text = ""


class OrderCopy(CopyData):
    """One physical book of an order line. Deliver-to is where it is unpacked, destination where it is shelved."""

    copy_number: Text = Field(default="", description="The buyer's number of the copy within the line")
    deliver_to_location: Text = ""
    destination_location: Text = ""
    fund_detail: Annotated[tuple[Fund, ...], LISTED] = ()
    stock_sequence_code: Text = ""
    local_call_number: Text = ""
    processing_instruction_code: Texts = Field(default=(), description="Servicing, such as BB barcode, BJ jacket, NS none")


class OrderItem(Line):
    """One title of an order."""

    title: Text = ""
    author: Text = ""
    order_quantity: Count = None
    price: Price | None = None
    copy_detail: Annotated[tuple[OrderCopy, ...], LISTED] = ()


class Order(Part):
    """A purchase order."""

    order_number: Text = ""
    issue_date_time: Moment = Field(default=None, description="UTC where no zone is given")
    order_type_code: Text = Field(default="", description="01 to 03")
    fill_terms_code: Text = Field(default="", description="01 to 07")
    reference_coded: References = ()
    buyer_party: Party | None = None
    seller_party: Party | None = None
    ship_to_party: Party | None = None
    item_detail: Annotated[tuple[OrderItem, ...], LISTED] = ()


class ResponseItem(Line):
    """The supplier's answer about one line."""

    order_line_status_coded: Text = Field(default="", description="A code of list 12B, such as 100 accepted, 400 back ordered")
    order_quantity: Count = None
    quantity_shipping: Count = None
    backordered_quantity: Count = None
    canceled_quantity: Count = None
    availability_coded: Text = Field(default="", description="Such as 10, 20, 21, 30, 40 to 44")
    expected_ship_date: Day = None
    substitute_ean13: Text = Field(default="", alias="SubstituteEAN13", description="Another book, offered or to be sent")
    price: Price | None = None
    note: Text = ""


class OrderResponse(Part):
    """A supplier's answer to an order or to part of one."""

    response_number: Text = ""
    order_number: Text = Field(default="", description="The buyer's order; if absent, it is in a reference of type 11")
    issue_date_time: Moment = None
    order_status: Text = Field(default="", description="01 accepted, 02 all back ordered, 03 in part, 04 held")
    reference_coded: References = ()
    buyer_party: Party | None = None
    seller_party: Party | None = None
    item_detail: Annotated[tuple[ResponseItem, ...], LISTED] = ()

    def reference(self, kind: str) -> str:
        """Returns the first reference of a type; "" when absent."""
        return reference_in(self.reference_coded, kind)


class DespatchedCopy(CopyData):
    """One physical book on its way."""

    copy_number: Text = Field(default="", description="The buyer's number of the copy within the line")
    deliver_to_location: Text = ""
    destination_location: Text = ""
    applied_copy_number: Text = Field(default="", description="The barcode that was applied")


class DespatchedItem(Line):
    """Copies of one title in a parcel."""

    quantity_shipping: Count = None
    copy_detail: Annotated[tuple[DespatchedCopy, ...], LISTED] = ()


class Parcel(Part):
    """One carton."""

    package_reference: Text = Field(default="", description="SSCC, or the supplier's own number")
    item_detail: Annotated[tuple[DespatchedItem, ...], LISTED] = ()


class Despatch(Part):
    """A ship notice: goods on the way to one place."""

    ship_notice_number: Text = ""
    issue_date_time: Moment = None
    shipped_date: Day = None
    expected_delivery_date: Day = None
    reference_coded: References = ()
    buyer_party: Party | None = None
    seller_party: Party | None = None
    ship_to_party: Party | None = None
    package_detail: Annotated[tuple[Parcel, ...], LISTED] = ()


Document = Order | OrderResponse | Despatch
