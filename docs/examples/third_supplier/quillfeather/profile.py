"""What is declared about Quillfeather beside what is declared about every supplier. Data only."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from services.suppliers.contract import SupplierProfile


class QuillfeatherProfile(SupplierProfile):
    """A bookseller that is reached over HTTPS and keeps its documents for us in an outbox."""

    kind: Literal["national"] = Field(default="national", description="Always `national`")
    base_url: str = Field(pattern="^https://", description="Root of their API; `/orders` and `/outbox` are added to it")
    ca_file: Path | None = Field(default=None, description="PEM file of the only authority trusted; the system's where absent")
    answer_seconds: float = Field(default=10.0, gt=0, description="Limit of each request; past it the outcome is unknown")
