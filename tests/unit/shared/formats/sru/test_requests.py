"""SRU requests of all versions, and the diagnostics of those that are not carried out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.formats import cql, sru
from shared.formats.sru import Diagnostics, Explain, Packing, Schema, SearchRetrieve, Version
from tests.unit.shared.formats.sru.builders import SERVER, codes_of, names_of, parsed, search

NAMES = [
    "version",
    "operation",
    "query",
    "startRecord",
    "maximumRecords",
    "recordSchema",
    "recordPacking",
    "x-y",
    "z",
    "sortKeys",
]
VALUES = ["1.1", "1.2", "2.0", "searchRetrieve", "explain", "scan", "cat", "(", "0", "1", "-1", "9" * 5000, "²", "dc", "xml", ""]


@given(st.lists(st.tuples(st.one_of(st.sampled_from(NAMES), st.text()), st.one_of(st.sampled_from(VALUES), st.text()))))
def test_any_arguments_are_a_request_or_diagnostics_that_can_be_answered(arguments: list[tuple[str, str]]) -> None:
    found = sru.parse(arguments)

    match found:
        case Diagnostics():
            assert names_of(sru.refusal(found), "//*[local-name()='diagnostic']")
        case SearchRetrieve():
            assert names_of(sru.search_answer(found, 0, []), "//*[local-name()='echoedSearchRetrieveRequest']")
        case Explain():
            assert names_of(sru.explain_answer(found, sru.explain_record(SERVER, found.version)), "//z:explain")


def test_a_search_has_what_the_standard_presumes() -> None:
    found = search()

    assert found.query == cql.parse("cat")
    assert (found.start, found.maximum, found.schema, found.packing) == (1, None, Schema.MARCXML, Packing.XML)


def test_a_search_states_place_number_schema_and_packing() -> None:
    found = search(startRecord="11", maximumRecords="0", recordSchema="dc", recordPacking="string")

    assert (found.start, found.maximum, found.schema, found.packing) == (11, 0, Schema.DC, Packing.STRING)


def test_version_2_needs_neither_version_nor_operation() -> None:
    found = parsed(query="cat", recordXMLEscaping="string", queryType="cql", httpAccept="text/xml")

    assert isinstance(found, SearchRetrieve)
    assert (found.version, found.packing) == (Version.V2_0, Packing.STRING)


@pytest.mark.parametrize(
    ("arguments", "version"),
    [({}, "1.2"), ({"operation": "explain", "version": "1.1"}, "1.1"), ({"version": "2.0"}, "2.0"), ({"x-y": "z"}, "1.2")],
)
def test_a_request_without_a_query_is_explain(arguments: dict[str, str], version: str) -> None:
    assert parsed(**arguments) == Explain(Version(version))


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("marcxml", Schema.MARCXML),
        ("info:srw/schema/1/marcxml-v1.1", Schema.MARCXML),
        ("http://www.loc.gov/MARC21/slim", Schema.MARCXML),
        ("info:srw/schema/1/dc-v1.1", Schema.DC),
        ("http://purl.org/dc/elements/1.1/", Schema.DC),
    ],
)
def test_a_schema_has_several_names(name: str, schema: Schema) -> None:
    assert search(recordSchema=name).schema is schema


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"operation": "scan", "version": "1.2"}, 4),
        ({"operation": "searchRetrieve", "version": "3.0", "query": "cat"}, 5),
        ({"query": "cat", "startRecord": "0"}, 6),
        ({"query": "cat", "startRecord": "1" * 10}, 6),
        ({"query": "cat", "startRecord": "²"}, 6),
        ({"query": "cat", "maximumRecords": "-1"}, 6),
        ({"operation": "searchRetrieve", "query": "cat"}, 7),
        ({"operation": "searchRetrieve", "version": "1.2"}, 7),
        ({"operation": "searchRetrieve", "version": "1.2", "query": ""}, 7),
        ({"queryType": "cql"}, 7),
        ({"query": "cat", "facetLimit": "10"}, 8),
        ({"version": "1.1", "operation": "searchRetrieve", "query": "cat", "recordXMLEscaping": "xml"}, 8),
        ({"query": "("}, 10),
        ({"query": "cat", "queryType": "searchTerms"}, 11),
        ({"query": "shelf = cat"}, 16),
        ({"query": "title adj cat"}, 19),
        ({"query": "cat", "recordSchema": "mods"}, 66),
        ({"query": "cat", "recordXMLEscaping": "json"}, 71),
        ({"operation": "explain", "version": "1.2", "recordPacking": "json"}, 71),
        ({"query": "cat", "sortKeys": "title"}, 80),
    ],
)
def test_what_cannot_be_carried_out_has_its_number(arguments: dict[str, str], code: int) -> None:
    assert codes_of(parsed(**arguments)) == [code]


def test_a_repeated_parameter_is_refused() -> None:
    assert codes_of(sru.parse([("query", "cat"), ("query", "dog")])) == [6]


def test_all_diagnostics_of_a_request_are_reported_together() -> None:
    assert codes_of(parsed(version="1.2", operation="searchRetrieve", query="shelf=a", recordSchema="mods", z="1")) == [8, 66, 16]


def test_extensions_are_passed_over() -> None:
    assert "x-info-5-auth" not in search(**{"x-info-5-auth": "token"}).arguments
