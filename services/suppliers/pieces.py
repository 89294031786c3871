"""Names each copy of a despatch by its content, so that what was advised before is recognised. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from services.suppliers.matching import MatchedAdvice


def copy_keys(despatch_number: str, advice: Sequence[MatchedAdvice]) -> set[str]:
    """One key per physical copy: despatch, parcel, line and how the supplier points at the copy."""
    seen: Counter[str] = Counter()
    keys: set[str] = set()
    for line in advice:
        named = [copy.model_dump() for copy in line.advised.copies[: line.advised.quantity]]
        for copy in [*named, *[None] * (line.advised.quantity - len(named))]:
            content = json.dumps([despatch_number, line.parcel_id, line.line.line_key, copy], sort_keys=True)
            # Two equal copies in one message are two copies; the same two in a later message are those again.
            seen[content] += 1
            keys.add(f"despatch/{hashlib.sha256(f'{content}#{seen[content]}'.encode()).hexdigest()}")
    return keys
