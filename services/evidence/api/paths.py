"""The parameters in the paths of evidence's routes."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path

from shared.days import Day
from shared.texts import Reference

SupplierPath = Annotated[Reference, Path(max_length=100, description="Our name for the supplier", examples=["consortium"])]
BaselinePath = Annotated[UUID, Path(description="Our id of the baseline, as `GET /v1/baselines` lists it")]
PromisePath = Annotated[UUID, Path(description="Our id of the promise, as `GET /v1/promises` lists it")]
DecisionPath = Annotated[UUID, Path(description="Our id of the decision, as `GET /v1/decisions` lists it")]
ValidFromPath = Annotated[Day, Path(description="The day from which the model applies", examples=["2026-04-01"])]
