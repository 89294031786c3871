"""Words that several shapes of evidence share, each with its description and an example. Amounts are in minor units."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.days import Day

CouncilOrAll = Annotated[str | None, Field(description="ISIL of the council; null: all councils", examples=["GB-SFK"])]
FirstDay = Annotated[Day, Field(description="First day", examples=["2026-11-01"])]
LastDay = Annotated[Day, Field(description="Last day, included", examples=["2026-11-30"])]
ComputedAt = Annotated[datetime, Field(description="The moment of the answer: what is outstanding counts as followed until then")]
Digest = Annotated[str, Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])]
AskedDigest = Annotated[Digest, Field(pattern="^[0-9a-f]{64}$", max_length=64)]
GroupKey = Annotated[str, Field(examples=["national"])]
Minor = Annotated[int, Field(examples=[1_499])]
ExactMinor = Annotated[Decimal, Field(examples=["1499.50"])]
Minutes = Annotated[Decimal, Field(examples=["42.50"])]
BaselineId = Annotated[UUID, Field(description="Id of the baseline, under which `GET /v1/baselines/{baseline_id}` shows it")]
PromiseId = Annotated[UUID, Field(description="Id of the promise, under which `GET /v1/promises/{promise_id}` shows it")]
# What narrows a baseline, a promise or a comparison, as it was stored.
SupplierOrAny = Annotated[
    str | None, Field(description="Only copies ordered from this supplier; null: any", examples=["national"])
]
BranchOrAny = Annotated[str | None, Field(description="Only copies for this branch; null: any", examples=["IPSW"])]
MaterialOrAny = Annotated[str | None, Field(description="Only articles of this kind; null: any", examples=["book"])]
