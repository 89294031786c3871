"""Reads one product as a record, in one pass over its elements. Knows no file."""

from __future__ import annotations

from shared.findings import Finding, Severity
from shared.formats.onix.codes import forms
from shared.formats.onix.composites.subjects import ages_of
from shared.formats.onix.composites.titles import title_in
from shared.formats.onix.draft import Code, Defaults, Draft
from shared.formats.onix.elements import NAMES, Element
from shared.formats.onix.table import HEADER_LIKE, READERS, READERS_OF_PRODUCT, Reader
from shared.records import Change, Contributor, Description, Dimensions, Edition, Record, Remainder, TitleStatement
from shared.texts import plain
from shared.values import InvalidValue, is_other_gtin, isbn13_or_none, to_isbn13

_ISBN_TYPES = ("15", "03", "02", "14", "04")
"""List 5: ISBN-13, GTIN-13, ISBN-10, GTIN-14, UPC, in order of preference."""
_CHANGES = {"04": Change.PART, "05": Change.WITHDRAWN}
"""List 1: a block update, a deletion. Anything else states the whole."""


def record_of(product: Element, defaults: Defaults, *, number: int, offset: int) -> Record | Finding:
    """Returns the product as a record; the reason, where it names no book.

    The product has reference or short tags of 2.1, 3.0 or 3.1, in any namespace. `number` and `offset` are its place in the file.
    """
    draft = Draft(defaults, number, offset)
    _read(product, draft)
    stated = _number_of(draft)
    try:
        isbn = to_isbn13(stated)
    except InvalidValue as error:
        return _no_book(draft, stated, error)
    change = _CHANGES.get(draft.notification, Change.FULL)
    description = _description(draft)
    if description.title is None and change is Change.FULL:
        draft.report(Code.NO_TITLE, f"product {draft.reference!r} states no title", Severity.INFO)
    if draft.remainder:
        places = ", ".join(dict.fromkeys(part.place for part in draft.remainder))
        draft.report(Code.NOT_CARRIED, f"product {draft.reference!r}: kept as they are: {places}", Severity.INFO)
    return Record(
        isbn=isbn,
        change=change,
        description=description,
        offers=tuple(draft.offers),
        remainder=tuple(draft.remainder),
        reference=draft.reference,
        number=number,
        offset=offset,
        findings=tuple(draft.findings),
    )


def _read(product: Element, draft: Draft) -> None:
    for child in product:
        name = NAMES[child.tag]
        if name in READERS:
            _read_block(child, READERS[name], name, draft)
        elif name == "RecordReference":
            draft.reference = plain(child.text or "")
        elif name == "NotificationType":
            draft.notification = (child.text or "").strip()
        elif name not in HEADER_LIKE:
            read = READERS_OF_PRODUCT.get(name)
            if read is None or not read(child, draft):
                draft.keep("", child)


def _read_block(block: Element, readers: dict[str, Reader], name: str, draft: Draft) -> None:
    for part in block:
        read = readers.get(NAMES[part.tag])
        if read is None or not read(part, draft):
            draft.keep(name, part)


def _number_of(draft: Draft) -> str:
    """Returns the number that the product is known by: the first that is an ISBN, else the first of any."""
    stated = [number for kind in _ISBN_TYPES for type_, number in draft.numbers if type_ == kind]
    return next((number for number in stated if isbn13_or_none(number)), stated[0] if stated else "")


def _no_book(draft: Draft, number: str, error: InvalidValue) -> Finding:
    """Says what a product without ISBN is: other goods with a number of their own (GTIN), or a book with a wrong number."""
    reference = draft.reference
    if _CHANGES.get(draft.notification) is Change.WITHDRAWN:
        text = f"the deletion of {reference!r} names no book by ISBN and is ignored"
        return draft.finding(Code.NOTHING_DELETED, text, Severity.INFO)
    if not number:
        return draft.finding(Code.NO_IDENTIFIER, f"product {reference!r} has no ISBN or GTIN", Severity.ERROR)
    if is_other_gtin(number):
        text = f"product {reference!r} is left out: {number} is a GTIN, but no ISBN, and titles are kept by ISBN"
        return draft.finding(Code.NOT_A_BOOK, text, Severity.INFO)
    return draft.finding(Code.INVALID_ISBN, f"product {reference!r}: {error}", Severity.ERROR)


def _description(draft: Draft) -> Description:
    carried = forms.carried_as(draft.form)
    return Description(
        identifiers=tuple(draft.identifiers),
        title=_title(draft),
        original_title=draft.original_title,
        other_titles=tuple(draft.other_titles),
        contributors=_contributors(draft),
        edition=_edition(draft),
        publisher=draft.publisher,
        imprint=draft.imprint,
        place=draft.place,
        country=draft.country,
        published=draft.published,
        copyright_year=draft.copyright_year,
        form=draft.form,
        pages=_best(draft, draft.pages),
        minutes=_best(draft, draft.minutes),
        illustrations=draft.illustrations_note or ", ".join(draft.illustrations),
        dimensions=Dimensions(**draft.measures) if draft.measures else None,
        content=tuple(draft.content) or carried.content,
        media=carried.media,
        carrier=carried.carrier,
        series=tuple(draft.series),
        notes=tuple(draft.notes),
        summary=_summary(draft),
        contents=draft.contents,
        audiences=tuple(draft.audiences),
        ages=ages_of(draft) if draft.ages else None,
        subjects=tuple(draft.subjects),
        languages=tuple(draft.languages),
        related=tuple(draft.related),
        links=tuple(draft.links),
    )


def _title(draft: Draft) -> TitleStatement | None:
    """Returns the title with the statement of responsibility; in 2.1 the title may be in parts in the product itself."""
    title = draft.title
    if title is None and draft.title_parts:
        text, nonfiling = title_in(draft.title_parts)
        title = TitleStatement(text, nonfiling, plain(draft.title_parts.get("Subtitle", ""))) if text else None
    if not draft.responsibility:
        return title
    if title is None:
        draft.remainder.append(Remainder("DescriptiveDetail/ContributorStatement", draft.responsibility))
        return None
    return TitleStatement(title.title, title.nonfiling, title.subtitle, title.part_number, title.part_title, draft.responsibility)


def _contributors(draft: Draft) -> tuple[Contributor, ...]:
    """Returns the contributors by SequenceNumber; those without one last, in their order."""
    draft.contributors.sort(key=lambda numbered: numbered[0])
    return tuple(person for _, person in draft.contributors)


def _edition(draft: Draft) -> Edition | None:
    statement = draft.edition_statement or ", ".join(draft.edition_types)
    return Edition(draft.edition_number, statement) if statement or draft.edition_number else None


def _best(draft: Draft, ranked: list[tuple[int, int, Element]]) -> int | None:
    """Returns the value of the best rank; the others are kept as they are."""
    if not ranked:
        return None
    best = min(ranked, key=lambda each: each[0])
    for each in ranked:
        if each is not best:
            draft.keep("DescriptiveDetail", each[2])
    return best[1]


def _summary(draft: Draft) -> str:
    """Returns the best description; the others are kept as they are."""
    if not draft.summaries:
        return ""
    best = min(draft.summaries, key=lambda each: each[0])
    for each in draft.summaries:
        if each is not best:
            draft.keep("CollateralDetail", each[2])
    return best[1]
