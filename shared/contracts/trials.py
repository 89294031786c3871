"""In which arm of a trial something is, and how a trial draws, as events state it.

Must not know how the arm was drawn: `shared.sourcing.trials` does.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from shared.contracts.base import Contract


class Arm(StrEnum):
    """The two sides of a trial: what goes to the supplier or by the route that is tried, and what stays as it was to compare."""

    PILOT = "pilot"
    CONTROL = "control"


class DrawUnit(StrEnum):
    """What a trial draws an arm for: each line of an order, or each order as a whole. Records are drawn by ISBN."""

    LINE = "line"
    ORDER = "order"


class TrialArm(Contract):
    """The trial that decided, and the arm that was drawn."""

    trial: str = Field(description="The council's name of the trial, unique in its strand")
    arm: Arm


class TrialTerms(Contract):
    """How a trial draws. All rules of a trial state the same."""

    name: str = Field(description="The council's name of the trial, unique in its strand")
    share: str = Field(description="Share of the units that the pilot arm gets, from 0 to 1, as a decimal such as 0.3")
    unit: DrawUnit
    seed: str = Field(default="", description="Another seed draws other units")


def arm_or_none(trial: str | None, arm: str | None) -> TrialArm | None:
    """Returns a trial's arm as a table keeps it, in two columns; None where it keeps none."""
    return None if trial is None or arm is None else TrialArm(trial=trial, arm=Arm(arm))
