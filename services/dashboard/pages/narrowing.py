"""What of an address narrows a list: a field that is left empty in a form does not."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

Narrowed = Annotated[str, Query(max_length=200)]
"""A parameter of an address by which a list is narrowed; "" narrows nothing."""


def narrowed(**given: str) -> dict[str, str]:
    """Returns the filters that are not empty."""
    return {name: value.strip() for name, value in given.items() if value.strip()}
