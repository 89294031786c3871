"""A book in Dublin Core, for harvesters and searchers."""

from lxml import etree

from shared.formats.dublin_core import oai_dc, srw_dc
from shared.records import (
    Contributor,
    Description,
    Genre,
    Language,
    Link,
    LinkKind,
    Related,
    Relation,
    Role,
    Series,
    Subject,
    SubjectScheme,
    TitleStatement,
)

BOOK = Description(
    title=TitleStatement("Pride and prejudice", subtitle="a novel", part_number="Volume 1"),
    contributors=(
        Contributor("Jane Austen", "Austen, Jane", (Role.AUTHOR,)),
        Contributor("Vivien Jones", roles=(Role.EDITOR,)),
    ),
    publisher="Penguin",
    published="2003-05",
    languages=(Language("eng"),),
    subjects=(
        Subject(SubjectScheme.THEMA, code="FBC"),
        Subject(SubjectScheme.LCSH, heading="Sisters -- Fiction"),
        Subject(SubjectScheme.FAST, heading="Sisters -- Fiction"),
    ),
    genres=(Genre("Love stories"),),
    summary="Five sisters\x0b.",
    form="paperback",
    content=("txt", "txt"),
    series=(Series("Penguin classics"),),
    related=(Related(Relation.OTHER_FORMAT, "9780141199078"), Related(Relation.OTHER)),
    links=(Link(LinkKind.ONLINE, "https://books.example/pride"), Link(LinkKind.COVER, "https://covers.example/pride")),
)


def pairs_of(document: etree._Element) -> list[tuple[str, str | None]]:
    return [(etree.QName(child).localname, child.text) for child in document]


def test_a_book_is_described_in_dublin_core() -> None:
    assert pairs_of(oai_dc(BOOK, "9780141439518")) == [
        ("identifier", "urn:isbn:9780141439518"),
        ("identifier", "https://books.example/pride"),
        ("title", "Pride and prejudice : a novel. Volume 1"),
        ("creator", "Austen, Jane"),
        ("contributor", "Vivien Jones"),
        ("publisher", "Penguin"),
        ("date", "2003-05"),
        ("language", "eng"),
        ("subject", "FBC"),
        ("subject", "Sisters -- Fiction"),
        ("description", "Five sisters\ufffd."),
        ("type", "Text"),
        ("type", "Love stories"),
        ("format", "paperback"),
        ("relation", "Penguin classics"),
        ("relation", "urn:isbn:9780141199078"),
    ]


def test_a_book_of_which_nothing_is_known_has_its_isbn() -> None:
    assert pairs_of(oai_dc(Description(), "9780141439518")) == [("identifier", "urn:isbn:9780141439518")]


def test_each_protocol_has_a_root_of_its_own_round_the_same_elements() -> None:
    harvested, searched = oai_dc(BOOK, "9780141439518"), srw_dc(BOOK, "9780141439518")

    assert harvested.tag == "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"
    assert searched.tag == "{info:srw/schema/1/dc-schema}dc"
    assert pairs_of(harvested) == pairs_of(searched)
