"""Filters that several lists have."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.contracts import words

SupplierFilter = Annotated[words.SupplierId, Field(max_length=40)]
