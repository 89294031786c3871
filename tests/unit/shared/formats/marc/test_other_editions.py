"""Other editions of a book (775), and what is none: a translation, and an edition in another language."""

from functools import partial

from shared.formats.marc.records import marc_of
from shared.records import Related, Relation
from tests.unit.shared.formats.marc.notation import read


def test_editions_are_read_with_their_language_and_translations_as_such() -> None:
    record = read(
        "008 050101s2003    enk           000 1 eng d",
        "020 ##$a9780141439518",
        "775 0#$aAusten, Jane.$tEmma$z0-14-143958-0 (hbk.)$z978 0 14 143951 8(large print)$z12345",
        "775 18$iReprint of:$w(OCoLC)123",
        "775 0#$tEmma$epol$z9788373271234",
        "775 08$iIssued also in French:$z9782070466634",
        "775 08$iEnglish edition:$eund$z9780099518471",
        "775 08$iTranslation of:$efre$z9782070466634",
        "775 08$iTranslated as:$z9788373271234",
        "776 08$iPolish edition:$epol$z9780441172719",
    )

    edition = partial(Related, Relation.OTHER, edition=True)
    assert record.description.related == (
        edition(isbn="9780141439587", title="Emma"),
        edition(isbn="9780141439518", title="Emma"),
        edition(number="(OCoLC)123", form="Reprint of"),
        edition(isbn="9788373271234", title="Emma", language="pol"),
        edition(isbn="9782070466634", form="Issued also in French", language="fre"),
        edition(isbn="9780099518471", form="English edition", language="eng"),
        Related(Relation.TRANSLATED_FROM, "9782070466634", form="Translation of"),
        Related(Relation.TRANSLATED_AS, "9788373271234", form="Translated as"),
        Related(Relation.OTHER_FORMAT, "9780441172719", form="Polish edition"),
    )
    assert [(one.place, one.raw) for one in record.remainder] == [
        ("775", "0#$aAusten, Jane."),
        ("775", "0#$o12345"),
        ("775", "08$eund"),
        ("775", "08$efre"),
        ("776", "08$epol"),
    ]


def test_what_was_read_as_another_edition_is_written_as_one_with_its_language() -> None:
    record = read("020 ##$a9780141439518", "775 1#$tEmma$ePOL$z9788373271234$z9780099518471", "775 08$iReprint of:$w(OCoLC)123")

    fields = [field for field in marc_of(record).fields if field.tag == "775"]
    assert [("".join(field.indicators), list(field.subfields)) for field in fields] == [
        ("0 ", [("t", "Emma"), ("e", "pol"), ("z", "9788373271234")]),
        ("0 ", [("t", "Emma"), ("e", "pol"), ("z", "9780099518471")]),
        ("08", [("i", "Reprint of:"), ("w", "(OCoLC)123")]),
    ]
