"""Answers of the repository, by the structure that the protocol's schema asks for."""

from datetime import UTC, datetime, timedelta, timezone

from lxml import etree

from shared.formats.oai_pmh import (
    LAST,
    GetRecord,
    Header,
    Identify,
    ListIdentifiers,
    ListMetadataFormats,
    ListRecords,
    ListSets,
    More,
    Prefix,
    Record,
    Refused,
    SetEntry,
    datestamp,
)
from tests.unit.shared.formats.oai_pmh.builders import ANSWERS, NOW, PRIDE, a_header, a_record, parsed, texts_of


def names_in(answer: bytes, path: str) -> list[str]:
    found = etree.fromstring(answer).find(path.replace("o:", "{http://www.openarchives.org/OAI/2.0/}"))
    assert found is not None
    return [etree.QName(child).localname for child in found]


def first_part(size: int | None = 5) -> tuple[bytes, str]:
    request = parsed(verb="ListRecords", metadataPrefix="oai_dc", set="eastmere")
    assert isinstance(request, ListRecords)
    answer = ANSWERS.records(request, [a_record(1), a_record(2)], More("2", size), NOW)
    return answer, texts_of(answer, "o:ListRecords/o:resumptionToken")[0]


def test_identify_has_what_the_schema_asks_for_in_its_order() -> None:
    request = parsed(verb="Identify")
    assert isinstance(request, Identify)
    answer = ANSWERS.identify(request, NOW)

    assert names_in(answer, ".") == ["responseDate", "request", "Identify"]
    assert names_in(answer, "o:Identify") == [
        "repositoryName",
        "baseURL",
        "protocolVersion",
        "adminEmail",
        "earliestDatestamp",
        "deletedRecord",
        "granularity",
    ]
    assert texts_of(answer, "o:responseDate") == ["2026-03-09T12:30:00Z"]
    assert texts_of(answer, "o:request/@verb") == ["Identify"]
    assert texts_of(answer, "o:Identify/o:earliestDatestamp") == ["2020-01-01T00:00:00Z"]


def test_formats_are_listed_with_schema_and_namespace() -> None:
    request = parsed(verb="ListMetadataFormats")
    assert isinstance(request, ListMetadataFormats)
    answer = ANSWERS.metadata_formats(request, list(Prefix), NOW)

    assert texts_of(answer, "o:ListMetadataFormats/o:metadataFormat/o:metadataPrefix") == ["marc21", "oai_dc"]
    assert names_in(answer, "o:ListMetadataFormats/o:metadataFormat") == ["metadataPrefix", "schema", "metadataNamespace"]
    assert texts_of(ANSWERS.metadata_formats(request, [], NOW), "o:error/@code") == ["noMetadataFormats"]


def test_sets_are_listed_by_spec_and_name() -> None:
    request = parsed(verb="ListSets")
    assert isinstance(request, ListSets)
    answer = ANSWERS.sets(request, [SetEntry("eastmere", "Eastmere & district")], LAST, NOW)

    assert texts_of(answer, "o:ListSets/o:set/o:setSpec") == ["eastmere"]
    assert texts_of(answer, "o:ListSets/o:set/o:setName") == ["Eastmere & district"]
    assert texts_of(ANSWERS.sets(request, [], LAST, NOW), "o:error/@code") == ["noSetHierarchy"]


def test_a_record_has_header_and_metadata_that_names_its_schema() -> None:
    request = parsed(verb="GetRecord", identifier=PRIDE, metadataPrefix="oai_dc")
    assert isinstance(request, GetRecord)
    answer = ANSWERS.record(request, a_record(), NOW)

    assert names_in(answer, "o:GetRecord/o:record") == ["header", "metadata"]
    assert names_in(answer, "o:GetRecord/o:record/o:header") == ["identifier", "datestamp", "setSpec"]
    assert texts_of(answer, "//dc:title") == ["Pride and prejudice"]
    assert (
        b'schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd"' in answer
    )
    assert texts_of(answer, "o:request/@identifier") == [PRIDE]


def test_a_deleted_record_has_a_status_and_no_metadata() -> None:
    request = parsed(verb="GetRecord", identifier=PRIDE, metadataPrefix="oai_dc")
    assert isinstance(request, GetRecord)
    answer = ANSWERS.record(request, Record(Header(PRIDE, NOW, deleted=True), a_record().metadata), NOW)

    assert texts_of(answer, "//o:header/@status") == ["deleted"]
    assert names_in(answer, "o:GetRecord/o:record") == ["header"]


def test_a_record_that_does_not_exist_is_an_error_that_repeats_the_request() -> None:
    request = parsed(verb="GetRecord", identifier=PRIDE, metadataPrefix="oai_dc")
    assert isinstance(request, GetRecord)
    answer = ANSWERS.record(request, None, NOW)

    assert texts_of(answer, "o:error/@code") == ["idDoesNotExist"]
    assert texts_of(answer, "o:request/@identifier") == [PRIDE]


def test_an_invalid_request_is_not_repeated() -> None:
    refused = parsed(verb="Identify", x="y")
    assert isinstance(refused, Refused)
    answer = ANSWERS.refusal(refused, NOW)

    assert texts_of(answer, "o:request") == ["https://catalogue.example/oai"]
    assert texts_of(answer, "o:request/@*") == []
    assert texts_of(answer, "o:error/@code") == ["badArgument"]


def test_a_list_of_one_part_has_no_token() -> None:
    request = parsed(verb="ListIdentifiers", metadataPrefix="oai_dc")
    assert isinstance(request, ListIdentifiers)
    answer = ANSWERS.headers(request, [a_header(1), a_header(2)], LAST, NOW)

    assert names_in(answer, "o:ListIdentifiers") == ["header", "header"]


def test_an_empty_list_is_an_error() -> None:
    headers, records = (parsed(verb=verb, metadataPrefix="oai_dc") for verb in ("ListIdentifiers", "ListRecords"))
    assert isinstance(headers, ListIdentifiers)
    assert isinstance(records, ListRecords)

    assert texts_of(ANSWERS.headers(headers, [], LAST, NOW), "o:error/@code") == ["noRecordsMatch"]
    assert texts_of(ANSWERS.records(records, [], LAST, NOW), "o:error/@code") == ["noRecordsMatch"]


def test_a_part_ends_with_a_token_that_goes_on_with_the_same_selection() -> None:
    answer, token = first_part()
    resumed = parsed(verb="ListRecords", resumptionToken=token)

    assert texts_of(answer, "o:ListRecords/o:resumptionToken/@cursor") == ["0"]
    assert texts_of(answer, "o:ListRecords/o:resumptionToken/@completeListSize") == ["5"]
    assert isinstance(resumed, ListRecords)
    assert (resumed.selection.prefix, resumed.selection.in_set) == (Prefix.OAI_DC, "eastmere")
    assert resumed.resumed is not None
    assert (resumed.resumed.position, resumed.resumed.cursor, resumed.resumed.size) == ("2", 2, 5)


def test_the_last_of_several_parts_ends_with_an_empty_token() -> None:
    request = parsed(verb="ListRecords", resumptionToken=first_part()[1])
    assert isinstance(request, ListRecords)
    middle = ANSWERS.records(request, [a_record(3), a_record(4)], More("4"), NOW)
    request = parsed(verb="ListRecords", resumptionToken=texts_of(middle, "o:ListRecords/o:resumptionToken")[0])
    assert isinstance(request, ListRecords)
    last = ANSWERS.records(request, [a_record(5)], LAST, NOW)

    assert texts_of(last, "o:ListRecords/o:resumptionToken") == [""]
    assert texts_of(last, "o:ListRecords/o:resumptionToken/@cursor") == ["4"]
    assert texts_of(last, "o:ListRecords/o:resumptionToken/@completeListSize") == ["5"]


def test_a_list_of_unknown_size_does_not_state_one() -> None:
    assert texts_of(first_part(size=None)[0], "o:ListRecords/o:resumptionToken/@completeListSize") == []


def test_moments_are_written_in_utc_by_the_second() -> None:
    assert datestamp(datetime(2026, 3, 9, 1, 0, 0, 999999, tzinfo=timezone(timedelta(hours=2)))) == "2026-03-08T23:00:00Z"
    assert datestamp(datetime(800, 1, 1, tzinfo=UTC)) == "0800-01-01T00:00:00Z"
