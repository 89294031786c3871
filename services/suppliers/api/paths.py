"""The parameters in the paths of the exchange's routes."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path

SupplierPath = Annotated[
    str, Path(max_length=100, description="Our name for the supplier; this process serves one", examples=["national"])
]
MessagePath = Annotated[UUID, Path(description="Id of the message")]
MappingPath = Annotated[UUID, Path(description="Id of the mapping")]
ReconciliationPath = Annotated[UUID, Path(description="Id of the comparison")]
WithdrawalPath = Annotated[UUID, Path(description="Id of the withdrawal")]
RecordPath = Annotated[int, Path(ge=1, le=2**31 - 1, description="The record's number in its file", examples=[17])]
