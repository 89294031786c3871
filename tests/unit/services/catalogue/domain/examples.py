"""Records of one book, full and poor."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from services.catalogue.domain.records import KeptRecord
from shared.records import (
    Contributor,
    Description,
    Identifier,
    IdentifierKind,
    Language,
    Role,
    Subject,
    SubjectScheme,
    TitleStatement,
)

PIRANESI = "9781526622433"
NOW = datetime(2026, 3, 2, tzinfo=UTC)

FULL = Description(
    identifiers=(Identifier(IdentifierKind.ISBN13, PIRANESI, "hardback"),),
    title=TitleStatement("Piranesi"),
    contributors=(Contributor("Susanna Clarke", "Clarke, Susanna", (Role.AUTHOR,)),),
    publisher="Bloomsbury",
    published="2020",
    form="hardback",
    extent="245 pages",
    pages=245,
    content=("txt",),
    media=("n",),
    carrier=("nc",),
    subjects=(
        Subject(SubjectScheme.DEWEY, "823.92", edition="23"),
        Subject(SubjectScheme.THEMA, "FM"),
        Subject(SubjectScheme.THEMA, "FBA"),
    ),
    languages=(Language("eng"),),
)
POOR = Description(title=TitleStatement("PIRANESI"), summary="A house with many rooms.")


def a_record(supplier_id: str = "harbour-books", description: Description = FULL, **stated: object) -> KeptRecord:
    """Returns a record of the book, of 2 March 2026."""
    record = KeptRecord(isbn=PIRANESI, supplier_id=supplier_id, supplied_at=NOW, description=description)
    return replace(record, **stated)  # type: ignore[arg-type] # the fields of the record
