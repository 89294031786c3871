"""Writes a title's record as the consortium's JSON: the brief texts; of a title that it catalogued, the whole record beside them.

Its cataloguers are librarians: Dewey, headings of the Library of Congress, RDA and notes, but no cover, no summary and no size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from local.simulators.consortium.catalogue import Title

NAME = "Eastern Counties Book Consortium"

_AGENCY = "XxEC"
_ARTICLES = ("The ", "A ", "An ")
# ONIX list 17, as the catalogue has it -> the consortium's word.
_ROLES = {
    "A01": "author",
    "A12": "illustrator",
    "A24": "author of the introduction",
    "B01": "editor",
    "B06": "translator",
}
_ORIGINALS = {"fre": "French", "grc": "Ancient Greek", "rus": "Russian", "spa": "Spanish"}
_DISCOUNT_PERCENT = 20
_DAYS = 7


def record_of(title: Title) -> dict[str, object]:
    """Returns the record of a title; the subtitle is the text after the first colon and space. Empty texts state nothing."""
    name, _, subtitle = title.title.partition(": ")
    texts = {
        "isbn": title.isbn,
        "title": name,
        "subtitle": subtitle,
        "author": title.author,
        "publisher": title.publisher,
        "published": title.year,
        "form": title.binding,
    }
    if not title.contributors:
        pence = _pence(title)
        return {**texts, "list_price": None if pence is None else {"minor": pence, "currency": "GBP"}}
    reference = f"{_AGENCY}{title.isbn[3:12]}"
    return {**texts, "reference": reference, "description": _description(title, name, subtitle), "offers": list(_offers(title))}


def _description(title: Title, name: str, subtitle: str) -> dict[str, object]:
    people = [_contributor(one.strip()) for one in title.contributors.split(";")]
    article = next((len(one) for one in _ARTICLES if name.startswith(one)), 0)
    responsibility = " ; ".join(str(person["name"]) for person in people)
    return {
        "identifiers": [{"kind": "isbn13", "value": title.isbn, "qualifier": title.binding.lower()}],
        "title": {"title": name, "nonfiling": article, "subtitle": subtitle, "responsibility": responsibility},
        "contributors": people,
        "publisher": title.house,
        "imprint": title.publisher,
        "place": title.place,
        "published": title.year,
        "form": title.binding.lower(),
        "content": ["txt"],
        "media": ["n"],
        "carrier": ["nc"],
        "series": [_series(title.series)] if title.series else [],
        "notes": list(_notes(title)),
        "audiences": [{"kind": "children"}] if title.ages else [],
        "subjects": list(_subjects(title)),
        "languages": list(_languages(title)),
        "cataloguing": {
            "agency": _AGENCY,
            "rules": "rda",
            "level": "full",
            "control_number": title.isbn[3:12],
            "control_agency": _AGENCY,
        },
    }


def _contributor(text: str) -> dict[str, object]:
    """Returns a person of `A01 Austen, Jane`."""
    role, _, filed = text.partition(" ")
    key, _, before = filed.partition(", ")
    return {"name": f"{before} {key}".strip(), "sort_name": filed, "roles": [_ROLES[role]]}


def _series(text: str) -> dict[str, str]:
    name, _, part = text.partition("; ")
    return {"title": name, "number": part}


def _notes(title: Title) -> Iterator[Mapping[str, str]]:
    if title.original:
        yield {"kind": "language", "text": f"Translated from the {_ORIGINALS[title.original]}."}


def _subjects(title: Title) -> Iterator[Mapping[str, str]]:
    if title.dewey:
        yield {"scheme": "dewey", "code": title.dewey}
    for heading in title.headings.split(";"):
        if heading.strip():
            yield {"scheme": "lcsh", "heading": heading.strip()}


def _languages(title: Title) -> Iterator[Mapping[str, str]]:
    if title.language:
        yield {"code": title.language, "use": "text"}
    if title.original:
        yield {"code": title.original, "use": "original"}


def _offers(title: Title) -> Iterator[Mapping[str, object]]:
    """Yields what the consortium offers: the retail price, and what its members pay."""
    retail = _pence(title)
    if retail is None:
        return
    net = retail * (100 - _DISCOUNT_PERCENT) // 100
    untaxed = {"currency": "GBP", "with_tax": True, "tax_percent": "0"}
    yield {
        "availability": "available",
        "prices": [{**untaxed, "minor": retail}, {**untaxed, "minor": net, "kind": "net to the library"}],
        "countries": ["GB"],
        "supplier_name": NAME,
        "days": _DAYS,
    }


def _pence(title: Title) -> int | None:
    """Returns the retail price in pence; None where the catalogue has none."""
    pounds, _, pence = title.price.partition(".")
    return int(pounds) * 100 + int(f"{pence:0<2}"[:2]) if pounds.isdigit() else None
