"""Code lists of the description: numbers, titles, subjects, audiences, texts, relations."""

from __future__ import annotations

from shared.formats.onix.codes import written
from shared.records import AudienceKind, IdentifierKind, LanguageUse, LinkKind, Relation, SubjectScheme

IDENTIFIERS = {
    "15": IdentifierKind.ISBN13,
    "02": IdentifierKind.ISBN10,
    "03": IdentifierKind.EAN,  # GTIN-13
    "04": IdentifierKind.UPC,
    "06": IdentifierKind.DOI,
    "13": IdentifierKind.LCCN,
}
"""List 5. Others are OTHER, with a source of `OTHER_NUMBERS`."""
IDENTIFIER_CODES = written(IDENTIFIERS)
OTHER_NUMBERS = {
    "05": "ISMN-10",
    "14": "GTIN-14",
    "17": "legal deposit",
    "22": "URN",
    "23": "OCLC",
    "25": "ISMN-13",
    "35": "ARK",
}
"""List 5, numbers that the record model has no word for -> their source. Code 01, proprietary, names its source itself."""
OTHER_NUMBER_CODES = written(OTHER_NUMBERS)
PROPRIETARY_NUMBER = "01"

ORIGINAL_TITLE = "03"
OTHER_TITLES = ("14", "02", "04", "06", "08", "11", "12", "13")
"""List 15: alternative (the one that is written), key, acronym, in another language, former, on cover, on back, expanded."""

EDITION_TYPES = {
    "ABR": "abridged edition",
    "ANN": "annotated edition",
    "BIL": "bilingual edition",
    "BLL": "braille edition",
    "CRI": "critical edition",
    "ENL": "enlarged edition",
    "FAC": "facsimile edition",
    "ILL": "illustrated edition",
    "LTE": "large type edition",
    "NED": "new edition",
    "REV": "revised edition",
    "SPE": "special edition",
    "STU": "student edition",
    "UBR": "unabridged edition",
}
"""List 21 -> the statement of an edition that has none of its own."""
EDITION_CODES = written(EDITION_TYPES)

LANGUAGES = {
    "01": LanguageUse.TEXT,
    "02": LanguageUse.ORIGINAL,
    "03": LanguageUse.SUMMARY,
    "08": LanguageUse.SUNG_OR_SPOKEN,
}
"""List 22."""
LANGUAGE_CODES = written(LANGUAGES)
BIBLIOGRAPHIC = {
    "ces": "cze",
    "cym": "wel",
    "deu": "ger",
    "ell": "gre",
    "eus": "baq",
    "fas": "per",
    "fra": "fre",
    "hye": "arm",
    "isl": "ice",
    "kat": "geo",
    "mkd": "mac",
    "mri": "mao",
    "msa": "may",
    "mya": "bur",
    "nld": "dut",
    "ron": "rum",
    "slk": "slo",
    "sqi": "alb",
    "bod": "tib",
    "zho": "chi",
}
"""ISO 639-2/T -> 639-2/B, which list 74 and MARC use."""

PAGES = ("00", "11", "05", "07", "10", "08")
"""List 23, best first: main content (written), content, numbered, absolute, notional, print counterpart."""
MINUTES = ("09", "14", "15")
"""List 23, best first: duration (written), of the main content, other."""

ILLUSTRATIONS = {
    "01": "black and white illustrations",
    "02": "colour illustrations",
    "03": "black and white halftones",
    "04": "colour halftones",
    "05": "black and white line drawings",
    "06": "colour line drawings",
    "07": "black and white tables",
    "08": "colour tables",
    "09": "illustrations",
    "10": "halftones",
    "11": "tables",
    "12": "line drawings",
    "14": "maps",
    "16": "diagrams",
    "17": "figures",
    "18": "charts",
}
"""List 25 -> words of the statement of illustrations. Written as IllustrationsNote."""
BIBLIOGRAPHIES = {"26": "Bibliography", "25": "Index"}
"""List 25 -> text of a note of kind BIBLIOGRAPHY; 26 is written, with the note's own text."""

SCHEMES = {
    "93": SubjectScheme.THEMA,
    "94": SubjectScheme.THEMA_PLACE,
    "95": SubjectScheme.THEMA_LANGUAGE,
    "96": SubjectScheme.THEMA_TIME,
    "97": SubjectScheme.THEMA_EDUCATION,
    "98": SubjectScheme.THEMA_INTEREST,
    "99": SubjectScheme.THEMA_STYLE,
    "12": SubjectScheme.BIC,
    "13": SubjectScheme.BIC_QUALIFIER,  # place; written for codes that begin with 1, and so on
    "14": SubjectScheme.BIC_QUALIFIER,  # language
    "15": SubjectScheme.BIC_QUALIFIER,  # time
    "16": SubjectScheme.BIC_QUALIFIER,  # education
    "17": SubjectScheme.BIC_QUALIFIER,  # reading level and interest
    "10": SubjectScheme.BISAC,
    "01": SubjectScheme.DEWEY,
    "03": SubjectScheme.LCC,
    "04": SubjectScheme.LCSH,
    "20": SubjectScheme.KEYWORDS,
}
"""List 27. Others are OTHER, with the name of `OTHER_SCHEMES`, else the sender's, else the code."""
SCHEME_CODES = written(SCHEMES)
BIC_QUALIFIERS = {"1": "13", "2": "14", "3": "15", "4": "16", "5": "17"}
"""First character of a BIC qualifier -> list 27."""
OTHER_SCHEMES = {"02": "Abridged Dewey", "05": "mesh", "11": "bisacrt", "23": "publisher's own"}
"""List 27 -> the name of a scheme that the record model has no word for: MARC's code of it (650 $2), where there is one."""
OTHER_SCHEME_CODES = written(OTHER_SCHEMES)
PROPRIETARY_SCHEME = "24"

AUDIENCES = {
    "01": (AudienceKind.GENERAL,),
    "02": (AudienceKind.CHILDREN,),
    "03": (AudienceKind.TEENAGE,),
    "04": (AudienceKind.PRIMARY_SCHOOL, AudienceKind.SECONDARY_SCHOOL),  # written for either
    "05": (AudienceKind.STUDENTS,),
    "06": (AudienceKind.PROFESSIONAL,),
    "07": (AudienceKind.LANGUAGE_LEARNERS,),  # of English; written
    "09": (AudienceKind.LANGUAGE_LEARNERS,),  # of any second language
}
"""List 28."""
AUDIENCE_CODES = {kind: code for code, kinds in reversed(AUDIENCES.items()) for kind in kinds}

SUMMARIES = ("03", "02")
"""List 153, best first: description (written), short description."""
OTHER_TEXT_SUMMARIES = ("03", "01", "02", "18")
"""List 33 of 2.1, best first: long, main, short description, annotation."""
OTHER_TEXTS = {"04": "04", "05": "06", "08": "06", "13": "12"}
"""List 33 -> list 153: contents, review quotes, biographical note."""
OPEN_AUDIENCES = frozenset({"00", "03", "04"})
"""List 154: unrestricted (written), end customers, librarians. A text for others only is no text for a catalogue."""

RESOURCES = {"01": LinkKind.COVER, "15": LinkKind.EXCERPT}
"""List 158: front cover, sample content."""
RESOURCE_CODES = written(RESOURCES)
RESOURCE_MODES = {LinkKind.COVER: "03", LinkKind.EXCERPT: "04"}
"""List 159: image, text."""
MEDIA_FILES = {"04": LinkKind.COVER, "06": LinkKind.COVER}
"""List 38 of 2.1: front cover, the same in high quality."""

PRIZES = {
    "01": "winner",
    "02": "runner-up",
    "03": "commended",
    "04": "short-listed",
    "05": "long-listed",
    "06": "joint winner",
    "07": "nominated",
}
"""List 41 -> words after the prize. Written as part of the prize's name."""

RELATIONS = {
    "01": Relation.PART,  # includes
    "02": Relation.WHOLE,  # is part of
    "03": Relation.REPLACED,  # replaces
    "05": Relation.REPLACEMENT,  # replaced by
    "06": Relation.OTHER_FORMAT,  # alternative format; written
    "13": Relation.OTHER_FORMAT,  # e-publication made from the print product
    "27": Relation.OTHER_FORMAT,  # available as e-publication
    "00": Relation.OTHER,  # unspecified; written
    "11": Relation.OTHER,  # the same in another language
}
"""List 51."""
RELATION_CODES = written(RELATIONS)
