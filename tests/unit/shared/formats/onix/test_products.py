"""What a record holds of a whole product, for ten kinds of product."""

from dataclasses import replace
from datetime import date

import pytest
from lxml import etree

from shared.findings import Finding, Severity
from shared.formats.onix import Code, Defaults, record_of
from shared.records import (
    AgeRange,
    Audience,
    AudienceKind,
    Availability,
    Change,
    Contributor,
    Description,
    Dimensions,
    Edition,
    Identifier,
    IdentifierKind,
    Language,
    LanguageUse,
    Link,
    LinkKind,
    Note,
    NoteKind,
    Offer,
    Price,
    PriceKind,
    Record,
    Related,
    Relation,
    Remainder,
    Role,
    Series,
    Subject,
    SubjectScheme,
    TitleStatement,
)
from tests.unit.shared.formats.onix import products
from tests.unit.shared.formats.onix.products import read

ISBN = "9780141439518"
OWN = Identifier(IdentifierKind.ISBN13, ISBN)
A_VOLUME = Description(content=("txt",), media=("n",), carrier=("nc",))


def test_a_paperback_novel() -> None:
    record = read(products.NOVEL)

    assert record.description == replace(
        A_VOLUME,
        identifiers=(OWN, Identifier(IdentifierKind.OTHER, "A 17", source="Example No.")),
        title=TitleStatement(
            "The Mill on the Floss", nonfiling=4, responsibility="George Eliot; introduction by Ann van Example"
        ),
        contributors=(
            Contributor("George Eliot", "Eliot, George", (Role.AUTHOR,), dates="1819-1880", identifier="0000000121030713"),
            Contributor("Ann van Example", "Example, Ann van", (Role.AUTHOR_OF_INTRODUCTION,)),
        ),
        publisher="Example House",
        imprint="Example Classics",
        place="London",
        country="GB",
        published="2003-03-27",
        copyright_year="2002",
        form="paperback",
        pages=688,
        illustrations="2 maps",
        dimensions=Dimensions(height=198, width=130, weight=300),
        notes=(
            Note(NoteKind.BIBLIOGRAPHY, "Bibliography"),
            Note(NoteKind.REVIEW, "Superb (A Paper)"),
            Note(NoteKind.AWARD, "Example Prize (1861), short-listed"),
        ),
        summary="Maggie & Tom. A flood.",
        contents="Book 1 Book 2",
        audiences=(Audience(AudienceKind.GENERAL),),
        subjects=(
            Subject(SubjectScheme.THEMA, "FBC", edition="1.5", main=True),
            Subject(SubjectScheme.THEMA_PLACE, "1DDU"),
            Subject(SubjectScheme.DEWEY, "823.8", edition="23"),
            Subject(SubjectScheme.LCSH, heading="Mills -- England -- Fiction"),
            Subject(SubjectScheme.KEYWORDS, heading="rivers"),
            Subject(SubjectScheme.KEYWORDS, heading="mills"),
            Subject(SubjectScheme.PERSON, heading="Tulliver, Maggie"),
        ),
        languages=(Language("eng"),),
        related=(Related(Relation.OTHER_FORMAT, "9780441172719", form="e-book download"),),
        links=(
            Link(LinkKind.COVER, "https://covers.example/1.jpg"),
            Link(LinkKind.EXCERPT, "https://read.example/1", "First chapter"),
        ),
    )


def test_each_market_of_a_novel_has_an_offer_of_its_own() -> None:
    retail = Price(899, "GBP", PriceKind.RETAIL, with_tax=True, tax_percent="0")
    net = Price(620, "GBP", PriceKind.NET, with_tax=False, valid_from=date(2026, 1, 1))
    yen = Price(1200, "JPY", PriceKind.RETAIL, with_tax=False)

    assert read(products.NOVEL).offers == (
        Offer(Availability.IN_STOCK, (retail, net), ("GB", "IE"), "Example Supply", 5, date(2026, 9, 1), 15),
        Offer(Availability.NOT_AVAILABLE, (yen,), ("JP",)),
    )


def test_what_the_table_does_not_carry_is_kept_and_named_in_one_finding() -> None:
    record = read(products.NOVEL)

    assert [part.place for part in record.remainder] == [
        "DescriptiveDetail/ProductClassification",
        "DescriptiveDetail/Contributor/Website",
        "CollateralDetail/TextContent",
        "PublishingDetail/Publisher",
        "DescriptiveDetail/Extent",
        "CollateralDetail/TextContent",
    ]
    assert record.remainder[1].raw == "<Website><WebsiteLink>https://a.example</WebsiteLink></Website>"
    text = (
        "product 'r1': kept as they are: DescriptiveDetail/ProductClassification, DescriptiveDetail/Contributor/Website, "
        "CollateralDetail/TextContent, PublishingDetail/Publisher, DescriptiveDetail/Extent"
    )
    assert record.findings == (Finding(Code.NOT_CARRIED, text, Severity.INFO, 1, 0),)


def test_the_remainder_is_kept_without_the_namespace() -> None:
    namespaced = products.NOVEL.replace("<Product>", '<Product xmlns="http://ns.editeur.org/onix/3.1/reference">')

    assert read(namespaced) == read(products.NOVEL)


def test_a_picture_book_with_ages_in_months_and_years() -> None:
    status = Remainder("PublishingDetail/PublishingStatus", "<PublishingStatus>02</PublishingStatus>")

    record = read(products.PICTURE_BOOK)

    assert record.description == replace(
        A_VOLUME,
        identifiers=(Identifier(IdentifierKind.ISBN13, "9780140569322"),),
        title=TitleStatement("The very hungry caterpillar"),
        contributors=(Contributor("Eric Carle", roles=(Role.AUTHOR, Role.ILLUSTRATOR)),),
        form="board book",
        illustrations="chiefly colour illustrations",
        audiences=(Audience(AudienceKind.CHILDREN), Audience(AudienceKind.STATED, "For little ones")),
        ages=AgeRange(1, 5),
    )
    assert record.offers == (Offer(Availability.NOT_YET, supplier_name="Example Supply"),)
    assert record.remainder == (status,)


def test_an_audio_cd_states_its_own_content() -> None:
    assert read(products.AUDIO_CD).description == Description(
        identifiers=(Identifier(IdentifierKind.EAN, ISBN),),
        title=TitleStatement("Songs"),
        contributors=(Contributor("The Example Players", roles=(Role.NARRATOR,), corporate=True, stated_role="reader"),),
        form="audio CD",
        minutes=135,
        content=("prm",),
        media=("s",),
        carrier=("sd",),
        notes=(Note(NoteKind.SYSTEM, "MP3 format"),),
    )


def test_an_e_book_says_what_is_needed_to_read_it() -> None:
    assert read(products.E_BOOK).description == Description(
        identifiers=(OWN,),
        title=TitleStatement("Emma"),
        form="e-book download",
        pages=300,
        content=("txt",),
        media=("c",),
        carrier=("cr",),
        notes=(Note(NoteKind.SYSTEM, "EPUB"), Note(NoteKind.SYSTEM, "Needs a reader")),
    )


def test_a_translation_has_its_original_title_and_language() -> None:
    assert read(products.TRANSLATION).description == replace(
        A_VOLUME,
        identifiers=(OWN,),
        title=TitleStatement("The outsider"),
        original_title="L'Étranger",
        other_titles=("The stranger",),
        contributors=(Contributor("Sam Example", roles=(Role.TRANSLATOR,)),),
        form="paperback",
        languages=(Language("eng"), Language("fre", LanguageUse.ORIGINAL)),
    )


def test_a_volume_of_two_series() -> None:
    assert read(products.SERIES_VOLUME).description == replace(
        A_VOLUME,
        identifiers=(OWN,),
        title=TitleStatement("Letters", part_number="Volume 2"),
        form="hardback",
        series=(Series("Example studies", "7", "0261-3077"), Series("The sequence", "3")),
    )


def test_a_second_edition_replaces_the_first() -> None:
    record = read(products.SECOND_EDITION)

    assert record.description == replace(
        A_VOLUME,
        identifiers=(OWN,),
        title=TitleStatement("Law"),
        contributors=(Contributor("Jo Example", roles=(Role.EDITOR, Role.CONTRIBUTOR), stated_role="volume editor; A77"),),
        edition=Edition("2", "revised edition"),
        form="hardback",
        related=(Related(Relation.REPLACED, "9780441172719"),),
    )
    assert [part.place for part in record.remainder] == ["RelatedMaterial/RelatedWork", "RelatedMaterial/RelatedProduct"]


def test_a_product_of_2_1_in_short_tags() -> None:
    record = read(products.OLD_SHORT)

    assert record.description == replace(
        A_VOLUME,
        identifiers=(Identifier(IdentifierKind.ISBN10, "0141439513"), OWN),
        title=TitleStatement("The Mill on the Floss", subtitle="A novel"),
        contributors=(Contributor("George Eliot", roles=(Role.AUTHOR,)),),
        edition=Edition("3"),
        publisher="Example House",
        published="2003-03",
        copyright_year="2002",
        form="hardback",
        pages=544,
        illustrations="8 colour illustrations",
        dimensions=Dimensions(height=198, weight=283),
        series=(Series("Old series", "4", "0261-3077"),),
        notes=(Note(NoteKind.BIOGRAPHY, "Lived in Coventry."), Note(NoteKind.REVIEW, "Good (A critic)")),
        summary="Main.",
        audiences=(Audience(AudienceKind.GENERAL),),
        subjects=(Subject(SubjectScheme.BISAC, "FIC004000", main=True), Subject(SubjectScheme.THEMA, "FBC", main=True)),
        languages=(Language("eng"),),
        related=(Related(Relation.OTHER_FORMAT, "9780441172719"),),
        links=(Link(LinkKind.COVER, "https://covers.example/8.jpg"),),
    )
    price = Price(1250, "GBP", PriceKind.RETAIL, with_tax=True, tax_percent="0", valid_from=date(2026, 1, 1))
    offer = Offer(Availability.REPRINTING, (price,), ("GB", "IE"), "Example Supply", expected_on=date(2026, 9, 1))
    assert (record.offers, record.remainder, record.findings) == ((offer,), (), ())


def test_a_block_update_with_a_price_takes_the_rest_of_the_price_from_the_header() -> None:
    price = Price(799, "GBP", PriceKind.FIXED, with_tax=True)

    assert read(products.BLOCK_UPDATE, Defaults("GBP", "04")) == Record(
        isbn=ISBN,
        change=Change.PART,
        description=Description(identifiers=(OWN,)),
        offers=(Offer(Availability.UNCERTAIN, (price,)),),
        reference="r9",
    )


def test_a_deletion_withdraws_the_record() -> None:
    assert read(products.DELETION) == Record(
        isbn=ISBN, change=Change.WITHDRAWN, description=Description(identifiers=(OWN,)), reference="r10"
    )


@pytest.mark.parametrize(
    ("number", "notification", "code", "severity"),
    [
        ("9780141439519", "03", Code.INVALID_ISBN, Severity.ERROR),
        ("5012345678900", "03", Code.NOT_A_BOOK, Severity.INFO),
        ("", "03", Code.NO_IDENTIFIER, Severity.ERROR),
        ("5012345678900", "05", Code.NOTHING_DELETED, Severity.INFO),
    ],
)
def test_a_product_that_is_no_book_gives_the_reason(number: str, notification: str, code: Code, severity: Severity) -> None:
    product = products.DELETION.replace(ISBN, number).replace("<NotificationType>05", f"<NotificationType>{notification}")

    reason = record_of(etree.fromstring(product), Defaults(), number=7, offset=512)

    assert isinstance(reason, Finding)
    assert (reason.code, reason.severity, reason.segment, reason.offset) == (code, severity, 7, 512)


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("a &lt; b", "a < b"),
        ("&lt;p&gt;a&lt;/p&gt;&lt;p&gt;b &amp;amp; c&lt;/p&gt;", "a b & c"),
        ("<p>a <em>b</em> c</p><ul><li>d</li></ul>", "a b c d"),
        ("<p>&lt;b&gt;</p>", "<b>"),
        ("a\u00adb\u200cc\ne\u0301", "ab\u200cc é"),
    ],
)
def test_a_description_is_read_as_plain_text(text: str, summary: str) -> None:
    product = products.E_BOOK.replace(
        "</Product>",
        f"<CollateralDetail><TextContent><TextType>03</TextType><Text>{text}</Text></TextContent></CollateralDetail></Product>",
    )

    assert read(product).description.summary == summary
