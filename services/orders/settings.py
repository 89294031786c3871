"""Settings of the order book: which invoices count without a query, and how long a supplier may take to cancel."""

from __future__ import annotations

from pydantic import Field

from shared.invoicing.matching import DEFAULT_TERMS
from shared.settings import ServiceSettings


class OrdersSettings(ServiceSettings):
    """Environment of one process of the orders service."""

    invoice_price_tolerance_percent: int = Field(
        default=DEFAULT_TERMS.price_tolerance_percent,
        ge=0,
        le=100,
        description="How many percent a net price may be above the ordered price before the invoice is queried",
    )
    switch_answer_days: int = Field(
        default=5,
        ge=1,
        le=90,
        description="After how many days without an answer to a cancellation a switch asks a person",
    )
