"""In which arm of a trial something is, as events state it. Must not know how the arm was drawn: `shared.sourcing` does."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from shared.contracts.base import Contract


class Arm(StrEnum):
    """The two sides of a trial: what goes to the supplier that is tried, and what stays as it was for comparison."""

    PILOT = "pilot"
    CONTROL = "control"


class TrialArm(Contract):
    """The trial that decided, and the arm that was drawn."""

    trial: str = Field(description="The council's name of the trial, unique in its strand")
    arm: Arm
