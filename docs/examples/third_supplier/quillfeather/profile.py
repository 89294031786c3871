"""The facts declared about Quillfeather, in addition to those declared about every supplier. Data only."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from services.suppliers.contract import SupplierProfile


class QuillfeatherProfile(SupplierProfile):
    """A bookseller with an API over HTTPS, which keeps its documents for us in an outbox."""

    kind: Literal["national"] = Field(default="national", description="Always `national`")
    base_url: str = Field(pattern="^https://", description="Root of their API; `/orders` and `/outbox` are added to it")
    ca_file: Path | None = Field(default=None, description="PEM file of the only authority trusted; if absent, the system's are")
    answer_seconds: float = Field(default=10.0, gt=0, description="Time limit of each request; after it the outcome is unknown")
