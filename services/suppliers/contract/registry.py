"""Finds adapters by their entry point, whoever's package they are in. Knows no settings and no supplier."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import cast

from services.suppliers.contract import ENTRY_POINTS, AdapterFactory


def adapter_names() -> list[str]:
    """The adapters that are installed."""
    return sorted(entry_points(group=ENTRY_POINTS).names)


def adapter_factory(name: str) -> AdapterFactory:
    """What builds the adapter of that name. Raises ValueError naming the adapters there are."""
    found = entry_points(group=ENTRY_POINTS)
    if name not in found.names:
        raise ValueError(f"no adapter is called {name!r}; there are: {', '.join(adapter_names())}")
    return cast(AdapterFactory, found[name].load())
