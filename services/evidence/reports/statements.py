"""What an exit statement says: a section for each strand, what was reconciled, what is not known, and what was agreed. Pure.

It counts and names; it does not say that a council has left: a person does.
"""

from __future__ import annotations

from collections.abc import Iterator

from services.evidence.pictures import Table
from services.evidence.reports.sections import Section
from services.evidence.schemas.departures import DepartureView
from shared.sourcing.rules import Strand
from shared.wording import counted

_HEADINGS = ("What", "Number", "Oldest since", "Where to see each")
_TEXTS = {
    Strand.ORDERING: "Who is ordered from, what is ordered and not yet supplied, and what is asked about money and messages.",
    Strand.CATALOGUE: "Who is asked for records, and which are still to come.",
    Strand.DELIVERY: "By which routes goods come, and which are on their way or owed again.",
}


def summary_of(view: DepartureView) -> str:
    """Returns in a sentence whether anything is open."""
    if view.left:
        return "Nothing is open, and the last reconciliation agrees."
    rows = sum(tie.count > 0 for tie in view.ties)
    unknown = f"{counted(len(view.unknown), 'thing')} not known" if view.unknown else ""
    return f"Open: {' and '.join(filter(None, (counted(rows, 'kind') + ' of things' if rows else '', unknown)))}."


def sections_of(view: DepartureView) -> Iterator[Section]:
    """Yields the sections of a statement; what is zero is named too."""
    for strand, text in _TEXTS.items():
        rows = tuple(
            (tie.meaning, str(tie.count), "" if tie.oldest_on is None else str(tie.oldest_on), f"{tie.service}: {tie.path}")
            for tie in view.ties
            if tie.strand is strand
        )
        yield Section(f"{strand.value.capitalize()}", text, table=Table(_HEADINGS, rows))
    yield _reconciliation(view)
    if view.unknown:
        yield Section(
            "What is not known", "As long as it is not, nobody can say that nothing is open.", notes=tuple(view.unknown)
        )
    yield _agreements(view)


def _reconciliation(view: DepartureView) -> Section:
    heading, last = "Last reconciliation", view.reconciliation
    if last is None:
        return Section(heading, "None is known.")
    text = f"The supplier's list of open lines of {last.reported_at.date()}, compared with ours on {last.compared_at.date()}."
    headings = ("Agreed", "Disagreeing", "Open here only", "Open at the supplier only")
    row = tuple(map(str, (last.agreed, last.disagreeing, last.ours_only, last.theirs_only)))
    return Section(heading, text, table=Table(headings, (row,)))


def _agreements(view: DepartureView) -> Section:
    heading = "Agreements of the supplier"
    if not view.agreements:
        return Section(heading, "None was recorded.")
    headings = ("To", "On", "By", "In these words", "Recorded")
    rows = tuple(
        (
            "this statement" if agreed.is_current else f"another statement, {agreed.digest}",
            str(agreed.agreed_on),
            agreed.agreed_by,
            agreed.words,
            f"{agreed.recorded_at.date()} by {agreed.recorded_by}",
        )
        for agreed in view.agreements
    )
    return Section(heading, "As people of the council recorded them.", table=Table(headings, rows))
