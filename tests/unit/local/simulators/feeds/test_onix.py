"""ONIX messages of invented books, as any XML parser reads them."""

from __future__ import annotations

import pytest
from lxml import etree

from local.simulators.feeds.book import Book
from local.simulators.feeds.books import books
from local.simulators.feeds.onix import deletion, onix_chunks, product, supply_update
from local.simulators.feeds.onix_tags import SHORT_TAGS

_SENDER = "Feeds & Daughters"
_BOOKS = list(books(seed=3, count=300))


def parsed(chunks: list[bytes]) -> etree._Element:
    """The message as a parser without recovery reads it."""
    return etree.fromstring(b"".join(chunks))


@pytest.mark.parametrize("release", ["3.0", "3.1"])
@pytest.mark.parametrize("short", [False, True])
def test_a_message_is_well_formed_and_has_each_book_once_in_order(release: str, short: bool) -> None:
    chunks = list(onix_chunks(_BOOKS, sender=_SENDER, release=release, short=short))
    message = parsed(chunks)
    space = f"{{http://ns.editeur.org/onix/{release}/{'short' if short else 'reference'}}}"
    names = SHORT_TAGS if short else {name: name for name in SHORT_TAGS}
    assert message.tag == space + names["ONIXMessage"]
    assert message.get("release") == release
    assert message.findtext(f".//{space}{names['SenderName']}") == _SENDER
    products = message.findall(space + names["Product"])
    found = [one.findtext(f"{space}{names['ProductIdentifier']}[3]/{space}{names['IDValue']}") for one in products]
    assert found == [book.isbn for book in _BOOKS]
    assert len(chunks) == len(_BOOKS) + 2


def test_short_tags_carry_the_same_as_reference_tags() -> None:
    reference, short = (parsed(list(onix_chunks(_BOOKS, sender=_SENDER, short=short))) for short in (False, True))
    for one, other in zip(reference.iter(), short.iter(), strict=True):
        assert SHORT_TAGS[etree.QName(one).localname] == etree.QName(other).localname
        assert (one.text or "").strip() == (other.text or "").strip()


def test_a_product_has_the_size_of_a_bookseller_s() -> None:
    counts = [sum(1 for _ in product(book).iter()) for book in _BOOKS]
    sizes = [len(chunk) for chunk in list(onix_chunks(_BOOKS, sender=_SENDER))[1:-1]]
    assert 80 <= sum(counts) / len(counts) <= 150
    assert 4_000 <= sum(sizes) / len(sizes) <= 7_000


def test_a_product_states_what_the_book_is() -> None:
    book = next(book for book in _BOOKS if book.series and book.ages and book.form.printed and book.title.prefix)
    found = product(book)
    assert book.series is not None
    assert found.findtext("DescriptiveDetail/TitleDetail/TitleElement/TitleWithoutPrefix") == book.title.text
    assert found.findtext("DescriptiveDetail/Collection/TitleDetail/TitleElement/TitleText") == book.series[0]
    assert found.findtext("DescriptiveDetail/Extent/ExtentValue") == str(book.extent.pages)
    assert found.findtext("CollateralDetail/TextContent/Text") == book.summary
    assert found.findtext("ProductSupply/SupplyDetail/Price/PriceAmount") == f"{book.offer.pence / 100:.2f}"


def test_each_book_has_the_notification_that_the_caller_decides() -> None:
    def record(book: Book) -> etree._Element:
        return (product(book), product(book, "01"), supply_update(book), deletion(book))[book.number % 4]

    message = parsed(list(onix_chunks(_BOOKS[:4], sender=_SENDER, record=record)))
    whole, early, update, deleted = message.findall("{*}Product")
    assert [one.findtext("{*}NotificationType") for one in (whole, early, update, deleted)] == ["03", "01", "04", "05"]
    assert update.find("{*}ProductSupply") is not None
    assert update.find("{*}DescriptiveDetail") is None
    assert deleted.find("{*}ProductSupply") is None
    assert all(len(one.findall("{*}ProductIdentifier")) == 3 for one in message.findall("{*}Product"))
