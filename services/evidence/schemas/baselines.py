"""HTTP shapes of baselines and promises. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.evidence.domain.asking import By, Wanted
from services.evidence.domain.baselines import Baseline, Title, currencies_of
from services.evidence.domain.promises import Per, Promise
from services.evidence.schemas.asking import Name
from services.evidence.schemas.figures import digest_of
from shared.ids import new_id
from shared.texts import Text


class NewBaseline(BaseModel):
    """A period and a scope to freeze."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(min_length=1, max_length=120, description="How people know it; no two of a council have the same")
    reason: Text = Field(min_length=3, max_length=2_000, description="Why it is frozen")
    first: date = Field(alias="from", description="First day of invoices and of orders")
    last: date = Field(alias="to", description="Last day; a day that is over")
    supplier: Name = Field(default=None, description="Only copies ordered from it")
    branch: Name = None
    material: Name = None

    def wanted(self, council: str) -> Wanted:
        """Returns the question whose answer is frozen."""
        return Wanted(
            council, self.first, self.last, By.SUPPLIER, supplier=self.supplier, branch=self.branch, material=self.material
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
            supplier=self.supplier,
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

    baseline_id: UUID
    name: str
    reason: str
    first_day: date = Field(serialization_alias="from")
    last_day: date = Field(serialization_alias="to")
    supplier: str | None
    branch: str | None
    material: str | None
    currencies: list[str] = Field(description="Of what was charged")
    frozen_by: str
    frozen_at: datetime
    digest: str = Field(description="SHA-256 of the figures, byte for byte")


class NewPromise(BaseModel):
    """What was promised to be saved against a baseline."""

    model_config = ConfigDict(extra="forbid")

    baseline_id: UUID
    amount: int = Field(ge=1, le=10**12, description="In minor units of the currency, before tax")
    currency: str = Field(default="GBP", pattern="^[A-Z]{3}$")
    per: Per = Field(description="For each copy that is charged, or for a year of twelve equal months")
    first: date = Field(alias="from", description="First day; after the last one of the baseline")
    last: date = Field(alias="to", description="Last day; five years from the first at most")
    supplier: Name = Field(default=None, description="Whose copies count; null: any supplier's")
    source: Text = Field(min_length=3, max_length=2_000, description="Who promised it, and where it is written")

    def of(self, council: str, *, by: str, at: datetime) -> Promise:
        """Returns the promise that a person of the council records."""
        return Promise(
            promise_id=new_id(),
            council=council,
            baseline_id=self.baseline_id,
            amount=self.amount,
            currency=self.currency,
            per=self.per,
            first_day=self.first,
            last_day=self.last,
            supplier=self.supplier,
            source=self.source,
            recorded_by=by,
            recorded_at=at,
        )


class PromiseView(BaseModel):
    """A promise, who recorded it and when."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)

    promise_id: UUID
    baseline_id: UUID
    amount: int
    currency: str
    per: Per
    first_day: date = Field(serialization_alias="from")
    last_day: date = Field(serialization_alias="to")
    supplier: str | None
    source: str
    recorded_by: str
    recorded_at: datetime
