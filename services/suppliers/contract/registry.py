"""Finds adapters by their entry point, in any installed package. Knows no settings and no supplier."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import cast

from services.suppliers.contract import ENTRY_POINTS, AdapterFactory


def adapter_names() -> list[str]:
    """Returns the names of the installed adapters, sorted."""
    return sorted(entry_points(group=ENTRY_POINTS).names)


def adapter_factory(name: str) -> AdapterFactory:
    """Returns the factory of the adapter of that name. Raises ValueError that names the installed adapters."""
    found = entry_points(group=ENTRY_POINTS)
    if name not in found.names:
        raise ValueError(f"no adapter is called {name!r}; installed are: {', '.join(adapter_names())}")
    return cast(AdapterFactory, found[name].load())
