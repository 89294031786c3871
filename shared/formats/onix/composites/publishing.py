"""Publisher, place and dates (lists 45, 163, 55), and related products (51)."""

from __future__ import annotations

import re

from shared.formats.onix.codes import forms, supply, words
from shared.formats.onix.draft import Code, Draft
from shared.formats.onix.elements import NAMES, Element, add, add_all, first, parts_of, text_of
from shared.formats.publication import plain_date
from shared.records import Description, Related
from shared.texts import plain
from shared.values import first_isbn13

_PUBLISHER = ("", "01")  # list 45; 2.1 need not state it
_PARTS_OF_A_YEAR = ("02", "03", "04")  # list 55: week, quarter, season; only the year is used
_FORMATS = {4: "05", 7: "01", 10: "00"}
"""Length of an ISO date -> list 55."""
_TEXT = "12"
_ISO = re.compile(r"\d{4}(?:-\d\d){0,2}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_ACTIVE = "04"  # list 64
_IN_PUBLISHER = frozenset({"PublishingRole", "PublisherName"})
_IN_RELATED = frozenset({"ProductRelationCode", "ProductIdentifier", "ProductForm", "ISBN", "EAN13"})


def read_imprint(imprint: Element, draft: Draft) -> bool:
    """Reads the first Imprint."""
    name = text_of(first(imprint, "ImprintName"))
    if not name or draft.imprint:
        return False
    draft.imprint = name
    draft.keep_others("PublishingDetail/Imprint", imprint, frozenset({"ImprintName"}))
    return True


def read_publisher(publisher: Element, draft: Draft) -> bool:
    """Reads the first Publisher; one with another role than that is not carried."""
    texts = parts_of(publisher)
    name = plain(texts.get("PublisherName", ""))
    if not name or draft.publisher or texts.get("PublishingRole", "") not in _PUBLISHER:
        return False
    draft.publisher = name
    if not texts.keys() <= _IN_PUBLISHER:
        draft.keep_others("PublishingDetail/Publisher", publisher, _IN_PUBLISHER)
    return True


def read_publisher_name(name: Element, draft: Draft) -> bool:
    """Reads PublisherName or ImprintName that 2.1 has in the product itself."""
    if NAMES[name.tag] == "PublisherName":
        draft.publisher = draft.publisher or text_of(name)
    else:
        draft.imprint = draft.imprint or text_of(name)
    return True


def read_city(city: Element, draft: Draft) -> bool:
    """Reads the first CityOfPublication."""
    if draft.place:
        return False
    draft.place = text_of(city)
    return True


def read_country(country: Element, draft: Draft) -> bool:
    """Reads CountryOfPublication, a code of list 91."""
    code = (country.text or "").strip().upper()
    if not _COUNTRY.fullmatch(code):
        return False
    draft.country = code
    return True


def read_status(status: Element, draft: Draft) -> bool:
    """Reads PublishingStatus for offers that state no availability. That a book is active needs no word."""
    draft.status = (status.text or "").strip()
    return draft.status == _ACTIVE


def write_publisher(block: Element, book: Description) -> None:
    """Writes imprint, publisher, place and country."""
    if book.imprint:
        add(add(block, "Imprint"), "ImprintName", book.imprint)
    if book.publisher:
        add_all(add(block, "Publisher"), [("PublishingRole", "01"), ("PublisherName", book.publisher)])
    add_all(block, [("CityOfPublication", book.place), ("CountryOfPublication", book.country)])


def read_date(date: Element, draft: Draft) -> bool:
    """Reads PublishingDate with the role of publication (list 163)."""
    texts: dict[str, str] = {}
    format_ = ""
    for child in date:
        name = NAMES[child.tag]
        if name == "Date" and name not in texts:
            format_ = child.get("dateformat", "")
        texts.setdefault(name, (child.text or "").strip())
    if texts.get("PublishingDateRole") != supply.PUBLISHED or draft.published:
        return False
    format_, text = texts.get("DateFormat") or format_, texts.get("Date", "")
    draft.published = _read_date(text[:4] if format_ in _PARTS_OF_A_YEAR else text, draft)
    return True


def read_publication_date(date: Element, draft: Draft) -> bool:
    """Reads PublicationDate of 2.1."""
    draft.published = draft.published or _read_date(date.text or "", draft)
    return True


def _read_date(stated: str, draft: Draft) -> str:
    found = plain_date(plain(stated))
    if found is None:
        text = f"product {draft.reference!r}: {stated!r} is no date of publication and is left out"
        draft.report(Code.INVALID_DATE, text)
    return found or ""


def write_date(block: Element, book: Description) -> None:
    """Writes the date of publication in the format of its length; other words as text."""
    if book.published:
        date = add(block, "PublishingDate")
        add(date, "PublishingDateRole", supply.PUBLISHED)
        plain_digits = _ISO.fullmatch(book.published)
        day = add(date, "Date", book.published.replace("-", "") if plain_digits else book.published)
        day.set("dateformat", _FORMATS[len(book.published)] if plain_digits else _TEXT)


def read_copyright(statement: Element, draft: Draft) -> bool:
    """Reads the year of the first CopyrightStatement."""
    year = first(statement, "CopyrightYear")
    draft.keep_others("PublishingDetail/CopyrightStatement", statement, frozenset({"CopyrightYear"}))
    return year is not None and read_copyright_year(year, draft)


def read_copyright_year(year: Element, draft: Draft) -> bool:
    """Reads CopyrightYear, in 2.1 of the product itself."""
    found = plain_date(text_of(year))
    if not found or draft.copyright_year:
        return False
    draft.copyright_year = found
    return True


def write_copyright(block: Element, book: Description) -> None:
    """Writes the year of copyright."""
    if book.copyright_year:
        add(add(block, "CopyrightStatement"), "CopyrightYear", book.copyright_year)


def read_related(related: Element, draft: Draft) -> bool:
    """Reads RelatedProduct by its first relation."""
    texts: dict[str, str] = {}
    numbers = []
    others = False
    for child in related:
        name = NAMES[child.tag]
        if name == "ProductIdentifier":
            numbers.append(plain(parts_of(child).get("IDValue", "")))
        elif name in _IN_RELATED:
            texts.setdefault(name, text_of(child))
        else:
            others = True
    relation = words.RELATIONS.get(texts.get("ProductRelationCode", ""))
    stated = [number for number in (*numbers, texts.get("EAN13"), texts.get("ISBN")) if number]
    if relation is None or not stated:
        return False
    isbn = first_isbn13(stated) or ""
    form = texts.get("ProductForm", "")
    form = forms.FORMS.get(form, form) if form != forms.UNSTATED_FORM else ""
    draft.related.append(Related(relation, isbn, "" if isbn else stated[0], form=form))
    if others:
        draft.keep_others("RelatedMaterial/RelatedProduct", related, _IN_RELATED)
    return True


def write_related(block: Element, book: Description) -> None:
    """Writes related books whose relation list 51 has."""
    for related in book.related:
        code, number = words.RELATION_CODES.get(related.relation), related.isbn or related.number
        if code and number:
            product = add(block, "RelatedProduct")
            add(product, "ProductRelationCode", code)
            type_ = "15" if related.isbn else words.PROPRIETARY_NUMBER
            add_all(add(product, "ProductIdentifier"), [("ProductIDType", type_), ("IDValue", number)])
            add_all(product, [("ProductForm", forms.FORM_CODES.get(related.form, ""))])
