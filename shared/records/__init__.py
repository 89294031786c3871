"""What a supplier states about a book: the record model that formats, exchange and catalogue share. Pure; knows no format.

Every value is a frozen dataclass of `shared.frozen`. A text is empty, and a tuple has no members, where nothing is stated.
"""

from shared.records.description import Description
from shared.records.offers import Availability, Offer, Price, PriceKind
from shared.records.parts import (
    AgeRange,
    Audience,
    Cataloguing,
    Contributor,
    Dimensions,
    Edition,
    Genre,
    Identifier,
    Language,
    Link,
    Note,
    Related,
    Series,
    Subject,
    TitleStatement,
)
from shared.records.record import Change, CopyData, KeptAside, Record, Remainder
from shared.records.words import (
    AudienceKind,
    FullnessLevel,
    IdentifierKind,
    LanguageUse,
    LinkKind,
    NoteKind,
    Relation,
    Role,
    SubjectScheme,
)

__all__ = [
    "AgeRange",
    "Audience",
    "AudienceKind",
    "Availability",
    "Cataloguing",
    "Change",
    "Contributor",
    "CopyData",
    "Description",
    "Dimensions",
    "Edition",
    "FullnessLevel",
    "Genre",
    "Identifier",
    "IdentifierKind",
    "KeptAside",
    "Language",
    "LanguageUse",
    "Link",
    "LinkKind",
    "Note",
    "NoteKind",
    "Offer",
    "Price",
    "PriceKind",
    "Record",
    "Related",
    "Relation",
    "Remainder",
    "Role",
    "Series",
    "Subject",
    "SubjectScheme",
    "TitleStatement",
]
