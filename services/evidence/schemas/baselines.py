"""HTTP shapes of baselines and promises. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from services.evidence.domain.asking import By, Wanted
from services.evidence.domain.baselines import Baseline, Title, currencies_of
from services.evidence.domain.promises import Per, Promise
from services.evidence.schemas.asking import OF_MATERIAL, Name
from services.evidence.schemas.figures import digest_of
from services.evidence.schemas.words import (
    BaselineId,
    BranchOrAny,
    Digest,
    FirstDay,
    LastDay,
    MaterialOrAny,
    PromiseId,
    SupplierOrAny,
)
from shared.contracts.base import Money
from shared.contracts.words import Actor, Currency
from shared.days import Day
from shared.ids import new_id
from shared.texts import Text


class NewBaseline(BaseModel):
    """A period and a scope to freeze."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(
        min_length=1,
        max_length=120,
        description="How people know it; no two of a council have the same",
        examples=["The year before the switch"],
    )
    reason: Text = Field(
        min_length=3, max_length=2_000, description="Why it is frozen", examples=["To compare the bookseller's prices with"]
    )
    first: Day = Field(alias="from", description="First day of invoices and of orders", examples=["2025-11-01"])
    last: Day = Field(alias="to", description="Last day; a day that is over", examples=["2026-10-31"])
    supplier_id: Name = Field(
        default=None, description="Only copies ordered from this supplier; null: any", examples=["consortium"]
    )
    branch: Name = Field(default=None, description="Only copies for the branch of this code; null: any", examples=["IPSW"])
    material: Name = Field(default=None, description=f"{OF_MATERIAL}; null: any", examples=["book"])

    def wanted(self, council: str) -> Wanted:
        """Returns the question whose answer is frozen."""
        return Wanted(
            council, self.first, self.last, By.SUPPLIER, supplier_id=self.supplier_id, branch=self.branch, material=self.material
        )

    def of(self, council: str, figures: str, titles: Sequence[Title], *, by: str, at: datetime) -> Baseline:
        """Returns the baseline that a person of the council freezes, of which `figures` is the text."""
        return Baseline(
            baseline_id=new_id(),
            council=council,
            name=self.name,
            reason=self.reason,
            first_day=self.first,
            last_day=self.last,
            supplier=self.supplier_id,
            branch=self.branch,
            material=self.material,
            currencies=currencies_of(titles),
            frozen_by=by,
            frozen_at=at,
            digest=digest_of(figures),
        )


class BaselineView(BaseModel):
    """A baseline: what it is of, who froze it, when and why. Its figures are at `/figures`."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)

    baseline_id: BaselineId
    name: str = Field(description="How people know it", examples=["The year before the switch"])
    reason: str = Field(description="Why it is frozen", examples=["To compare the bookseller's prices with"])
    first_day: FirstDay = Field(serialization_alias="from")
    last_day: LastDay = Field(serialization_alias="to")
    supplier_id: SupplierOrAny = Field(validation_alias=AliasChoices("supplier", "supplier_id"))
    branch: BranchOrAny
    material: MaterialOrAny
    currencies: list[str] = Field(description="Codes of ISO 4217 of what was charged", examples=[["GBP"]])
    frozen_by: Actor
    frozen_at: datetime = Field(description="When it was frozen")
    digest: Digest = Field(description="SHA-256 of the figures, byte for byte")


class PromisedAmount(Money):
    """An amount that was promised to be saved, before tax."""

    minor: int = Field(
        ge=1, le=10**12, description="Amount in minor units of the currency, such as pence, before tax", examples=[150]
    )
    currency: Currency = Field(default="GBP", pattern="^[A-Z]{3}$", max_length=3)


class NewPromise(BaseModel):
    """What was promised to be saved against a baseline."""

    model_config = ConfigDict(extra="forbid")

    baseline_id: UUID = Field(description="The baseline that it is measured against")
    amount: PromisedAmount = Field(description="What was promised to be saved")
    per: Per = Field(description="For each copy that is charged, or for a year of twelve equal months")
    first: Day = Field(alias="from", description="First day; after the last one of the baseline", examples=["2026-11-01"])
    last: Day = Field(alias="to", description="Last day; five years from the first at most", examples=["2028-10-31"])
    supplier_id: Name = Field(default=None, description="Whose copies count; null: any supplier's", examples=["national"])
    source: Text = Field(
        min_length=3,
        max_length=2_000,
        description="Who promised it, and where it is written",
        examples=["The bookseller's tender of 3 September 2026, page 12"],
    )

    def of(self, council: str, *, by: str, at: datetime) -> Promise:
        """Returns the promise that a person of the council records."""
        return Promise(
            promise_id=new_id(),
            council=council,
            baseline_id=self.baseline_id,
            amount=self.amount.minor,
            currency=self.amount.currency,
            per=self.per,
            first_day=self.first,
            last_day=self.last,
            supplier=self.supplier_id,
            source=self.source,
            recorded_by=by,
            recorded_at=at,
        )


class PromiseView(BaseModel):
    """A promise, who recorded it and when."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)

    promise_id: PromiseId
    baseline_id: BaselineId
    amount: Money = Field(
        validation_alias=AliasChoices("money", "amount"), description="What was promised to be saved, before tax"
    )
    per: Per = Field(description="For each copy that is charged, or for a year of twelve equal months")
    first_day: FirstDay = Field(serialization_alias="from")
    last_day: LastDay = Field(serialization_alias="to")
    supplier_id: str | None = Field(
        validation_alias=AliasChoices("supplier", "supplier_id"),
        description="Whose copies count; null: any supplier's",
        examples=["national"],
    )
    source: str = Field(
        description="Who promised it, and where it is written",
        examples=["The bookseller's tender of 3 September 2026, page 12"],
    )
    recorded_by: Actor
    recorded_at: datetime = Field(description="When it was recorded")
