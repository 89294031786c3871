"""Codes of MARC 21 and RDA, with their meaning at the right. Each dictionary exists once; `inverted` turns it for writing.

Where several codes mean the same, the first is the one that is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from shared.records import (
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

_Code = TypeVar("_Code")
_Meaning = TypeVar("_Meaning")


class Code(StrEnum):
    """Codes of findings."""

    NOT_XML = "marc-not-well-formed"  # broken MARCXML; records before it are used
    REFUSED = "marc-refused"  # DOCTYPE, nesting or size that no honest sender needs
    NOT_MARC = "marc-not-marc"  # the file contains no record
    UNREADABLE = "marc-unreadable-record"  # ISO 2709 whose leader or directory is invalid
    LENGTH = "marc-length"  # the length in LDR/00-04 is wrong, but the directory is right; read anyway
    REPLACED = "marc-replaced-characters"  # bytes that the character set cannot hold
    CHARSET = "marc-charset"  # another character set than LDR/09 declares; read anyway
    NO_ISBN = "marc-no-isbn"  # no valid ISBN in 020 $a
    INVALID_ISBN = "marc-invalid-isbn"  # a number in 020 $a that is not an ISBN
    NO_TITLE = "marc-no-title"  # 245 $a is missing
    INVALID_PRICE = "marc-invalid-price"  # 020 $c without a recognisable amount and currency
    ENTITY = "marc-entity"  # a named character of a DTD in MARCXML, read by its HTML name
    MENDED = "marc-mended"  # a character that XML does not allow; the record is read without it
    NOT_CARRIED = "marc-not-carried"  # fields that the table does not carry; kept as they are


def inverted(table: Mapping[_Code, _Meaning]) -> dict[_Meaning, _Code]:
    """Returns meaning -> code; the first code where several have the same meaning."""
    return {meaning: code for code, meaning in reversed(list(table.items()))}


# LDR/17, encoding level.
LEVELS = {
    " ": FullnessLevel.FULL,
    "1": FullnessLevel.FULL,  # full, material not examined
    "I": FullnessLevel.FULL,  # OCLC
    "4": FullnessLevel.CORE,
    "8": FullnessLevel.PREPUBLICATION,
    "5": FullnessLevel.PARTIAL,  # preliminary
    "2": FullnessLevel.PARTIAL,  # less than full
    "7": FullnessLevel.MINIMAL,
    "3": FullnessLevel.MINIMAL,  # abbreviated
    "K": FullnessLevel.MINIMAL,  # OCLC
    "M": FullnessLevel.MINIMAL,  # OCLC, by batch
    "u": FullnessLevel.UNSTATED,
}

# LDR/06, type of record, as far as it says more than `language material`: the RDA content that it stands for (336 $b).
TYPES = {"i": "spw", "j": "prm", "e": "cri", "c": "ntm", "k": "sti", "g": "tdi"}

# 008/22, audience, in books, music, visual materials and computer files.
AUDIENCES = {
    "j": AudienceKind.CHILDREN,
    "a": AudienceKind.CHILDREN,  # preschool
    "b": AudienceKind.PRIMARY_SCHOOL,
    "c": AudienceKind.CHILDREN,  # pre-adolescent
    "d": AudienceKind.TEENAGE,
    "g": AudienceKind.GENERAL,
    "e": AudienceKind.GENERAL,  # adult
    "f": AudienceKind.PROFESSIONAL,
}
# 521 $a: words for whom a book is for, beside the plain ones of `AudienceKind`.
AUDIENCE_WORDS = {
    "juvenile": AudienceKind.CHILDREN,
    "children/juvenile": AudienceKind.CHILDREN,
    "children / juvenile": AudienceKind.CHILDREN,
    "young adult": AudienceKind.TEENAGE,
    "teenagers": AudienceKind.TEENAGE,
    "adult": AudienceKind.GENERAL,
    "general adult": AudienceKind.GENERAL,
    "general/trade": AudienceKind.GENERAL,
    "tertiary education": AudienceKind.STUDENTS,
    "professional and scholarly": AudienceKind.PROFESSIONAL,
}

# 041: use of a language.
LANGUAGE_USES = {
    "a": LanguageUse.TEXT,
    "d": LanguageUse.SUNG_OR_SPOKEN,
    "b": LanguageUse.SUMMARY,
    "h": LanguageUse.ORIGINAL,
}

# 024, first indicator: kind of standard number, or the source of another one.
NUMBER_KINDS = {"3": IdentifierKind.EAN, "1": IdentifierKind.UPC}
NUMBER_SOURCES = {"8": "", "0": "isrc", "2": "ismn", "4": "sici"}

NOTES = {
    "500": NoteKind.GENERAL,
    "504": NoteKind.BIBLIOGRAPHY,
    "530": NoteKind.OTHER_FORM,
    "538": NoteKind.SYSTEM,
    "545": NoteKind.BIOGRAPHY,
    "546": NoteKind.LANGUAGE,
    "586": NoteKind.AWARD,
}

# Relator codes, $4.
ROLE_CODES = {
    "aut": Role.AUTHOR,
    "ill": Role.ILLUSTRATOR,
    "pht": Role.PHOTOGRAPHER,
    "art": Role.ARTIST,
    "edt": Role.EDITOR,
    "edc": Role.EDITOR,  # editor of compilation
    "com": Role.COMPILER,
    "trl": Role.TRANSLATOR,
    "adp": Role.ADAPTER,
    "abr": Role.ABRIDGER,
    "nrt": Role.NARRATOR,
    "prf": Role.PERFORMER,
    "cmp": Role.COMPOSER,
    "lyr": Role.LYRICIST,
    "ant": Role.CREATOR_OF_ORIGINAL,  # bibliographic antecedent
    "wfw": Role.AUTHOR_OF_FOREWORD,
    "wpr": Role.AUTHOR_OF_PREFACE,
    "win": Role.AUTHOR_OF_INTRODUCTION,
    "aui": Role.AUTHOR_OF_INTRODUCTION,  # author of introduction, etc.
    "waw": Role.AUTHOR_OF_AFTERWORD,
    "aft": Role.AUTHOR_OF_AFTERWORD,  # author of afterword, colophon, etc.
    "cmm": Role.COMMENTATOR,
    "cwt": Role.COMMENTATOR,  # commentator for written text
    "ctg": Role.CARTOGRAPHER,
    "cov": Role.COVER_DESIGNER,
    "isb": Role.ISSUING_BODY,
    "drt": Role.DIRECTOR,
    "ctb": Role.CONTRIBUTOR,
}
# Relator terms, $e.
ROLE_TERMS = {
    "author": Role.AUTHOR,
    "joint author": Role.AUTHOR,
    "illustrator": Role.ILLUSTRATOR,
    "ill": Role.ILLUSTRATOR,
    "photographer": Role.PHOTOGRAPHER,
    "artist": Role.ARTIST,
    "editor": Role.EDITOR,
    "ed": Role.EDITOR,
    "series editor": Role.SERIES_EDITOR,
    "compiler": Role.COMPILER,
    "comp": Role.COMPILER,
    "translator": Role.TRANSLATOR,
    "tr": Role.TRANSLATOR,
    "adapter": Role.ADAPTER,
    "abridger": Role.ABRIDGER,
    "narrator": Role.NARRATOR,
    "performer": Role.PERFORMER,
    "composer": Role.COMPOSER,
    "lyricist": Role.LYRICIST,
    "creator of the original": Role.CREATOR_OF_ORIGINAL,
    "ghost writer": Role.GHOST_WRITER,
    "writer of foreword": Role.AUTHOR_OF_FOREWORD,
    "writer of preface": Role.AUTHOR_OF_PREFACE,
    "writer of introduction": Role.AUTHOR_OF_INTRODUCTION,
    "author of introduction, etc": Role.AUTHOR_OF_INTRODUCTION,
    "writer of afterword": Role.AUTHOR_OF_AFTERWORD,
    "author of afterword, colophon, etc": Role.AUTHOR_OF_AFTERWORD,
    "commentator": Role.COMMENTATOR,
    "cartographer": Role.CARTOGRAPHER,
    "cover designer": Role.COVER_DESIGNER,
    "issuing body": Role.ISSUING_BODY,
    "director": Role.DIRECTOR,
    "contributor": Role.CONTRIBUTOR,
}
# Who is named in 1XX; others are added names in 7XX (RDA 19.2: creators).
CREATORS = frozenset(
    {Role.AUTHOR, Role.ARTIST, Role.PHOTOGRAPHER, Role.COMPOSER, Role.COMPILER, Role.CARTOGRAPHER, Role.ISSUING_BODY}
)

# 336, 337 and 338: RDA's codes ($b) and terms ($a).
CONTENT = {
    "txt": "text",
    "sti": "still image",
    "spw": "spoken word",
    "prm": "performed music",
    "snd": "sounds",
    "ntm": "notated music",
    "cri": "cartographic image",
    "tdi": "two-dimensional moving image",
    "tdf": "three-dimensional form",
    "tct": "tactile text",
    "tci": "tactile image",
    "cop": "computer program",
    "cod": "computer dataset",
}
MEDIA = {
    "n": "unmediated",
    "s": "audio",
    "c": "computer",
    "v": "video",
    "h": "microform",
    "g": "projected",
    "x": "other",
    "z": "unspecified",
}
CARRIER = {
    "nc": "volume",
    "nb": "sheet",
    "no": "card",
    "nr": "object",
    "na": "roll",
    "sd": "audio disc",
    "ss": "audiocassette",
    "sz": "other audio carrier",
    "cr": "online resource",
    "cd": "computer disc",
    "ck": "computer card",
    "vd": "videodisc",
    "vf": "videocassette",
    "nz": "other unmediated carrier",
}

# Second indicator of 650 and 655, or of another subject: the vocabulary, by its code of $2.
VOCABULARIES = {"0": "lcsh", "1": "lcac", "2": "mesh", "3": "nal", "4": "", "5": "cash", "6": "rvm"}
# $2 of 072 and 650: scheme of a subject.
SCHEMES = {
    "lcsh": SubjectScheme.LCSH,
    "lcac": SubjectScheme.LCSH_CHILDREN,
    "lcshac": SubjectScheme.LCSH_CHILDREN,
    "fast": SubjectScheme.FAST,
    "thema": SubjectScheme.THEMA,
    "bisacsh": SubjectScheme.BISAC,
    "bicssc": SubjectScheme.BIC,
}
# Thema: first character of a qualifier's code. A subject's begins with a letter.
THEMA_QUALIFIERS = {
    "1": SubjectScheme.THEMA_PLACE,
    "2": SubjectScheme.THEMA_LANGUAGE,
    "3": SubjectScheme.THEMA_TIME,
    "4": SubjectScheme.THEMA_EDUCATION,
    "5": SubjectScheme.THEMA_INTEREST,
    "6": SubjectScheme.THEMA_STYLE,
}
# Subdivisions that say what the book is, not what it is about: $v, where all others are $x.
FORM_SUBDIVISIONS = frozenset(
    {
        "Biography",
        "Comic books, strips, etc",
        "Congresses",
        "Dictionaries",
        "Drama",
        "Exhibitions",
        "Fiction",
        "Guidebooks",
        "Handbooks, manuals, etc",
        "Juvenile drama",
        "Juvenile fiction",
        "Juvenile literature",
        "Juvenile poetry",
        "Maps",
        "Periodicals",
        "Pictorial works",
        "Poetry",
        "Textbooks",
    }
)

# 775 is none of them: it is another edition of the relation OTHER.
RELATIONS = {
    "765": Relation.TRANSLATED_FROM,
    "767": Relation.TRANSLATED_AS,
    "773": Relation.WHOLE,
    "774": Relation.PART,
    "776": Relation.OTHER_FORMAT,
    "780": Relation.REPLACED,
    "785": Relation.REPLACEMENT,
    "787": Relation.OTHER,
}

# 856 $3: a word that says what the link leads to.
LINK_WORDS = {
    "cover": LinkKind.COVER,
    "contents": LinkKind.CONTENTS,
    "excerpt": LinkKind.EXCERPT,
    "sample text": LinkKind.EXCERPT,
    "summary": LinkKind.SUMMARY,
    "description": LinkKind.SUMMARY,
    "biograph": LinkKind.BIOGRAPHY,
}
# 856 $3 as it is written.
LINK_MATERIALS = {
    "Cover image": LinkKind.COVER,
    "Table of contents": LinkKind.CONTENTS,
    "Excerpt": LinkKind.EXCERPT,
    "Summary": LinkKind.SUMMARY,
    "Biographical note": LinkKind.BIOGRAPHY,
}
