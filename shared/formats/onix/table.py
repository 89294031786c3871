"""The one table of ONIX and the record model: which element fills which field, in the order in which ONIX 3 writes them.

A row without a writer is read only: its element is of 2.1, or another row writes it. ONIX 2.1 has the elements of all blocks
in the product itself, so every row is read there, too. What has no row is kept as it is, in `Record.remainder`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.formats.onix.composites import people, physical, publishing, subjects, texts, titles
from shared.formats.onix.composites.supply import read_product_supply, read_supply_detail
from shared.formats.onix.draft import Draft
from shared.formats.onix.elements import Element
from shared.records import Description, LanguageUse

Reader = Callable[[Element, Draft], bool]
Writer = Callable[[Element, Description], None]


@dataclass(frozen=True, slots=True)
class Row:
    """An element (`block/element`, or an element of the product itself) and the fields of the record that it fills.

    `lists` are the code lists concerned.
    """

    place: str
    fields: str
    read: Reader
    write: Writer | None = None
    lists: str = ""


_D, _C, _P, _R = "DescriptiveDetail", "CollateralDetail", "PublishingDetail", "RelatedMaterial"
BLOCKS = (_D, _C, _P, _R)
"""The blocks of ONIX 3 that hold rows. ProductSupply is a row of its own, since its market is that of all its offers."""


def _nothing(_: Element, __: Draft) -> bool:
    return True


ROWS = (
    Row("ProductIdentifier", "isbn, identifiers", physical.read_identifier, physical.write_identifiers, "5"),
    Row("EAN13", "isbn, identifiers", physical.read_ean),
    Row("ISBN", "isbn, identifiers", physical.read_isbn),
    Row(f"{_D}/ProductComposition", "(00 only)", physical.read_composition, physical.write_form, "2"),
    Row(f"{_D}/ProductForm", "form, media, carrier", physical.read_form, None, "150, 7"),
    Row(f"{_D}/ProductFormDetail", "notes: system", physical.read_form_detail, None, "175"),
    Row(f"{_D}/ProductFormFeature", "notes: system", physical.read_form_feature, None, "79"),
    Row(f"{_D}/ProductFormDescription", "form", physical.read_form_description),
    Row(f"{_D}/PrimaryContentType", "content", physical.read_content, None, "81"),
    Row(f"{_D}/ProductContentType", "content", physical.read_content, None, "81"),
    Row(f"{_D}/Measure", "dimensions", physical.read_measure, physical.write_measures, "48, 50"),
    Row(f"{_D}/Collection", "series", titles.read_collection, titles.write_series, "148, 149, 13"),
    Row(f"{_D}/NoCollection", "(nothing)", _nothing),
    Row("Series", "series", titles.read_series, None, "13"),
    Row("NoSeries", "(nothing)", _nothing),
    Row(f"{_D}/TitleDetail", "title, original_title, other_titles", titles.read_title_detail, titles.write_titles, "15, 149"),
    Row("Title", "title, original_title, other_titles", titles.read_title_detail, None, "15"),
    Row("DistinctiveTitle", "title", titles.read_title_part),
    Row("TitlePrefix", "title", titles.read_title_part),
    Row("TitleWithoutPrefix", "title", titles.read_title_part),
    Row("TitleText", "title", titles.read_title_part),
    Row("Subtitle", "title", titles.read_title_part),
    Row(f"{_D}/Contributor", "contributors, notes: biography", people.read_contributor, people.write_contributors, "17, 44"),
    Row(f"{_D}/ContributorStatement", "title: responsibility", titles.read_responsibility, titles.write_responsibility),
    Row(f"{_D}/EditionType", "edition", physical.read_edition_type, physical.write_edition, "21"),
    Row(f"{_D}/EditionNumber", "edition", physical.read_edition_number),
    Row(f"{_D}/EditionStatement", "edition", physical.read_edition_statement),
    Row(f"{_D}/NoEdition", "(nothing)", _nothing),
    Row(f"{_D}/Language", "languages", physical.read_language, physical.write_languages, "22, 74"),
    Row("LanguageOfText", "languages", physical.language_reader(LanguageUse.TEXT), None, "74"),
    Row("OriginalLanguage", "languages", physical.language_reader(LanguageUse.ORIGINAL), None, "74"),
    Row(f"{_D}/Extent", "pages, minutes", physical.read_extent, physical.write_extents, "23, 24"),
    Row("NumberOfPages", "pages", physical.read_pages),
    Row(f"{_D}/Illustrated", "(nothing)", _nothing, None, "152"),
    Row(f"{_D}/NumberOfIllustrations", "illustrations", physical.read_illustration_count),
    Row(f"{_D}/IllustrationsNote", "illustrations", physical.read_illustrations_note, physical.write_illustrations),
    Row(f"{_D}/AncillaryContent", "illustrations, notes: bibliography", physical.read_ancillary, None, "25"),
    Row(f"{_D}/Subject", "subjects", subjects.read_subject, subjects.write_subjects, "27"),
    Row("BASICMainSubject", "subjects", subjects.read_main_bisac),
    Row("BICMainSubject", "subjects", subjects.read_main_bic),
    Row("MainSubject", "subjects", subjects.read_main_subject, None, "26"),
    Row(f"{_D}/NameAsSubject", "subjects: person, body", subjects.read_name_as_subject, subjects.write_names_as_subjects),
    Row("CorporateBodyAsSubject", "subjects: body", subjects.read_body_as_subject),
    Row(f"{_D}/AudienceCode", "audiences", subjects.read_audience_code, None, "28"),
    Row(f"{_D}/Audience", "audiences", subjects.read_audience, subjects.write_audiences, "28, 29"),
    Row(f"{_D}/AudienceRange", "ages", subjects.read_ages, subjects.write_ages, "30, 31"),
    Row(f"{_D}/AudienceDescription", "audiences: stated", subjects.read_audience_words, subjects.write_audience_words),
    Row(f"{_C}/TextContent", "summary, contents, notes: review, biography", texts.read_text, texts.write_texts, "153, 154"),
    Row("OtherText", "summary, contents, notes: review, biography", texts.read_other_text, None, "33"),
    Row("MainDescription", "summary", texts.read_main_description),
    Row(f"{_C}/SupportingResource", "links: cover, excerpt", texts.read_resource, texts.write_links, "158, 159"),
    Row("MediaFile", "links: cover", texts.read_media_file, None, "38"),
    Row(f"{_C}/Prize", "notes: award", texts.read_prize, texts.write_prizes, "41"),
    Row(f"{_P}/Imprint", "imprint", publishing.read_imprint, publishing.write_publisher),
    Row("ImprintName", "imprint", publishing.read_publisher_name),
    Row(f"{_P}/Publisher", "publisher", publishing.read_publisher, None, "45"),
    Row("PublisherName", "publisher", publishing.read_publisher_name),
    Row(f"{_P}/CityOfPublication", "place", publishing.read_city),
    Row(f"{_P}/CountryOfPublication", "country", publishing.read_country, None, "91"),
    Row(f"{_P}/PublishingStatus", "offers: availability, where none is stated", publishing.read_status, None, "64"),
    Row(f"{_P}/PublishingDate", "published", publishing.read_date, publishing.write_date, "163, 55"),
    Row("PublicationDate", "published", publishing.read_publication_date),
    Row(f"{_P}/CopyrightStatement", "copyright_year", publishing.read_copyright, publishing.write_copyright),
    Row("CopyrightYear", "copyright_year", publishing.read_copyright_year),
    Row(f"{_R}/RelatedProduct", "related", publishing.read_related, publishing.write_related, "51"),
    # Offers are no part of the description: the writer of messages writes them.
    Row("ProductSupply", "offers", read_product_supply, None, "65, 58, 166, 173"),
    Row("SupplyDetail", "offers", read_supply_detail, None, "65, 54, 58"),
)

HEADER_LIKE = frozenset(
    {
        "RecordReference",
        "NotificationType",
        "DeletionText",
        "RecordSourceType",
        "RecordSourceIdentifierType",
        "RecordSourceIdentifier",
        "RecordSourceName",
    }
)
"""Elements about the record itself, which say nothing about the book."""

READERS: dict[str, dict[str, Reader]] = {
    block: {row.place.partition("/")[2]: row.read for row in ROWS if row.place.startswith(f"{block}/")} for block in BLOCKS
}
"""Block -> element -> reader."""
READERS_OF_PRODUCT: dict[str, Reader] = {row.place.rpartition("/")[2]: row.read for row in ROWS}
"""Element -> reader, for elements in the product itself, as all are in 2.1."""
