"""What changes of orders, lines and copies say: placing, answers, states, places, and what a person must decide."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.lms.domain.bodies.words import OF_KIND, AboutCopy, AboutLine, AboutOrder, AboutSuppliedLine, Kind, PlaceCode
from shared.contracts.base import PlaceKind
from shared.contracts.enquiries import EnquiryKind
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import LineAction
from shared.contracts.words import Barcode, BranchCode, CopyId, Isbn, LineKey, Quantity, RotationPlan, Sequence, SupplierId


class OrderPlaced(AboutOrder):
    """An order of the council was placed, by its LMS or from a supplier's proposal."""

    kind: Literal[Kind.ORDER_PLACED] = Field(default=Kind.ORDER_PLACED, description=OF_KIND)
    lines: int = Field(description="Number of lines, one for each title and supplier", examples=[12])
    copies: int = Field(description="Number of copies of all lines", examples=[31])
    rush: bool = Field(default=False, description="Whether the council wants it sooner than usual", examples=[False])


class LineAdded(AboutSuppliedLine):
    """A line was added to an order later, with another supplier, for copies that their first supplier will not supply."""

    kind: Literal[Kind.LINE_ADDED] = Field(default=Kind.LINE_ADDED, description=OF_KIND)
    copy_ids: tuple[CopyId, ...] = Field(description="Its copies, which take the place of others of the replaced line")
    replaces: LineKey | None = Field(description="Key of the line whose copies these take the place of")
    reason: str = Field(description="Why, in words", examples=["The consortium ends its hub."])


class AnsweredCopy(BaseModel):
    """A copy that an answer is about, as the supplier names it. Null: the supplier states nothing of it."""

    model_config = ConfigDict(frozen=True)

    copy_number: int | None = Field(description="Our number of the copy in its line", examples=[1])
    branch: BranchCode | None = Field(description="The branch that it is for")
    sequence: Sequence | None = Field(description="Collection within that branch")
    rotation_plan: RotationPlan | None = Field(description="Plan by which it moves on from there to other branches")


class Answer(BaseModel):
    """One statement of a supplier about a line. Null: the supplier states nothing of it."""

    model_config = ConfigDict(frozen=True)

    action: LineAction | None = Field(description="What the supplier did with the line, as it reports it")
    status_code: str | None = Field(description="Order line status by EDItEUR list 12B", examples=["100"])
    availability_code: str | None = Field(description="Availability by EDItEUR list 8B", examples=["OB"])
    accepted: Quantity | None = Field(description="How many copies it will send")
    back_ordered: Quantity | None = Field(description="How many copies it will send later")
    cancelled: Quantity | None = Field(description="How many copies it will not send")
    available_on: date | None = Field(description="From when the book is available")
    substitute_isbn: Isbn | None = Field(description="Another edition that it offers instead")
    copies: tuple[AnsweredCopy, ...] = Field(default=(), description="The copies that it names; empty: any of the line")


class LineAnswered(AboutSuppliedLine):
    """A supplier answered a line. What that means for each copy follows as `copy_moved` and `copy_changed`."""

    kind: Literal[Kind.LINE_ANSWERED] = Field(default=Kind.LINE_ANSWERED, description=OF_KIND)
    isbn: Isbn = Field(description='As the supplier names the book in its answer; "" where it does not')
    answers: tuple[Answer, ...] = Field(
        description="What it states, in the order of its message; more than one for parts of a line"
    )


class CopyMoved(AboutCopy):
    """A copy came to another state."""

    kind: Literal[Kind.COPY_MOVED] = Field(default=Kind.COPY_MOVED, description=OF_KIND)
    from_state: CopyState | None = Field(description="Its state before; null where that is not known any more")
    state: CopyState = Field(description="Its state from then on")
    expected_on: date | None = Field(description="Day on which it is expected; null where none was stated")
    barcode: Barcode | None = Field(description="Its barcode; null until the supplier or a branch has given it one")
    reason: str = Field(description="The supplier's code, or a person's reason; empty where there is none", examples=["OB"])
    sequence: Sequence = ""
    rotation_plan: RotationPlan = ""


class CopyChanged(AboutCopy):
    """The expected day, the barcode or the supplier's reason of a copy changed, and its state did not."""

    kind: Literal[Kind.COPY_CHANGED] = Field(default=Kind.COPY_CHANGED, description=OF_KIND)
    state: CopyState = Field(description="Its state, as before")
    expected_on: date | None = Field(description="Day on which it is expected; null where none was stated")
    barcode: Barcode | None = Field(description="Its barcode; null until the supplier or a branch has given it one")
    reason: str = Field(description="The supplier's code, or a person's reason; empty where there is none", examples=["OB"])
    sequence: Sequence = ""
    rotation_plan: RotationPlan = ""


class CopyRerouted(AboutLine):
    """The place where an open copy is unpacked has changed."""

    kind: Literal[Kind.COPY_REROUTED] = Field(default=Kind.COPY_REROUTED, description=OF_KIND)
    supplier_id: SupplierId
    copy_id: CopyId
    deliver_to: PlaceCode
    deliver_to_kind: PlaceKind = Field(description="Whether that is a branch or a hub")
    reason: str = Field(description="Why, in words", examples=["Lowestoft has no room to unpack"])


class CopyRedirected(AboutLine):
    """A copy is for another branch, because the one that it was for is closed."""

    kind: Literal[Kind.COPY_REDIRECTED] = Field(default=Kind.COPY_REDIRECTED, description=OF_KIND)
    supplier_id: SupplierId
    copy_id: CopyId
    branch: BranchCode
    former_branch: BranchCode = Field(description="The branch that it was for before", examples=["BURY"])
    deliver_to: PlaceCode | None = Field(description="Where it is unpacked; null where no delivery rule said so")
    reason: str = Field(description="Why, in words", examples=["BURY is closed from 2026-03-02 on, and IPSW takes over"])


class CancellationRequested(AboutLine):
    """The council asked to cancel copies of a line that was sent; the supplier still has to answer."""

    kind: Literal[Kind.CANCELLATION_REQUESTED] = Field(default=Kind.CANCELLATION_REQUESTED, description=OF_KIND)
    supplier_id: SupplierId
    copy_ids: tuple[CopyId, ...] = Field(description="The copies that are not wanted any more")
    reason: str = Field(description="Why, in the council's words", examples=["Ordered twice"])


class EnquirySent(AboutLine):
    """The council asks the supplier about copies of a line, by itself or again; what it answers is told as `line_answered`."""

    kind: Literal[Kind.ENQUIRY_SENT] = Field(default=Kind.ENQUIRY_SENT, description=OF_KIND)
    supplier_id: SupplierId
    enquiry_id: UUID = Field(description="Under which `GET /v1/enquiries/{enquiry_id}` of orders shows what became of it")
    copy_ids: tuple[CopyId, ...] = Field(description="The copies that are asked about")
    about: EnquiryKind = Field(description="`status`, or a claim: `short` or `damaged`")
    attempt: int = Field(description="How often it was asked, this time included", examples=[1])
    wrong: str = Field(description="What is wrong, in words", examples=["copy 2 expected on 2026-03-09, not here yet"])


class DecisionNeeded(AboutSuppliedLine):
    """A person must decide something about a line that was not asked before."""

    kind: Literal[Kind.DECISION_NEEDED] = Field(default=Kind.DECISION_NEEDED, description=OF_KIND)
    attention: str = Field(description="What, in words", examples=["The supplier offers another edition: 9780141199078"])


class DecisionClosed(AboutSuppliedLine):
    """Nothing is to be decided about a line any more: a person did, or what was asked does not matter any more."""

    kind: Literal[Kind.DECISION_CLOSED] = Field(default=Kind.DECISION_CLOSED, description=OF_KIND)


class DecisionTaken(AboutLine):
    """A person decided what a line asked."""

    kind: Literal[Kind.DECISION_TAKEN] = Field(default=Kind.DECISION_TAKEN, description=OF_KIND)
    decision: str = Field(description="What and why, in words", examples=["The copies stay with their supplier"])
