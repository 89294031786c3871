"""What the events of rules that choose a supplier have alike: one strand's are as another's."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Event
from shared.contracts.trials import TrialTerms


class SupplierRuleChanged(Event):
    """A council added a rule that says which supplier serves it in a strand, or ended one. A rule is never changed otherwise."""

    rule_id: UUID
    supplier_id: str
    branch: str | None = Field(default=None, description="Null: any branch")
    material: str | None = Field(default=None, description="Null: any material")
    valid_from: date = Field(description="First day on which the rule applies")
    valid_to: date | None = Field(default=None, description="First day on which it no longer applies")
    pilot: bool = Field(default=False, description="Whether the rule is part of a trial")
    trial: TrialTerms | None = Field(
        default=None, description="How its trial draws; null for a live rule, which serves all of its scope"
    )

    def key(self) -> str:
        # Not the bare id: where the topic is compacted, nothing else in it has this key.
        return f"rule/{self.rule_id}"
