"""The parameters in the paths of the exchange's routes."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path

SupplierPath = Annotated[
    str, Path(max_length=100, description="Our name for the supplier; this process serves one", examples=["national"])
]
MessagePath = Annotated[UUID, Path(description="Our id of the message, as `GET /v1/messages` lists it")]
MappingPath = Annotated[UUID, Path(description="Our id of the mapping, as `GET /v1/mappings` lists it")]
ReconciliationPath = Annotated[UUID, Path(description="Our id of the comparison, as `GET /v1/reconciliations` lists it")]
WithdrawalPath = Annotated[UUID, Path(description="Our id of the withdrawal, as the list of withdrawals has it")]
RecordPath = Annotated[int, Path(ge=1, le=2**31 - 1, description="The record's number in its file", examples=[17])]
