"""Files of MARC that a council uploads, and the selections that are in them.

Pure. A selection with more lines than an order holds becomes several proposals: `SEL-114`, `SEL-114/2`, `SEL-114/3`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.orders.domain.asked import MOST_LINES
from services.orders.domain.proposals import ProposalState
from shared.contracts.base import Money
from shared.contracts.selections import SelectedCopy, SelectedLine
from shared.contracts.stated import ItemData
from shared.errors import DomainError, Fault, Kind
from shared.findings import MOST_FINDINGS, Severity
from shared.formats.marc.order_data import Code, FileRead, OrderedCopies, OrderedTitle, OrderMapping, RecordFinding, form_of

MOST_MAPPINGS = 100
"""Mappings of a council."""
MOST_PROPOSALS = 20
"""Proposals of one file."""
MOST_COPIES = 20_000
"""Copies of one file: a few bytes of it ask for hundreds."""
_MOST_FAULTS = 100
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class MarcOrderMapping:
    """A council's mapping for files of one supplier. Each change makes another `version`."""

    mapping_id: UUID
    council: str
    supplier_id: str
    name: str
    mapping: OrderMapping
    version: int
    created_at: datetime
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it was uploaded, by whom, and the number that they gave its selection; "" where they gave none."""

    council: str
    raw: bytes
    selection_number: str
    uploaded_by: str

    @property
    def media_type(self) -> str:
        """The media type that it has by its bytes."""
        return form_of(self.raw)

    @property
    def digest(self) -> bytes:
        """The digest of its bytes."""
        return hashlib.sha256(self.raw).digest()


@dataclass(frozen=True, slots=True)
class FileSelection:
    """One selection in a file, or a part of one: `whole` is the number of all of it, `parted` whether there are others."""

    selection_number: str
    whole: str
    parted: bool
    lines: tuple[SelectedLine, ...]


@dataclass(frozen=True, slots=True)
class FoundInFile:
    """What was found in a file. `findings` are at most 1,000, `more_findings` the number of the others."""

    records: int
    titles: int
    selections: tuple[FileSelection, ...]
    findings: tuple[RecordFinding, ...]
    more_findings: int


@dataclass(frozen=True, slots=True)
class ProposalOfFile:
    """A proposal that a file became, as it is now."""

    proposal_id: UUID
    selection_number: str
    state: ProposalState
    lines: int


@dataclass(frozen=True, slots=True)
class ProposalFile:
    """A file that was proposed from, without its bytes: what was read of it, and the proposals."""

    file_id: UUID
    council: str
    supplier_id: str
    mapping_id: UUID
    selection_number: str
    media_type: str
    size: int
    records: int
    titles: int
    findings: tuple[RecordFinding, ...]
    more_findings: int
    proposals: tuple[ProposalOfFile, ...]
    uploaded_at: datetime
    uploaded_by: str


def found_in(read: FileRead, file: UploadedFile) -> FoundInFile:
    """Returns the selections in a file and all findings. Raises DomainError (422): there is nothing, or too much."""
    number = file.selection_number or f"MARC-{file.digest.hex()[:_DIGITS].upper()}"
    wholes: dict[str, list[OrderedTitle]] = {}
    for title in read.titles:
        wholes.setdefault(file.selection_number or title.selection_number or number, []).append(title)
    copies = sum(title.quantity for title in read.titles)
    if copies > MOST_COPIES:
        raise _too_large(f"{copies} copies", f"{MOST_COPIES} are proposed")
    findings = list(read.findings)
    selections = tuple(part for whole, titles in wholes.items() for part in _parts(whole, list(_lines(whole, titles, findings))))
    if not selections:
        raise _without_titles(read)
    if len(selections) > MOST_PROPOSALS:
        raise _too_large(f"titles for {len(selections)} proposals", f"{MOST_PROPOSALS} are made")
    kept = _bounded(findings)
    return FoundInFile(read.records, len(read.titles), selections, kept, len(findings) - len(kept))


def _too_large(has: str, most: str) -> DomainError:
    text = f"The file has {has}; at most {most} of one. Divide it between two records."
    return DomainError("file-too-large", text, Kind.INVALID)


def _without_titles(read: FileRead) -> DomainError:
    faults = [
        Fault("" if one.record is None else f"/records/{one.record - 1}", one.code, f"{one.tag} {one.text}".strip())
        for one in read.findings
        if one.severity is Severity.ERROR
    ]
    text = f"None of the {read.records} records in the file can be proposed; nothing was kept. Correct the file or the mapping."
    return DomainError("nothing-to-propose", text, Kind.INVALID, faults[:_MOST_FAULTS])


def _bounded(findings: Sequence[RecordFinding]) -> tuple[RecordFinding, ...]:
    """Returns the findings in the order of the records; where they are too many, first those that keep a record aside."""
    ranked = sorted(findings, key=lambda one: one.severity is not Severity.ERROR)
    return tuple(sorted(ranked[:MOST_FINDINGS], key=lambda one: one.record or 0))


def _parts(whole: str, lines: Sequence[SelectedLine]) -> Iterator[FileSelection]:
    for number, start in enumerate(range(0, len(lines), MOST_LINES), start=1):
        part = tuple(lines[start : start + MOST_LINES])
        yield FileSelection(whole if number == 1 else f"{whole}/{number}", whole, len(lines) > MOST_LINES, part)


def _lines(whole: str, titles: Sequence[OrderedTitle], findings: list[RecordFinding]) -> Iterator[SelectedLine]:
    """Yields the lines of a selection. A reference that two records have names only the first: adds a finding about the other."""
    seen: set[str] = set()
    for title in titles:
        reference = title.reference
        if reference in seen:
            text = f"another record has the supplier's reference {reference!r}, too; it is used for that one only"
            findings.append(RecordFinding(title.number, "", Code.REFERENCE, Severity.WARNING, text))
        if not reference or reference in seen:
            reference = f"{whole}/{title.number}"
        seen.add(reference)
        yield _line(title, reference)


def _line(title: OrderedTitle, reference: str) -> SelectedLine:
    price = title.price
    return SelectedLine(
        reference=reference,
        isbn=title.isbn,
        title=title.title,
        author=title.author,
        quantity=title.quantity,
        unit_price=None if price is None else Money(minor=price.minor, currency=price.currency),
        copies=tuple(copy for kind in title.copies for copy in [_copy(kind)] * kind.quantity),
        note=title.note,
    )


def _copy(kind: OrderedCopies) -> SelectedCopy:
    item = ItemData(stock_category=kind.stock_category) if kind.stock_category else None
    return SelectedCopy(branch=kind.branch, fund=kind.fund, sequence=kind.sequence, shelfmark=kind.shelfmark, item=item)
