"""What the LMS orders for a proposal: everything as selected, except what had a fault."""

from typing import Any
from uuid import UUID

from local.lms.answers import Proposal
from local.lms.proposals import Corrections, corrected

BY = Corrections("IPSW", "FIC")


def a_copy(branch: str = "LOWE", fund: str = "CHILD") -> dict[str, Any]:
    return {"branch": branch, "fund": fund, "sequence": "NEW", "shelfmark": "", "servicing": ["BJ"]}


def a_proposal(*faults: str, copies: tuple[dict[str, Any], ...], quantity: int = 0) -> Proposal:
    """Returns a proposal of one title with faults at these places."""
    line = {"reference": "S-1", "isbn": "9780141439518", "title": "Emma", "author": "", "quantity": quantity or len(copies)}
    return Proposal.model_validate(
        {
            "proposal_id": UUID(int=1),
            "supplier_id": "national",
            "selection_number": "S",
            "state": "open",
            "order_id": None,
            "lines": [{**line, "unit_price": {"minor": 899, "currency": "GBP"}, "copies": copies}],
            "faults": [{"pointer": pointer, "code": "x", "detail": "y"} for pointer in faults],
        }
    )


def test_what_is_right_is_ordered_as_it_was_selected() -> None:
    (line,) = corrected(a_proposal(copies=(a_copy(), a_copy("BURY"))), BY)

    assert (line["line_number"], line["reference"], line["isbn"]) == (1, "S-1", "9780141439518")
    assert line["unit_price"] == {"minor": 899, "currency": "GBP"}
    assert line["copies"] == [a_copy(), a_copy("BURY")]


def test_only_what_a_fault_points_at_is_replaced() -> None:
    proposal = a_proposal("/lines/0/copies/0/branch", "/lines/0/copies/1/fund", copies=(a_copy("OLD"), a_copy(fund="")))

    (line,) = corrected(proposal, BY)

    assert line["copies"] == [a_copy("IPSW"), a_copy(fund="FIC")]


def test_copies_without_details_are_filled_in() -> None:
    proposal = a_proposal("/lines/0/copies/1/branch", "/lines/0/copies/1/fund", copies=(a_copy(),), quantity=3)

    (line,) = corrected(proposal, BY)

    assert line["copies"] == [a_copy(), {"branch": "IPSW", "fund": "FIC", "quantity": 2}]


def test_a_fault_that_neither_branch_nor_fund_corrects_remains() -> None:
    (line,) = corrected(a_proposal("/lines/0/isbn", "", copies=(a_copy(),)), BY)

    assert line["copies"] == [a_copy()]
