"""Which supplier is asked for a record."""

from datetime import date

from services.catalogue.domain.asking import Wanted, whom_to_ask


def test_several_copies_of_one_book_lead_to_one_ask() -> None:
    wanted = [Wanted("9781526622433", branch, "book", "eastern") for branch in ("IPSW", "LOWE", "IPSW")]
    asks = whom_to_ask(wanted, [], council="GB-SFK", on=date(2026, 3, 2))
    assert [(ask.isbn, ask.supplier_id, ask.council) for ask in asks] == [("9781526622433", "eastern", "GB-SFK")]
