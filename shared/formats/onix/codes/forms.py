"""Forms of a product (lists 150, 7, 175, 81) and what RDA calls them. The form's words are the key to both ways."""

from __future__ import annotations

from dataclasses import dataclass

from shared.formats.onix.codes import written

UNSTATED_FORM = "00"
"""List 150: undefined. The form is then in the words of ProductFormDescription."""

FORMS = {
    "BA": "book",
    "BB": "hardback",
    "BC": "paperback",
    "BD": "loose-leaf",
    "BE": "spiral bound",
    "BF": "pamphlet",
    "BG": "leather bound",
    "BH": "board book",
    "BI": "rag book",
    "BJ": "bath book",
    "BK": "novelty book",
    "BL": "slide bound",
    "BM": "big book",
    "BN": "part-work",
    "BO": "fold-out book",
    "BP": "foam book",
    "BZ": "other book",
    "AA": "audio recording",
    "AB": "audio cassette",
    "AC": "audio CD",
    "AI": "DVD audio",
    "AJ": "audio download",
    "AK": "audio player with recording",
    "AL": "audio SD card",
    "CB": "folded map",
    "CC": "flat map",
    "CD": "rolled map",
    "CE": "globe",
    "DB": "CD-ROM",
    "DI": "DVD-ROM",
    "EA": "e-book",
    "DG": "e-book",  # list 7 of 2.1; EA is written
    "EB": "e-book online and download",
    "EC": "online resource",
    "DH": "online resource",  # list 7 of 2.1; EC is written
    "ED": "e-book download",
    "PC": "calendar",
    "PD": "cards",
    "PH": "kit",
    "PI": "sheet music",
    "PK": "poster",
    "SA": "multiple-item pack",
    "WW": "multiple-item pack",  # list 7 of 2.1; SA is written
    "SB": "boxed set",
    "SC": "slip-cased set",
    "VI": "DVD video",
    "VO": "Blu-ray disc",
    "ZE": "game",
    "ZF": "jigsaw",
}
"""List 150 (list 7 in 2.1) -> the form in words. A code that is not here is used as the word."""
FORM_CODES = written(FORMS)

FORM_DETAILS = {
    "E101": "EPUB",
    "E107": "PDF",
    "E116": "Amazon Kindle",
    "E200": "reflowable",
    "E201": "fixed format",
    "A101": "CD standard audio format",
    "A103": "MP3 format",
    "A104": "WAV format",
    "A107": "AAC format",
}
"""List 175, as far as it says what is needed to read or play -> words of a note of kind SYSTEM."""
FORM_DETAIL_CODES = written(FORM_DETAILS)

CONTENT_TYPES = {
    "01": "spw",  # audiobook; written
    "02": "spw",  # performance of spoken word
    "13": "spw",  # other speech
    "03": "prm",  # music recording
    "06": "tdi",  # video
    "07": "sti",  # still images; written
    "18": "sti",  # photographs
    "08": "cop",  # software
    "09": "cod",  # data
    "10": "txt",  # text to be read
    "11": "ntm",  # musical notation
    "12": "cri",  # maps
}
"""List 81 -> RDA's code of the content. Stated content takes precedence over what the form lets expect."""
CONTENT_CODES = written(CONTENT_TYPES)


@dataclass(frozen=True, slots=True)
class Carried:
    """RDA's codes of a form: content (MARC 336), media (337) and carrier (338)."""

    content: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    carrier: tuple[str, ...] = ()


_NOTHING = Carried()
_VOLUME = Carried(("txt",), ("n",), ("nc",))
_ONLINE = Carried(("txt",), ("c",), ("cr",))
_DISC = Carried(("spw",), ("s",), ("sd",))
_SHEET = Carried(("cri",), ("n",), ("nb",))
_CARRIED = {
    **{FORMS[code]: _VOLUME for code in ("BA", "BB", "BC", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BK", "BL", "BM", "BN")},
    **{FORMS[code]: _VOLUME for code in ("BO", "BP", "BZ")},
    **{FORMS[code]: _ONLINE for code in ("EA", "EB", "EC", "ED")},
    "audio CD": _DISC,
    "audio cassette": Carried(("spw",), ("s",), ("ss",)),
    "DVD audio": _DISC,
    "audio download": Carried(("spw",), ("c",), ("cr",)),
    "folded map": _SHEET,
    "flat map": _SHEET,
    "rolled map": _SHEET,
    "CD-ROM": Carried((), ("c",), ("cd",)),
    "DVD-ROM": Carried((), ("c",), ("cd",)),
    "sheet music": Carried(("ntm",), ("n",), ("nb",)),
    "DVD video": Carried(("tdi",), ("v",), ("vd",)),
    "Blu-ray disc": Carried(("tdi",), ("v",), ("vd",)),
}


def carried_as(form: str) -> Carried:
    """Returns what RDA calls the content, media and carrier of a form; nothing where the form does not tell."""
    return _CARRIED.get(form, _NOTHING)
