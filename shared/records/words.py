"""The controlled words of the record model, in plain English. The formats' tables map their codes to these words and back."""

from __future__ import annotations

from enum import StrEnum


class IdentifierKind(StrEnum):
    """What an identifier is. OTHER: its `source` names who gives the number, such as the supplier."""

    ISBN13 = "isbn13"
    ISBN10 = "isbn10"
    EAN = "ean"
    UPC = "upc"
    LCCN = "lccn"
    BNB = "bnb"
    DOI = "doi"
    OTHER = "other"


class Role(StrEnum):
    """What a contributor did. CONTRIBUTOR is any other role; the words for it are in `Contributor.stated_role`."""

    AUTHOR = "author"
    ILLUSTRATOR = "illustrator"
    PHOTOGRAPHER = "photographer"
    ARTIST = "artist"
    EDITOR = "editor"
    SERIES_EDITOR = "series editor"
    COMPILER = "compiler"
    TRANSLATOR = "translator"
    ADAPTER = "adapter"
    ABRIDGER = "abridger"
    NARRATOR = "narrator"
    PERFORMER = "performer"
    COMPOSER = "composer"
    LYRICIST = "lyricist"
    CREATOR_OF_ORIGINAL = "creator of the original"
    GHOST_WRITER = "ghost writer"
    AUTHOR_OF_FOREWORD = "author of the foreword"
    AUTHOR_OF_PREFACE = "author of the preface"
    AUTHOR_OF_INTRODUCTION = "author of the introduction"
    AUTHOR_OF_AFTERWORD = "author of the afterword"
    COMMENTATOR = "commentator"
    CARTOGRAPHER = "cartographer"
    COVER_DESIGNER = "cover designer"
    ISSUING_BODY = "issuing body"
    DIRECTOR = "director"
    CONTRIBUTOR = "contributor"


class SubjectScheme(StrEnum):
    """The scheme that a subject is from. OTHER: its name, if any, is in `Subject.scheme_name`."""

    THEMA = "thema"
    THEMA_PLACE = "thema place"
    THEMA_LANGUAGE = "thema language"
    THEMA_TIME = "thema time"
    THEMA_EDUCATION = "thema education"
    THEMA_INTEREST = "thema interest"
    THEMA_STYLE = "thema style"
    BIC = "bic"
    BIC_QUALIFIER = "bic qualifier"
    BISAC = "bisac"
    DEWEY = "dewey"
    LCC = "lcc"
    LCSH = "lcsh"
    LCSH_CHILDREN = "lcsh children"
    FAST = "fast"
    PERSON = "person"
    BODY = "body"
    PLACE = "place"
    KEYWORDS = "keywords"
    OTHER = "other"


class NoteKind(StrEnum):
    """What a note is about."""

    GENERAL = "general"
    BIBLIOGRAPHY = "bibliography"
    AWARD = "award"
    BIOGRAPHY = "biography"
    REVIEW = "review"
    SYSTEM = "system"
    OTHER_FORM = "other form"
    LANGUAGE = "language"


class AudienceKind(StrEnum):
    """Who a book is for. STATED: in the supplier's own words only."""

    GENERAL = "general"
    CHILDREN = "children"
    TEENAGE = "teenage"
    PRIMARY_SCHOOL = "primary school"
    SECONDARY_SCHOOL = "secondary school"
    STUDENTS = "students"
    PROFESSIONAL = "professional"
    LANGUAGE_LEARNERS = "language learners"
    STATED = "stated"


class LanguageUse(StrEnum):
    """What a language of a book is used for."""

    TEXT = "text"
    ORIGINAL = "original"
    SUMMARY = "summary"
    SUNG_OR_SPOKEN = "sung or spoken"


class Relation(StrEnum):
    """How another book is related to this one: what the other one is."""

    OTHER_FORMAT = "other format"
    REPLACED = "replaced by this"
    REPLACEMENT = "replacement of this"
    TRANSLATED_FROM = "original of this translation"
    TRANSLATED_AS = "translation of this"
    PART = "part of this"
    WHOLE = "whole of which this is a part"
    OTHER = "other"


class LinkKind(StrEnum):
    """What a link leads to. Links are kept and never fetched."""

    COVER = "cover"
    EXCERPT = "excerpt"
    CONTENTS = "contents"
    SUMMARY = "summary"
    BIOGRAPHY = "biography"
    ONLINE = "online"
    OTHER = "other"


class FullnessLevel(StrEnum):
    """How complete a record says that it is (MARC 21 encoding level)."""

    FULL = "full"
    CORE = "core"
    PREPUBLICATION = "prepublication"
    PARTIAL = "partial"
    MINIMAL = "minimal"
    UNSTATED = "unstated"
