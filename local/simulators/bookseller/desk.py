"""The bookseller's desk: sends selections and reports for notes that people leave in a folder beside the mailbox.

A note `desk/NAME.json` is carried out once; then `desk/done/NAME.json` holds its result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from local.simulators.bookseller import reports, selections
from local.simulators.bookseller.chance import digits
from local.simulators.bookseller.mailbox import drop, waiting
from local.simulators.bookseller.memory import Memory, Outgoing
from local.simulators.bookseller.notes import READ_NOTE, Note, NoteResult, ReportNote, SelectionNote
from local.simulators.bookseller.options import Options
from local.simulators.bookseller.post import Letter
from local.simulators.bookseller.records import Row
from local.simulators.bookseller.wire import WireOrder

_GLN_AGENCY = "9"
_BY_GLN, _BY_SELLERS_CODE = "14", "91"


def leave_note(root: Path, name: str, note: Note) -> None:
    """Leaves a note for the bookseller whose files are in `root`."""
    drop(_note_path(root, name), note.model_dump_json().encode())


def result_of(root: Path, name: str) -> NoteResult | None:
    """Returns the result of a note; None while it waits."""
    path = _done(root) / _note_path(root, name).name
    return NoteResult.model_validate_json(path.read_bytes()) if path.exists() else None


def _note_path(root: Path, name: str) -> Path:
    return root / "desk" / f"{name}.json"


def _done(root: Path) -> Path:
    return root / "desk" / "done"


class Desk:
    """Carries out notes. It sends through the bookseller's memory, as all other parts do."""

    def __init__(self, options: Options, memory: Memory, catalogue: Mapping[str, Row]) -> None:
        self._options = options
        self._memory = memory
        self._catalogue = catalogue
        _done(options.root).mkdir(parents=True, exist_ok=True)

    def work(self, now: float) -> int:
        """Carries out the waiting notes at `now`, in seconds since 1970; returns how many there were."""
        notes = waiting(self._options.root / "desk")
        for path in notes:
            self._carry_out(path, now)
        return len(notes)

    def _carry_out(self, path: Path, now: float) -> None:
        """Carries out one note. After a kill before the note is removed, it is seen again and ignored."""
        body = path.read_bytes()
        with self._memory.together():
            if self._memory.saw("desk", path.name, hashlib.sha256(body).hexdigest()) is None:
                drop(_done(self._options.root) / path.name, self._result(path.stem, body, now).model_dump_json().encode())
        path.unlink()

    def _result(self, name: str, body: bytes, now: float) -> NoteResult:
        try:
            note = READ_NOTE.validate_json(body)
        except ValidationError as error:
            return NoteResult(error=str(error))
        letter = self._letter(name, note, now)
        return self._selection(letter, note) if isinstance(note, SelectionNote) else self._report(letter, note)

    def _selection(self, letter: Letter, note: SelectionNote) -> NoteResult:
        titles = selections.select(self._options, note, self._catalogue)
        path = f"{self._options.dialect.folders.selections}/{letter.reference}{self._options.dialect.endings.selections}"
        self._send(path, letter, selections.quotation(letter, note, titles))
        return NoteResult(path=path, lines={title.reference: title.mistakes for title in titles})

    def _report(self, letter: Letter, note: ReportNote) -> NoteResult:
        held = self._memory.held_for(note.buyer, letter.at.timestamp())
        listed = reports.entries(self._options, note.buyer, held)
        path = f"{self._options.dialect.folders.reports}/{letter.reference}{self._options.dialect.endings.reports}"
        self._send(path, letter, reports.report(letter, listed))
        return NoteResult(path=path, lines={entry.line.key: [entry.slip] if entry.slip else [] for entry in listed})

    def _send(self, path: str, letter: Letter, body: bytes) -> None:
        self._memory.send([Outgoing(path, letter.at.timestamp(), body)])

    def _letter(self, name: str, note: Note, now: float) -> Letter:
        """Returns a letter to the buyer itself, whoever reads its mail."""
        order = WireOrder("", "", note.buyer, note.agency, "", (), {})
        qualifier = _BY_GLN if note.agency == _GLN_AGENCY else _BY_SELLERS_CODE
        reference = digits(14, self._options.seed, "desk", note.buyer, name)
        return Letter(self._options, order, note.buyer, qualifier, reference, datetime.fromtimestamp(now, UTC))
