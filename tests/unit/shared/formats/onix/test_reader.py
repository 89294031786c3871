"""ONIX files as senders make them, and as attackers do."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.findings import Severity
from shared.formats import onix
from shared.formats.onix import Code, Contributor, Price, Product
from shared.formats.xml import DEEPEST, LARGEST_RECORD

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

FLOSS = Product(
    reference="com.example.1",
    notification="03",
    isbn="9780141439518",
    title="The Mill & the Floss",
    subtitle="A novel",
    contributors=(Contributor("A01", "George Eliot", "Eliot, George"),),
    publisher="An imprint",
    published="2003-03",
    form="BB",
    prices=(Price("02", Decimal("8.99"), "GBP"),),
)


def codes_of(raw: bytes) -> list[str]:
    return [finding.code for finding in onix.read(raw).findings]


@pytest.mark.parametrize("text", [REFERENCE, SHORT])
def test_reference_and_short_tags_say_the_same(text: str) -> None:
    assert onix.read(text.encode()) == onix.Reading((FLOSS,), ())


def test_other_encodings_are_read_as_declared() -> None:
    text = REFERENCE.replace("A novel", "Un café")

    latin = onix.read(text.replace("UTF-8", "ISO-8859-1").encode("latin-1"))
    wide = onix.read(text.replace("UTF-8", "UTF-16").encode("utf-16"))

    assert [reading.products[0].subtitle for reading in (latin, wide)] == ["Un café", "Un café"]


def test_a_wrong_namespace_and_an_old_release_are_flagged_and_read() -> None:
    text = REFERENCE.replace("http://ns.", "http://www.").replace('release="3.0"', 'release="1.2"')

    assert onix.read(text.encode()).products == (FLOSS,)
    assert codes_of(text.encode()) == [Code.RELEASE, Code.NAMESPACE]


def test_a_product_without_number_and_a_price_without_sense_are_flagged() -> None:
    text = REFERENCE.replace("<ProductIDType>15", "<ProductIDType>06").replace("8.99", "eight")

    assert codes_of(text.encode()) == [Code.NO_IDENTIFIER, Code.INVALID_PRICE]


def test_products_before_broken_xml_are_kept() -> None:
    reading = onix.read(REFERENCE.replace("</ONIXMessage>", "<Product><Broken></Product>").encode())

    assert reading.products == (FLOSS,)
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
    assert onix.read(text.encode()) == onix.Reading((FLOSS,), ())


def test_a_named_character_of_the_dtd_is_read_by_its_html_name_with_a_finding() -> None:
    reading = onix.read(OLD.replace("A novel", "Un caf&eacute; &mdash; &nosuch; &eacute;").encode())

    assert reading.products[0].subtitle == "Un café — \ufffd é"
    assert [(finding.code, finding.severity) for finding in reading.findings] == [
        (Code.ENTITY, Severity.INFO),
        (Code.ENTITY, Severity.INFO),
        (Code.ENTITY, Severity.WARNING),
    ]


@pytest.mark.parametrize(
    "declared", ["<!ENTITY eacute 'x'>", "<!ENTITY % all SYSTEM 'file:///etc/passwd'> %all;", "<!ELEMENT a ANY>", ""]
)
def test_a_doctype_that_declares_anything_itself_is_refused(declared: str) -> None:
    text = OLD.replace('.dtd">', f'.dtd" [{declared}]>')

    assert onix.read(text.encode()).products == ()
    assert codes_of(text.encode()) == [Code.REFUSED]


def test_a_product_says_which_contributor_is_first_and_repeats_one_for_each_role() -> None:
    people = """<Contributor><ContributorRole>A12</ContributorRole><PersonName>Last</PersonName></Contributor>
    <Contributor><SequenceNumber>10</SequenceNumber><ContributorRole>A24</ContributorRole><PersonName>Ten</PersonName></Contributor>
    <Contributor><SequenceNumber>2</SequenceNumber><ContributorRole>A01</ContributorRole><ContributorRole>A12</ContributorRole>
    <PersonName>Two</PersonName></Contributor></DescriptiveDetail>"""
    text = REFERENCE.replace("</DescriptiveDetail>", people)

    [product] = onix.read(text.encode()).products

    named = [(person.role, person.name) for person in product.contributors]
    assert named == [("A01", "Two"), ("A12", "Two"), ("A24", "Ten"), ("A01", "George Eliot"), ("A12", "Last")]


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
    [product] = onix.read(REFERENCE.replace("</Price>", f"{dates}</Price>").encode()).products

    assert [(price.valid_from, price.valid_until) for price in product.prices] == [valid]


@pytest.mark.parametrize(("stated", "format_"), [("201352", "02"), ("20131", "03")])
def test_of_a_week_or_quarter_only_the_year_is_used(stated: str, format_: str) -> None:
    text = REFERENCE.replace("<Date>200303", f'<Date dateformat="{format_}">{stated}')

    assert onix.read(text.encode()).products[0].published == "2013"


def test_a_number_that_is_no_date_is_left_out_with_a_finding() -> None:
    text = REFERENCE.replace("200303", "20031345").encode()

    assert onix.read(text).products[0].published == ""
    assert codes_of(text) == [Code.INVALID_DATE]


def test_a_missing_title_is_a_finding_except_in_a_block_update() -> None:
    text = REFERENCE.replace("<TitleDetail>", "<Other>").replace("</TitleDetail>", "</Other>")

    assert codes_of(text.encode()) == [Code.NO_TITLE]
    assert codes_of(text.replace("<NotificationType>03", "<NotificationType>04").encode()) == []


def test_joiners_inside_words_stay() -> None:
    words = "a\u200cb \u0915\u094d\u200d\u0937"
    text = REFERENCE.replace("A novel", words)

    assert onix.read(text.encode()).products[0].subtitle == words


def test_nesting_and_size_have_limits() -> None:
    deep = "<ONIXMessage release='3.0'>" + "<a>" * DEEPEST + "</a>" * DEEPEST + "</ONIXMessage>"
    large = REFERENCE.replace("A novel", "x" * (LARGEST_RECORD + 1))

    assert codes_of(deep.encode()) == [Code.REFUSED]
    assert codes_of(large.encode()) == [Code.REFUSED]


def test_a_stream_yields_each_product_as_soon_as_it_is_complete() -> None:
    product = REFERENCE[REFERENCE.index("<Product>") : REFERENCE.index("</ONIXMessage>")]
    fed: list[int] = []

    def chunks() -> Iterator[bytes]:
        yield b'<ONIXMessage release="3.0">'
        for number in range(3):
            fed.append(number)
            yield product.encode()
        yield b"</ONIXMessage>"

    products = onix.read_products(chunks())

    assert next(products) == FLOSS
    assert fed == [0]
    assert list(products) == [FLOSS, FLOSS]


@given(st.integers(1, 200))
def test_the_result_does_not_depend_on_how_the_stream_is_cut(size: int) -> None:
    raw = REFERENCE.encode()

    items = list(onix.read_products(raw[start : start + size] for start in range(0, len(raw), size)))

    assert items == [FLOSS]


@given(st.data())
def test_no_damage_makes_the_reader_raise(data: st.DataObject) -> None:
    raw = bytearray(REFERENCE.encode())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place : place + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=5))

    assert isinstance(onix.read(bytes(raw)), onix.Reading)
