"""ONIX files as senders make them, and as attackers do."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.findings import Severity
from shared.formats import onix
from shared.formats.onix import Code
from shared.formats.xml_records import LARGEST_RECORD
from shared.records import (
    Contributor,
    Description,
    Identifier,
    IdentifierKind,
    KeptAside,
    Offer,
    Price,
    PriceKind,
    Record,
    Role,
    TitleStatement,
)

REFERENCE = """<?xml version="1.0" encoding="UTF-8"?>
<ONIXMessage release="3.0" xmlns="http://ns.editeur.org/onix/3.0/reference">
<Header><Sender><SenderName>Somebody</SenderName></Sender></Header>
<Product><RecordReference>com.example.1</RecordReference><NotificationType>03</NotificationType>
<ProductIdentifier><ProductIDType>01</ProductIDType><IDValue>42</IDValue></ProductIdentifier>
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780141439518</IDValue></ProductIdentifier>
<DescriptiveDetail><ProductForm>BB</ProductForm>
<TitleDetail><TitleType>05</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>
<TitleText>Abbreviated</TitleText></TitleElement></TitleDetail>
<TitleDetail><TitleType>01</TitleType>
<TitleElement><TitleElementLevel>02</TitleElementLevel><TitleText>A series</TitleText></TitleElement>
<TitleElement><TitleElementLevel>01</TitleElementLevel><TitlePrefix>The</TitlePrefix>
<TitleWithoutPrefix>Mill &amp; the Floss</TitleWithoutPrefix><Subtitle>A novel</Subtitle></TitleElement></TitleDetail>
<Contributor><ContributorRole>A01</ContributorRole><NamesBeforeKey>George</NamesBeforeKey><KeyNames>Eliot</KeyNames></Contributor>
</DescriptiveDetail>
<PublishingDetail><Imprint><ImprintName>An imprint</ImprintName></Imprint>
<PublishingDate><PublishingDateRole>11</PublishingDateRole><Date>1860</Date></PublishingDate>
<PublishingDate><PublishingDateRole>01</PublishingDateRole><Date>200303</Date></PublishingDate></PublishingDetail>
<ProductSupply><SupplyDetail><Price><PriceType>02</PriceType><PriceAmount>8.99</PriceAmount>
<CurrencyCode>GBP</CurrencyCode></Price></SupplyDetail></ProductSupply></Product></ONIXMessage>"""

SHORT = """<ONIXmessage release="3.1" xmlns="http://ns.editeur.org/onix/3.1/short">
<product><a001>com.example.1</a001><a002>03</a002>
<productidentifier><b221>15</b221><b244>9780141439518</b244></productidentifier>
<descriptivedetail><b012>BB</b012><titledetail><b202>01</b202><titleelement><x409>01</x409><b030>The</b030>
<b031>Mill &amp; the Floss</b031><b029>A novel</b029></titleelement></titledetail>
<contributor><b035>A01</b035><b039>George</b039><b040>Eliot</b040></contributor></descriptivedetail>
<publishingdetail><imprint><b079>An imprint</b079></imprint>
<publishingdate><x448>01</x448><b306>200303</b306></publishingdate></publishingdetail>
<productsupply><supplydetail><price><x462>02</x462><j151>8.99</j151><j152>GBP</j152></price></supplydetail></productsupply>
</product></ONIXmessage>"""

FLOSS = Record(
    isbn="9780141439518",
    description=Description(
        identifiers=(Identifier(IdentifierKind.ISBN13, "9780141439518"),),
        title=TitleStatement("The Mill & the Floss", nonfiling=4, subtitle="A novel"),
        contributors=(Contributor("George Eliot", "Eliot, George", (Role.AUTHOR,)),),
        imprint="An imprint",
        published="2003-03",
        form="hardback",
        content=("txt",),
        media=("n",),
        carrier=("nc",),
    ),
    offers=(Offer(prices=(Price(899, "GBP", PriceKind.RETAIL, with_tax=True),)),),
    reference="com.example.1",
)


def core(record: Record) -> Record:
    """The record without what the files state beyond the facts that all of them have."""
    book = replace(record.description, identifiers=FLOSS.description.identifiers, series=())
    kept = tuple(finding for finding in record.findings if finding.code != Code.NOT_CARRIED)
    return replace(record, description=book, remainder=(), number=1, offset=0, findings=kept)


def codes_of(raw: bytes) -> list[str]:
    """The codes of all findings, in order, but those about parts that the table does not carry."""
    found = []
    for item in onix.read_records([raw]):
        if isinstance(item, Record):
            found += [finding.code for finding in item.findings if finding.code != Code.NOT_CARRIED]
        else:
            found.append(item.finding.code if isinstance(item, KeptAside) else item.code)
    return found


def core_of(item: object) -> Record:
    assert isinstance(item, Record)
    return core(item)


def title_of(record: Record) -> TitleStatement:
    assert record.description.title is not None
    return record.description.title


def records_of(text: str) -> list[Record]:
    return [core(record) for record in onix.read(text.encode()).records]


@pytest.mark.parametrize("text", [REFERENCE, SHORT])
def test_reference_and_short_tags_say_the_same(text: str) -> None:
    reading = onix.read(text.encode())

    assert [core(record) for record in reading.records] == [FLOSS]
    assert (reading.kept_aside, reading.findings) == ((), ())


def test_other_encodings_are_read_as_declared() -> None:
    text = REFERENCE.replace("A novel", "Un café")

    latin = onix.read(text.replace("UTF-8", "ISO-8859-1").encode("latin-1"))
    wide = onix.read(text.replace("UTF-8", "UTF-16").encode("utf-16"))

    assert [title_of(reading.records[0]).subtitle for reading in (latin, wide)] == ["Un café", "Un café"]


def test_a_wrong_namespace_and_an_old_release_are_flagged_and_read() -> None:
    text = REFERENCE.replace("http://ns.", "http://www.").replace('release="3.0"', 'release="1.2"')

    assert records_of(text) == [FLOSS]
    assert codes_of(text.encode()) == [Code.RELEASE, Code.NAMESPACE]


def test_a_product_without_number_is_kept_aside_and_a_price_without_sense_is_flagged() -> None:
    without = REFERENCE.replace("<ProductIDType>15", "<ProductIDType>06")

    [aside] = onix.read(without.encode()).kept_aside

    assert (aside.finding.code, aside.finding.severity, aside.number) == (Code.NO_IDENTIFIER, Severity.ERROR, 1)
    assert b"<IDValue>9780141439518</IDValue>" in aside.raw
    assert codes_of(REFERENCE.replace("8.99", "eight").encode()) == [Code.INVALID_PRICE]


def test_products_before_broken_xml_are_kept() -> None:
    reading = onix.read(REFERENCE.replace("</ONIXMessage>", "<Product><Broken></Product>").encode())

    assert [core(record) for record in reading.records] == [FLOSS]
    assert [finding.code for finding in reading.findings] == [Code.NOT_XML]


def test_something_else_in_xml_is_no_onix() -> None:
    assert codes_of(b"<html><body/></html>") == [Code.NOT_ONIX]


def test_a_document_type_is_refused_before_anything_it_declares() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><ONIXMessage release="3.0">&b;</ONIXMessage>'

    assert codes_of(bomb) == [Code.REFUSED]
    assert codes_of(b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><ONIXMessage release="3.0"/>') == [Code.REFUSED]


OLD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ONIXMessage SYSTEM "http://www.editeur.org/onix/2.1/reference/onix-international.dtd">
<ONIXMessage release="2.1"><Header><DefaultPriceTypeCode>02</DefaultPriceTypeCode>
<DefaultCurrencyCode>GBP</DefaultCurrencyCode></Header>
<Product><RecordReference>com.example.1</RecordReference><NotificationType>03</NotificationType>
<ProductIdentifier><ProductIDType>03</ProductIDType><IDValue>9780141439518</IDValue></ProductIdentifier>
<ProductForm>BB</ProductForm>
<Title><TitleType>05</TitleType><TitleText>Floss</TitleText></Title>
<Title><TitleType>01</TitleType><TitlePrefix>The</TitlePrefix><TitleWithoutPrefix>Mill &amp; the Floss</TitleWithoutPrefix>
<Subtitle>A novel</Subtitle></Title>
<Contributor><SequenceNumber>1</SequenceNumber><ContributorRole>A01</ContributorRole>
<NamesBeforeKey>George</NamesBeforeKey><KeyNames>Eliot</KeyNames></Contributor>
<Imprint><ImprintName>An imprint</ImprintName></Imprint><PublicationDate>200303</PublicationDate>
<SupplyDetail><Price><PriceAmount>8.99</PriceAmount></Price></SupplyDetail></Product></ONIXMessage>"""

OLD_SHORT = """<!DOCTYPE ONIXmessage SYSTEM "http://www.editeur.org/onix/2.1/short/onix-international.dtd">
<ONIXmessage><header><m185>02</m185><m186>GBP</m186></header><product><a001>com.example.1</a001><a002>03</a002>
<b004>0141439513</b004><b005>9780141439518</b005><b012>BB</b012>
<title><b202>01</b202><b030>The</b030><b031>Mill &amp; the Floss</b031><b029>A novel</b029></title>
<contributor><b034>1</b034><b035>A01</b035><b039>George</b039><b040>Eliot</b040></contributor>
<imprint><b079>An imprint</b079></imprint><b003>200303</b003>
<supplydetail><price><j148>02</j148><j151>8.99</j151><j152>GBP</j152></price></supplydetail></product></ONIXmessage>"""

WITHOUT_DOCTYPE = OLD.replace(OLD.splitlines()[1], "")


@pytest.mark.parametrize("text", [OLD, OLD_SHORT, WITHOUT_DOCTYPE, WITHOUT_DOCTYPE.replace(' release="2.1"', "")])
def test_onix_2_1_is_read_with_its_doctype_and_without(text: str) -> None:  # case B5
    reading = onix.read(text.encode())

    assert [core(record) for record in reading.records] == [FLOSS]
    assert (reading.kept_aside, reading.findings) == ((), ())


def test_a_named_character_of_the_dtd_is_read_by_its_html_name_with_a_finding() -> None:
    reading = onix.read(OLD.replace("A novel", "Un caf&eacute; &mdash; &nosuch; &eacute;").encode())

    assert title_of(reading.records[0]).subtitle == "Un café — \ufffd é"
    findings = [each for each in reading.records[0].findings if each.code == Code.ENTITY]
    assert [(finding.code, finding.severity) for finding in findings] == [
        (Code.ENTITY, Severity.INFO),
        (Code.ENTITY, Severity.INFO),
        (Code.ENTITY, Severity.WARNING),
    ]


@pytest.mark.parametrize(
    "declared", ["<!ENTITY eacute 'x'>", "<!ENTITY % all SYSTEM 'file:///etc/passwd'> %all;", "<!ELEMENT a ANY>", ""]
)
def test_a_doctype_that_declares_anything_itself_is_refused(declared: str) -> None:
    text = OLD.replace('.dtd">', f'.dtd" [{declared}]>')

    assert onix.read(text.encode()).records == ()
    assert codes_of(text.encode()) == [Code.REFUSED]


def test_a_product_says_which_contributor_is_first_and_what_roles_each_has() -> None:
    people = """<Contributor><ContributorRole>A12</ContributorRole><PersonName>Last</PersonName></Contributor>
    <Contributor><SequenceNumber>10</SequenceNumber><ContributorRole>A24</ContributorRole><PersonName>Ten</PersonName></Contributor>
    <Contributor><SequenceNumber>2</SequenceNumber><ContributorRole>A01</ContributorRole><ContributorRole>A12</ContributorRole>
    <PersonName>Two</PersonName></Contributor></DescriptiveDetail>"""
    text = REFERENCE.replace("</DescriptiveDetail>", people)

    [record] = onix.read(text.encode()).records

    assert [(person.name, person.roles) for person in record.description.contributors] == [
        ("Two", (Role.AUTHOR, Role.ILLUSTRATOR)),
        ("Ten", (Role.AUTHOR_OF_INTRODUCTION,)),
        ("George Eliot", (Role.AUTHOR,)),
        ("Last", (Role.ILLUSTRATOR,)),
    ]


@pytest.mark.parametrize(
    ("dates", "valid"),
    [
        (
            "<PriceDate><PriceDateRole>14</PriceDateRole><Date dateformat='00'>20131105</Date></PriceDate>",
            (date(2013, 11, 5), None),
        ),
        ("<PriceDate><PriceDateRole>15</PriceDateRole><Date>20131105T000000+0100</Date></PriceDate>", (None, date(2013, 11, 5))),
        (
            "<PriceDate><PriceDateRole>24</PriceDateRole><DateFormat>06</DateFormat><Date>2013110520140131</Date></PriceDate>",
            (date(2013, 11, 5), date(2014, 1, 31)),
        ),
        ("<PriceEffectiveFrom>20131105</PriceEffectiveFrom>", (date(2013, 11, 5), None)),
        ("<PriceEffectiveUntil>20131105</PriceEffectiveUntil>", (None, date(2013, 11, 5))),
    ],
)
def test_a_price_has_the_days_on_which_it_is_valid(dates: str, valid: tuple[date | None, date | None]) -> None:
    [record] = onix.read(REFERENCE.replace("</Price>", f"{dates}</Price>").encode()).records

    assert [(price.valid_from, price.valid_until) for price in record.offers[0].prices] == [valid]


@pytest.mark.parametrize(("stated", "format_"), [("201352", "02"), ("20131", "03")])
def test_of_a_week_or_quarter_only_the_year_is_used(stated: str, format_: str) -> None:
    text = REFERENCE.replace("<Date>200303", f'<Date dateformat="{format_}">{stated}')

    assert onix.read(text.encode()).records[0].description.published == "2013"


def test_a_number_that_is_no_date_is_left_out_with_a_finding() -> None:
    text = REFERENCE.replace("200303", "20031345").encode()

    assert onix.read(text).records[0].description.published == ""
    assert codes_of(text) == [Code.INVALID_DATE]


def test_a_missing_title_is_a_finding_except_in_a_block_update() -> None:
    text = REFERENCE.replace("<TitleDetail>", "<Other>").replace("</TitleDetail>", "</Other>")

    assert codes_of(text.encode()) == [Code.NO_TITLE]
    assert codes_of(text.replace("<NotificationType>03", "<NotificationType>04").encode()) == []


def test_joiners_inside_words_stay() -> None:
    words = "a\u200cb \u0915\u094d\u200d\u0937"
    text = REFERENCE.replace("A novel", words)

    assert title_of(onix.read(text.encode()).records[0]).subtitle == words


def test_what_nests_too_deep_or_is_too_large_is_kept_aside() -> None:
    deep = REFERENCE.replace("A novel", "<a>" * 300 + "</a>" * 300)
    large = REFERENCE.replace("A novel", "x" * (LARGEST_RECORD + 1))

    for text in (deep, large):
        reading = onix.read(text.encode())
        assert [aside.finding.code for aside in reading.kept_aside] == [Code.NOT_XML]
        assert reading.records == ()


def test_a_broken_product_costs_no_other() -> None:
    product = REFERENCE[REFERENCE.index("<Product>") : REFERENCE.index("</ONIXMessage>")]
    broken = product.replace("</DescriptiveDetail>", "")
    text = REFERENCE.replace("</ONIXMessage>", f"{broken}{product}</ONIXMessage>")
    reading = onix.read(text.encode())

    assert [core(record) for record in reading.records] == [FLOSS, FLOSS]
    assert [(aside.number, aside.raw) for aside in reading.kept_aside] == [(2, broken.encode())]


def test_reading_goes_on_after_a_number_of_products() -> None:
    product = REFERENCE[REFERENCE.index("<Product>") : REFERENCE.index("</ONIXMessage>")]
    text = REFERENCE.replace("</ONIXMessage>", f"{product}{product}</ONIXMessage>")

    assert [item.number for item in onix.read_records([text.encode()], after=2) if isinstance(item, Record)] == [3]


def test_a_stream_is_taken_as_far_as_its_records_are_asked_for() -> None:
    product = REFERENCE[REFERENCE.index("<Product>") : REFERENCE.index("</ONIXMessage>")]
    fed: list[int] = []

    def chunks() -> Iterator[bytes]:
        yield b'<ONIXMessage release="3.0">'
        for number in range(10):
            fed.append(number)
            yield product.replace("A novel", "A novel " * 50_000).encode()
        yield b"</ONIXMessage>"

    records = onix.read_records(chunks())
    next(records)

    assert len(fed) <= 2
    assert len(list(records)) == 9


@given(st.integers(1, 200))
def test_the_result_does_not_depend_on_how_the_stream_is_cut(size: int) -> None:
    raw = REFERENCE.encode()

    items = onix.read_records(raw[start : start + size] for start in range(0, len(raw), size))

    assert [core_of(item) for item in items] == [FLOSS]


@given(st.data())
def test_no_damage_makes_the_reader_raise(data: st.DataObject) -> None:
    raw = bytearray(REFERENCE.encode())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place : place + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=5))

    assert isinstance(onix.read(bytes(raw)), onix.Reading)
