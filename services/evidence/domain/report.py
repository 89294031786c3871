"""All that a report says of one question. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.evidence.domain.asking import Asked
from services.evidence.domain.costs import Costs
from services.evidence.domain.decisions import Decision
from services.evidence.domain.duplication import Duplication
from services.evidence.domain.handling import Handling
from services.evidence.domain.measures import Measures


@dataclass(frozen=True, slots=True)
class Report:
    """What is known as of a moment, and what people decided about it."""

    asked: Asked
    measures: Measures
    handling: Handling
    costs: Costs
    duplication: Duplication
    now: datetime
    decisions: Sequence[Decision] = ()
