"""What people decided about a trial, a supplier or a switch, and the figures that they had before them. Pure.

The software computes no winner: it keeps what a person decided, and shows it beside the figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.evidence.domain.asking import Asked, By
from shared.errors import DomainError, Fault, Kind


class Subject(StrEnum):
    """What a decision is about."""

    TRIAL = "trial"
    SUPPLIER = "supplier"
    SWITCH = "switch"

    @property
    def parameter(self) -> str:
        """Returns the parameter by which a question names it."""
        return "trial" if self is Subject.TRIAL else f"{self.value}_id"


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of a person, as it was recorded. `name`: the trial's, or the id of the supplier or switch.

    `shown` is the digest of the figures that the person saw; `digest` that of the figures as they were when it was recorded.
    """

    decision_id: UUID
    council: str
    about: Subject
    name: str
    words: str
    decided_on: date
    decided_by: str
    recorded_at: datetime
    shown: str
    digest: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A trial, supplier or switch that people may decide about."""

    about: Subject
    name: str


def topics_of(asked: Asked, keys: Iterable[str]) -> list[Topic]:
    """Returns what the answer to a question is about: what the question names, and what its groups are, by their keys."""
    if asked.switch is not None:
        return [Topic(Subject.SWITCH, str(asked.switch.switch.switch_id))]
    named = {Topic(Subject.TRIAL, asked.trial)} if asked.trial is not None else set()
    if asked.supplier_id is not None:
        named.add(Topic(Subject.SUPPLIER, asked.supplier_id))
    if asked.by is By.SUPPLIER:
        named.update(Topic(Subject.SUPPLIER, key) for key in keys)
    if asked.by is By.ARM:
        named.update(Topic(Subject.TRIAL, key.rpartition("/")[0]) for key in keys)
    return sorted(named, key=lambda topic: (topic.about, topic.name))


def topic_of(about: Subject, asked: Asked) -> Topic:
    """Returns what a decision is about, by the question whose figures were shown. Raises DomainError (422) if that names none."""
    if asked.switch is not None:
        name = str(asked.switch.switch.switch_id) if about is Subject.SWITCH else None
    else:
        name = {Subject.TRIAL: asked.trial, Subject.SUPPLIER: asked.supplier_id, Subject.SWITCH: None}[about]
    if name is None:
        text = f"The question names no {about}; give `{about.parameter}` in `question`, or decide about what it names."
        raise DomainError("names-none", text, Kind.INVALID, [Fault(f"/question/{about.parameter}", "names-none", text)])
    return Topic(about, name)
