"""Example of bibliographic records: a full one and a withdrawal in one message. The supplier is invented; the books exist."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from shared.contracts.base import Event
from shared.contracts.suppliers import RecordsSupplied
from shared.findings import Finding, Severity
from shared.records import (
    AgeRange,
    Audience,
    AudienceKind,
    Availability,
    Cataloguing,
    Change,
    Contributor,
    CopyData,
    Description,
    Dimensions,
    Edition,
    FullnessLevel,
    Genre,
    Identifier,
    IdentifierKind,
    Language,
    Link,
    LinkKind,
    Note,
    NoteKind,
    Offer,
    Price,
    Record,
    Related,
    Relation,
    Remainder,
    Role,
    Series,
    Subject,
    SubjectScheme,
    TitleStatement,
)

_ISBN, _PAPERBACK, _AMERICAN, _WITHDRAWN = "9781526622426", "9781526622433", "9781635575637", "9781472223821"

_DESCRIPTION = Description(
    identifiers=(Identifier(IdentifierKind.ISBN13, _ISBN, qualifier="hardback"),),
    title=TitleStatement("Piranesi", responsibility="Susanna Clarke"),
    contributors=(Contributor("Susanna Clarke", "Clarke, Susanna", (Role.AUTHOR,), dates="1959-"),),
    edition=Edition(number="1"),
    publisher="Bloomsbury",
    imprint="Bloomsbury Publishing",
    place="London",
    country="GB",
    published="2020-09-15",
    copyright_year="2020",
    form="hardback",
    extent="245 pages",
    pages=245,
    dimensions=Dimensions(height=222, width=153, thickness=24, weight=402),
    content=("txt",),
    media=("n",),
    carrier=("nc",),
    series=(Series("Readers' choice", number="12"),),
    notes=(Note(NoteKind.AWARD, "Women's Prize for Fiction, 2021"),),
    summary="A man lives alone in a house of endless rooms, and writes down what the tides bring.",
    audiences=(Audience(AudienceKind.GENERAL),),
    ages=AgeRange(lowest=14),
    subjects=(
        Subject(SubjectScheme.DEWEY, "823.92", edition="23"),
        Subject(SubjectScheme.THEMA, "FM", "Fantasy", main=True),
    ),
    genres=(Genre("Fantasy fiction", "lcgft"),),
    languages=(Language("eng"),),
    related=(
        Related(Relation.OTHER_FORMAT, _PAPERBACK, form="paperback"),
        Related(Relation.OTHER, _AMERICAN, form="American edition", edition=True, language="eng"),
    ),
    links=(Link(LinkKind.COVER, "https://covers.example/9781526622426.jpg"),),
    cataloguing=Cataloguing(agency="HarbourBooks", rules="rda", level=FullnessLevel.FULL),
)
_FULL = Record(
    isbn=_ISBN,
    description=_DESCRIPTION,
    offers=(
        Offer(
            Availability.IN_STOCK,
            prices=(Price(1499, "GBP", with_tax=True, tax_percent="0", valid_from=date(2026, 1, 1)),),
            countries=("GB",),
            days=3,
            on_hand=41,
        ),
    ),
    copies=(CopyData(branch="IPSW", shelfmark="FIC CLA", barcode="30117012345678"),),
    remainder=(Remainder("592", "##$aShelf-ready list 7"),),
    reference="HB-0029381",
    findings=(Finding("marc-not-carried", "kept, but not read: 592", Severity.INFO, 1),),
)

EXAMPLES: tuple[Event, ...] = (
    RecordsSupplied(
        supplier_id="harbour-books",
        message_id=UUID("8c1e0000-4a00-4000-8000-000000000014"),
        supplied_at=datetime(2026, 3, 2, 13, tzinfo=UTC),
        records=(_FULL, Record(isbn=_WITHDRAWN, change=Change.WITHDRAWN, number=2, offset=1893)),
    ),
)
