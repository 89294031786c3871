"""HTTP shapes of policies for chasing suppliers, and of enquiries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator
from sqlalchemy import RowMapping

from services.orders.domain.asking_again import MOST_COPIES
from services.orders.domain.chasing import Policy, Situation, Steps
from services.orders.domain.enquiries import EnquiryState
from services.orders.schemas.filters import SupplierFilter
from shared.contracts import words
from shared.contracts.enquiries import EnquiryKind
from shared.http.paging import PageQuery
from shared.texts import Text

EnquiryId = Annotated[UUID, Field(description="Our id of the enquiry, the same each time the supplier is asked again")]


class StepsBody(BaseModel):
    """When and how often a supplier is asked about copies in one situation."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    first_after: int = Field(ge=1, le=365, description="Days from when a copy is late until the supplier is asked", examples=[5])
    again_after: int = Field(ge=1, le=365, description="Days until it is asked again, where that settled nothing", examples=[7])
    at_most: int = Field(
        ge=1,
        le=10,
        description="How often it is asked; so many days after the last time, a person is asked to see to it",
        examples=[3],
    )


class PolicyBody(BaseModel):
    """How a supplier is chased. A situation that is left out, or null, is not chased."""

    model_config = ConfigDict(extra="forbid")

    unanswered: StepsBody | None = Field(default=None, description="Copies that were sent, and that it did not answer")
    overdue: StepsBody | None = Field(
        default=None, description="Copies whose expected day has passed, the last one that was stated"
    )
    back_ordered: StepsBody | None = Field(default=None, description="Copies on back order for which it states no day")
    short: StepsBody | None = Field(default=None, description="Claims for copies that were advised and did not come")
    damaged: StepsBody | None = Field(default=None, description="Claims for copies that came damaged")
    weekends: StrictBool = Field(default=False, description="Whether Saturdays and Sundays count as days", examples=[False])

    def policy(self, council: str, supplier_id: str) -> Policy:
        """Returns the policy as the domain's class."""
        chased = {situation: getattr(self, situation, None) for situation in Situation}
        steps = {situation: Steps(**dict(each)) for situation, each in chased.items() if each is not None}
        return Policy(council, supplier_id, steps, self.weekends)


class PolicyView(BaseModel):
    """How a supplier is chased. A situation that is null is not chased."""

    supplier_id: words.SupplierId
    unanswered: StepsBody | None = Field(description="Copies that were sent, and that it did not answer")
    overdue: StepsBody | None = Field(description="Copies whose expected day has passed, the last one that was stated")
    back_ordered: StepsBody | None = Field(description="Copies on back order for which it states no day")
    short: StepsBody | None = Field(description="Claims for copies that were advised and did not come")
    damaged: StepsBody | None = Field(description="Claims for copies that came damaged")
    weekends: bool = Field(description="Whether Saturdays and Sundays count as days", examples=[False])
    changed_at: datetime = Field(description="When it was last changed")
    changed_by: words.Actor


def policy_view(row: RowMapping) -> PolicyView:
    """Returns a policy, of its row."""
    return PolicyView.model_validate(
        {
            "supplier_id": row.supplier_id,
            "weekends": row.weekends,
            "changed_at": row.changed_at,
            "changed_by": row.changed_by,
            **{situation.value: row.steps.get(situation.value) for situation in Situation},
        }
    )


class AskBody(BaseModel):
    """What to ask the suppliers of an order about now. Copies that cannot be asked about are left out."""

    model_config = ConfigDict(extra="forbid")

    reason: Text = Field(
        min_length=3,
        max_length=300,
        description="What to ask, in words for the supplier",
        examples=["Needed for a reading group"],
    )
    kind: EnquiryKind = Field(
        default=EnquiryKind.STATUS,
        description="`status`: what becomes of copies that are on order; `short`, `damaged`: a claim for copies "
        "that are missing or damaged",
    )
    line_keys: list[Annotated[words.LineKey, Field(max_length=22)]] = Field(
        default=[], max_length=500, description="Lines of which all copies are asked about"
    )
    copy_ids: list[words.CopyId] = Field(default=[], max_length=MOST_COPIES, description="Single copies that are asked about")

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.line_keys or self.copy_ids):
            raise ValueError("name lines in `line_keys`, or copies in `copy_ids`")
        return self


class EnquiredCopyView(BaseModel):
    """A copy that was asked about."""

    copy_id: words.CopyId
    line_key: words.LineKey
    copy_number: words.CopyNumber
    late_since: date = Field(description="Since when it is late, or the day on which it was asked about by hand")
    outcome: EnquiryState = Field(
        description="`open` while it waits for an answer, `answered`, or `overtaken` by goods or the council"
    )


class EnquiryView(BaseModel):
    """What a supplier was asked about copies of an order, and what became of that."""

    enquiry_id: EnquiryId
    order_id: words.OrderId
    order_number: words.OrderNumber
    supplier_id: words.SupplierId
    kind: EnquiryKind = Field(description="`status`, or a claim: `short` or `damaged`")
    situation: Situation = Field(description="Why it was asked: by which part of the policy, or `asked` by a person")
    state: EnquiryState = Field(
        description="`open` and `exhausted` wait for an answer; when it is `exhausted`, the lines ask a person; "
        "`answered` and `overtaken` are final"
    )
    attempt: int = Field(description="How often the supplier was asked", examples=[1])
    at_most: int = Field(description="How often it is asked by the policy", examples=[3])
    reason: str = Field(description="What was asked, in words for the supplier", examples=["Needed for a reading group"])
    asked_at: datetime = Field(description="When it was asked first")
    last_asked_at: datetime = Field(description="When it was asked last")
    asked_by: words.Actor = Field(description='Who asked; "" where the policy did')
    next_on: date | None = Field(description="Day on which it is asked again, or a person is; null where it is not")
    to_be_told: str = Field(
        description='Why a person must ask the supplier, and say so with `supplier-told`; "" where it was asked',
        examples=["it takes no enquiries from Stockbridge"],
    )
    answered_at: datetime | None = Field(description="When the supplier last answered about these copies; null where it has not")
    closed_at: datetime | None = Field(description="When nothing of it was left open; null while something is")
    copies: list[EnquiredCopyView] = Field(description="The copies that it was asked about")


class EnquiryQuery(PageQuery):
    """Which enquiries to list; a parameter that is left out does not narrow the list."""

    # Each filter is a field of `EnquiryFilter` in store/enquiries.py, too.

    model_config = ConfigDict(extra="forbid")

    state: EnquiryState | None = Field(default=None, description="Only enquiries in this state")
    supplier_id: SupplierFilter | None = Field(default=None, description="Only what this supplier was asked")
    order_id: words.OrderId | None = Field(default=None, description="Only what was asked about this order")


def enquiry_view(row: RowMapping, copies: Sequence[RowMapping]) -> EnquiryView:
    """Returns an enquiry, of its row with the number of its order, and the rows of its copies."""
    return EnquiryView(
        **{name: row[name] for name in EnquiryView.model_fields if name not in ("to_be_told", "copies")},
        to_be_told=row.untold,
        copies=[
            EnquiredCopyView(
                copy_id=each.copy_id,
                line_key=each.line_key,
                copy_number=each.copy_number,
                late_since=each.since,
                outcome=each.outcome,
            )
            for each in copies
        ],
    )
