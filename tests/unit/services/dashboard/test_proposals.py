"""A person completes an order that a supplier proposes."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.dashboard.domain.proposals import Completed, FaultSeen, ProposalSeen, completed_lines
from shared.errors import DomainError

LINES = [
    {
        "reference": "SEL-1/1", "isbn": "9780141439518", "title": "Emma", "quantity": 2,
        "copies": [{"branch": "IPSW", "sequence": "ANF"}],
    },
    {"reference": "SEL-1/2", "isbn": "9780141439600", "quantity": 1, "unit_price": {"minor": 899, "currency": "GBP"}},
]  # fmt: skip


def proposal() -> ProposalSeen:
    known = {
        "proposal_id": UUID(int=1), "supplier_id": "harbour", "selection_number": "SEL-1", "firm": False, "state": "open",
        "received_at": datetime(2026, 11, 30, tzinfo=UTC), "message_id": UUID(int=2), "lines": LINES,
    }  # fmt: skip
    return ProposalSeen.model_validate(known)


def test_what_was_filled_in_becomes_lines_with_everything_else_as_proposed() -> None:
    lines = completed_lines(proposal(), Completed([0, 1], ["IPSW", "LOWE", "LOWE"], ["FIC", "FIC", "NF"]))
    assert lines == [
        {
            "line_number": 1, "isbn": "9780141439518", "title": "Emma", "reference": "SEL-1/1",
            "copies": [{"branch": "IPSW", "fund": "FIC", "sequence": "ANF"}, {"branch": "LOWE", "fund": "FIC"}],
        },
        {
            "line_number": 2, "isbn": "9780141439600", "reference": "SEL-1/2", "unit_price": {"minor": 899, "currency": "GBP"},
            "copies": [{"branch": "LOWE", "fund": "NF"}],
        },
    ]  # fmt: skip


def test_a_title_that_is_not_ticked_is_left_out() -> None:
    (line,) = completed_lines(proposal(), Completed([1], ["IPSW", "LOWE", "LOWE"], ["FIC", "FIC", "NF"]))
    assert (line["line_number"], line["reference"]) == (1, "SEL-1/2")


def test_a_form_of_another_proposal_is_refused() -> None:
    with pytest.raises(DomainError, match="changed while you completed it"):
        completed_lines(proposal(), Completed([0], ["IPSW"], ["FIC"]))


@pytest.mark.parametrize(
    ("pointer", "place"),
    [("/lines/0/copies/1/fund", "Title 1, copy 2"), ("/lines/1/isbn", "Title 2"), ("/order_number", "The whole order")],
)
def test_a_fault_says_where_it_is(pointer: str, place: str) -> None:
    assert FaultSeen(pointer=pointer, detail="").place == place


def test_a_fault_says_what_to_do_on_the_page() -> None:
    assert FaultSeen(pointer="/lines/0/copies/1/fund", detail="String should have at least 1 character").what == "Choose its fund"
    assert FaultSeen(pointer="/lines/0/isbn", detail="Not an ISBN; see GET /v1/x.").what == "Not an ISBN."
