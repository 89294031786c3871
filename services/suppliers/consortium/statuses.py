"""The table of the consortium's status words and their meanings here. Knows no message."""

from __future__ import annotations

from services.suppliers.contract.plain import Status
from shared.contracts.suppliers import ClaimAnswer, LineAction

_ACCEPTED = LineAction.ACCEPTED
_CHANGED = LineAction.CHANGED
_CANCELLED = LineAction.CANCELLED
_UNCHANGED = LineAction.UNCHANGED


# A refusal has no action: the status code alone expresses it, and the copies go to another supplier.
STATUSES = {
    "accepted": Status(_ACCEPTED, "100"),
    "price_query": Status(_UNCHANGED, "101"),
    "discount_query": Status(_UNCHANGED, "102"),
    "below_minimum_order": Status(_UNCHANGED, "103"),
    "firm_order_required": Status(_UNCHANGED, "104"),
    "substituted": Status(_CHANGED, "110"),
    "refused": Status(None, "200"),
    "refused_on_price": Status(None, "201"),
    "duplicate": Status(None, "208"),
    "substitute_offered": Status(None, "210"),
    "cancelled": Status(_CANCELLED, "220"),
    "cancelled_expired": Status(_CANCELLED, "221"),
    "cancelled_on_request": Status(_CANCELLED, "222"),
    "cannot_supply": Status(_CANCELLED, "223"),
    "passed_to_partner": Status(_UNCHANGED, "300"),
    "back_ordered": Status(_CHANGED, "400"),
    "on_order": Status(_CHANGED, "401"),
    "on_order_abroad": Status(_CHANGED, "402"),
    "awaiting_hub_delivery": Status(_CHANGED, "404"),
    "reordered_short": Status(_CHANGED, "406"),
    "reordered_damaged": Status(_CHANGED, "407"),
    "processing": Status(_ACCEPTED, "410"),
    "awaiting_instruction": Status(_UNCHANGED, "412"),
    "chased": Status(_UNCHANGED, "413"),
    "account_hold": Status(_UNCHANGED, "500"),
    "already_shipped": Status(_UNCHANGED, "800"),
    "untraced": Status(LineAction.NOT_FOUND, "900"),
    "title_changed": Status(_UNCHANGED, "901"),
    "date_delayed": Status(_UNCHANGED, "902"),
    "price_changed": Status(_UNCHANGED, "903"),
    "temporary_hold": Status(_UNCHANGED, "999"),
}
# The words that answer a claim; no status of the list is beside them.
CLAIMS = {
    "will_resend": Status(None, "", ClaimAnswer.RESEND),
    "credit_follows": Status(None, "", ClaimAnswer.CREDIT),
    "claim_refused": Status(None, "", ClaimAnswer.REFUSED),
}
_BY_CODE = {status.code: status for status in STATUSES.values()}


def status_of(word: str) -> Status | None:
    """Returns the meaning of a status word, or of the list 12B code that some members send instead; None if unknown."""
    known = word.strip().lower()
    return STATUSES.get(known) or CLAIMS.get(known) or _BY_CODE.get(word.strip())
