"""In which arm of a trial something is, and how a trial draws, as events state it.

Must not know how the arm was drawn: `shared.sourcing.trials` does.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from shared.contracts.base import Contract
from shared.contracts.words import TrialName


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

    trial: TrialName
    arm: Arm = Field(description="The side that was drawn: what is tried, or what stays as it was to compare")


class TrialTerms(Contract):
    """How a trial draws. All rules of a trial state the same."""

    name: TrialName
    share: str = Field(description="Share of the units that the pilot arm gets: a decimal from 0 to 1", examples=["0.3"])
    unit: DrawUnit = Field(description="What an arm is drawn for: each line of an order, or each order")
    seed: str = Field(default="", description="Begins the draw: another one draws other units", examples=["2026-spring"])


def arm_or_none(trial: str | None, arm: str | None) -> TrialArm | None:
    """Returns a trial's arm as a table keeps it, in two columns; None where it keeps none."""
    return None if trial is None or arm is None else TrialArm(trial=trial, arm=Arm(arm))
