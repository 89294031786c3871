"""Contributors (lists 17, 44, 177), with the notes on their lives."""

from __future__ import annotations

import math
import re

from shared.formats.onix.codes.people import NAME_SOURCE_CODES, NAME_SOURCES, codes_of_roles, roles_of
from shared.formats.onix.draft import Draft
from shared.formats.onix.elements import NAMES, Element, add, add_all, parts_of, prose_of
from shared.records import Contributor, Description, Note, NoteKind
from shared.texts import plain

_LONGEST_SEQUENCE = 10
_ISNI = "16"
_BORN, _DIED = "50", "51"
_LIFE = re.compile(r"(\d{4})?-(\d{4})?", re.ASCII)
_NUMBER = re.compile(r"(?:\(([^()]+)\))?(.+)")
_IGNORED = frozenset({"SequenceNumber", "SequenceNumberWithinRole", "NamesBeforeKey", "PrefixToKey", "KeyNames", "NamesAfterKey"})
_CARRIED = _IGNORED | {
    "SuffixToKey",
    "PersonName",
    "PersonNameInverted",
    "CorporateName",
    "CorporateNameInverted",
    "ContributorRole",
}
_COMPOSED = frozenset({"NameIdentifier", "ContributorDate", "BiographicalNote"})


def read_contributor(contributor: Element, draft: Draft) -> bool:
    """Reads Contributor, with all its roles. One without a name is not carried."""
    texts: dict[str, str] = {}
    codes, composed = [], []
    for child in contributor:
        name, text = NAMES[child.tag], child.text
        if name == "ContributorRole":
            codes.append((text or "").strip())
        elif name in _CARRIED:
            texts.setdefault(name, plain(text or ""))
        else:
            composed.append((name, child))
    name, sort_name = names_in(texts)
    if not name:
        return False
    dates, identifier = _more(composed, draft) if composed else ("", "")
    roles, stated = roles_of(codes)
    corporate = "CorporateName" in texts and "PersonName" not in texts
    found = Contributor(name, sort_name, roles, corporate, dates, identifier, stated)
    draft.contributors.append((_sequence(texts.get("SequenceNumber", "")), found))
    return True


def names_in(texts: dict[str, str]) -> tuple[str, str]:
    """Returns the name as read aloud and as filed: as they are stated, else put together from their parts."""
    key, before = texts.get("KeyNames", ""), texts.get("NamesBeforeKey", "")
    name = texts.get("PersonName", "") or texts.get("CorporateName", "")
    filed = texts.get("PersonNameInverted", "") or texts.get("CorporateNameInverted", "")
    if key:
        prefix, after, suffix = (texts.get(part, "") for part in ("PrefixToKey", "NamesAfterKey", "SuffixToKey"))
        name = name or " ".join(filter(None, (before, prefix, key, after, suffix)))
        given = " ".join(filter(None, (before, prefix)))
        filed = filed or (f"{key}, {given}" if given else "")
    return name or before or filed, filed


def _sequence(number: str) -> float:
    return int(number) if number.isascii() and number.isdecimal() and len(number) < _LONGEST_SEQUENCE else math.inf


def _more(composed: list[tuple[str, Element]], draft: Draft) -> tuple[str, str]:
    """Reads what some contributors have: years of life, a number, a note on their life. Keeps anything else as it is."""
    years: dict[str, str] = {}
    identifier = ""
    for name, child in composed:
        texts = parts_of(child) if name in _COMPOSED else {}
        source = NAME_SOURCES.get(texts.get("NameIDType", ""))
        if name == "BiographicalNote" and (note := prose_of(child)):
            draft.notes.append(Note(NoteKind.BIOGRAPHY, note))
        elif name == "ContributorDate" and texts.get("ContributorDateRole") in (_BORN, _DIED):
            years[texts["ContributorDateRole"]] = texts.get("Date", "")[:4]
        elif source is not None and texts.get("IDValue") and (not identifier or not source):
            value = texts["IDValue"]
            identifier = f"({source}){value}" if source else value.replace(" ", "")
        else:
            draft.keep("DescriptiveDetail/Contributor", child)
    return f"{years.get(_BORN, '')}-{years.get(_DIED, '')}" if any(years.values()) else "", identifier


def write_contributors(block: Element, book: Description) -> None:
    """Writes the contributors in their order."""
    for number, person in enumerate(book.contributors, start=1):
        element = add(block, "Contributor")
        add(element, "SequenceNumber", str(number))
        for code in codes_of_roles(person.roles, person.stated_role):
            add(element, "ContributorRole", code)
        found = _NUMBER.fullmatch(person.identifier)
        if found is not None and (type_ := NAME_SOURCE_CODES.get(found[1] or "")):
            add_all(add(element, "NameIdentifier"), [("NameIDType", type_), ("IDValue", found[2])])
        kind = "Corporate" if person.corporate else "Person"
        add_all(element, [(f"{kind}Name", person.name), (f"{kind}NameInverted", person.sort_name)])
        life = _LIFE.fullmatch(person.dates)
        for role, year in ((_BORN, life[1]), (_DIED, life[2])) if life is not None else ():
            if year:
                date = add(element, "ContributorDate")
                add(date, "ContributorDateRole", role)
                add(date, "Date", year).set("dateformat", "05")
