"""Invented books: the same by seed and number, with valid ISBNs and the proportions of a catalogue."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import isbn as isbns

from local.simulators.feeds import chance
from local.simulators.feeds.book import Book
from local.simulators.feeds.books import LIMIT, TODAY, books, isbn


@pytest.fixture(scope="module")
def catalogue() -> list[Book]:
    return list(books(seed=1, count=4_000))


@given(seed=st.integers(0, 2**31), number=st.integers(0, LIMIT - 100), before=st.integers(0, 3))
def test_a_book_is_the_same_wherever_its_feed_starts_and_ends(seed: int, number: int, before: int) -> None:
    start = max(number - before, 0)
    [*_, last] = books(seed, number - start + 1, start)
    assert [last] == list(books(seed, 1, number))
    assert last.number == number
    assert last.isbn == isbn(seed, number)


def test_a_seed_gives_the_same_books_in_every_process() -> None:
    [book] = books(1, 1, 2026)
    assert (book.isbn, book.title.full, book.contributors[0].person.name) == ("9781094976228", "Fire", "Kofi Zellelow")
    assert book.summary.startswith("His bird chainish tout thospor new chiser ream her weck")


def test_another_seed_gives_other_books() -> None:
    [one], [other] = books(1, 1, 7), books(2, 1, 7)
    assert one.title != other.title
    assert one.isbn != other.isbn


def test_every_isbn_is_valid_and_different() -> None:
    numbers = [isbn(5, number) for number in (*range(50_000), *range(LIMIT, LIMIT + 1_000))]
    assert len(set(numbers)) == 51_000
    assert all(isbns.is_valid(number) for number in numbers)
    assert {number[:4] for number in numbers} == {"9781", "9798"}


def test_the_proportions_are_those_of_a_catalogue(catalogue: list[Book]) -> None:
    def share(count: int) -> float:
        return count / len(catalogue)

    forms = Counter(book.form.code for book in catalogue)
    assert share(forms["BC"]) == pytest.approx(0.55, abs=0.03)
    assert share(forms["BB"]) == pytest.approx(0.20, abs=0.03)
    assert share(sum(book.ages is not None for book in catalogue)) == pytest.approx(0.20, abs=0.03)
    assert share(sum(book.series is not None for book in catalogue)) == pytest.approx(0.15, abs=0.03)
    assert share(sum(bool(book.title.subtitle) for book in catalogue)) == pytest.approx(1 / 3, abs=0.03)
    assert share(sum(bool(book.contents) for book in catalogue)) == pytest.approx(0.10, abs=0.03)
    assert share(sum(not book.title.full.isascii() for book in catalogue)) == pytest.approx(0.04, abs=0.02)
    assert share(sum(book.published > "2015" for book in catalogue)) > 0.5


def test_texts_have_the_lengths_of_a_catalogue_and_composed_accents(catalogue: list[Book]) -> None:
    for book in catalogue:
        assert 1 <= len(book.title.text.split()) <= 12
        assert 40 <= len(book.summary.split()) <= 250
        assert 1 <= len(book.contributors) <= 6
        assert "1950" <= book.published[:4] <= "2027"
        text = " ".join((book.title.full, book.title.subtitle, *(one.person.name for one in book.contributors)))
        assert unicodedata.is_normalized("NFC", text)


def test_few_authors_have_many_books_and_most_have_few(catalogue: list[Book]) -> None:
    titles = Counter(one.person for book in catalogue for one in book.contributors).most_common()
    assert titles[0][1] >= 8
    assert sum(count == 1 for _, count in titles) > len(titles) / 2


def test_the_books_of_a_series_have_one_main_author(catalogue: list[Book]) -> None:
    authors = Counter((book.series[0], book.contributors[0].person) for book in catalogue if book.series)
    assert len(authors) == len({series for series, _ in authors})
    assert authors.most_common(1)[0][1] > 1


def test_words_are_skewed_and_many(catalogue: list[Book]) -> None:
    words = Counter(word for book in catalogue for word in book.summary.lower().replace(".", "").split())
    assert words["the"] > 0.03 * words.total()
    assert len(words) > 15_000


def test_forthcoming_books_are_exactly_those_of_later_days_and_have_no_stock(catalogue: list[Book]) -> None:
    for book in catalogue:
        assert book.forthcoming == (book.published > TODAY)
        assert not (book.forthcoming and book.offer.on_hand)


def test_a_skewed_table_has_every_choice_and_favours_the_first() -> None:
    slots = Counter(chance.skewed(range(1_000), flat=10))
    assert slots.total() == chance.SLOTS
    assert len(slots) == 1_000
    assert slots[0] > slots[10] > slots[999] >= 1


def test_a_weighted_table_has_the_shares_asked_for() -> None:
    slots = Counter(chance.weighted({"often": 3, "rarely": 1}))
    assert slots == {"often": chance.SLOTS * 3 // 4, "rarely": chance.SLOTS // 4}
