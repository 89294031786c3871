"""What the API of suppliers is about: the texts of its OpenAPI document, and its problems."""

from __future__ import annotations

from services.suppliers.problems import PROBLEMS
from shared.http.about import About

ABOUT = About(
    description=(
        "The exchange with one supplier: every message kept as it was sent or received, its state, "
        "and what people decide about it."
    ),
    tags={
        "suppliers": "What the supplier can do, and the pushes that it sends.",
        "messages": "Messages sent and received: find, read, replay, release and discard them.",
        "mappings": "What a supplier's references mean in ours, where a person corrected them.",
        "reconciliations": "Comparisons of the supplier's list of open lines with ours.",
        "conformance": "Checks a supplier's files before it goes live.",
    },
    problems=PROBLEMS,
)
