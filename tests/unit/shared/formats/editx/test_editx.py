"""Library ship notices as suppliers make them, and as nobody should."""

from datetime import UTC, date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.findings import Severity
from shared.formats import editx
from shared.formats.editx import (
    BUYER_LINE,
    BUYER_ORDER,
    SUPPLIER_ORDER,
    Code,
    Copy,
    Description,
    Fund,
    Identifier,
    Item,
    Money,
    Party,
    Price,
    Reference,
    ShipNotice,
    Tax,
)
from shared.formats.marc import Code as MarcCode
from shared.formats.xml import DEEPEST
from shared.records import Description as BookDescription
from shared.records import Record, TitleStatement
from tests.fixtures.chance import Chance
from tests.unit.shared.formats.editx.strategies import notices
from tests.unit.shared.formats.marc.strategies import with_own_isbn
from tests.unit.shared.formats.mutants import mutants

MARC = """<?xml version="1.0" encoding="UTF-8"?>
<record xmlns="http://www.loc.gov/MARC21/slim"><datafield tag="020" ind1=" " ind2=" ">
<subfield code="a">9780441172719</subfield></datafield>
<datafield tag="245" ind1="1" ind2="0"><subfield code="a">Dune /</subfield></datafield></record>"""

XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<LibraryShipNotice version="1.0"><Header><ShipNoticeNumber>SN-1</ShipNoticeNumber>
<IssueDateTime>20261124T0930</IssueDateTime><PurposeCode>Original</PurposeCode>
<DateCoded><Date>20261124</Date><DateQualifierCode>Shipped</DateQualifierCode></DateCoded>
<DateCoded><Date>27.11.2026</Date><DateQualifierCode>ExpectedDeliveryDate</DateQualifierCode></DateCoded>
<BuyerParty><PartyID><PartyIDType>06</PartyIDType><Identifier>5099999000014</Identifier></PartyID></BuyerParty>
<SellerParty><PartyID><PartyIDType>BuyerAssignedID</PartyIDType><Identifier>NBS</Identifier></PartyID>
<PartyName><NameLine>North Book Supply</NameLine></PartyName></SellerParty></Header>
<ItemDetail><LineNumber>1</LineNumber>
<ProductID><ProductIDType>EAN13</ProductIDType><Identifier>9780441172719</Identifier></ProductID>
<ItemDescription><Title>Dune</Title><Author>Herbert, Frank</Author><VolumeOrPart/></ItemDescription>
<QuantityShipping>2</QuantityShipping>
<ReferenceCoded><ReferenceTypeCode>BuyersOrderNumber</ReferenceTypeCode><ReferenceNumber>PO-7</ReferenceNumber></ReferenceCoded>
<ReferenceCoded><ReferenceTypeCode>12</ReferenceTypeCode><ReferenceNumber>SFK-7-1</ReferenceNumber></ReferenceCoded>
<ReferenceCoded><ReferenceTypeCode>VendorsOrderReference</ReferenceTypeCode><ReferenceNumber>99</ReferenceNumber>
<ReferenceDate>01.11.2026</ReferenceDate></ReferenceCoded>
<PricingDetail><Price><MonetaryAmount>9.99</MonetaryAmount><CurrencyCode>EUR</CurrencyCode>
<PriceQualifierCode>FixedRPIncludingTax</PriceQualifierCode>
<Tax><TaxTypeCode>VAT</TaxTypeCode><Percent>14</Percent></Tax></Price></PricingDetail>
<CopyDetail><SubLineNumber>1</SubLineNumber><CopyQuantity>2</CopyQuantity>
<DeliverToLocation>HUB</DeliverToLocation><DestinationLocation>EAST</DestinationLocation>
<ProcessingInstructionCode>BB</ProcessingInstructionCode><ProcessingInstructionCode>BJ</ProcessingInstructionCode>
<AppliedCopyNumber>B001</AppliedCopyNumber><AppliedCopyNumber>B002</AppliedCopyNumber>
<LocationCode>EAST;210</LocationCode><FundDetail><FundNumber>FIC</FundNumber><MonetaryAmount>19.98</MonetaryAmount></FundDetail>
<Message><MessageType>04</MessageType><MessageLine>{escape(MARC)}</MessageLine></Message></CopyDetail></ItemDetail>
<Summary><NumberOfLines>1</NumberOfLines><UnitsShipped>2</UnitsShipped></Summary></LibraryShipNotice>"""

DUNE = with_own_isbn(Record(isbn="9780441172719", description=BookDescription(title=TitleStatement("Dune"))))

NOTICE = ShipNotice(
    number="SN-1",
    issued=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    purpose="Original",
    shipped=date(2026, 11, 24),
    expected=date(2026, 11, 27),
    buyer=Party((Identifier("GLN", "5099999000014"),)),
    seller=Party((Identifier("BuyerAssignedID", "NBS"),), "North Book Supply"),
    items=(
        Item(
            line="1",
            ids=(Identifier("EAN13", "9780441172719"),),
            description=Description(title="Dune", author="Herbert, Frank"),
            quantity=2,
            references=(
                Reference(BUYER_ORDER, "PO-7"),
                Reference(BUYER_LINE, "SFK-7-1"),
                Reference(SUPPLIER_ORDER, "99", date(2026, 11, 1)),
            ),
            prices=(Price("FixedRPIncludingTax", Money(Decimal("9.99"), "EUR"), "", Tax("VAT", Decimal(14))),),
            copies=(
                Copy(
                    sub_line="1",
                    quantity=2,
                    deliver_to="HUB",
                    destination="EAST",
                    location="EAST;210",
                    barcodes=("B001", "B002"),
                    processing=("BB", "BJ"),
                    funds=(Fund("FIC", Decimal("19.98")),),
                    records=(
                        with_own_isbn(Record(isbn="9780441172719", description=BookDescription(title=TitleStatement("Dune")))),
                    ),
                ),
            ),
        ),
    ),
)


def codes_of(text: str) -> list[str]:
    return [finding.code for finding in editx.read(text.encode()).findings]


def test_a_notice_is_read_whole_with_its_record() -> None:
    assert editx.read(XML.encode()) == editx.Reading(NOTICE, ())


def test_words_that_are_asked_for_often_have_names() -> None:
    item = NOTICE.items[0]

    assert (item.isbn, item.reference(BUYER_LINE), item.reference("16")) == ("9780441172719", "SFK-7-1", "")
    assert (NOTICE.buyer.id_of("GLN"), NOTICE.buyer.id_of("SAN")) == ("5099999000014", "")


def test_any_namespace_and_a_record_that_is_not_escaped_are_read() -> None:
    plain = MARC[MARC.index("<record") :]
    text = XML.replace('version="1.0"><Header>', 'version="1.0" xmlns="urn:example:ship"><Header>').replace(escape(MARC), plain)

    assert editx.read(text.encode()) == editx.Reading(NOTICE, ())


def test_a_record_cut_over_several_lines_is_put_together() -> None:
    cut = f"{escape(MARC[:150])}</MessageLine><MessageLine>{escape(MARC[150:])}"

    assert editx.read(XML.replace(escape(MARC), cut).encode()).notice == NOTICE


def test_a_record_without_isbn_is_about_the_book_of_its_item() -> None:
    bare = MARC.replace('<subfield code="a">9780441172719</subfield>', "")

    notice = editx.read(XML.replace(escape(MARC), escape(bare)).encode()).notice

    assert notice is not None
    [record] = notice.items[0].copies[0].records
    assert (record.isbn, record.description.identifiers) == ("9780441172719", ())


def test_a_broken_record_does_not_harm_the_notice() -> None:
    text = XML.replace(escape(MARC), escape("<!DOCTYPE x>" + MARC[39:]))
    reading = editx.read(text.encode())

    assert reading.notice is not None
    assert reading.notice.items[0].copies[0].records == ()
    (finding,) = reading.findings
    assert finding.code == MarcCode.REFUSED
    assert "<Message>" in text.splitlines()[(finding.segment or 0) - 1]


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        *[("<UnitsShipped>2", "<UnitsShipped>3", Severity.ERROR), ("<UnitsShipped>2", "<UnitsShipped>1", Severity.WARNING)],
        *[("<NumberOfLines>1", "<NumberOfLines>2", Severity.ERROR), ("<NumberOfLines>1", "<NumberOfLines>0", Severity.WARNING)],
        *[("<CopyQuantity>2", "<CopyQuantity>1", Severity.ERROR), ("<CopyQuantity>2", "<CopyQuantity>3", Severity.WARNING)],
    ],
)
def test_what_may_be_missing_is_an_error_in_every_count(old: str, new: str, severity: Severity) -> None:
    (finding,) = editx.read(XML.replace(old, new).encode()).findings

    assert finding.severity is severity


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<UnitsShipped>2", "<UnitsShipped>3", Code.SUMMARY_DIFFERS),
        ("<NumberOfLines>1", "<NumberOfLines>2", Code.SUMMARY_DIFFERS),
        ("<CopyQuantity>2", "<CopyQuantity>1", Code.COPIES_DIFFER),
        ("<MonetaryAmount>9.99", "<MonetaryAmount>nine", Code.INVALID_NUMBER),
        ("<MonetaryAmount>9.99", "<MonetaryAmount>-1", Code.INVALID_NUMBER),
        ("<MonetaryAmount>9.99", "<MonetaryAmount>1E-999999999", Code.INVALID_NUMBER),
        ("<CopyQuantity>2", "<CopyQuantity>1.5", Code.INVALID_NUMBER),
        ("20261124T0930", "yesterday", Code.INVALID_DATE),
        ("<Date>20261124", "<Date>20261324", Code.INVALID_DATE),
        ("<Identifier>9780441172719", "<Identifier>9780441172710", Code.NO_PRODUCT_ID),
        ("<ShipNoticeNumber>SN-1", "<ShipNoticeNumber>", Code.NO_NUMBER),
    ],
)
def test_what_is_wrong_is_a_finding_and_the_rest_is_read(old: str, new: str, code: Code) -> None:
    reading = editx.read(XML.replace(old, new).encode())

    assert code in [finding.code for finding in reading.findings]
    assert reading.notice is not None
    assert reading.notice.items[0].reference(BUYER_ORDER) == "PO-7"


def test_items_before_broken_xml_are_kept() -> None:
    reading = editx.read(XML.replace("<Summary>", "<Summary><").encode())

    assert reading.notice == NOTICE
    assert [finding.code for finding in reading.findings] == [Code.NOT_XML]


def test_what_is_no_notice_is_refused_with_a_reason() -> None:
    deep = XML.replace("<Title>", "<a>" * DEEPEST + "</a>" * DEEPEST + "<Title>")

    assert codes_of("<Other/>") == [Code.NOT_SHIP_NOTICE]
    assert codes_of("ship notice") == [Code.NOT_XML]
    assert codes_of('<!DOCTYPE LibraryShipNotice SYSTEM "x">' + XML[39:]) == [Code.REFUSED]
    assert codes_of("<LibraryShipNotice/>") == [Code.NO_NUMBER, Code.NO_ITEMS]
    assert Code.REFUSED in codes_of(deep)


def test_what_xml_cannot_hold_is_not_written() -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        editx.write(ShipNotice("bell \x07"))


@given(notices())
def test_what_is_written_is_read_as_it_was(notice: ShipNotice) -> None:
    assert editx.read(editx.write(notice)).notice == notice


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_raise(raw: bytes) -> None:
    assert editx.read(raw).findings


def test_no_mutant_makes_the_reader_raise(chance: Chance) -> None:
    words = [
        b"<ItemDetail>",
        b"</ItemDetail>",
        b"<!DOCTYPE x>",
        b"&lt;",
        b"<CopyDetail/>",
        b"]]>",
        b"<![CDATA[",
        b"9" * 40,
        b"1E999999",
    ]
    for raw in mutants([XML.encode(), editx.write(NOTICE)], chance.mutants, seed=chance.seed, words=words):
        reading = editx.read(raw)
        assert reading.notice is not None or reading.findings
