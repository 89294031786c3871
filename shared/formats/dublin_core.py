"""Describes a book in the fifteen elements of Dublin Core, by one table, in the documents of OAI-PMH and of SRU. Writes only."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lxml import etree

from shared.formats.xml import holdable
from shared.records import Contributor, Description, LinkKind, Role

ELEMENTS = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SRW_DC = "info:srw/schema/1/dc-schema"

_CREATORS = frozenset({Role.AUTHOR, Role.ARTIST, Role.CARTOGRAPHER, Role.COMPOSER, Role.LYRICIST, Role.PHOTOGRAPHER})
# RDA content type -> DCMI type
_TYPES = {"txt": "Text", "sti": "StillImage", "cri": "StillImage", "spw": "Sound", "prm": "Sound", "tdi": "MovingImage"}


def oai_dc(description: Description, isbn: str) -> etree._Element:
    """Returns the element `dc` of OAI-PMH's schema. `isbn` is the ISBN-13 of the book."""
    return _document(OAI_DC, "oai_dc", description, isbn)


def srw_dc(description: Description, isbn: str) -> etree._Element:
    """Returns the element `dc` of SRU's schema. `isbn` is the ISBN-13 of the book."""
    return _document(SRW_DC, "srw_dc", description, isbn)


def _document(namespace: str, prefix: str, description: Description, isbn: str) -> etree._Element:
    root = etree.Element(f"{{{namespace}}}dc", nsmap={prefix: namespace, "dc": ELEMENTS})
    etree.SubElement(root, f"{{{ELEMENTS}}}identifier").text = f"urn:isbn:{isbn}"
    for name, values_of in _TABLE:
        for text in values_of(description):
            if text:
                etree.SubElement(root, name).text = holdable(text)
    return root


def _titles(description: Description) -> Iterable[str]:
    stated = description.title
    if stated is None:
        return ()
    part = ", ".join(filter(None, (stated.part_number, stated.part_title)))
    return (". ".join(filter(None, (" : ".join(filter(None, (stated.title, stated.subtitle))), part))), *description.other_titles)


def _named(contributor: Contributor) -> str:
    return contributor.sort_name or contributor.name


def _creators(description: Description) -> Iterable[str]:
    return (_named(one) for one in description.contributors if _CREATORS.intersection(one.roles))


def _contributors(description: Description) -> Iterable[str]:
    return (_named(one) for one in description.contributors if not _CREATORS.intersection(one.roles))


def _subjects(description: Description) -> Iterable[str]:
    return dict.fromkeys(subject.heading or subject.code for subject in description.subjects)


def _types(description: Description) -> Iterable[str]:
    kinds = (_TYPES.get(code, "") for code in description.content)
    return dict.fromkeys((*kinds, *(genre.heading for genre in description.genres)))


def _relations(description: Description) -> Iterable[str]:
    return (
        *(series.title for series in description.series),
        *(f"urn:isbn:{one.isbn}" for one in description.related if one.isbn),
    )


def _addresses(description: Description) -> Iterable[str]:
    return (link.url for link in description.links if link.kind is LinkKind.ONLINE)


_TABLE: tuple[tuple[str, Callable[[Description], Iterable[str]]], ...] = tuple(
    (f"{{{ELEMENTS}}}{name}", values_of)
    for name, values_of in (
        ("identifier", _addresses),
        ("title", _titles),
        ("creator", _creators),
        ("contributor", _contributors),
        ("publisher", lambda description: (description.publisher or description.imprint,)),
        ("date", lambda description: (description.published or description.copyright_year,)),
        ("language", lambda description: (language.code for language in description.languages)),
        ("subject", _subjects),
        ("description", lambda description: (description.summary, description.contents)),
        ("type", _types),
        ("format", lambda description: (description.form, description.extent)),
        ("relation", _relations),
    )
)
