"""HTTP shapes of withdrawn secrets."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import AliasChoices, BaseModel, Field, StrictBool

from services.suppliers.domain.withdrawals import Withdrawal
from services.suppliers.schemas.words import Reason
from shared.texts import Text


class NewWithdrawal(Reason):
    """The secrets of the supplier shall not count any more, for any council. The supplier reads `reason` when it pushes."""

    confirm: Text = Field(
        max_length=200,
        description="The supplier's name, as GET /v1/suppliers/{supplier_id} shows it",
        examples=["Eastern Library Consortium"],
    )
    despite_open_lines: StrictBool = Field(default=False, description="True: also while councils still expect goods of it")


class WithdrawalView(BaseModel):
    """One withdrawal; in force while nobody has restored the secrets."""

    withdrawal_id: UUID = Field(description="Our id of the withdrawal", validation_alias=AliasChoices("id", "withdrawal_id"))
    withdrawn_at: datetime = Field(description="Since when the secrets do not count")
    withdrawn_by: str = Field(description="Who withdrew them, by the subject of the token", examples=["j.archer"])
    withdrawn_reason: str = Field(description="Why, in that person's words", examples=["The contract ended on 31 March"])
    restored_at: datetime | None = Field(description="When they counted again; null while they are withdrawn")
    restored_by: str | None = Field(description="Who restored them; null while nobody has", examples=["j.archer"])
    restored_reason: str | None = Field(
        description="Why, in that person's words; null while nobody has", examples=["The contract was renewed"]
    )


def withdrawal_view(found: Withdrawal) -> WithdrawalView:
    """Renders a withdrawal."""
    return WithdrawalView.model_validate(found, from_attributes=True)
