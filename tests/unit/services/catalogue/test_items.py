"""The copies that a council ordered, completed from suppliers' records."""

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.domain.items import COPY_DATA, Item, completed
from shared.records import CopyData


def item(
    number: int, branch: str = "IPSW", *, council: str = "GB-SFK", supplier_id: str = "harbour-books", barcode: str = ""
) -> Item:
    return Item(
        copy_id=UUID(int=number),
        isbn="9781526622433",
        council=council,
        supplier_id=supplier_id,
        line_key="SB-1",
        order_number="PO-1",
        copy_number=number,
        data=CopyData(branch=branch, fund="FIC", barcode=barcode),
    )


def stated(branch: str = "IPSW", barcode: str = "", shelfmark: str = "") -> CopyData:
    return CopyData(branch=branch, barcode=barcode, shelfmark=shelfmark)


def marks(items: list[Item]) -> list[tuple[str, str]]:
    return [(each.data.barcode, each.data.shelfmark) for each in items]


def test_copies_of_a_record_are_the_items_of_their_branches() -> None:
    items = [item(1), item(2, "LOWE"), item(3)]
    found = completed(items, {"harbour-books": [stated(barcode="B1"), stated("LOWE", "B2"), stated(barcode="B3")]})
    assert marks(found) == [("B1", ""), ("B2", ""), ("B3", "")]
    assert {each.data.fund for each in found} == {"FIC"}


def test_a_barcode_says_which_copy_it_is_before_the_branch_does() -> None:
    copies = [stated("ELSEWHERE", "B2", "FIC CLA"), stated(barcode="B1", shelfmark="823.92")]
    assert marks(completed([item(1), item(2, barcode="B2")], {"harbour-books": copies})) == [("B1", "823.92"), ("B2", "FIC CLA")]


def test_a_copy_with_another_barcode_is_another_copy() -> None:
    found = completed([item(1, barcode="B7")], {"harbour-books": [stated(barcode="B1", shelfmark="823.92")]})
    assert marks(found) == [("B7", "")]


def test_what_the_council_ordered_stays() -> None:
    ordered = replace(item(1), data=CopyData(branch="IPSW", shelfmark="OURS"))
    assert marks(completed([ordered], {"harbour-books": [stated(shelfmark="THEIRS", barcode="B1")]})) == [("B1", "OURS")]


def test_a_branch_code_of_two_councils_does_not_say_whose_copy_it_is() -> None:
    items = [item(1), item(2, council="GB-NFK")]
    assert marks(completed(items, {"harbour-books": [stated(shelfmark="823.92")]})) == [("", ""), ("", "")]


def test_a_record_says_nothing_about_copies_of_another_supplier() -> None:
    assert marks(completed([item(1)], {"eastern": [stated(barcode="B1")]})) == [("", "")]


BRANCHES = st.sampled_from(["IPSW", "LOWE"])
BARCODES = st.sampled_from(["", "B1", "B2", "B3"])


@given(st.lists(st.tuples(BRANCHES, BARCODES), max_size=5), st.lists(st.builds(stated, BRANCHES, BARCODES), max_size=5))
def test_no_copy_is_lost_doubled_or_changed_in_what_was_ordered(ordered: list[tuple[str, str]], copies: list[CopyData]) -> None:
    items = [item(number, branch, barcode=barcode) for number, (branch, barcode) in enumerate(ordered)]
    found = completed(items, {"harbour-books": copies})
    assert [each.copy_id for each in found] == [each.copy_id for each in items]
    for before, after in zip(items, found, strict=True):
        assert all(getattr(after.data, name) == text for name in COPY_DATA if (text := getattr(before.data, name)))
    given_now = [after.data.barcode for before, after in zip(items, found, strict=True) if not before.data.barcode]
    assert all(given_now.count(barcode) <= sum(copy.barcode == barcode for copy in copies) for barcode in given_now if barcode)
