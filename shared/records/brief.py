"""A description in six texts, as an order shows it, and which contributor of a book is named first."""

from __future__ import annotations

from collections.abc import Sequence

from shared.frozen import dataclass
from shared.records.description import Description
from shared.records.parts import Contributor, TitleStatement
from shared.records.words import Role

_CREATORS: tuple[frozenset[Role], ...] = (
    frozenset({Role.AUTHOR}),
    frozenset({Role.LYRICIST, Role.COMPOSER, Role.PHOTOGRAPHER, Role.ARTIST, Role.CREATOR_OF_ORIGINAL}),
    frozenset({Role.GHOST_WRITER}),
    frozenset({Role.EDITOR, Role.COMPILER, Role.ADAPTER, Role.ABRIDGER}),
)
"""Who is named as author: the author, then who else made the work, then a ghost writer, then editors. Anybody else only where
there is none of these, and `_LAST` after them: an illustrator or a translator is not who wrote the book."""
_LAST = (
    frozenset({Role.TRANSLATOR, Role.SERIES_EDITOR, Role.COVER_DESIGNER}),
    frozenset({Role.NARRATOR, Role.PERFORMER, Role.DIRECTOR}),
)


@dataclass(frozen=True, slots=True)
class Brief:
    """A book in six texts. `author` is as filed (`Austen, Jane`) where the record gives that form."""

    title: str = ""
    subtitle: str = ""
    author: str = ""
    publisher: str = ""
    published: str = ""
    form: str = ""


def brief_of(description: Description) -> Brief:
    """Returns a description in six texts."""
    title = description.title
    author = main_contributor(description.contributors)
    return Brief(
        title=title.title if title is not None else "",
        subtitle=title.subtitle if title is not None else "",
        author=(author.sort_name or author.name) if author is not None else "",
        publisher=description.publisher or description.imprint,
        published=description.published,
        form=description.form,
    )


def description_of(brief: Brief) -> Description:
    """Returns six texts as a description: what a supplier sends that knows no more."""
    filed = "," in brief.author
    author = Contributor(name="" if filed else brief.author, sort_name=brief.author if filed else "", roles=(Role.AUTHOR,))
    return Description(
        title=TitleStatement(brief.title, subtitle=brief.subtitle) if brief.title else None,
        contributors=(author,) if brief.author else (),
        publisher=brief.publisher,
        published=brief.published,
        form=brief.form,
    )


def main_contributor(contributors: Sequence[Contributor]) -> Contributor | None:
    """Returns who is named as author: the first of the highest rank; None where nobody is named."""
    return min(contributors, key=_rank, default=None)


def _rank(contributor: Contributor) -> int:
    roles, anybody = frozenset(contributor.roles), len(_CREATORS)
    first = (place for place, group in enumerate(_CREATORS) if group & roles)
    last = (place for place, group in enumerate(_LAST, start=anybody + 1) if group & roles)
    return min(first, default=min(last, default=anybody))
