"""The links of the page."""

from uuid import UUID

from services.dashboard.domain.links import Links

_ID = UUID(int=7)


def test_messages_feeds_and_invoices_are_linked_where_they_are_settled() -> None:
    links = Links("https://orders.example.org/", {"eastern": "https://eastern.example.org"})
    assert links.message("eastern", _ID) == f"https://eastern.example.org/v1/messages/{_ID}"
    assert links.feed("eastern", "despatch") == "https://eastern.example.org/v1/messages?direction=inbound&kind=despatch"
    assert links.invoice(_ID) == f"https://orders.example.org/v1/invoices/{_ID}"


def test_what_has_no_address_is_not_linked() -> None:
    links = Links()
    assert links.message("eastern", _ID) is None
    assert links.feed("eastern", "despatch") is None
    assert links.invoice(_ID) is None
