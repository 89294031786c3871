"""Reads names and texts of lxml elements, and adds new ones. Knows no composite of ONIX."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from lxml import etree

from shared.formats.onix.tags import REFERENCE_NAMES
from shared.texts import plain

Element = etree._Element

_MOST_NAMES = 2_000
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->", re.DOTALL)
_BLOCKS = frozenset(
    {"p", "br", "li", "div", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "td"}
)
_PLAIN_DIGITS = 9


class _Names(dict[str, str]):
    """Tags as lxml has them -> reference names without a namespace; "" for a comment. Keeps what it has seen, up to a limit."""

    def __missing__(self, tag: str) -> str:
        if not isinstance(tag, str):
            return ""
        local = tag.rpartition("}")[2]
        name = REFERENCE_NAMES.get(local, local)
        if len(self) < _MOST_NAMES:
            self[tag] = name
        return name


NAMES = _Names()
"""The reference name of each tag: `{http://ns.editeur.org/onix/3.1/short}b012` -> `ProductForm`."""


def parts_of(element: Element) -> dict[str, str]:
    """Returns the texts of the children by name; of several with one name, the first. White space at the ends is removed."""
    return {NAMES[child.tag]: (child.text or "").strip() for child in reversed(element)}


def first(element: Element, name: str) -> Element | None:
    """Returns the first child with this name."""
    return next((child for child in element if NAMES[child.tag] == name), None)


def every(element: Element, name: str) -> list[Element]:
    """Returns the children with this name."""
    return [child for child in element if NAMES[child.tag] == name]


def text_of(element: Element | None) -> str:
    """Returns the cleaned text of an element; "" where there is none."""
    return plain(element.text) if element is not None and element.text else ""


def prose_of(element: Element) -> str:
    """Returns a text that may have HTML in it, as elements or escaped, as plain text on one line."""
    if len(element):
        return plain("".join(_runs(element)))
    text = element.text or ""
    if "<" in text:
        text = _MARKUP.sub(_space_of, text)
    return plain(html.unescape(text) if "&" in text else text)


def whole_number(text: str) -> int | None:
    """Returns the number that the text is, without what follows a decimal point; None for other text."""
    digits = text.partition(".")[0]
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= _PLAIN_DIGITS else None


def raw_of(element: Element) -> str:
    """Returns an element as XML, without declarations of namespaces."""
    raw = etree.tostring(element, encoding="unicode", with_tail=False)
    return _NAMESPACE.sub("", raw) if "xmlns" in raw else raw


_NAMESPACE = re.compile(r"""\sxmlns(?::\w+)?=(?:"[^"]*"|'[^']*')""")


def add(parent: Element, name: str, text: str = "") -> Element:
    """Adds an element at the end, with text if any, and returns it."""
    added = etree.SubElement(parent, name)
    if text:
        added.text = text
    return added


def add_all(parent: Element, texts: Iterable[tuple[str, str]]) -> None:
    """Adds elements with text, without those that have none."""
    for name, text in texts:
        if text:
            add(parent, name, text)


def add_prose(parent: Element, name: str, text: str) -> None:
    """Adds a text as XHTML (list 34, 05), so that nothing in it is read as markup."""
    prose = add(parent, name)
    prose.set("textformat", "05")
    add(prose, "p", text)


def _runs(element: Element) -> Iterable[str]:
    for event, part in etree.iterwalk(element, events=("start", "end")):
        block = str(part.tag).rpartition("}")[2] in _BLOCKS
        if block:
            yield " "
        if event == "start":
            yield part.text or ""
        elif part is not element:
            yield part.tail or ""


def _space_of(found: re.Match[str]) -> str:
    name = found[0].strip("</>").partition(" ")[0].lower()
    return " " if name in _BLOCKS or name.startswith("!") else ""
