"""Answers of SRU: records, diagnostics and the request repeated, in the structure of both versions' schemas."""

from lxml import etree

from shared.formats import sru
from shared.formats.sru import Diagnostics, Explain, Packing, Version
from tests.unit.shared.formats.sru.builders import SERVER, a_record, names_of, parsed, search, texts_of


def test_a_search_is_answered_in_the_order_of_the_schema() -> None:
    answer = sru.search_answer(search(recordSchema="dc", startRecord="3"), 9, [a_record(), a_record("Dogs")])

    assert names_of(answer, "/s:searchRetrieveResponse/*") == [
        "version",
        "numberOfRecords",
        "records",
        "nextRecordPosition",
        "echoedSearchRetrieveRequest",
    ]
    assert names_of(answer, "(//s:record)[1]/*") == [
        "recordSchema",
        "recordPacking",
        "recordData",
        "recordIdentifier",
        "recordPosition",
    ]
    assert texts_of(answer, "//s:recordPosition") == ["3", "4"]
    assert texts_of(answer, "s:nextRecordPosition") == ["5"]
    assert texts_of(answer, "//s:recordSchema")[0] == "info:srw/schema/1/dc-v1.1"
    assert texts_of(answer, "//dc:title") == ["Cats & dogs", "Dogs"]


def test_the_last_records_are_followed_by_none() -> None:
    assert texts_of(sru.search_answer(search(startRecord="3"), 4, [a_record(), a_record()]), "s:nextRecordPosition") == []


def test_a_start_beyond_the_last_record_is_refused() -> None:
    answer = sru.search_answer(search(startRecord="5"), 4, [])

    assert texts_of(answer, "//d:uri") == ["info:srw/diagnostic/1/61"]
    assert texts_of(answer, "//d:details") == ["5"]


def test_a_search_that_finds_nothing_has_no_records() -> None:
    answer = sru.search_answer(search(), 0, [])

    assert texts_of(answer, "s:numberOfRecords") == ["0"]
    assert names_of(answer, "s:records") == []


def test_a_record_can_be_text_that_holds_xml() -> None:
    answer = sru.search_answer(search(recordPacking="string"), 1, [a_record()])
    packed = texts_of(answer, "//s:recordData")[0]

    assert texts_of(answer, "//s:recordPacking")[0] == "string"
    assert texts_of(packed.encode(), "dc:title") == ["Cats & dogs"]


def test_version_2_has_namespaces_and_a_name_of_its_own() -> None:
    answer = sru.search_answer(search(version="2.0"), 1, [a_record()])

    assert names_of(answer, "/s2:searchRetrieveResponse/s2:records/s2:record/*")[:2] == ["recordSchema", "recordXMLEscaping"]


def test_version_1_1_knows_no_identifier_of_a_record() -> None:
    assert texts_of(sru.search_answer(search(version="1.1"), 1, [a_record()]), "//s:recordIdentifier") == []


def test_the_request_is_repeated_with_what_it_stated() -> None:
    answer = sru.search_answer(search(query="cat", maximumRecords="5", recordSchema="dc"), 0, [])

    assert names_of(answer, "s:echoedSearchRetrieveRequest/*") == ["version", "query", "maximumRecords", "recordSchema"]
    assert texts_of(answer, "s:echoedSearchRetrieveRequest/s:query") == ["cat"]


def test_diagnostics_have_uri_details_and_message() -> None:
    refused = parsed(version="1.2", operation="searchRetrieve", query="shelf = cat")
    assert isinstance(refused, Diagnostics)
    answer = sru.refusal(refused)

    assert texts_of(answer, "s:numberOfRecords") == ["0"]
    assert texts_of(answer, "s:diagnostics/d:diagnostic/*") == ["info:srw/diagnostic/1/16", "shelf", "Unsupported index"]


def test_diagnostics_of_version_2_have_their_own_namespace() -> None:
    refused = parsed(query="cat", facetLimit="1")
    assert isinstance(refused, Diagnostics)

    assert texts_of(sru.refusal(refused), "s2:diagnostics/d2:diagnostic/d2:details") == ["facetLimit"]


def test_what_xml_cannot_hold_is_repeated_as_a_replacement_character() -> None:
    refused = parsed(query="cat\x00\ud800")
    assert isinstance(refused, Diagnostics)

    assert texts_of(sru.refusal(refused), "//s2:query") == ["cat\ufffd\ufffd"]


def test_a_refused_request_without_a_query_is_not_repeated() -> None:
    refused = parsed(version="1.2", operation="searchRetrieve")
    assert isinstance(refused, Diagnostics)

    assert names_of(sru.refusal(refused), "s:echoedSearchRetrieveRequest") == []


def test_explain_says_where_the_server_is_and_what_can_be_searched() -> None:
    answer = sru.explain_answer(Explain(Version.V1_2), sru.explain_record(SERVER, Version.V1_2))

    assert names_of(answer, "/s:explainResponse/s:record/*") == ["recordSchema", "recordPacking", "recordData"]
    assert names_of(answer, "//z:explain/*") == ["serverInfo", "databaseInfo", "indexInfo", "schemaInfo", "configInfo"]
    assert texts_of(answer, "//z:serverInfo/*") == ["catalogue.example", "443", "sru"]
    assert texts_of(answer, "//z:databaseInfo/*") == ["Catalogue of Eastmere", "Books"]
    assert texts_of(answer, "//z:schema/@name") == ["marcxml", "dc"]
    assert "isbn" in texts_of(answer, "//z:index/z:map/z:name[@set='bath']")
    assert texts_of(answer, "//z:setting[@type='maximumRecords']") == ["50"]


def test_every_index_of_explain_is_one_that_a_query_may_name() -> None:
    record = sru.explain_record(SERVER, Version.V2_0)
    answer = sru.explain_answer(Explain(Version.V2_0), record)
    names = [
        f"{prefix}.{name}" for prefix, name in zip(*(texts_of(answer, f"//z:name{part}") for part in ("/@set", "")), strict=True)
    ]

    assert names
    assert not any(isinstance(parsed(query=f"{name} = 2001"), Diagnostics) for name in names)


def test_explain_can_be_packed_as_text() -> None:
    record = sru.explain_record(SERVER, Version.V1_1)
    answer = sru.explain_answer(Explain(Version.V1_1, Packing.STRING), record)

    assert etree.QName(etree.fromstring(texts_of(answer, "//s:recordData")[0])).localname == "explain"
