"""Reads a table that a spreadsheet program saved as text, whatever it puts between fields and around them.

Reports what is wrong by line and column. Must not know what the columns mean.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

_DELIMITERS = ",;\t|"
_BLANK = f'{_DELIMITERS} "'
# Excel reads and writes such a first line, which names the delimiter.
_NAMED_DELIMITER = re.compile(r'"?sep=(.)"?[,;\t]*(?:\r\n|\r|\n)', re.IGNORECASE)
_SAVE_AS = "in the spreadsheet program, choose `Save as` and there `CSV UTF-8`"
# The first bytes of files that people take for a text.
_NOT_TEXT = {
    b"PK\x03\x04": "a workbook (such as .xlsx or .ods) or another archive",
    b"\xd0\xcf\x11\xe0": "an old workbook (.xls)",
    b"%PDF": "a PDF",
}
_MOST_SHOWN = 40
_LONGEST_HEADER = 10_000


@dataclass(frozen=True, slots=True, order=True)
class FileFault:
    """One fault in a file. `line` is the line in the file, usually 1 for the header."""

    line: int
    column: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.text}" if self.column else f"line {self.line}: {self.text}"


class BadFile(Exception):
    """The file cannot be used; `faults` lists everything that is wrong. The message of a single fault is one line."""

    def __init__(self, path: Path, faults: Sequence[FileFault]) -> None:
        self.faults = tuple(sorted(faults))
        shown = [str(fault) for fault in self.faults[:_MOST_SHOWN]]
        if len(self.faults) > _MOST_SHOWN:
            shown.append(f"and {len(self.faults) - _MOST_SHOWN} more")
        super().__init__(f"{path}, {shown[0]}" if len(shown) == 1 else "\n  ".join([f"{path} cannot be used:", *shown]))


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that is not empty: the line on which it begins, and its fields by column."""

    at: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows below the header. `faults`: rows that could not be read."""

    rows: Sequence[SheetRow]
    faults: Sequence[FileFault]


def read_sheet(path: Path, columns: Sequence[str]) -> Sheet:
    """Returns the rows of a file with these columns, in any order. Raises BadFile, or OSError if it cannot be opened."""
    records = _records(path, _text_of(path), columns)
    if not records:
        raise BadFile(path, [FileFault(1, "", f"the file is empty; its first line must name the columns {', '.join(columns)}")])
    at, header = records[0][0], [_name(field) for field in records[0][1]]
    if (wrong := _wrong_header(header, columns)) is not None:
        raise BadFile(path, [FileFault(at, "", wrong)])
    rows, faults = [], []
    for at, fields in records[1:]:
        if len(fields) > len(header):
            quote = "quote a field that contains the character between fields"
            faults.append(FileFault(at, "", f"{len(fields)} fields, but the header has {len(header)}; {quote}"))
        else:
            rows.append(SheetRow(at, _by_column(header, fields)))
    return Sheet(rows, faults)


def _text_of(path: Path) -> str:
    content = path.read_bytes()
    for start, what in _NOT_TEXT.items():
        if content.startswith(start):
            raise BadFile(path, [FileFault(1, "", f"this is {what}, not a text; {_SAVE_AS}")])
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, "ignore")
        fault = f"byte 0x{content[error.start]:02x} is not {encoding.removesuffix('-sig').upper()} text; {_SAVE_AS}"
        raise BadFile(path, [FileFault(_lines_in(before) + 1, "", fault)]) from error
    if "\0" in text:
        at = _lines_in(text[: text.index("\0")]) + 1
        raise BadFile(path, [FileFault(at, "", f"a zero byte, so this is not a text; {_SAVE_AS}")])
    return text


def _lines_in(text: str) -> int:
    return len(re.findall(r"\r\n|\r|\n", text))


def _records(path: Path, text: str, columns: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Returns every record that is not empty, without the empty fields at its end, and the line on which it begins."""
    named = _NAMED_DELIMITER.match(text)
    delimiter = named[1] if named else _delimiter_of(text, columns)
    above, table = (1, text[named.end() :]) if named else (0, text)
    reader = csv.reader(io.StringIO(table, newline=""), delimiter=delimiter, strict=True)
    at, records = above + 1, []
    try:
        for record in reader:
            if fields := _without_empty_end(record):
                records.append((at, fields))
            at = above + reader.line_num + 1
    except csv.Error as error:
        fault = f"not CSV ({error}); close every quotation mark, and double those inside a field"
        raise BadFile(path, [FileFault(at, "", fault)]) from error
    return records


def _delimiter_of(text: str, columns: Sequence[str]) -> str:
    """Returns the delimiter with which the first line that is not empty names the most columns."""
    header = next((line for line in text.splitlines() if line.strip(_BLANK)), "")[:_LONGEST_HEADER]

    def named(delimiter: str) -> int:
        return len({_name(field) for field in next(csv.reader([header], delimiter=delimiter))}.intersection(columns))

    return max(_DELIMITERS, key=named)


def _without_empty_end(record: Sequence[str]) -> list[str]:
    fields = [field.strip() for field in record]
    while fields and not fields[-1]:
        fields.pop()
    return fields


def _name(field: str) -> str:
    return field.strip().casefold().replace(" ", "_")


def _wrong_header(header: Sequence[str], columns: Sequence[str]) -> str | None:
    """Returns what is wrong with the header, in one sentence; None if it names every column once and no other."""
    there = f"the columns, with commas, semicolons or tabs between them, are {', '.join(columns)}"
    if not set(header) & set(columns):
        return f"this line names no column; {there}"
    wrong = {
        "missing": [name for name in columns if name not in header],
        "unknown": [name or "(no name)" for name in dict.fromkeys(header) if name not in columns],
        "more than once": [name for name in columns if header.count(name) > 1],
    }
    parts = [f"{what}: {', '.join(names)}" for what, names in wrong.items() if names]
    return f"the header does not fit ({'; '.join(parts)}); {there}" if parts else None


def _by_column(header: Sequence[str], fields: Sequence[str]) -> dict[str, str]:
    """Returns the fields by column; those that the row does not reach are empty."""
    return dict(zip_longest(header, fields, fillvalue=""))
