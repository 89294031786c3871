"""How faults of servicing are kept: as the contract writes them, null for none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from shared.contracts.delivery import ServicingFault

_FAULTS = TypeAdapter(tuple[ServicingFault, ...])


def read_faults(kept: object) -> tuple[ServicingFault, ...]:
    """Returns the faults in a column."""
    return () if kept is None else _FAULTS.validate_python(kept)


def written_faults(faults: Sequence[ServicingFault]) -> Any:
    """Returns what a column keeps of faults."""
    return _FAULTS.dump_python(tuple(faults), mode="json", exclude_defaults=True) if faults else None
