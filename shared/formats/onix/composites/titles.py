"""Titles and series: TitleDetail and Collection, in 2.1 Title, Series and elements of the product itself (lists 15, 148, 149)."""

from __future__ import annotations

from shared.formats.onix.codes.words import ORIGINAL_TITLE, OTHER_TITLES
from shared.formats.onix.draft import Draft
from shared.formats.onix.elements import NAMES, Element, add, add_all, every, first, parts_of, text_of
from shared.records import Description, Series, TitleStatement
from shared.texts import plain

PRODUCT, COLLECTION = "01", "02"
"""Levels of a title, list 149."""
_MAIN = "01"
_ISSN = "02"  # list 13
_TITLE_TEXTS = frozenset(
    {"TitleText", "TitlePrefix", "TitleWithoutPrefix", "Subtitle", "DistinctiveTitle", "NoPrefix", "PartNumber"}
)
_IN_ELEMENT = _TITLE_TEXTS | {"TitleElementLevel", "SequenceNumber", "TitleType"}
_IN_COLLECTION = frozenset({"CollectionType", "CollectionIdentifier", "TitleDetail", "CollectionSequence"})
_IN_SERIES = frozenset({"SeriesISSN", "SeriesIdentifier", "TitleOfSeries", "Title", "NumberWithinSeries"})


def title_in(texts: dict[str, str]) -> tuple[str, int]:
    """Returns the title of a title element, with its prefix, and how many characters are not filed by."""
    prefix, rest = plain(texts.get("TitlePrefix", "")), plain(texts.get("TitleWithoutPrefix", ""))
    between = "" if prefix.endswith(("'", "\N{RIGHT SINGLE QUOTATION MARK}")) else " "
    joined = f"{prefix}{between}{rest}" if prefix and rest else prefix or rest
    stated = plain(texts.get("TitleText", "") or texts.get("DistinctiveTitle", ""))
    nonfiling = len(prefix) + len(between) if prefix and rest and stated in ("", joined) else 0
    return stated or joined, nonfiling


def read_title_detail(detail: Element, draft: Draft) -> bool:
    """Reads TitleDetail, or Title of 2.1, in which title and type are side by side."""
    type_, elements = None, []
    for part in detail:
        name = NAMES[part.tag]
        if name == "TitleElement":
            elements.append(part)
        elif name == "TitleType" and type_ is None:
            type_ = text_of(part)
    return _take_title(type_ or "", [(element, parts_of(element)) for element in elements or [detail]], draft)


def _take_title(type_: str, read: list[tuple[Element, dict[str, str]]], draft: Draft) -> bool:
    at_product = [one for one in read if one[1].get("TitleElementLevel") == PRODUCT]
    element, texts = (at_product or read)[0]
    title, nonfiling = title_in(texts)
    if not title:
        return False
    if draft.title is None or (type_ == _MAIN and draft.title_type != _MAIN):
        return _read_main(TitleStatement(title, nonfiling), type_, read, (element, texts), draft)
    if type_ == ORIGINAL_TITLE and not draft.original_title:
        draft.original_title = title
        return True
    if type_ in OTHER_TITLES:
        draft.other_titles.append(title)
        return True
    return False


def _read_main(
    title: TitleStatement,
    type_: str,
    read: list[tuple[Element, dict[str, str]]],
    chosen: tuple[Element, dict[str, str]],
    draft: Draft,
) -> bool:
    """Takes the title as that of the product. One that was taken before, for want of this one, is an other title."""
    if draft.title is not None:
        _set_back(draft.title, draft)
    element, texts = chosen
    subtitle, number = plain(texts.get("Subtitle", "")), plain(texts.get("PartNumber", ""))
    draft.title, draft.title_type = TitleStatement(title.title, title.nonfiling, subtitle, number), type_
    if not texts.keys() <= _IN_ELEMENT:
        draft.keep_others("DescriptiveDetail/TitleDetail/TitleElement", element, _IN_ELEMENT | {"TitleElement"})
    for other, parts in read:
        if other is element:
            continue
        name = title_in(parts)[0]
        if parts.get("TitleElementLevel") == COLLECTION and name and name not in [series.title for series in draft.series]:
            draft.series.append(Series(name, plain(parts.get("PartNumber", ""))))
    return True


def _set_back(title: TitleStatement, draft: Draft) -> None:
    if draft.title_type == ORIGINAL_TITLE:
        draft.original_title = title.title
    elif draft.title_type in OTHER_TITLES:
        draft.other_titles.insert(0, title.title)


def read_title_part(part: Element, draft: Draft) -> bool:
    """Reads an element of a title that 2.1 has in the product itself."""
    draft.title_parts[NAMES[part.tag]] = part.text or ""
    return True


def write_titles(block: Element, book: Description) -> None:
    """Writes the title with its prefix, the original title and other titles."""
    title = book.title
    if title is not None:
        element = _add_title(block, _MAIN, title.part_number)
        _add_text(element, title)
        add_all(element, [("Subtitle", title.subtitle)])
    if book.original_title:
        add(_add_title(block, ORIGINAL_TITLE), "TitleText", book.original_title)
    for other in book.other_titles:
        add(_add_title(block, OTHER_TITLES[0]), "TitleText", other)


def _add_title(block: Element, type_: str, part_number: str = "") -> Element:
    detail = add(block, "TitleDetail")
    add(detail, "TitleType", type_)
    element = add(detail, "TitleElement")
    add(element, "TitleElementLevel", PRODUCT)
    add_all(element, [("PartNumber", part_number)])
    return element


def _add_text(element: Element, title: TitleStatement) -> None:
    parts = {"TitlePrefix": title.title[: title.nonfiling].strip(), "TitleWithoutPrefix": title.title[title.nonfiling :]}
    if title.nonfiling and title_in(parts) == (title.title, title.nonfiling):
        add_all(element, parts.items())
    else:
        add(element, "TitleText", title.title)


def read_responsibility(statement: Element, draft: Draft) -> bool:
    """Reads ContributorStatement, which is kept with the title."""
    draft.responsibility = text_of(statement)
    return True


def write_responsibility(block: Element, book: Description) -> None:
    """Writes ContributorStatement."""
    add_all(block, [("ContributorStatement", book.title.responsibility if book.title else "")])


def read_collection(collection: Element, draft: Draft) -> bool:
    """Reads Collection: its title is at level 02, its number beside that or at level 01, or in CollectionSequence."""
    title = number = sequence = issn = ""
    others = False
    for part in collection:
        name = NAMES[part.tag]
        if name == "TitleDetail" and not title:
            texts = [parts_of(element) for element in every(part, "TitleElement")]
            title = next((title_in(one)[0] for one in texts if one.get("TitleElementLevel") != PRODUCT), "")
            number = next((plain(one["PartNumber"]) for one in texts if one.get("PartNumber")), "")
        elif name == "CollectionIdentifier":
            stated = parts_of(part)
            issn = issn or (stated.get("IDValue", "") if stated.get("CollectionIDType") == _ISSN else "")
        elif name == "CollectionSequence":
            sequence = sequence or plain(parts_of(part).get("CollectionSequenceNumber", ""))
        else:
            others = others or name != "CollectionType"
    if not title:
        return False
    if others:
        draft.keep_others("DescriptiveDetail/Collection", collection, _IN_COLLECTION)
    draft.series.append(Series(title, number or sequence, issn))
    return True


def read_series(series: Element, draft: Draft) -> bool:
    """Reads Series of 2.1."""
    texts, detail, number = parts_of(series), first(series, "Title"), first(series, "SeriesIdentifier")
    title = plain(texts.get("TitleOfSeries", "")) or (title_in(parts_of(detail))[0] if detail is not None else "")
    if not title:
        return False
    stated = parts_of(number) if number is not None else {}
    issn = texts.get("SeriesISSN", "") or (stated.get("IDValue", "") if stated.get("SeriesIDType") == _ISSN else "")
    draft.keep_others("Series", series, _IN_SERIES)
    draft.series.append(Series(title, plain(texts.get("NumberWithinSeries", "")), issn))
    return True


def write_series(block: Element, book: Description) -> None:
    """Writes each series as a publisher's collection."""
    for series in book.series:
        collection = add(block, "Collection")
        add(collection, "CollectionType", "10")
        if series.issn:
            add_all(add(collection, "CollectionIdentifier"), [("CollectionIDType", _ISSN), ("IDValue", series.issn)])
        detail = add(collection, "TitleDetail")
        add(detail, "TitleType", _MAIN)
        parts = [("TitleElementLevel", COLLECTION), ("PartNumber", series.number), ("TitleText", series.title)]
        add_all(add(detail, "TitleElement"), parts)
