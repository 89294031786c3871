"""What a service says about its API: a description, its groups of operations, and its problems. Must not know any route."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.http.problem_kinds import ProblemKind

# The groups of operations that every service has.
COMMON_TAGS = {
    "dead letters": "Messages that a consumer gave up, or that could not be sent: read, replay and discard them.",
    "acts": "The audit trail: who did what through this API, when and why.",
}


@dataclass(frozen=True, slots=True)
class About:
    """The texts of one service's OpenAPI document. `tags` has the description of each group of operations, in their order."""

    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[ProblemKind] = ()


NOTHING_SAID = About()
