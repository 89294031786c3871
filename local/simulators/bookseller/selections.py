"""Selects titles for a council and writes them as QUOTES, with the mistakes of people who do not know it well. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from unicodedata import combining, normalize

from local.simulators.bookseller.chance import number, pick, share
from local.simulators.bookseller.dialect import Dialect
from local.simulators.bookseller.notes import SelectionNote
from local.simulators.bookseller.options import Options
from local.simulators.bookseller.post import Letter, article, interchange, parties
from local.simulators.bookseller.records import Row
from shared.formats.edifact.charsets import unwritable
from shared.formats.editeur import (
    Copy,
    Currencies,
    Date,
    Description,
    Document,
    Mark,
    Price,
    Quantity,
    QuoteLine,
    Quotes,
    Reference,
)

UNKNOWN_BRANCH = "unknown_branch"
NO_FUND = "no_fund"
_CLOSED_BRANCH = "OLDTOWN"
"""A branch that a bookseller may remember and no council has any more."""
_SEQUENCE = "NEW"
_SERVICING = ("BC", "BJ", "LB")
_MOST_COPIES = 3


@dataclass(frozen=True, slots=True)
class SelectedCopy:
    """One copy; `fund` is "" where it was forgotten."""

    branch: str
    fund: str
    servicing: str


@dataclass(frozen=True, slots=True)
class SelectedTitle:
    """One line of a selection, under the bookseller's own reference."""

    reference: str
    row: Row
    copies: tuple[SelectedCopy, ...]

    @property
    def mistakes(self) -> list[str]:
        """The mistakes that the council must correct before it can order the line."""
        found = [UNKNOWN_BRANCH] if any(copy.branch == _CLOSED_BRANCH for copy in self.copies) else []
        return [*found, NO_FUND] if any(not copy.fund for copy in self.copies) else found


def select(options: Options, note: SelectionNote, catalogue: Mapping[str, Row]) -> list[SelectedTitle]:
    """Returns the titles of a selection. The subject of every decision is (seed, buyer, selection number, book)."""
    about = (options.seed, note.buyer, note.number)
    chosen = sorted(catalogue, key=lambda isbn: number(*about, isbn, "chosen"))[: note.titles]
    return [
        SelectedTitle(f"{note.number}-{position:03d}", catalogue[isbn], tuple(_copies(options, note, (*about, isbn))))
        for position, isbn in enumerate(chosen, start=1)
    ]


def _copies(options: Options, note: SelectionNote, about: tuple[object, ...]) -> Iterator[SelectedCopy]:
    closed = share(*about, UNKNOWN_BRANCH) < options.proportions.unknown_branch
    for index in range(1 + number(*about, "copies") % _MOST_COPIES):
        fund = "" if share(*about, index, NO_FUND) < options.proportions.no_fund else pick(note.funds, *about, "fund")
        # Where a branch is wrong, it is the first copy's.
        branch = _CLOSED_BRANCH if closed and index == 0 else pick(note.branches, *about, index, "branch")
        yield SelectedCopy(branch, fund, pick(_SERVICING, *about, index, "servicing"))


def quotation(letter: Letter, note: SelectionNote, titles: Sequence[SelectedTitle]) -> bytes:
    """Writes QUOTES 31C, or 31F where the selection is firm."""
    message = Quotes(
        document=Document("31F" if note.firm else "31C", note.number, "9", agency="28"),
        dates=(Date.day("137", letter.at),),
        parties=parties(letter),
        currencies=(Currencies("2", "GBP", "12"),),
        lines=tuple(_line(letter.dialect, position, title) for position, title in enumerate(titles, start=1)),
    )
    return interchange(letter, message)


def _line(dialect: Dialect, position: int, title: SelectedTitle) -> QuoteLine:
    name, kind, numbers = article(dialect, title.row["isbn"].strip())
    price = title.row.get("price")
    return QuoteLine(
        str(position),
        item=name,
        item_type=kind,
        numbers=numbers,
        descriptions=tuple(_descriptions(dialect, title.row)),
        quantities=(Quantity("1", Decimal(len(title.copies))),),
        copies=tuple(_copy(dialect, place, copy) for place, copy in enumerate(title.copies, start=1)),
        prices=(Price("AAE", Decimal(price), "CA", "SRP"),) if price else (),
        references=(Reference("QLI", title.reference),),
    )


def _descriptions(dialect: Dialect, row: Row) -> Iterator[Description]:
    main, _, subtitle = row.get("title", "").partition(": ")
    for code, text in (("009", row.get("author", "")), ("050", main), ("060", subtitle)):
        if text:
            yield Description.of(code, _typed(text, dialect.charset))


def _typed(text: str, charset: str) -> str:
    """Returns the text in the character set: unchanged if possible, else without accents and without letters it lacks."""
    if not unwritable(text, charset):
        return text
    plain = (letter for letter in normalize("NFKD", text) if not combining(letter))
    return "".join(letter for letter in plain if not unwritable(letter, charset))


def _copy(dialect: Dialect, place: int, copy: SelectedCopy) -> Copy:
    fund = [Mark(copy.fund, "LFN")] if copy.fund else []
    marks = [Mark(copy.branch, "LLO"), *fund, Mark(_SEQUENCE, dialect.sequence), Mark(copy.servicing, "LVC")]
    return Copy(f"{place:03d}", tuple(marks))
