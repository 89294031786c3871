"""100, 110, 700 and 710: who made the book."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from shared.formats.marc.codes import CREATORS, ROLE_CODES, ROLE_TERMS, inverted
from shared.formats.marc.draft import Draft
from shared.formats.marc.fields import Field, MadeField, a_field, clean, punctuated, stopped
from shared.records import Contributor, Record, Role
from shared.remembering import remembered

_TERMS, _CODES = inverted(ROLE_TERMS), inverted(ROLE_CODES)
_ISNI = re.compile(r"(?:\(isni\)|(?:\(uri\)\s*)?https?://(?:www\.)?isni\.org/(?:isni/)?)\s*((?:\d ?){15}[\dX])", re.I | re.A)
_ISNI_DIGITS = re.compile(r"\d{15}[\dX]", re.ASCII)
_FORENAME, _SURNAME, _CORPORATE = "0 ", "1 ", "2 "


def read_person(draft: Draft, field: Field) -> None:
    """Reads a person: $a name, $b number, $c title, $d dates, $e and $4 roles, $0 and $1 identifiers.

    A name with $t is that of another work, not of somebody who made this book.
    """
    if _names_a_work(field):
        draft.leave(field)
        return
    parts = draft.parts(field, "abcde401")
    name = clean(parts["a"][0]) if "a" in parts else ""
    if "b" in parts or "c" in parts:
        name = ", ".join(filter(None, [" ".join([name, *map(clean, parts.get("b", ()))]), *map(clean, parts.get("c", ()))]))
    inverted_name = name if field.indicators[0] not in "03" and "," in name else ""
    _add(draft, field, parts, read_aloud(name), inverted_name)


def read_body(draft: Draft, field: Field) -> None:
    """Reads a body: $a name, $b units of it, $d dates, $e and $4 roles, $0 and $1 identifiers."""
    if _names_a_work(field):
        draft.leave(field)
        return
    parts = draft.parts(field, "abde401")
    units = [clean(text) for text in parts.get("a", [])[:1] + parts.get("b", [])]
    _add(draft, field, parts, ". ".join(filter(None, units)), "", corporate=True)


def read_meeting(draft: Draft, field: Field) -> None:
    """Reads a meeting, whose unit is $e and whose role is $j, as a body."""
    if _names_a_work(field) or not any(code == "a" and text for code, text in field.subfields):
        draft.leave(field)
        return
    codes = {"e": "b", "j": "e"}
    subfields = [(codes.get(code, code), text) for code, text in field.subfields]
    read_body(draft, MadeField(field.tag, "".join(field.indicators), subfields))


def _names_a_work(field: Field) -> bool:
    return "t" in dict(field.subfields)


def _add(draft: Draft, field: Field, parts: dict[str, list[str]], name: str, sort_name: str, *, corporate: bool = False) -> None:
    if not name:
        draft.leave(field, [pair for pair in field.subfields if pair[0] in parts])
        return
    roles, stated = _roles((tuple(parts.get("e", ())), tuple(parts.get("4", ()))))
    identifier = _identifier(draft, field, parts) if "0" in parts or "1" in parts else ""
    dates = clean(parts["d"][0]) if "d" in parts else ""
    draft.contributors.append(Contributor(name, sort_name, roles, corporate, dates, identifier, stated))


def read_aloud(sort_name: str) -> str:
    """Returns a name as read aloud: `Jane Austen` for `Austen, Jane`; what follows a second comma stays at the end."""
    family, comma, rest = sort_name.partition(", ")
    given, second, suffix = rest.partition(", ")
    return f"{given} {family}{second}{suffix}" if comma else sort_name


def _roles_of(stated_roles: tuple[tuple[str, ...], tuple[str, ...]]) -> tuple[tuple[Role, ...], str]:
    """Returns the roles of terms and codes, and the words for those that have no word here. A known code explains a term."""
    terms, codes = stated_roles
    by_code = [ROLE_CODES.get(clean(code)[-3:].lower(), Role.CONTRIBUTOR) for code in codes]
    explained = bool(by_code) and Role.CONTRIBUTOR not in by_code
    roles: dict[Role, None] = {}
    stated = []
    for words in (clean(term) for term in terms):
        role = ROLE_TERMS.get(words.lower())
        if role is not None:
            roles[role] = None
        elif words and not explained:
            roles[Role.CONTRIBUTOR] = None
            stated.append(words)
    roles.update(dict.fromkeys(by_code))
    if not stated:
        stated = [code for code in codes if clean(code)[-3:].lower() not in ROLE_CODES and not terms]
    return tuple(roles), "; ".join(stated)


_roles = remembered(_roles_of, lambda stated_roles: sum(1 + len(text) for text in chain(*stated_roles)))


def _identifier(draft: Draft, field: Field, parts: dict[str, list[str]]) -> str:
    """Returns the ISNI, else the first number; the others are left over."""
    numbers = [(code, text) for code in "01" for text in parts.get(code, ())]
    isnis = [(pair, found[1].replace(" ", "")) for pair in numbers if (found := _ISNI.match(pair[1]))]
    chosen, value = isnis[0] if isnis else (numbers[0], numbers[0][1])
    over = [pair for pair in numbers if pair is not chosen and (not isnis or not _ISNI.match(pair[1]))]
    if over:
        draft.leave(field, over)
    return value


def main_entry(contributors: Sequence[Contributor]) -> int | None:
    """Returns the place of the main entry: the first creator, else the first of all if his role is not stated."""
    first = 0 if contributors and not contributors[0].roles else None
    return next((place for place, one in enumerate(contributors) if CREATORS.intersection(one.roles)), first)


def write_names(record: Record) -> Iterator[Field]:
    """Writes the main entry (100, 110), then all others as added names (700, 710)."""
    main = main_entry(record.description.contributors)
    for place, one in enumerate(record.description.contributors):
        yield from _write(one, "1" if place == main else "7")


def _write(one: Contributor, entry: str) -> Iterator[Field]:
    name = one.name if one.corporate else one.sort_name or one.name
    indicators = _CORPORATE if one.corporate else _SURNAME if one.sort_name else _FORENAME
    after_dates = "" if one.dates.endswith("-") else ","  # an open date, such as `1950-`
    roles = (("e", _term(one, role), "," if place else after_dates) for place, role in enumerate(one.roles))
    texts = [("a", name, ""), ("d", one.dates, ","), *roles]
    codes = (("4", _CODES[role]) for role in one.roles if role in _CODES)
    tag = entry + ("10" if one.corporate else "00")
    yield from a_field(tag, indicators, *stopped(punctuated(texts)), *codes, _number(one))


def _term(one: Contributor, role: Role) -> str:
    return one.stated_role if role is Role.CONTRIBUTOR and one.stated_role else _TERMS[role]


def _number(one: Contributor) -> tuple[str, str]:
    if _ISNI_DIGITS.fullmatch(one.identifier):
        return "0", f"(isni){one.identifier}"
    return ("0" if one.identifier.startswith("(") else "1"), one.identifier
