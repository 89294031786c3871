"""What the API of evidence is about: the texts of its OpenAPI document, and its problems."""

from __future__ import annotations

from services.evidence.problems import PROBLEMS
from shared.http.about import About

ABOUT = About(
    description=(
        "Evidence: what copies, records and messages took and cost, per supplier, trial arm, "
        "branch and month. It decides nothing."
    ),
    tags={
        "measures": "Days from order to shelf, shares answered and delivered, with their uncertainty.",
        "handling": "How often people had to act.",
        "costs": "What copies cost, and the council's own costs by its cost models.",
        "duplication": "How many records were bought twice.",
        "report": "Measures and costs as one page.",
        "decisions": "What people decided, with the figures as they were.",
        "savings": "Baselines, promises and what became of them.",
        "departures": "What is left to do before a supplier can be left, and the pack of its data.",
    },
    problems=PROBLEMS,
)
