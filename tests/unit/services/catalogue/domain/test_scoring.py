"""What a record is worth against a stated minimum."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.catalogue.domain.scoring import DEFAULT, Check, Minimum, Rule, score
from shared.records import Cataloguing, Contributor, CopyData, Description, FullnessLevel, Role
from tests.unit.services.catalogue.domain.examples import FULL, POOR, a_record


def lacking(description: Description, *, encoding_true: bool = True, copies: tuple[CopyData, ...] = ()) -> list[str]:
    record = a_record(description=description, encoding_true=encoding_true, copies=copies)
    return [shortfall.code for shortfall in score(record, DEFAULT).shortfalls]


def test_a_full_record_has_all_points() -> None:
    assert (score(a_record(), DEFAULT).points, score(a_record(), DEFAULT).passes) == (100, True)


def test_a_poor_record_is_told_what_it_lacks_the_most_costly_first() -> None:
    result = score(a_record(description=POOR), DEFAULT)

    assert not result.passes
    assert [each.code for each in result.shortfalls[:4]] == ["isbn", "author", "dewey", "subject"]
    assert (result.shortfalls[2].reason, result.shortfalls[2].place) == ("there is no Dewey number to shelve by", "082")
    assert result.points == 100 - sum(each.lost for each in result.shortfalls)


@pytest.mark.parametrize(
    ("description", "code"),
    [
        (replace(FULL, title=None), "title"),
        (replace(FULL, identifiers=()), "isbn"),
        (replace(FULL, identifiers=(replace(FULL.identifiers[0], value="9781472223821"),)), "isbn"),
        (replace(FULL, identifiers=(replace(FULL.identifiers[0], invalid=True),)), "isbn"),
        (replace(FULL, publisher=""), "publisher"),
        (replace(FULL, published=""), "date"),
        (replace(FULL, extent="", pages=None), "extent"),
        (replace(FULL, content=(), carrier=()), "content-type"),
        (replace(FULL, subjects=FULL.subjects[1:]), "dewey"),
        (replace(FULL, subjects=FULL.subjects[:1]), "subject"),
        (replace(FULL, languages=()), "language"),
        (replace(FULL, summary="A house \N{REPLACEMENT CHARACTER} with many rooms."), "unreadable"),
        (replace(FULL, contributors=(Contributor("Susanna Clarke", roles=(Role.AUTHOR,)),)), "author-form"),
        (replace(FULL, cataloguing=Cataloguing(level=FullnessLevel.PREPUBLICATION)), "level"),
    ],
)
def test_each_thing_that_a_record_lacks_is_named(description: Description, code: str) -> None:
    assert lacking(description) == [code]


def test_text_in_another_character_set_than_declared_costs_points() -> None:
    assert lacking(FULL, encoding_true=False) == ["charset"]


def test_a_body_is_filed_under_its_name() -> None:
    body = Contributor("Suffolk Local History Council", roles=(Role.AUTHOR,), corporate=True)

    assert lacking(replace(FULL, contributors=(body,))) == []


@pytest.mark.parametrize(
    ("copies", "codes"),
    [
        ((), []),
        ((CopyData(branch="IPSW", barcode="1"), CopyData(branch="LOWE", barcode="2")), []),
        ((CopyData(branch="IPSW", barcode="1"), CopyData(branch="LOWE", barcode="1")), ["copies"]),
        ((CopyData(branch="IPSW"),), ["copies"]),
        ((CopyData(barcode="1"),), ["copies"]),
    ],
)
def test_copies_must_be_complete_and_their_barcodes_differ(copies: tuple[CopyData, ...], codes: list[str]) -> None:
    assert lacking(FULL, copies=copies) == codes


def test_a_required_rule_decides_whatever_the_points() -> None:
    required = Minimum(
        (Rule("summary", Check.STATES, 1, "there is no summary", "520", ("summary",), required=True),), pass_mark=0
    )

    assert not score(a_record(), required).passes


def test_a_minimum_without_rules_is_met_by_all() -> None:
    assert score(a_record(description=POOR), Minimum((), pass_mark=0)).passes
