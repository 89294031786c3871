"""Leader, control fields, 040 and 041: what a record is, who made it, and its languages."""

from __future__ import annotations

from collections.abc import Iterator

from shared.formats.marc.codes import AUDIENCES, LANGUAGE_USES, LEVELS, TYPES, inverted
from shared.formats.marc.countries import code_of, country_of
from shared.formats.marc.draft import Draft, reads_once
from shared.formats.marc.fields import Field, MadeField, a_field, clean
from shared.records import Audience, AudienceKind, Cataloguing, Change, Description, FullnessLevel, Language, LanguageUse, Record
from shared.texts import plain

_DELETED = "d"
_AACR = "aacr"
_LEVEL_CODES = inverted(LEVELS)
_TYPE_CODES = inverted(TYPES)
_USE_CODES = inverted(LANGUAGE_USES)
# What AUDIENCES cannot say exactly is written as the nearest.
_AUDIENCE_CODES = {**inverted(AUDIENCES), AudienceKind.SECONDARY_SCHOOL: "d", AudienceKind.STUDENTS: "e"}
# Types of record (LDR/06) whose 008 has the audience in its place 22.
_WITH_AUDIENCE = frozenset("atcdijgkorm")
# Types whose 008 has the form of item in its place 23: books and music.
_WITH_FORM = frozenset("atcdij")
_LANGUAGE_MATERIAL, _PICTURES = "a", "k"
_VOLUME, _ONLINE = "nc", "cr"
_LARGE_PRINT = ("large print", "large type")
_LANGUAGE_UNKNOWN = "und"
# Undetermined, several, none: not a language.
_NO_LANGUAGE = frozenset({_LANGUAGE_UNKNOWN, "mul", "zxx", "mis"})


def is_language(code: str) -> bool:
    """Returns whether the text is a code of one language, as far as its letters show."""
    return len(code) == 3 and code.isascii() and code.isalpha() and code not in _NO_LANGUAGE


def read_leader(draft: Draft, leader: str) -> None:
    """Reads record status (05), type (06), encoding level (17) and the rules (18: `a` is AACR2)."""
    leader = leader.ljust(19)
    if not leader.strip():
        return
    draft.change = Change.WITHDRAWN if leader[5] == _DELETED else Change.FULL
    draft.type = leader[6]
    draft.level = LEVELS.get(leader[17], FullnessLevel.UNSTATED)
    draft.rules = _AACR if leader[18] == "a" else ""


def leader_of(record: Record) -> str:
    """Returns the leader. The writer of ISO 2709 fills in the lengths."""
    stated = record.description.cataloguing or Cataloguing()
    status = _DELETED if record.change is Change.WITHDRAWN else "n"
    rules = "a" if stated.rules == _AACR else "i"
    return f"00000{status}{_type_of(record.description)}m a2200000{_LEVEL_CODES[stated.level]}{rules} 4500"


def _type_of(book: Description) -> str:
    """Returns LDR/06: what the content is first of all. A volume of pictures is a book, too."""
    first = book.content[0] if book.content else ""
    kind = _TYPE_CODES.get(first, _LANGUAGE_MATERIAL)
    return _LANGUAGE_MATERIAL if kind == _PICTURES and _VOLUME in book.carrier else kind


def read_001(draft: Draft, field: Field) -> None:
    """Reads the control number."""
    draft.control_number = plain(field.data)


def read_003(draft: Draft, field: Field) -> None:
    """Reads whose control number it is."""
    draft.control_agency = plain(field.data)


def read_008(draft: Draft, field: Field) -> None:
    """Keeps the coded data until it is known what better fields say."""
    draft.coded = field.data


def ignore(draft: Draft, field: Field) -> None:
    """Reads nothing: the field is technical."""


def write_00x(record: Record) -> Iterator[Field]:
    """Writes 001, 003 and 008."""
    stated = record.description.cataloguing or Cataloguing()
    if number := stated.control_number or record.reference:
        yield MadeField("001", data=plain(number))
    if stated.control_agency:
        yield MadeField("003", data=plain(stated.control_agency))
    yield MadeField("008", data=_coded(record))


def _coded(record: Record) -> str:
    """Returns 008; a fill character (`|`) where nothing is stated. The day of entry (00-05) is not known here."""
    book = record.description
    return f"||||||{_dates(record)}{code_of(book.country)}{_of_the_type(book)}{_main_language(book.languages)}|d"


def _of_the_type(book: Description) -> str:
    """Returns 008/18-34, whose places mean something else in each type of record (LDR/06)."""
    kind = _type_of(book)
    illustrated = "a   " if book.illustrations and kind == _LANGUAGE_MATERIAL else "||||"
    audience = next((_AUDIENCE_CODES[one.kind] for one in book.audiences if one.kind in _AUDIENCE_CODES), "|")
    form = _form_of_item(book) if kind in _WITH_FORM else "|"
    return f"{illustrated}{audience if kind in _WITH_AUDIENCE else '|'}{form}{'|' * 11}"


def _form_of_item(book: Description) -> str:
    """Returns 008/23: large print, or online."""
    edition = book.edition.statement.lower() if book.edition is not None else ""
    if any(words in edition or words in book.form.lower() for words in _LARGE_PRINT):
        return "d"
    return "o" if _ONLINE in book.carrier else "|"


def _main_language(languages: tuple[Language, ...]) -> str:
    spoken = (one.code for one in languages if one.use in (LanguageUse.TEXT, LanguageUse.SUNG_OR_SPOKEN))
    return next((code for code in spoken if len(code) == 3), _LANGUAGE_UNKNOWN)


def _dates(record: Record) -> str:
    """Returns 008/06-14. Only a detailed date (type e) holds the month and day: 264 $c has the year."""
    published, copied = record.description.published, record.description.copyright_year
    if not published[:4].isdecimal():  # words such as `Spring 2027`
        published = ""
    if len(published) > len("2003"):
        return f"e{published[:4]}{published[5:7]}{published[8:10]:2}"
    if published:
        return f"t{published}{copied[:4]}" if copied else f"s{published[:4]}    "
    return "n" + "u" * 8 if not copied else f"s{copied[:4]}    "


def detailed_date(coded: str) -> str:
    """Returns a month or day that 008 states (type e); "" where it states none."""
    year, month, day = coded[7:11], coded[11:13], coded[13:15]
    if coded[6:7] != "e" or not (year + month).isdecimal() or not 1 <= int(month) <= 12:
        return ""
    return f"{year}-{month}-{day}" if day.isdecimal() and 1 <= int(day) <= 31 else f"{year}-{month}"


def country(draft: Draft) -> str:
    """Returns the country of publication that 008 states."""
    return country_of(draft.coded[15:18])


def content(draft: Draft) -> tuple[str, ...]:
    """Returns the content that 336 states, else LDR/06, as far as that says more than `language material`."""
    stated = TYPES.get(draft.type)
    return tuple(dict.fromkeys(draft.content)) or ((stated,) if stated else ())


def audiences(draft: Draft) -> tuple[Audience, ...]:
    """Returns the audiences that 521 states, else 008/22."""
    if draft.audiences or draft.type not in _WITH_AUDIENCE:
        return tuple(draft.audiences)
    kind = AUDIENCES.get(draft.coded[22:23])
    return (Audience(kind),) if kind is not None else ()


def languages(draft: Draft) -> tuple[Language, ...]:
    """Returns the languages that 041 states; the text's from 008/35-37 where 041 has none."""
    code = draft.coded[35:38]
    has_text = any(one.use in (LanguageUse.TEXT, LanguageUse.SUNG_OR_SPOKEN) for one in draft.languages)
    if has_text or not is_language(code):
        return tuple(draft.languages)
    return (Language(code), *draft.languages)


@reads_once("cataloguers")
def read_040(draft: Draft, field: Field) -> None:
    """Reads who catalogued the book ($a), and the rules ($e)."""
    parts = draft.parts(field, "ae")
    draft.cataloguers.append((parts.get("a", [""])[0], parts.get("e", [""])[0]))
    draft.leave_texts(field, "e", parts.get("e", [])[1:])


def write_040(record: Record) -> Iterator[Field]:
    """Writes who catalogued the book, and the rules; AACR2 is in LDR/18."""
    stated = record.description.cataloguing or Cataloguing()
    return a_field("040", "  ", ("a", stated.agency), ("e", "" if stated.rules == _AACR else stated.rules))


def cataloguing(draft: Draft) -> Cataloguing | None:
    """Returns who catalogued the book, and how."""
    agency, rules = "", draft.rules
    for stated_agency, stated_rules in draft.cataloguers:
        agency = agency or stated_agency
        rules = stated_rules or rules
    if not (agency or rules or draft.control_number or draft.control_agency) and draft.level is FullnessLevel.UNSTATED:
        return None
    return Cataloguing(agency, rules, draft.level, draft.control_number, draft.control_agency)


def read_041(draft: Draft, field: Field) -> None:
    """Reads languages. Codes that older records write without a gap (`engfre`) are taken apart."""
    if field.indicators[1] == "7":  # another list of codes than MARC's, named in $2
        draft.leave(field)
        return
    over = []
    for code, text in field.subfields:
        use = LANGUAGE_USES.get(code)
        text = clean(text)
        if use is None or len(text) % 3:
            over.append((code, text))
            continue
        draft.languages += [Language(text[at : at + 3].lower(), use) for at in range(0, len(text), 3)]
    if over:
        draft.leave(field, over)


def write_041(record: Record) -> Iterator[Field]:
    """Writes the languages, unless 008 says it all: one language, of the text."""
    stated = record.description.languages
    if len(stated) == 1 and stated[0].use is LanguageUse.TEXT and stated[0].code not in _NO_LANGUAGE:
        return iter(())
    translated = "1" if any(one.use is LanguageUse.ORIGINAL for one in stated) else "0"
    return a_field("041", f"{translated} ", *((_USE_CODES[one.use], one.code) for one in stated))
