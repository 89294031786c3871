"""HTTP shapes of withdrawn secrets."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.suppliers.domain.withdrawals import Withdrawal
from services.suppliers.schemas.messages import Reason
from shared.texts import Text


class NewWithdrawal(Reason):
    """The secrets of the supplier shall not count any more, for any council. The supplier reads `reason` when it pushes."""

    confirm: Text = Field(max_length=200, description="The supplier's name, as GET /v1/suppliers/{supplier_id} shows it")
    despite_open_lines: bool = Field(default=False, description="True: also while councils still expect goods of it")


class WithdrawalView(BaseModel):
    """One withdrawal; in force while nobody has restored the secrets."""

    id: UUID
    withdrawn_at: datetime
    withdrawn_by: str
    withdrawn_reason: str
    restored_at: datetime | None
    restored_by: str | None
    restored_reason: str | None


def withdrawal_view(found: Withdrawal) -> WithdrawalView:
    """Renders a withdrawal."""
    return WithdrawalView.model_validate(found, from_attributes=True)
