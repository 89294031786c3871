"""ONIX products as records."""

from services.suppliers.contract import Kind, RawMessage, RecordFact
from services.suppliers.national.read import read
from shared.contracts.base import Money
from shared.findings import Severity

PRODUCT = """<Product><RecordReference>r1</RecordReference><NotificationType>{notification}</NotificationType>
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>{isbn}</IDValue></ProductIdentifier>
<DescriptiveDetail><ProductForm>BC</ProductForm>
<TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>
<TitleText>Persuasion</TitleText></TitleElement></TitleDetail>
<Contributor><ContributorRole>B01</ContributorRole><PersonName>Gillian Beer</PersonName></Contributor>
<Contributor><ContributorRole>A01</ContributorRole><PersonName>Jane Austen</PersonName>
<PersonNameInverted>Austen, Jane</PersonNameInverted></Contributor></DescriptiveDetail>
<PublishingDetail><Publisher><PublisherName>Penguin</PublisherName></Publisher>
<PublishingDate><PublishingDateRole>01</PublishingDateRole><Date>20030327</Date></PublishingDate></PublishingDetail>
<ProductSupply><SupplyDetail>
<Price><PriceType>02</PriceType><PriceAmount>14.00</PriceAmount><CurrencyCode>USD</CurrencyCode></Price>
<Price><PriceType>01</PriceType><PriceAmount>7</PriceAmount><CurrencyCode>GBP</CurrencyCode></Price>
<Price><PriceType>02</PriceType><PriceAmount>7.99</PriceAmount><CurrencyCode>GBP</CurrencyCode></Price>
</SupplyDetail></ProductSupply></Product>"""


def a_file(isbn: str = "9780141439686", notification: str = "03") -> RawMessage:
    product = PRODUCT.format(isbn=isbn, notification=notification)
    return RawMessage("records/a.xml", f'<ONIXMessage release="3.0">{product}</ONIXMessage>'.encode())


def test_a_product_becomes_a_record_with_its_author_and_its_price_in_pounds() -> None:
    reading = read(a_file())

    assert (reading.kind, reading.findings) == (Kind.RECORD, ())
    assert reading.facts == (
        RecordFact(
            isbn="9780141439686",
            title="Persuasion",
            author="Austen, Jane",
            publisher="Penguin",
            published="2003-03-27",
            form="paperback",
            list_price=Money(minor=799),
        ),
    )


def test_a_product_with_a_wrong_isbn_is_an_error_and_no_record() -> None:
    reading = read(a_file(isbn="9780141439687"))

    assert reading.facts == ()
    assert [(finding.code, finding.severity) for finding in reading.findings] == [("national-invalid-isbn", Severity.ERROR)]


def test_a_deletion_is_no_record() -> None:
    reading = read(a_file(notification="05"))

    assert reading.facts == ()
    assert [finding.severity for finding in reading.findings] == [Severity.INFO]


def test_a_file_with_a_doctype_is_refused_unread() -> None:
    reading = read(RawMessage("x", b'<!DOCTYPE a [<!ENTITY b "c">]><ONIXMessage release="3.0"/>'))

    assert (reading.kind, reading.facts) == (Kind.RECORD, ())
    assert [(finding.code, finding.severity) for finding in reading.findings] == [("onix-refused", Severity.ERROR)]
