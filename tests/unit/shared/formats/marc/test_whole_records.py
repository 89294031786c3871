"""Records as libraries' suppliers make them, read whole: all that each states, and nothing else."""

from shared.records import (
    AgeRange,
    Audience,
    AudienceKind,
    Cataloguing,
    Change,
    Contributor,
    CopyData,
    Description,
    Dimensions,
    FullnessLevel,
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
    Related,
    Relation,
    Remainder,
    Role,
    Series,
    Subject,
    SubjectScheme,
    TitleStatement,
)
from tests.unit.shared.formats.marc import novel
from tests.unit.shared.formats.marc.notation import read

FULL = Cataloguing(level=FullnessLevel.FULL)


def test_a_novel() -> None:
    assert read(*novel.LINES) == novel.RECORD


def test_a_picture_book_with_ages() -> None:
    record = read(
        "008 050101e20050314enka   j      000 1 eng d",
        "020 ##$a9780141501598 (pbk.)",
        "245 04$aThe tiger who came to tea /$cJudith Kerr.",
        "264 #1$bHarperCollins Children's,$c2005.",
        "300 ##$a1 volume :$bcolour ;$c280 x 230 mm",
        "521 1#$a3-6",
        "521 8#$aJuvenile",
        "521 2#$aK-3",
        "586 ##$aWinner of an award, 2006",
        "650 #1$aTigers.",
        "700 1#$aKerr, Judith,$eauthor,$eillustrator.",
    )

    assert record.remainder == (Remainder("521", "2#$aK-3"),)
    assert record.description == Description(
        identifiers=(Identifier(IdentifierKind.ISBN13, "9780141501598"),),
        title=TitleStatement("The tiger who came to tea", nonfiling=4, responsibility="Judith Kerr"),
        contributors=(Contributor("Judith Kerr", "Kerr, Judith", (Role.AUTHOR, Role.ILLUSTRATOR)),),
        publisher="HarperCollins Children's",
        country="GB",
        published="2005-03-14",
        form="pbk",
        extent="1 volume",
        illustrations="colour",
        dimensions=Dimensions(height=280, width=230),
        notes=(Note(NoteKind.AWARD, "Winner of an award, 2006"),),
        audiences=(Audience(AudienceKind.CHILDREN, "Juvenile"),),
        ages=AgeRange(3, 6),
        subjects=(Subject(SubjectScheme.LCSH_CHILDREN, heading="Tigers"),),
        languages=(Language("eng"),),
        cataloguing=FULL,
    )


def test_a_translation() -> None:
    record = read(
        "020 ##$a9780099518471",
        "041 1#$aeng$hfre$blat",
        "100 0#$aVoltaire,$d1694-1778.",
        "240 10$aCandide.$lEnglish",
        "245 10$aCandide, or, Optimism /$ctranslated by Theo Cuffe.",
        "246 30$aOptimism",
        "260 ##$aLondon :$bVintage,$cc2005, 2009.",
        "546 ##$aTranslated from the French.",
        "700 1#$aCuffe, Theo.$4trl",
        "700 12$aVoltaire.$tZadig.",
        "765 08$tCandide$z9782070466634",
    )

    assert record.remainder == (Remainder("240", "10$lEnglish"), Remainder("700", "12$aVoltaire.$tZadig."))
    assert record.description == Description(
        identifiers=(Identifier(IdentifierKind.ISBN13, "9780099518471"),),
        title=TitleStatement("Candide, or, Optimism", responsibility="translated by Theo Cuffe"),
        original_title="Candide",
        other_titles=("Optimism",),
        contributors=(
            Contributor("Voltaire", dates="1694-1778"),
            Contributor("Theo Cuffe", "Cuffe, Theo", (Role.TRANSLATOR,)),
        ),
        publisher="Vintage",
        place="London",
        published="2009",
        copyright_year="2005",
        notes=(Note(NoteKind.LANGUAGE, "Translated from the French."),),
        languages=(Language("eng"), Language("fre", LanguageUse.ORIGINAL), Language("lat", LanguageUse.SUMMARY)),
        related=(Related(Relation.TRANSLATED_FROM, "9782070466634", title="Candide"),),
        cataloguing=FULL,
    )


def test_a_book_of_two_series() -> None:
    record = read(
        "020 ##$a9780552159722",
        "245 14$aThe colour of magic.",
        "490 1#$aDiscworld novels,$x1234-5679 ;$v1",
        "490 0#$aCorgi books",
        "776 08$iElectronic version:$z9781407034379",
        "785 00$tThe light fantastic$w(OCoLC)123",
        "830 #0$aDiscworld novels ;$v1.",
        "830 #0$aPratchett classics.",
    )

    assert record.remainder == (Remainder("830", "#0$aPratchett classics."),)
    assert record.description == Description(
        identifiers=(Identifier(IdentifierKind.ISBN13, "9780552159722"),),
        title=TitleStatement("The colour of magic", nonfiling=4),
        series=(Series("Discworld novels", "1", "1234-5679"), Series("Corgi books")),
        related=(
            Related(Relation.OTHER_FORMAT, "9781407034379", form="Electronic version"),
            Related(Relation.REPLACEMENT, number="(OCoLC)123", title="The light fantastic"),
        ),
        cataloguing=FULL,
    )


def test_proceedings_by_a_conference_body() -> None:
    record = read(
        "020 ##$a9780141439518",
        "110 2#$aExample Society.$bAnnual Conference$d(2019),$eissuing body.",
        "245 10$aProceedings.",
        "505 0#$aOpening -- Papers -- Closing",
        "545 ##$aFounded in 1901.",
        "610 20$aExample Society$vCongresses.",
        "651 #0$aSuffolk$xHistory.",
        "710 2#$aExample Press,$4xyz",
    )

    assert record.remainder == ()
    assert record.description == Description(
        identifiers=(Identifier(IdentifierKind.ISBN13, "9780141439518"),),
        title=TitleStatement("Proceedings"),
        contributors=(
            Contributor("Example Society. Annual Conference", roles=(Role.ISSUING_BODY,), corporate=True, dates="(2019)"),
            Contributor("Example Press", roles=(Role.CONTRIBUTOR,), corporate=True, stated_role="xyz"),
        ),
        notes=(Note(NoteKind.BIOGRAPHY, "Founded in 1901."),),
        contents="Opening -- Papers -- Closing",
        subjects=(
            Subject(SubjectScheme.BODY, heading="Example Society -- Congresses", scheme_name="lcsh"),
            Subject(SubjectScheme.PLACE, heading="Suffolk -- History", scheme_name="lcsh"),
        ),
        cataloguing=FULL,
    )


def test_an_audio_cd() -> None:
    record = read(
        "020 ##$a9780141439518",
        "024 3#$a5012345678900",
        "028 01$aEX 12",
        "041 0#$dengfre",
        "245 10$aEmma$h[sound recording] /$cJane Austen.",
        "300 ##$a2 audio discs (2 hr., 30 min.) ;$c12 cm +$e1 booklet",
        "538 ##$aCompact disc",
        "700 1#$aReader, Rita,$enarrator$4nrt",
        leader="00000nim a22000007a 4500",
    )

    assert record.remainder == (Remainder("028", "01$aEX 12"), Remainder("245", "10$h[sound recording] /"))
    assert record.description == Description(
        identifiers=(
            Identifier(IdentifierKind.ISBN13, "9780141439518"),
            Identifier(IdentifierKind.EAN, "5012345678900"),
        ),
        title=TitleStatement("Emma", responsibility="Jane Austen"),
        contributors=(Contributor("Rita Reader", "Reader, Rita", (Role.NARRATOR,)),),
        extent="2 audio discs (2 hr., 30 min.)",
        minutes=150,
        dimensions=Dimensions(height=120),
        accompanying="1 booklet",
        content=("spw",),
        notes=(Note(NoteKind.SYSTEM, "Compact disc"),),
        languages=(Language("eng", LanguageUse.SUNG_OR_SPOKEN), Language("fre", LanguageUse.SUNG_OR_SPOKEN)),
        cataloguing=Cataloguing(rules="aacr", level=FullnessLevel.MINIMAL),
    )


def test_an_e_book_with_addresses() -> None:
    record = read(
        "020 ##$a9780141439518$q(ePub)",
        "024 7#$a10.1000/182$2doi",
        "245 10$aEmma.",
        "300 ##$a1 online resource (474 pages)",
        "338 ##$aonline resource",
        "856 40$uhttps://example.org/emma/$yRead it",
        "856 42$3Cover image$uhttps://example.org/emma.jpg",
        "856 42$3Table of contents from publisher$uhttps://example.org/toc",
        "856 42$3Excerpt$uhttps://example.org/start",
    )

    assert record.remainder == ()
    assert record.description == Description(
        identifiers=(
            Identifier(IdentifierKind.ISBN13, "9780141439518"),
            Identifier(IdentifierKind.DOI, "10.1000/182"),
        ),
        title=TitleStatement("Emma"),
        form="ePub",
        extent="1 online resource (474 pages)",
        pages=474,
        carrier=("cr",),
        links=(
            Link(LinkKind.ONLINE, "https://example.org/emma/", "Read it"),
            Link(LinkKind.COVER, "https://example.org/emma.jpg"),
            Link(LinkKind.CONTENTS, "https://example.org/toc", "Table of contents from publisher"),
            Link(LinkKind.EXCERPT, "https://example.org/start"),
        ),
        cataloguing=FULL,
    )


def test_a_record_before_publication_and_its_withdrawal() -> None:
    lines = "020 ##$a9780141439518", "245 10$aEmma.", "263 ##$a202703"

    before = read(*lines, leader="00000nam a22000008i 4500")
    withdrawn = read(*lines, leader="00000dam a22000008i 4500")

    assert before.description.cataloguing == Cataloguing(level=FullnessLevel.PREPUBLICATION)
    assert (before.change, withdrawn.change) == (Change.FULL, Change.WITHDRAWN)
    assert before.remainder == (Remainder("263", "##$a202703"),)


def test_a_part_of_a_work_in_several_parts() -> None:
    record = read("020 ##$a9780141439518", "245 10$aIn search of lost time.$nVolume 1,$pSwann's way :$ba novel /$cMarcel Proust.")

    assert record.description.title == TitleStatement(
        "In search of lost time",
        subtitle="a novel",
        part_number="Volume 1",
        part_title="Swann's way",
        responsibility="Marcel Proust",
    )


def test_a_corrected_isbn_and_isbns_of_other_forms() -> None:
    record = read(
        "020 ##$z9780141439519 (pbk.)",
        "020 ##$a978-0-14-143951-8$q(pbk.)$cEUR 12,50",
        "020 ##$a0141439513 (pbk.)",
        "020 ##$a9780099518471$q(hardback)",
        "020 ##$a12345",
        "245 10$aEmma.",
    )

    assert (record.isbn, record.description.form, record.offers) == (
        "9780141439518",
        "pbk",
        (Offer(prices=(Price(1250, "EUR"),)),),
    )
    assert record.description.identifiers == (
        Identifier(IdentifierKind.ISBN13, "9780141439518"),
        Identifier(IdentifierKind.ISBN13, "9780141439519", "pbk", invalid=True),
        Identifier(IdentifierKind.ISBN10, "0141439513", "pbk"),
        Identifier(IdentifierKind.ISBN13, "9780099518471", "hardback"),
    )
    assert record.remainder == (Remainder("020", "##$a12345"),)


def test_copies_in_three_profiles() -> None:
    record = read(
        "020 ##$a9780141439518",
        "245 10$aEmma.",
        "852 0#$aGB-SFK$bLOWE$cFIC$h823.7$iAUS$p30114000012345$98.99",
        "949 ##$a30114000012346$b823.7$cAUS$lIPSW$p8.99$mSTN$sFIC",
        "952 ##$aIPSW$bIPSW$o823.7 AUS$p30114000012347$g8.99$yBK$8FIC$cshelf",
    )

    assert record.copies == (
        CopyData("LOWE", "823.7 AUS", "30114000012345", "8.99", collection="FIC"),
        CopyData("IPSW", "823.7 AUS", "30114000012346", "8.99", item_type="STN", collection="FIC"),
        CopyData("IPSW", "823.7 AUS", "30114000012347", "8.99", item_type="BK", collection="FIC"),
    )
    assert record.remainder == (Remainder("852", "0#$aGB-SFK"), Remainder("952", "##$cshelf"))


def test_a_meeting_is_a_body_and_another_work_by_it_is_kept() -> None:
    other = "711 22$aExample Congress$eCommittee$tReport"
    record = read("020 ##$a9780141439518", "111 2#$aExample Congress$eCommittee$jissuing body$n(2nd", other)

    assert record.description.contributors == (
        Contributor("Example Congress. Committee", roles=(Role.ISSUING_BODY,), corporate=True),
    )
    assert record.remainder == (Remainder("111", "2#$n(2nd"), Remainder("711", "22$aExample Congress$eCommittee$tReport"))


def test_a_full_stop_before_a_mark_between_areas_is_part_of_the_text() -> None:
    record = read("020 ##$a9780141439518", "264 #1$aCambridge, Mass. :$bExample Press Ltd.,$c2009.")

    assert (record.description.place, record.description.publisher) == ("Cambridge, Mass.", "Example Press Ltd.")


def test_the_full_stop_after_a_number_of_one_digit_is_no_part_of_it() -> None:
    record = read("020 ##$a9780141439518", "830 #0$aDiscworld novels ;$v1.")

    assert record.description.series == (Series("Discworld novels", "1"),)
