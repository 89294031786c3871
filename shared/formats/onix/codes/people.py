"""What contributors did (list 17), and whose numbers name them (list 44)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from shared.formats.onix.codes import written
from shared.records import Role

ROLES = {
    "A01": (Role.AUTHOR, ""),
    "A02": (Role.GHOST_WRITER, ""),  # with, or as told to
    "A03": (Role.CONTRIBUTOR, "screenplay"),
    "A04": (Role.LYRICIST, "libretto"),
    "A05": (Role.LYRICIST, ""),
    "A06": (Role.COMPOSER, ""),
    "A07": (Role.ARTIST, ""),
    "A08": (Role.PHOTOGRAPHER, ""),
    "A09": (Role.CREATOR_OF_ORIGINAL, ""),
    "A10": (Role.CREATOR_OF_ORIGINAL, "idea"),
    "A11": (Role.CONTRIBUTOR, "designer"),
    "A12": (Role.ILLUSTRATOR, ""),
    "A13": (Role.PHOTOGRAPHER, "photographs"),
    "A14": (Role.AUTHOR, "text"),
    "A15": (Role.AUTHOR_OF_PREFACE, ""),
    "A16": (Role.CONTRIBUTOR, "prologue"),
    "A17": (Role.CONTRIBUTOR, "summary"),
    "A18": (Role.CONTRIBUTOR, "supplement"),
    "A19": (Role.AUTHOR_OF_AFTERWORD, ""),
    "A20": (Role.COMMENTATOR, "notes"),
    "A21": (Role.COMMENTATOR, ""),
    "A22": (Role.CONTRIBUTOR, "epilogue"),
    "A23": (Role.AUTHOR_OF_FOREWORD, ""),
    "A24": (Role.AUTHOR_OF_INTRODUCTION, ""),
    "A25": (Role.CONTRIBUTOR, "footnotes"),
    "A27": (Role.CONTRIBUTOR, "experiments"),
    "A29": (Role.AUTHOR_OF_INTRODUCTION, "introduction and notes"),
    "A31": (Role.LYRICIST, "book and lyrics"),
    "A32": (Role.CONTRIBUTOR, "contributions"),
    "A33": (Role.CONTRIBUTOR, "appendix"),
    "A34": (Role.CONTRIBUTOR, "index"),
    "A35": (Role.ILLUSTRATOR, "drawings"),
    "A36": (Role.COVER_DESIGNER, ""),
    "A38": (Role.CREATOR_OF_ORIGINAL, "original author"),
    "A39": (Role.CARTOGRAPHER, ""),
    "A40": (Role.CONTRIBUTOR, "inking or colouring"),
    "A41": (Role.CONTRIBUTOR, "paper engineering"),
    "A42": (Role.AUTHOR, "continuation"),
    "A43": (Role.CONTRIBUTOR, "interviewer"),
    "A44": (Role.CONTRIBUTOR, "interviewee"),
    "A45": (Role.CONTRIBUTOR, "comic script"),
    "A46": (Role.CONTRIBUTOR, "inker"),
    "A47": (Role.CONTRIBUTOR, "colourist"),
    "A48": (Role.CONTRIBUTOR, "letterer"),
    "A51": (Role.CONTRIBUTOR, "research"),
    "A99": (Role.CONTRIBUTOR, "other creator"),
    "B01": (Role.EDITOR, ""),
    "B02": (Role.EDITOR, "revision"),
    "B03": (Role.CONTRIBUTOR, "retelling"),
    "B04": (Role.ABRIDGER, ""),
    "B05": (Role.ADAPTER, ""),
    "B06": (Role.TRANSLATOR, ""),
    "B08": (Role.TRANSLATOR, "with commentary"),
    "B09": (Role.SERIES_EDITOR, ""),
    "B10": (Role.EDITOR, "edited and translated"),
    "B11": (Role.EDITOR, "editor-in-chief"),
    "B12": (Role.EDITOR, "guest editor"),
    "B13": (Role.EDITOR, "volume editor"),
    "B16": (Role.EDITOR, "managing editor"),
    "B20": (Role.EDITOR, "consultant editor"),
    "B21": (Role.EDITOR, "general editor"),
    "B22": (Role.ADAPTER, "dramatization"),
    "C01": (Role.COMPILER, ""),
    "C02": (Role.COMPILER, "selection"),
    "D01": (Role.CONTRIBUTOR, "producer"),
    "D02": (Role.DIRECTOR, ""),
    "D03": (Role.CONTRIBUTOR, "conductor"),
    "E01": (Role.PERFORMER, "actor"),
    "E03": (Role.NARRATOR, ""),
    "E05": (Role.PERFORMER, "singer"),
    "E06": (Role.PERFORMER, "instrumental soloist"),
    "E07": (Role.NARRATOR, "reader"),
    "E08": (Role.PERFORMER, "ensemble"),
    "E10": (Role.CONTRIBUTOR, "presenter"),
    "E99": (Role.PERFORMER, ""),
    "Z01": (Role.CONTRIBUTOR, "assisted by"),
    "Z99": (Role.CONTRIBUTOR, ""),
}
"""List 17 -> the role, and the words (`stated_role`) that tell codes of one role apart."""
_CODES = written(ROLES)
_CODE = re.compile(r"[A-Z]\d\d", re.ASCII)
_ANY_OTHER = "Z99"
_BETWEEN = "; "

# E07 is what most senders call a reader of an audiobook, and E03 a narrator: both are written back as read.


def roles_of(codes: Iterable[str]) -> tuple[tuple[Role, ...], str]:
    """Returns the roles that the codes state, in their order, and `stated_role`. A code that is not known is its own word."""
    found = [ROLES.get(code) or (Role.CONTRIBUTOR, code) for code in codes]
    return tuple(role for role, _ in found), _BETWEEN.join(words for _, words in found if words)


def codes_of_roles(roles: Iterable[Role], stated: str) -> list[str]:
    """Returns the codes of a contributor's roles: what `roles_of` reads as them, as far as the words are ONIX's."""
    words = stated.split(_BETWEEN) if stated else []
    codes = []
    for role in roles:
        word = next((word for word in words if _code(role, word)), "")
        if word:
            words.remove(word)
        codes.append(_code(role, word) or _ANY_OTHER)
    return codes or [_ANY_OTHER]


def _code(role: Role, word: str) -> str:
    return _CODES.get((role, word)) or (word if role is Role.CONTRIBUTOR and _CODE.fullmatch(word) else "")


NAME_SOURCES = {
    "16": "",  # ISNI: its digits alone
    "18": "DLC",  # Library of Congress
    "21": "ORCID",
    "25": "DE-588",  # GND
}
"""List 44 -> the source in brackets before a number, as MARC 21 writes it."""
NAME_SOURCE_CODES = written(NAME_SOURCES)
