"""What the book is as a thing: numbers, form, content, size, extent, edition, languages, illustrations."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from shared.formats.numbers import decimal_of
from shared.formats.onix.codes import forms, words
from shared.formats.onix.draft import Draft
from shared.formats.onix.elements import Element, add, add_all, parts_of, text_of, whole_number
from shared.records import Description, Dimensions, Identifier, IdentifierKind, Language, LanguageUse, Note, NoteKind
from shared.texts import plain

_ISBNS = (IdentifierKind.ISBN13, IdentifierKind.ISBN10)
_MILLIMETRES = {"mm": Decimal(1), "cm": Decimal(10), "in": Decimal("25.4")}
_GRAMS = {"gr": Decimal(1), "kg": Decimal(1000), "oz": Decimal("28.349523"), "lb": Decimal("453.59237")}
_MEASURES = {
    "01": ("height", _MILLIMETRES),
    "02": ("width", _MILLIMETRES),
    "03": ("thickness", _MILLIMETRES),
    "08": ("weight", _GRAMS),
}
"""List 48 -> field, and units of list 50 in ours."""
_PAGES, _MINUTES = "03", {"04": 60, "05": 1}
_SECONDS, _HOURS_AND_MINUTES = "06", "15"
_SYSTEM_FEATURE = "06"  # list 79: requirements of a system
_SINGLE = "00"  # list 2: one product


def read_identifier(identifier: Element, draft: Draft) -> bool:
    """Reads ProductIdentifier."""
    texts = parts_of(identifier)
    return _take(texts.get("ProductIDType", ""), texts.get("IDValue", ""), texts.get("IDTypeName", ""), draft)


def read_ean(ean: Element, draft: Draft) -> bool:
    """Reads EAN13 of 2.1."""
    return _take("15", (ean.text or "").strip(), "", draft)


def read_isbn(isbn: Element, draft: Draft) -> bool:
    """Reads ISBN of 2.1, which has ten digits."""
    return _take("02", (isbn.text or "").strip(), "", draft)


def _take(code: str, value: str, source: str, draft: Draft) -> bool:
    if not value:
        return False
    draft.numbers.append((code, value))
    kind = words.IDENTIFIERS.get(code, IdentifierKind.OTHER)
    if kind is IdentifierKind.OTHER:
        source = plain(source) or words.OTHER_NUMBERS.get(code, "" if code == words.PROPRIETARY_NUMBER else code)
        draft.identifiers.append(Identifier(kind, plain(value), source=source))
    else:
        plain_value = value.replace("-", "").replace(" ", "") if kind in _ISBNS else plain(value)
        draft.identifiers.append(Identifier(kind, plain_value))
    return True


def write_identifiers(product: Element, book: Description) -> None:
    """Writes the numbers of the book; those of other sources as proprietary."""
    for identifier in book.identifiers:
        code = words.IDENTIFIER_CODES.get(identifier.kind) or words.OTHER_NUMBER_CODES.get(identifier.source)
        name = "" if code else identifier.source
        parts = [("ProductIDType", code or words.PROPRIETARY_NUMBER), ("IDTypeName", name), ("IDValue", identifier.value)]
        add_all(add(product, "ProductIdentifier"), parts)


def read_composition(composition: Element, _: Draft) -> bool:
    """Reads ProductComposition: that a product is one thing needs no word."""
    return composition.text == _SINGLE


def read_form(form: Element, draft: Draft) -> bool:
    """Reads ProductForm (list 150; list 7 in 2.1)."""
    code = (form.text or "").strip()
    if code != forms.UNSTATED_FORM:
        draft.form = forms.FORMS.get(code) or plain(code)
    return True


def read_form_description(description: Element, draft: Draft) -> bool:
    """Reads ProductFormDescription where the form has no code."""
    if draft.form:
        return False
    draft.form = text_of(description)
    return True


def read_form_detail(detail: Element, draft: Draft) -> bool:
    """Reads ProductFormDetail (list 175), as far as it says what is needed to read or play."""
    note = forms.FORM_DETAILS.get((detail.text or "").strip())
    if note is not None:
        draft.notes.append(Note(NoteKind.SYSTEM, note))
    return note is not None


def read_form_feature(feature: Element, draft: Draft) -> bool:
    """Reads ProductFormFeature that states what a system must have (list 79)."""
    texts = parts_of(feature)
    text = plain(texts.get("ProductFormFeatureDescription", ""))
    if texts.get("ProductFormFeatureType") != _SYSTEM_FEATURE or not text:
        return False
    draft.notes.append(Note(NoteKind.SYSTEM, text))
    return True


def write_form(block: Element, book: Description) -> None:
    """Writes what the product is: composition, form, details of it, and its content where the form does not tell it."""
    add(block, "ProductComposition", _SINGLE)
    code = forms.FORM_CODES.get(book.form)
    add(block, "ProductForm", code or forms.UNSTATED_FORM)
    system = [note.text for note in book.notes if note.kind is NoteKind.SYSTEM]
    add_all(block, [("ProductFormDetail", forms.FORM_DETAIL_CODES.get(text, "")) for text in system])
    for text in system:
        if text not in forms.FORM_DETAIL_CODES:
            parts = [("ProductFormFeatureType", _SYSTEM_FEATURE), ("ProductFormFeatureDescription", text)]
            add_all(add(block, "ProductFormFeature"), parts)
    add_all(block, [("ProductFormDescription", "" if code else book.form)])
    if book.content != forms.carried_as(book.form).content:
        add_all(block, [("ProductContentType", forms.CONTENT_CODES.get(content, "")) for content in book.content])


def read_content(content: Element, draft: Draft) -> bool:
    """Reads PrimaryContentType or ProductContentType (list 81)."""
    found = forms.CONTENT_TYPES.get((content.text or "").strip())
    if found is not None and found not in draft.content:
        draft.content.append(found)
    return found is not None


def read_measure(measure: Element, draft: Draft) -> bool:
    """Reads Measure in whole millimetres or grams."""
    texts = parts_of(measure)
    name, units = _MEASURES.get(texts.get("MeasureType", ""), ("", {}))
    unit = units.get(texts.get("MeasureUnitCode", ""))
    amount = decimal_of(texts.get("Measurement", ""))
    if unit is None or amount is None or name in draft.measures:
        return False
    draft.measures[name] = int((amount * unit).quantize(Decimal(1), ROUND_HALF_UP))
    return True


def write_measures(block: Element, book: Description) -> None:
    """Writes height, width, thickness and weight."""
    size = book.dimensions or Dimensions()
    for code, value in (("01", size.height), ("02", size.width), ("03", size.thickness), ("08", size.weight)):
        if value is not None:
            unit = "gr" if code == "08" else "mm"
            add_all(add(block, "Measure"), [("MeasureType", code), ("Measurement", str(value)), ("MeasureUnitCode", unit)])


def read_extent(extent: Element, draft: Draft) -> bool:
    """Reads Extent: pages or a duration. The best one of each is used in the end."""
    texts = parts_of(extent)
    type_, value, unit = texts.get("ExtentType", ""), texts.get("ExtentValue", ""), texts.get("ExtentUnit", "")
    if type_ in words.PAGES and unit == _PAGES and (pages := whole_number(value)) is not None:
        draft.pages.append((words.PAGES.index(type_), pages, extent))
        return True
    if type_ in words.MINUTES and (minutes := _minutes(value, unit)) is not None:
        draft.minutes.append((words.MINUTES.index(type_), minutes, extent))
        return True
    return False


def _minutes(value: str, unit: str) -> int | None:
    """Returns a duration in minutes: of a unit of list 24, or as hours and minutes written together (HHHMM)."""
    amount = decimal_of(value)
    if amount is None:
        return None
    if unit in _MINUTES:
        return int((amount * _MINUTES[unit]).quantize(Decimal(1), ROUND_HALF_UP))
    if unit == _SECONDS:
        return int((amount / 60).quantize(Decimal(1), ROUND_HALF_UP))
    return int(amount) // 100 * 60 + int(amount) % 100 if unit == _HOURS_AND_MINUTES else None


def read_pages(pages: Element, draft: Draft) -> bool:
    """Reads NumberOfPages of 2.1."""
    number = whole_number((pages.text or "").strip())
    if number is not None:
        draft.pages.append((0, number, pages))
    return number is not None


def write_extents(block: Element, book: Description) -> None:
    """Writes pages and minutes."""
    for code, value, unit in ((words.PAGES[0], book.pages, _PAGES), (words.MINUTES[0], book.minutes, "05")):
        if value is not None:
            add_all(add(block, "Extent"), [("ExtentType", code), ("ExtentValue", str(value)), ("ExtentUnit", unit)])


def read_edition_type(type_: Element, draft: Draft) -> bool:
    """Reads EditionType (list 21)."""
    found = words.EDITION_TYPES.get((type_.text or "").strip())
    if found is not None:
        draft.edition_types.append(found)
    return found is not None


def read_edition_number(number: Element, draft: Draft) -> bool:
    """Reads EditionNumber."""
    draft.edition_number = text_of(number)
    return True


def read_edition_statement(statement: Element, draft: Draft) -> bool:
    """Reads the first EditionStatement."""
    if draft.edition_statement:
        return False
    draft.edition_statement = text_of(statement)
    return True


def write_edition(block: Element, book: Description) -> None:
    """Writes EditionType where the statement is one of list 21, else EditionStatement, and the number."""
    if book.edition is not None:
        code = words.EDITION_CODES.get(book.edition.statement, "")
        statement = "" if code else book.edition.statement
        add_all(block, [("EditionType", code), ("EditionNumber", book.edition.number), ("EditionStatement", statement)])


def read_language(language: Element, draft: Draft) -> bool:
    """Reads Language (lists 22, 74)."""
    texts = parts_of(language)
    use = words.LANGUAGES.get(texts.get("LanguageRole", ""))
    return use is not None and _take_language(texts.get("LanguageCode", ""), use, draft)


def language_reader(use: LanguageUse) -> Callable[[Element, Draft], bool]:
    """Returns a reader of an element of 2.1 that states one language."""
    return lambda element, draft: _take_language((element.text or "").strip(), use, draft)


def _take_language(code: str, use: LanguageUse, draft: Draft) -> bool:
    code = code.lower()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        return False
    draft.languages.append(Language(words.BIBLIOGRAPHIC.get(code, code), use))
    return True


def write_languages(block: Element, book: Description) -> None:
    """Writes the languages."""
    for language in book.languages:
        add_all(add(block, "Language"), [("LanguageRole", words.LANGUAGE_CODES[language.use]), ("LanguageCode", language.code)])


def read_illustrations_note(note: Element, draft: Draft) -> bool:
    """Reads the first IllustrationsNote."""
    if draft.illustrations_note:
        return False
    draft.illustrations_note = text_of(note)
    return True


def read_illustration_count(count: Element, draft: Draft) -> bool:
    """Reads NumberOfIllustrations."""
    number = whole_number((count.text or "").strip())
    if number:
        draft.illustrations.append(f"{number} illustrations")
    return number is not None


def read_ancillary(content: Element, draft: Draft) -> bool:
    """Reads AncillaryContent, or Illustrations of 2.1 (list 25): illustrations, or a note on bibliography or index."""
    texts = parts_of(content)
    type_, description = texts.get("AncillaryContentType", ""), plain(texts.get("AncillaryContentDescription", ""))
    number = texts.get("Number", "")
    if type_ in words.BIBLIOGRAPHIES:
        draft.notes.append(Note(NoteKind.BIBLIOGRAPHY, description or words.BIBLIOGRAPHIES[type_]))
        return True
    kind = description or words.ILLUSTRATIONS.get(type_, "")
    if kind:
        draft.illustrations.append(f"{number} {kind}".strip())
    return bool(kind)


def write_illustrations(block: Element, book: Description) -> None:
    """Writes the statement of illustrations, and notes on bibliographies."""
    add_all(block, [("IllustrationsNote", book.illustrations)])
    for note in book.notes:
        if note.kind is NoteKind.BIBLIOGRAPHY:
            parts = [("AncillaryContentType", "26"), ("AncillaryContentDescription", note.text)]
            add_all(add(block, "AncillaryContent"), parts)
