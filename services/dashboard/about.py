"""What the API of dashboard is about: the texts of its OpenAPI document, and its problems."""

from __future__ import annotations

from services.dashboard.problems import PROBLEMS
from shared.http.about import About

ABOUT = About(
    description="The dashboard: what needs a person today, from the events of all services.",
    tags={
        "overview": "Counts of what needs a person, and of where copies are.",
    },
    problems=PROBLEMS,
)
