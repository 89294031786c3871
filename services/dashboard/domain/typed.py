"""Fields of a title as people type them in a form, and what was typed as the catalogue takes it. Pure.

A title is typed as `Piranesi : a novel`, and contributors one on a line as `Susanna Clarke (author, narrator)`. What a form has
no room for, such as years of life, stays as it was for whoever keeps the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# Fields of one line or of several, which a form has room for. What has other parts is fixed through the API.
LINES = frozenset(
    {
        *("original_title", "publisher", "imprint", "place", "country", "published", "copyright_year"),
        *("form", "extent", "illustrations", "accompanying"),
    }
)
TITLE, CONTRIBUTORS = "title", "contributors"
TEXTS = ("summary", "contents", CONTRIBUTORS)
NUMBERS = ("pages", "minutes")
FIXABLE = frozenset({*LINES, *TEXTS, *NUMBERS, TITLE})
HINTS: Mapping[str, str] = {
    TITLE: "Title : subtitle",
    CONTRIBUTORS: "One on each line, as Susanna Clarke (author)",
}

_SUBTITLE = " : "
_CONTRIBUTOR = re.compile(r"(?P<name>.*?)\s*(?:\((?P<roles>[^()]*)\))?")


def typed(field: str, value: Any) -> str:
    """Returns a value of the catalogue as its form shows it."""
    if field == TITLE:
        return _SUBTITLE.join(filter(None, (value["title"], value.get("subtitle")))) if value else ""
    if field == CONTRIBUTORS:
        return "\n".join(map(_line_of, value or ()))
    return "" if value is None else str(value)


def _line_of(contributor: Mapping[str, Any]) -> str:
    roles = ", ".join(contributor.get("roles", ()))
    return f"{_name_of(contributor)} ({roles})" if roles else _name_of(contributor)


def _name_of(contributor: Mapping[str, Any]) -> str:
    return str(contributor.get("name") or contributor.get("sort_name", ""))


def to_value(field: str, text: str, before: Any) -> object:
    """Returns what a person typed as the catalogue takes it; what does not fit is left for the catalogue to refuse.

    `before`: the value that the form showed, for the parts that it had no room for.
    """
    text = text.strip()
    if field == TITLE:
        return _title(text, before or {})
    if field == CONTRIBUTORS:
        return list(_contributors(text, before or ()))
    return int(text) if field in NUMBERS and text.isdecimal() else text


def _title(text: str, before: Mapping[str, Any]) -> Mapping[str, object]:
    title, _, subtitle = text.partition(_SUBTITLE)
    # An article that is not filed by counts for a title that begins with it.
    article = int(before.get("nonfiling", 0))
    keeps = bool(article) and title.startswith(str(before["title"])[:article])
    return {**before, "title": title.strip(), "subtitle": subtitle.strip(), "nonfiling": article if keeps else 0}


def _contributors(text: str, before: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, object]]:
    known = {_name_of(each): each for each in before}
    for line in filter(None, map(str.strip, text.splitlines())):
        found = _CONTRIBUTOR.fullmatch(line)
        name, roles = (found["name"], found["roles"] or "") if found else (line, "")
        words = [role.strip() for role in roles.split(",") if role.strip()]
        yield {**known.get(name, {"name": name}), "roles": words}
