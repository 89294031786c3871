"""HTTP shapes of findings: what is wrong or unusual in a message."""

from __future__ import annotations

from collections.abc import Callable

from services.suppliers.schemas.words import Advice
from shared.findings import Severity
from shared.http.trees import FindingView

Advise = Callable[[str, Severity], str]
"""Returns what the supplier should do about a finding, by its code and severity."""


class AdvisedFinding(FindingView):
    """The same with advice for the supplier."""

    advice: Advice
