"""ONIX products and MARC records as records."""

from collections.abc import Sequence

import pymarc
import pytest

from services.suppliers.contract import Fact, Kind, RawMessage
from services.suppliers.national.read import read
from shared.findings import Severity
from shared.records import Change, Record
from shared.records.brief import Brief, brief_of

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


def test_a_product_becomes_a_record_with_its_author_and_its_prices() -> None:
    reading = read(a_file())

    assert (reading.kind, reading.findings) == (Kind.RECORD, ())
    (record,) = reading.facts
    assert isinstance(record, Record)
    brief = Brief("Persuasion", "", "Austen, Jane", "Penguin", "2003-03-27", "paperback")
    assert (record.isbn, brief_of(record.description)) == ("9780141439686", brief)
    prices = [(price.minor, price.currency, price.with_tax) for offer in record.offers for price in offer.prices]
    assert prices == [(1400, "USD", True), (700, "GBP", False), (799, "GBP", True)]


def test_a_product_with_a_wrong_isbn_is_an_error_and_no_record() -> None:
    reading = read(a_file(isbn="9780141439687"))

    assert reading.facts == ()
    assert [(finding.code, finding.severity) for finding in reading.findings] == [("onix-invalid-isbn", Severity.ERROR)]


def test_a_deletion_withdraws_the_record() -> None:
    reading = read(a_file(notification="05"))

    (fact,) = reading.facts
    assert isinstance(fact, Record)
    assert (fact.isbn, fact.change) == ("9780141439686", Change.WITHDRAWN)
    assert reading.findings == ()


def test_a_deletion_of_what_is_no_book_is_noted_only() -> None:
    reading = read(a_file(isbn="none", notification="05"))

    assert reading.facts == ()
    assert [finding.severity for finding in reading.findings] == [Severity.INFO]


def changed(*changes: tuple[str, str], notification: str = "03") -> RawMessage:
    """The file with texts replaced; each must be there."""
    file = a_file(notification=notification)
    text = file.body.decode()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return RawMessage(file.name, text.encode())


def record_of(raw: RawMessage) -> Record:
    [fact] = read(raw).facts
    assert isinstance(fact, Record)
    return fact


def contributor(role: str, number: str = "") -> str:
    sequence = f"<SequenceNumber>{number}</SequenceNumber>" if number else ""
    return (
        f"<Contributor>{sequence}<ContributorRole>{role}</ContributorRole><PersonName>{role}{number}</PersonName></Contributor>"
    )


@pytest.mark.parametrize(
    ("people", "author"),
    [
        ([("A12", "1"), ("A01", "2")], "A012"),
        ([("A24", "1"), ("A02", "2"), ("A01", "3")], "A013"),
        ([("A01", "2"), ("A01", "1")], "A011"),
        ([("A01", ""), ("A01", "9")], "A019"),
        ([("A12", "1"), ("B01", "2")], "B012"),
        ([("A24", "1"), ("A06", "2")], "A062"),
        ([("B06", "1"), ("A12", "2")], "A122"),
        ([("E07", "1"), ("B06", "2")], "B062"),
        ([("E07", "1")], "E071"),
    ],
)
def test_the_author_is_chosen_by_role_and_then_by_sequence_number(  # case B6
    people: list[tuple[str, str]], author: str
) -> None:
    start, end = PRODUCT.index("<Contributor>"), PRODUCT.index("</DescriptiveDetail>")
    names = "".join(contributor(role, number) for role, number in people)

    assert brief_of(record_of(changed((PRODUCT[start:end], names))).description).author == author


def test_a_block_update_with_a_price_only_states_nothing_else() -> None:
    start, end = PRODUCT.index("<DescriptiveDetail>"), PRODUCT.index("<ProductSupply>")
    raw = changed((PRODUCT[start:end], ""), notification="04")

    assert read(raw).findings == ()
    update = record_of(raw)
    assert (update.change, brief_of(update.description)) == (Change.PART, Brief())
    assert [price.minor for offer in update.offers for price in offer.prices] == [1400, 700, 799]


@pytest.mark.parametrize(("kind", "number"), [("03", "5012345678900"), ("15", "5012345678900"), ("04", "036000291452")])
def test_goods_that_are_no_book_are_left_out_without_an_error(kind: str, number: str) -> None:
    reading = read(changed(("<ProductIDType>15", f"<ProductIDType>{kind}"), ("9780141439686", number)))

    assert reading.facts == ()
    assert [(finding.code, finding.severity) for finding in reading.findings] == [("onix-not-a-book", Severity.INFO)]


def test_a_gtin_beside_the_isbn_does_no_harm() -> None:
    gtin = "<ProductIdentifier><ProductIDType>03</ProductIDType><IDValue>5012345678900</IDValue></ProductIdentifier>"
    short = "<ProductIdentifier><ProductIDType>02</ProductIDType><IDValue>0141439688</IDValue></ProductIdentifier>"
    start, end = PRODUCT.index("<ProductIdentifier>"), PRODUCT.index("\n<DescriptiveDetail>")
    raw = changed((PRODUCT[start:end].format(isbn="9780141439686"), gtin + short))

    assert record_of(raw).isbn == "9780141439686"


MARC_XML = """<collection xmlns="http://www.loc.gov/MARC21/slim"><record><leader>00000nam a2200000 i 4500</leader>
<datafield tag="020" ind1=" " ind2=" "><subfield code="a">9780141439686 (pbk.)</subfield></datafield>
<datafield tag="100" ind1="1" ind2=" "><subfield code="a">Austen, Jane,</subfield></datafield>
<datafield tag="245" ind1="1" ind2="0"><subfield code="a">Persuasion /</subfield></datafield></record>{more}</collection>"""
WITHOUT_ISBN = '<record><datafield tag="245" ind1="1" ind2="0"><subfield code="a">A map</subfield></datafield></record>'
MARC_RECORD = ("9780141439686", Brief("Persuasion", author="Austen, Jane", form="pbk"))


def in_brief(facts: Sequence[Fact]) -> list[tuple[str, Brief]]:
    return [(fact.isbn, brief_of(fact.description)) for fact in facts if isinstance(fact, Record)]


def binary() -> bytes:
    texts = (("020", "9780141439686 (pbk.)"), ("100", "Austen, Jane,"), ("245", "Persuasion /"))
    fields = [pymarc.Field(tag, pymarc.Indicators(" ", " "), [pymarc.Subfield("a", text)]) for tag, text in texts]
    record = pymarc.Record(force_utf8=True)
    record.fields += fields
    return record.as_marc()


@pytest.mark.parametrize("body", [MARC_XML.format(more="").encode(), binary(), binary() * 2])
def test_marc_in_the_mailbox_is_read_as_records(body: bytes) -> None:  # case B5
    reading = read(RawMessage("any/name.edi", body))

    assert (reading.kind, reading.findings) == (Kind.RECORD, ())
    assert set(in_brief(reading.facts)) == {MARC_RECORD}


def test_a_marc_record_without_isbn_is_left_out_and_a_file_of_such_records_is_an_error() -> None:
    some = read(RawMessage("x", MARC_XML.format(more=WITHOUT_ISBN).encode()))
    none = read(RawMessage("x", f"<collection>{WITHOUT_ISBN}</collection>".encode()))

    assert in_brief(some.facts) == [MARC_RECORD]
    assert Severity.ERROR not in [finding.severity for finding in some.findings]
    assert none.facts == ()
    assert Severity.ERROR in [finding.severity for finding in none.findings]


def test_a_doctype_in_marc_is_refused() -> None:
    reading = read(RawMessage("x", b'<!DOCTYPE collection SYSTEM "x.dtd">' + MARC_XML.format(more="").encode()))

    assert (reading.facts, [finding.code for finding in reading.findings]) == ((), ["marc-refused"])


def test_a_file_with_a_doctype_is_refused_unread() -> None:
    reading = read(RawMessage("x", b'<!DOCTYPE a [<!ENTITY b "c">]><ONIXMessage release="3.0"/>'))

    assert (reading.kind, reading.facts) == (Kind.RECORD, ())
    assert [(finding.code, finding.severity) for finding in reading.findings] == [("onix-refused", Severity.ERROR)]
