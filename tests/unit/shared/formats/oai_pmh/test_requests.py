"""Requests of harvesters: the six verbs, and every error that the protocol names for their arguments."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.formats import oai_pmh
from shared.formats.oai_pmh import (
    GetRecord,
    Identify,
    ListIdentifiers,
    ListMetadataFormats,
    ListRecords,
    ListSets,
    Prefix,
    Refused,
    Selection,
    Verb,
)
from tests.unit.shared.formats.oai_pmh.builders import ANSWERS, NOW, PRIDE, REPOSITORY, errors_of, parsed, sentences_of, texts_of

NAMES = ["verb", "metadataPrefix", "from", "until", "set", "identifier", "resumptionToken", "x"]
VALUES = [*Verb, *Prefix, "2026-01-01", "2026-01-01T00:00:00Z", "0000-00-00", "9999-12-31", "a:b", "", "\x00", "é", "a" * 5000]


@given(st.lists(st.tuples(st.one_of(st.sampled_from(NAMES), st.text()), st.one_of(st.sampled_from(VALUES), st.text()))))
def test_any_arguments_are_a_request_or_errors_that_can_be_answered(arguments: list[tuple[str, str]]) -> None:
    found = oai_pmh.parse(arguments, REPOSITORY)

    if isinstance(found, Refused):
        assert texts_of(ANSWERS.refusal(found, NOW), "o:error") == sentences_of(found)
        assert all(sentences_of(found))
    else:
        assert found.arguments == dict(arguments)


def test_each_verb_has_its_request() -> None:
    assert isinstance(parsed(verb="Identify"), Identify)
    assert parsed(verb="ListMetadataFormats") == ListMetadataFormats({"verb": "ListMetadataFormats"})
    assert isinstance(parsed(verb="ListSets"), ListSets)
    assert isinstance(parsed(verb="ListIdentifiers", metadataPrefix="marc21"), ListIdentifiers)
    assert isinstance(parsed(verb="ListRecords", metadataPrefix="marc21"), ListRecords)
    assert parsed(verb="GetRecord", identifier=PRIDE, metadataPrefix="oai_dc") == GetRecord(
        {"verb": "GetRecord", "identifier": PRIDE, "metadataPrefix": "oai_dc"}, PRIDE, Prefix.OAI_DC
    )


@pytest.mark.parametrize("arguments", [[], [("verb", "List")], [("verb", "Identify"), ("verb", "Identify")]])
def test_a_verb_that_is_missing_unknown_or_repeated_is_bad(arguments: list[tuple[str, str]]) -> None:
    assert errors_of(oai_pmh.parse(arguments, REPOSITORY)) == ["badVerb"]


def test_days_are_taken_from_their_beginning_to_their_end() -> None:
    found = parsed(verb="ListRecords", metadataPrefix="marc21", since="2026-01-01", until="2026-01-01", set="a:b")

    assert isinstance(found, ListRecords)
    assert found.selection == Selection(Prefix.MARC21, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), "a:b")


def test_the_last_second_belongs_to_the_interval() -> None:
    found = parsed(verb="ListRecords", metadataPrefix="marc21", until="2026-01-01T12:00:00Z")

    assert isinstance(found, ListRecords)
    assert found.selection.before == datetime(2026, 1, 1, 12, 0, 1, tzinfo=UTC)


def test_an_interval_may_begin_before_the_first_record_and_end_with_the_calendar() -> None:
    assert isinstance(parsed(verb="ListRecords", metadataPrefix="marc21", since="0001-01-01", until="9999-12-31"), ListRecords)


@pytest.mark.parametrize(
    "arguments",
    [
        {"verb": "Identify", "set": "a"},
        {"verb": "GetRecord", "metadataPrefix": "marc21"},
        {"verb": "ListRecords"},
        {"verb": "ListRecords", "metadataPrefix": "a b"},
        {"verb": "ListRecords", "metadataPrefix": "marc21", "resumptionToken": "x"},
        {"verb": "ListRecords", "metadataPrefix": "marc21", "set": "a b"},
        {"verb": "ListRecords", "metadataPrefix": "marc21", "set": ""},
        {"verb": "ListRecords", "metadataPrefix": "marc21", "since": "2026-01-01T00:00Z"},
        {"verb": "ListRecords", "metadataPrefix": "marc21", "since": "2026-02-30"},
        {"verb": "ListRecords", "metadataPrefix": "marc21", "until": "yesterday"},
        {"verb": "ListRecords", "metadataPrefix": "marc21", "until": "2019-12-31"},
        {"verb": "ListRecords", "metadataPrefix": "marc21", "since": "2026-01-02", "until": "2026-01-01"},
        {"verb": "ListRecords", "metadataPrefix": "marc21", "since": "2026-01-01", "until": "2026-01-02T00:00:00Z"},
        {"verb": "GetRecord", "metadataPrefix": "marc21", "identifier": "a\x01"},
        {"verb": "GetRecord", "metadataPrefix": "marc21", "identifier": "a" * 501},
    ],
)
def test_arguments_that_are_unknown_missing_exclusive_or_malformed_are_bad(arguments: dict[str, str]) -> None:
    found = parsed(**arguments)

    assert errors_of(found) == ["badArgument"]
    assert isinstance(found, Refused)
    assert not found.arguments


def test_a_repeated_argument_is_bad() -> None:
    repeated = [("verb", "ListRecords"), ("metadataPrefix", "marc21"), ("metadataPrefix", "marc21")]
    assert errors_of(oai_pmh.parse(repeated, REPOSITORY)) == ["badArgument"]


def test_all_bad_arguments_are_reported_together() -> None:
    assert sentences_of(parsed(verb="GetRecord", x="y")) == [
        "x is no argument of GetRecord.",
        "identifier is missing.",
        "metadataPrefix is missing.",
    ]


@pytest.mark.parametrize(
    "arguments", [{"verb": "ListRecords"}, {"verb": "ListIdentifiers"}, {"verb": "GetRecord", "identifier": PRIDE}]
)
def test_an_unknown_format_cannot_be_disseminated(arguments: dict[str, str]) -> None:
    found = parsed(**arguments, metadataPrefix="mods")

    assert errors_of(found) == ["cannotDisseminateFormat"]
    assert isinstance(found, Refused)
    assert found.arguments == {**arguments, "metadataPrefix": "mods"}


@pytest.mark.parametrize(
    "arguments", [[("verb", "ListSets")], [("verb", "ListRecords"), ("metadataPrefix", "marc21"), ("set", "a")]]
)
def test_a_repository_without_sets_says_so(arguments: list[tuple[str, str]]) -> None:
    assert errors_of(oai_pmh.parse(arguments, replace(REPOSITORY, has_sets=False))) == ["noSetHierarchy"]
