"""The notes that people can leave at the bookseller's desk, and the result of a note. Shapes only."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Note(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    buyer: str = Field(min_length=1, description="The council as NAD+BY names it")
    agency: Literal["9", "31B", "91", "92"] = Field(
        default="9", description="What `buyer` is: 9 a GLN, 91 the bookseller's number"
    )


class SelectionNote(_Note):
    """Select titles from the catalogue for a council. The same note under another name sends the same selection again."""

    send: Literal["selection"] = "selection"
    number: str = Field(min_length=1, max_length=30, description="Number of the selection; its titles follow from it")
    branches: tuple[str, ...] = Field(min_length=1, description="The council's branches, by its codes")
    funds: tuple[str, ...] = Field(min_length=1)
    titles: int = Field(default=12, ge=1)
    firm: bool = False


class ReportNote(_Note):
    """Report all open lines of a council."""

    send: Literal["open_lines"] = "open_lines"


Note = SelectionNote | ReportNote

READ_NOTE: TypeAdapter[Note] = TypeAdapter(Note)


class NoteResult(BaseModel):
    """The result of a note: the file that was sent, and the mistakes in each of its lines.

    `lines` has the bookseller's reference or our line key of each line, also of lines that should be in the file and are not.
    """

    path: str = ""
    lines: dict[str, list[str]] = Field(default_factory=dict)
    error: str = Field(default="", description="Why the note could not be carried out")
