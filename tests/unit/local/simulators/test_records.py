"""The simulated bookseller's records, read as our side reads them."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local.simulators import CATALOGUE
from local.simulators.bookseller.feed import upload_feeds
from local.simulators.bookseller.options import Options, Proportions
from local.simulators.bookseller.records import onix, read_catalogue
from services.suppliers.contract import RawMessage, Reading
from services.suppliers.national.read import read
from shared.records import (
    AgeRange,
    AudienceKind,
    Availability,
    LinkKind,
    Record,
    Relation,
    Role,
    SubjectScheme,
)
from shared.values import to_isbn13

SOUND = Proportions(brief_record=0, spoiled_record=0)
ROWS = read_catalogue(CATALOGUE.read_text("utf-8"))
AUSTEN, DAHL, TOLKIEN = "9780141439518", "9780141365466", "9780261102361"


def reading(*isbns: str, proportions: Proportions = SOUND) -> Reading:
    """Returns what is read in the message that answers a request for some books, by default for all."""
    options = Options(Path(), catalogue=CATALOGUE, proportions=proportions)
    rows = [ROWS[isbn] for isbn in isbns or ROWS]
    return read(RawMessage("records.xml", onix(options, rows, datetime(2026, 3, 2, 9, tzinfo=UTC))))


def record(isbn: str) -> Record:
    [found] = reading(isbn).facts
    assert isinstance(found, Record)
    return found


def codes(found: Record, scheme: SubjectScheme) -> list[str]:
    return [one.code for one in found.description.subjects if one.scheme is scheme]


def test_every_book_of_the_catalogue_has_a_record_without_a_finding() -> None:
    read_all = reading()

    assert read_all.findings == ()
    assert [fact.isbn for fact in read_all.facts if isinstance(fact, Record)] == list(ROWS)


def test_a_record_states_what_the_catalogue_has() -> None:
    found = record(AUSTEN)

    described = found.description
    assert [(one.name, one.sort_name, one.roles) for one in described.contributors] == [
        ("Jane Austen", "Austen, Jane", (Role.AUTHOR,)),
        ("Vivien Jones", "Jones, Vivien", (Role.EDITOR,)),
    ]
    assert (described.publisher, described.imprint, described.published) == ("Penguin Books", "Penguin Classics", "2003")
    assert (codes(found, SubjectScheme.THEMA), codes(found, SubjectScheme.THEMA_TIME)) == (["FBC"], ["3MN"])
    assert codes(found, SubjectScheme.DEWEY) == ["823.7"]
    assert [(one.relation, one.isbn) for one in described.related] == [(Relation.OTHER_FORMAT, "9780141040349")]
    assert described.summary.startswith("Elizabeth Bennet")
    assert [price.minor for offer in found.offers for price in offer.prices] == [699]


def test_what_the_catalogue_lacks_is_completed_by_the_seed() -> None:
    found = record(AUSTEN)

    assert found.description.pages is not None
    assert found.description.dimensions is not None
    assert [link.kind for link in found.description.links] == [LinkKind.COVER]
    assert found == record(AUSTEN)
    stocks = {offer.availability: offer.on_hand for fact in reading().facts if isinstance(fact, Record) for offer in fact.offers}
    assert stocks[Availability.IN_STOCK]
    assert len(stocks) == 3


def test_a_childrens_book_has_ages_and_a_part_of_a_series_its_number() -> None:
    child, part = record(DAHL).description, record(TOLKIEN).description

    assert (child.ages, [one.kind for one in child.audiences]) == (AgeRange(7, 11), [AudienceKind.CHILDREN])
    assert [one.code for one in child.subjects if one.scheme is SubjectScheme.THEMA_INTEREST] == ["5AH"]
    assert [(one.title, one.number) for one in part.series] == [("The Lord of the Rings", "2")]
    assert part.title is not None
    assert (part.title.title, part.title.nonfiling) == ("The Two Towers", 4)


def test_about_every_fifth_record_is_brief_and_one_is_spoiled() -> None:
    usual = reading(proportions=Proportions())

    facts = [fact for fact in usual.facts if isinstance(fact, Record)]
    brief = [fact for fact in facts if not fact.description.subjects]
    assert len(facts) == len(ROWS)
    assert 0.1 < len(brief) / len(facts) < 0.3
    assert all(not fact.description.summary and fact.offers[0].prices for fact in brief)
    assert len(usual.findings) == 1


def test_a_row_of_seven_columns_gives_a_record_of_no_more() -> None:
    row = {"isbn": AUSTEN, "title": "Emma", "author": "Jane Austen", "publisher": "", "year": "", "binding": "", "price": ""}
    message = onix(Options(Path(), proportions=SOUND), [row], datetime(2026, 3, 2, tzinfo=UTC))

    [found] = read(RawMessage("records.xml", message)).facts

    assert isinstance(found, Record)
    described = found.description
    assert (described.publisher, described.published, described.pages, described.links) == ("", "", None, ())
    assert found.offers[0].prices == ()


def test_numbers_in_the_catalogue_are_valid_and_dewey_agrees_with_thema() -> None:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    for row in rows:
        assert to_isbn13(row["isbn"]) == row["isbn"]
        assert not row["hardback"] or to_isbn13(row["hardback"]) == row["hardback"]
        assert not row["thema"].startswith(("F", "Y")) or not row["dewey"] or row["dewey"].startswith("8"), row["title"]
    assert all(row["thema"] and row["contributors"] and row["summary"] for row in rows)


def test_a_feed_is_uploaded_under_a_temporary_name_first(tmp_path: Path) -> None:
    given = tmp_path / "monday.onix"
    given.write_bytes(b"<ONIXMessage/>")
    options = Options(tmp_path, feed=given, feed_count=20)
    folder = options.mailbox / "records"
    folder.mkdir(parents=True)
    seen: list[set[str]] = []

    def goes_on() -> bool:
        seen.append({path.name for path in folder.iterdir()})
        return True

    upload_feeds(options, goes_on)

    assert seen[0] == {".monday.onix.part"}
    assert seen[-1] == {"monday.onix", ".feed-of-20.onix.part"}
    assert {path.name for path in folder.iterdir()} == {"monday.onix", "feed-of-20.onix"}
    invented = read(RawMessage("feed", (folder / "feed-of-20.onix").read_bytes()))
    assert (len(invented.facts), invented.findings) == (20, ())


@pytest.mark.parametrize("looks", [0, 3])
def test_a_bookseller_that_ends_leaves_no_part_of_a_feed(tmp_path: Path, looks: int) -> None:
    options = Options(tmp_path, feed_count=20)
    folder = options.mailbox / "records"
    folder.mkdir(parents=True)
    left = iter([True] * looks)

    upload_feeds(options, lambda: next(left, False))

    assert list(folder.iterdir()) == []
