"""The base of answers that pages read from other services, and the sentence with which such a page begins. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from services.dashboard.domain.needs import Urgency


class Shape(BaseModel):
    """What of an answer is read; the service that gives it may add to it."""

    model_config = ConfigDict(frozen=True, extra="ignore")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The first line of a page, how soon a person must act (none: nobody need), and what to do.

    `neutral`: the line says neither that something is wrong nor that all is well.
    """

    urgency: Urgency | None
    line: str
    advice: str
    neutral: bool = False

    @property
    def look(self) -> str:
        """How the line looks."""
        return self.urgency.value if self.urgency else "plain" if self.neutral else "order"
