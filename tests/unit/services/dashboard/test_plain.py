"""What staff read of the sentences of other services."""

from __future__ import annotations

import pytest

from services.dashboard.domain.plain import for_staff


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("lines/0/branch: No branch 'IPSX'; see GET /v1/branches.", "lines: No branch 'IPSX'."),
        ("No fund 'CHILD'; see GET /v1/funds, or add it with PUT /v1/funds.", "No fund 'CHILD'."),
        ("to_supplier: No supplier 'abc'; see GET /v1/suppliers.", "supplier: No supplier 'abc'."),
        ("Ask the supplier, then decide with POST /v1/switches/7/copies", "Ask the supplier"),
        ("reason: String should have at least 3 characters", "reason: String should have at least 3 characters"),
        ("The invoice was accepted by a.jones.", "The invoice was accepted by a.jones."),
    ],
)
def test_calls_of_an_api_and_names_of_fields_are_not_shown(said: str, read: str) -> None:
    assert for_staff(said) == read
