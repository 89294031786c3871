"""What search knows of a title."""

from dataclasses import replace

import pytest

from services.catalogue.domain.entry import entry_of, issued_of
from services.catalogue.domain.identifiers import forms_of
from services.catalogue.domain.merging import Title
from services.catalogue.domain.records import KeptRecord
from shared.records import AgeRange, Availability, Contributor, Identifier, IdentifierKind, Offer, TitleStatement
from tests.unit.services.catalogue.domain.examples import FULL, NOW, PIRANESI, a_record


def lexemes(*records: KeptRecord, **stated: object) -> set[str]:
    """Returns the lexemes of the book's entry, without their places."""
    title = Title(PIRANESI, replace(FULL, **stated), {}, 1, NOW)  # type: ignore[arg-type] # fields of a description
    vector = entry_of(title, records).words
    quoted, plain = vector.split("'")[1::2], " ".join(vector.split("'")[::2])
    return {*quoted, *(each.partition(":")[0] for each in plain.split())}


def test_a_word_is_known_with_and_without_its_field() -> None:
    assert {"piranesi", "t/piranesi", "clarke", "a/clarke", "p/bloomsbury"} <= lexemes()
    assert "t/clarke" not in lexemes()


def test_a_summary_is_known_only_without_a_field() -> None:
    found = lexemes(summary="Endless halls")
    assert "halls" in found
    assert not any(each.endswith("/halls") for each in found)


def test_a_title_is_known_as_a_whole_with_and_without_its_subtitle() -> None:
    assert {"t=emma", "t=emma a novel"} <= lexemes(title=TitleStatement("Emma", subtitle="a novel"))


def test_initials_are_known_joined_and_apart() -> None:
    assert {"a/j", "a/k", "a/jk"} <= lexemes(contributors=(Contributor("J. K. Rowling"),))


def test_a_supplier_counts_only_with_a_record_in_force() -> None:
    offers = (Offer(Availability.IN_STOCK),)
    assert {"b/eastern", "v/in stock"} <= lexemes(a_record("eastern", offers=offers))
    assert not {"b/eastern", "v/in stock"} & lexemes(a_record("eastern", offers=offers, withdrawn=True))


def test_ages_are_known_year_by_year() -> None:
    assert {each for each in lexemes(ages=AgeRange(7, 9)) if each.startswith("g/")} == {"g/7", "g/8", "g/9"}
    assert "g/18" in lexemes(ages=AgeRange(lowest=12))
    assert not any(each.startswith("g/") for each in lexemes(ages=AgeRange()))


def test_quotes_and_backslashes_in_a_value_are_escaped() -> None:
    title = Title(PIRANESI, replace(FULL, form=r"o'clock \ book"), {}, 1, NOW)
    assert r"'f/o''clock \\ book'" in entry_of(title, ()).words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("978-1-5266-2243-3", "1526622432"),
        ("9781526622433", "1-5266-2243-2"),
        ("2001-627090", "2001627090"),
        ("85-2 ", "85000002"),
        ("n78-890351", "n78890351"),
        ("GBC0-12345", "gbc012345"),
        ("5 060084 610018", "5060084610018"),
    ],
)
def test_forms_of_one_number_are_found_by_each_other(one: str, other: str) -> None:
    assert set(forms_of(one)) & set(forms_of(other))


def test_an_identifier_of_signs_only_has_no_form() -> None:
    assert forms_of("--") == ()


@pytest.mark.parametrize(
    ("published", "issued"),
    [("2020", 20200000), ("2020-09", 20200900), ("2020-09-04", 20200904), ("Spring 2027", 0), ("", 0), ("20201", 0)],
)
def test_a_date_is_a_number_with_zeros_for_what_is_not_stated(published: str, issued: int) -> None:
    assert issued_of(published) == issued


def test_names_are_the_longer_words_of_title_and_contributors() -> None:
    found = entry_of(Title(PIRANESI, replace(FULL, identifiers=(Identifier(IdentifierKind.BNB, "GBC1"),)), {}, 1, NOW), ())
    assert found.names == {"piranesi", "susanna", "clarke"}
