"""What suppliers state about copies, prices and lines beyond answers: it is kept and, where a message has room, given back."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from pydantic import Field

from shared.contracts.base import Contract
from shared.contracts.words import Currency, ServicingCode, Shelfmark
from shared.money import amount_in_words

Statement = TypeVar("Statement", bound=Contract)


def updated(before: Statement | None, later: Statement) -> Statement:
    """Returns what was stated before, with everything that a later message states."""
    return later if before is None else before.model_copy(update=later.model_dump(exclude_defaults=True))


def newly_stated(statements: Iterable[tuple[str, Statement | None, Statement | None]]) -> dict[str, Statement]:
    """Returns what to keep by key, where it is not kept yet. Each statement is a key, what is kept of it, and what is stated."""
    new: dict[str, Statement] = {}
    for key, kept, stated in statements:
        before = new.get(key) or kept
        if stated is not None and (after := updated(before, stated)) != before:
            new[key] = after
    return new


class ItemData(Contract):
    """Data about one copy beside its branch, fund, sequence, shelf mark and servicing. Each is "" where it is not stated."""

    stock_category: str = Field(default="", description="Stock category or item type (GIR LST)", examples=["AF"])
    loan_category: str = Field(default="", description="For how long it is lent, and to whom (GIR LLN)", examples=["4WEEK"])
    classification: str = Field(
        default="", description="Class of the subject, such as a Dewey number (GIR LCL)", examples=["823.7"]
    )
    filing_suffix: str = Field(
        default="", description="Letters after the shelf mark, by which copies are sorted (GIR LFS)", examples=["AUS"]
    )
    feature_heading: str = Field(
        default="",
        description="Heading under which the copy is shown, such as a subject or season (GIR LFH)",
        examples=["Classics"],
    )
    sub_location: str = Field(default="", description="Place within the branch (GIR LSL)", examples=["First floor"])
    label_location: str = Field(default="", description="Sub-location as printed on the label (GIR LLS)", examples=["CL"])
    record_location: str = Field(default="", description="Sub-location as written in the record (GIR LRS)", examples=["CLASSICS"])
    rotation_plan: str = Field(
        default="", description="Plan by which the copy moves between branches (GIR LRP)", examples=["ROT-A"]
    )
    size: str = Field(
        default="", description="Code of the copy's format on the shelf, such as large print (GIR LSZ)", examples=["L"]
    )
    statistical_category: str = Field(
        default="", description="Category under which its loans are counted (GIR LSC)", examples=["FIC"]
    )
    holding_code: str = Field(default="", description="Code of the holding that it belongs to (GIR LHC)", examples=["SFK1"])
    reader_interest: str = Field(
        default="", description="Category of readers that it is bought for (GIR RIC)", examples=["CLASSIC"]
    )
    value: str = Field(default="", description="What the copy is worth, as written (GIR LCV)", examples=["16.99"])
    library_number: str = Field(default="", description="The library's own number of the copy (GIR LCO)", examples=["1004417"])
    servicing_note: str = Field(
        default="", description="Servicing instructions in words (GIR LVT)", examples=["Plastic jacket; label on the spine"]
    )


class StatedItem(ItemData):
    """What a supplier states about one copy, beyond the marks by which it names the copy."""

    shelfmark: Shelfmark = ""
    servicing: tuple[ServicingCode, ...] = Field(
        default=(), description="BIC codes of the work done on it before it is shelved (GIR LVC)"
    )


class PriceBasis(StrEnum):
    """What a price includes: the net price is what is paid, gross and retail prices are before the library's discount."""

    NET = "net"
    GROSS = "gross"
    RETAIL = "retail"
    UNSTATED = "unstated"


_BASES = {PriceBasis.NET: "net", PriceBasis.GROSS: "before discount", PriceBasis.RETAIL: "retail price"}


class StatedPrice(Contract):
    """A price of one copy, as a supplier states it in an answer."""

    minor: int = Field(ge=0, description="Amount in minor units of the currency, such as pence", examples=[899])
    currency: Currency | None = Field(
        default=None,
        pattern="^[A-Z]{3}$",
        description="Code of ISO 4217; null where the supplier names none: then it is the order's",
    )
    basis: PriceBasis = Field(default=PriceBasis.UNSTATED, description="What the amount includes")
    code: str = Field(
        default="",
        description='The supplier\'s own code of the kind of price, such as AAE or AAB CA SRP (PRI); "" for none',
        examples=["AAE"],
    )

    def in_words(self, currency: str = "") -> str:
        """Returns the price for people, such as `GBP 8.99 net`; `currency` is the order's, for a price without one."""
        amount = amount_in_words(self.minor, self.currency or currency)
        return " ".join(filter(None, (amount, _BASES.get(self.basis, ""))))


class SupplierReferences(Contract):
    """What a supplier calls a line; each is "" where it gives none. They go back to the supplier exactly as it wrote them."""

    line: str = Field(default="", description="The supplier's reference of the line (RFF+SLI, SNL)", examples=["7731"])
    order: str = Field(default="", description="The supplier's number of the order (RFF+SNA, VN)", examples=["SO-55120"])
    article: str = Field(default="", description="The supplier's number of the article (PIA, type SA)", examples=["BK-20"])

    def in_words(self) -> str:
        """Returns the references for people: `supplier's line 7731, supplier's article BK-20`; "" where there are none."""
        return ", ".join(f"supplier's {kind} {number}" for kind, number in self.model_dump(exclude_defaults=True).items())
