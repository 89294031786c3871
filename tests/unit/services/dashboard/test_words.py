"""The words of codes on pages: none of the codes that other services use is shown as it is."""

import pytest

from services.dashboard.domain.words import discrepancy_in_words, kind_in_words, leg_in_words, outcome_in_words, query_in_words
from services.suppliers.contract import Kind
from shared.contracts.delivery import DiscrepancyKind, Leg
from shared.contracts.invoices import QueryCode
from shared.contracts.suppliers import SendOutcome


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_message_is_in_plain_words(kind: Kind) -> None:
    assert "_" not in kind_in_words(kind)
    assert kind_in_words(kind) != "unknown"


def test_what_became_of_goods_and_messages_is_in_plain_words() -> None:
    assert [discrepancy_in_words(kind) for kind in DiscrepancyKind] == [
        "did not arrive", "too many arrived", "arrived damaged", "wrong item arrived",
    ]  # fmt: skip
    assert discrepancy_in_words("wrong_place") == "sent to another place than ordered; it travels on"
    assert [outcome_in_words(outcome) for outcome in SendOutcome] == ["sent", "may not have arrived", "was not sent"]
    assert [leg_in_words(leg) for leg in Leg] == ["straight to the branch", "to the hub", "from the hub"]


@pytest.mark.parametrize("code", list(QueryCode))
def test_every_reason_to_query_an_invoice_is_in_plain_words(code: QueryCode) -> None:
    assert query_in_words(code).startswith("it")
    assert "_" not in query_in_words(code)


def test_a_code_that_is_new_to_the_dashboard_is_shown_as_its_own_words() -> None:
    assert discrepancy_in_words("wrong_edition") == "wrong edition"
