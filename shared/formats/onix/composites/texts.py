"""Texts about the book and links (lists 153, 154, 158, 159; 33, 38 of 2.1), and prizes (41)."""

from __future__ import annotations

from shared.formats.onix.codes import words
from shared.formats.onix.draft import Draft
from shared.formats.onix.elements import NAMES, Element, add, add_all, add_prose, every, first, parts_of, prose_of, text_of
from shared.records import Description, Link, LinkKind, Note, NoteKind
from shared.texts import plain

_CONTENTS = "04"
_NOTES = {"06": NoteKind.REVIEW, "12": NoteKind.BIOGRAPHY}
"""List 153."""
_IN_TEXT = frozenset(
    {"TextType", "TextTypeCode", "TextFormat", "ContentAudience", "Text", "SequenceNumber", "SourceTitle", "TextAuthor"}
)
_IN_RESOURCE = frozenset({"ResourceContentType", "ContentAudience", "ResourceMode", "ResourceVersion", "ResourceFeature"})
_CAPTION = "02"  # list 160
_ADDRESS = "01"  # list 40 of 2.1: MediaFileLink is a URL


def read_text(content: Element, draft: Draft) -> bool:
    """Reads TextContent for everybody: description, contents, review, biography."""
    type_, text, source, audiences = "", None, "", set()
    others = False
    for child in content:
        name = NAMES[child.tag]
        if name == "TextType":
            type_ = (child.text or "").strip()
        elif name == "Text":
            text = child if text is None else text
        elif name == "ContentAudience":
            audiences.add((child.text or "").strip())
        elif name in ("SourceTitle", "TextAuthor"):
            source = f"{source}, {text_of(child)}" if source else text_of(child)
        else:
            others = True
    if text is None or (audiences and audiences.isdisjoint(words.OPEN_AUDIENCES)):
        return False
    if others:
        draft.keep_others("CollateralDetail/TextContent", content, _IN_TEXT)
    if type_ in words.SUMMARIES:
        return _take_summary(words.SUMMARIES.index(type_), text, content, draft)
    return _take(type_, text, source, draft)


def read_other_text(other: Element, draft: Draft) -> bool:
    """Reads OtherText of 2.1."""
    type_, text = text_of(first(other, "TextTypeCode")), first(other, "Text")
    if text is None:
        return False
    draft.keep_others("OtherText", other, _IN_TEXT)
    if type_ in words.OTHER_TEXT_SUMMARIES:
        return _take_summary(words.OTHER_TEXT_SUMMARIES.index(type_), text, other, draft)
    sources = [text_of(first(other, "TextAuthor")), text_of(first(other, "SourceTitle"))]
    return _take(words.OTHER_TEXTS.get(type_, ""), text, ", ".join(filter(None, sources)), draft)


def read_main_description(text: Element, draft: Draft) -> bool:
    """Reads MainDescription of 2.1."""
    return _take_summary(1, text, text, draft)


def _take_summary(rank: int, text: Element, whole: Element, draft: Draft) -> bool:
    draft.summaries.append((rank, prose_of(text), whole))
    return True


def _take(type_: str, text: Element, source: str, draft: Draft) -> bool:
    if type_ == _CONTENTS and not draft.contents:
        draft.contents = prose_of(text)
        return True
    kind = _NOTES.get(type_)
    if kind is not None and (words_of := prose_of(text)):
        draft.notes.append(Note(kind, f"{words_of} ({source})" if source else words_of))
    return kind is not None


def write_texts(block: Element, book: Description) -> None:
    """Writes summary, contents, reviews and biographies, each for everybody."""
    texts = [(words.SUMMARIES[0], book.summary), (_CONTENTS, book.contents)]
    texts += [(type_, note.text) for note in book.notes for type_, kind in _NOTES.items() if note.kind is kind]
    for type_, text in texts:
        if text:
            content = add(block, "TextContent")
            add_all(content, [("TextType", type_), ("ContentAudience", "00")])
            add_prose(content, "Text", text)


def read_resource(resource: Element, draft: Draft) -> bool:
    """Reads SupportingResource: its first link, with its caption."""
    kind, links, caption, others = None, [], "", False
    for child in resource:
        name = NAMES[child.tag]
        if name == "ResourceContentType":
            kind = words.RESOURCES.get((child.text or "").strip())
        elif name == "ResourceVersion":
            links += every(child, "ResourceLink")
        elif name == "ResourceFeature":
            texts = parts_of(child)
            caption = plain(texts.get("FeatureNote", "")) if texts.get("ResourceFeatureType") == _CAPTION else caption
        else:
            others = others or name not in _IN_RESOURCE
    url = (links[0].text or "").strip() if links else ""
    if kind is None or not url:
        return False
    draft.links.append(Link(kind, url, caption))
    for other in links[1:]:
        draft.keep("CollateralDetail/SupportingResource/ResourceVersion", other)
    if others:
        draft.keep_others("CollateralDetail/SupportingResource", resource, _IN_RESOURCE)
    return True


def read_media_file(file: Element, draft: Draft) -> bool:
    """Reads MediaFile of 2.1 that is an address on the web."""
    texts = parts_of(file)
    kind, url = words.MEDIA_FILES.get(texts.get("MediaFileTypeCode", "")), texts.get("MediaFileLink", "")
    if kind is None or not url or texts.get("MediaFileLinkTypeCode") != _ADDRESS:
        return False
    draft.links.append(Link(kind, url))
    return True


def write_links(block: Element, book: Description) -> None:
    """Writes links to covers and samples."""
    for link in book.links:
        code = words.RESOURCE_CODES.get(link.kind)
        if code:
            resource = add(block, "SupportingResource")
            mode = words.RESOURCE_MODES[link.kind]
            add_all(resource, [("ResourceContentType", code), ("ContentAudience", "00"), ("ResourceMode", mode)])
            if link.text:
                add_all(add(resource, "ResourceFeature"), [("ResourceFeatureType", _CAPTION), ("FeatureNote", link.text)])
            form = "02" if link.kind is LinkKind.COVER else "01"  # list 161: file to download, page to link to
            add_all(add(resource, "ResourceVersion"), [("ResourceForm", form), ("ResourceLink", link.url)])


def read_prize(prize: Element, draft: Draft) -> bool:
    """Reads Prize as one statement, such as `Booker Prize (2009), winner`."""
    texts = parts_of(prize)
    name, year = plain(texts.get("PrizeName", "")), texts.get("PrizeYear", "")
    code = words.PRIZES.get(texts.get("PrizeCode", ""), "")
    stated = plain(texts.get("PrizeStatement", "")) or ", ".join(filter(None, (f"{name} ({year})" if year else name, code)))
    if name or stated:
        draft.notes.append(Note(NoteKind.AWARD, stated))
    return bool(name or stated)


def write_prizes(block: Element, book: Description) -> None:
    """Writes awards."""
    for note in book.notes:
        if note.kind is NoteKind.AWARD:
            add(add(block, "Prize"), "PrizeName", note.text)
