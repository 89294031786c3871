"""Each thing has one page, whatever its id or name contains."""

from services.dashboard.domain import links


def test_a_suppliers_name_cannot_leave_its_place_in_the_address() -> None:
    assert links.supplier("a/../b?c") == "/suppliers/a%2F..%2Fb%3Fc"
    assert links.message("a/b", "7") == "/messages/a%2Fb/7"


def test_a_list_of_messages_is_narrowed_by_its_filters() -> None:
    assert links.messages("harbour-books", kind="despatch") == "/messages?supplier=harbour-books&kind=despatch"
