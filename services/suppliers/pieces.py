"""Takes a despatch apart into single copies, so that what was advised before is recognised by content. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from services.suppliers.matching import MatchedAdvice
from shared.contracts.suppliers import CopyReference


@dataclass(frozen=True, slots=True)
class Unit:
    """One physical copy in a parcel; `copy` is None where the supplier does not say which copy of the line it is."""

    key: str
    of: MatchedAdvice
    copy: CopyReference | None


def units_of(despatch_number: str, advice: Sequence[MatchedAdvice]) -> list[Unit]:
    """Every copy that is advised, each with a key of its content: despatch, parcel, line and copy."""
    seen: Counter[str] = Counter()
    units: list[Unit] = []
    for line in advice:
        named: list[CopyReference | None] = list(line.advised.copies[: line.advised.quantity])
        for copy in named + [None] * (line.advised.quantity - len(named)):
            content = json.dumps(
                [despatch_number, line.parcel_id, line.line.line_key, copy.model_dump() if copy else None], sort_keys=True
            )
            # Two equal copies in one message are two copies; the same two in a later message are those again.
            seen[content] += 1
            digest = hashlib.sha256(f"{content}#{seen[content]}".encode()).hexdigest()
            units.append(Unit(f"despatch/{digest}", line, copy))
    return units


def only_new(units: Sequence[Unit], new: Collection[str]) -> list[MatchedAdvice]:
    """Put the copies whose keys are new together again, line by line in the order they came."""
    kept: dict[int, list[Unit]] = {}
    for unit in units:
        if unit.key in new:
            kept.setdefault(id(unit.of), []).append(unit)
    advice = []
    for group in kept.values():
        first = group[0].of
        copies = tuple(unit.copy for unit in group if unit.copy is not None)
        advice.append(replace(first, advised=replace(first.advised, quantity=len(group), copies=copies)))
    return advice
