"""Languages by their English names, with MARC's code at the right: those in which public libraries buy books. Knows no field."""

from __future__ import annotations

import re

from shared.remembering import remembered

_WORD = re.compile("[a-z]+")
# Irish and Latin are not there: an Irish or Latin American edition is named for where it was published.
_CODES = {
    "afrikaans": "afr",
    "albanian": "alb",
    "arabic": "ara",
    "basque": "baq",
    "bengali": "ben",
    "bulgarian": "bul",
    "catalan": "cat",
    "chinese": "chi",
    "croatian": "hrv",
    "czech": "cze",
    "danish": "dan",
    "dutch": "dut",
    "english": "eng",
    "estonian": "est",
    "finnish": "fin",
    "french": "fre",
    "gaelic": "gla",
    "german": "ger",
    "greek": "gre",
    "gujarati": "guj",
    "hebrew": "heb",
    "hindi": "hin",
    "hungarian": "hun",
    "icelandic": "ice",
    "italian": "ita",
    "japanese": "jpn",
    "korean": "kor",
    "kurdish": "kur",
    "latvian": "lav",
    "lithuanian": "lit",
    "norwegian": "nor",
    "panjabi": "pan",
    "persian": "per",
    "polish": "pol",
    "portuguese": "por",
    "punjabi": "pan",
    "romanian": "rum",
    "russian": "rus",
    "serbian": "srp",
    "slovak": "slo",
    "slovenian": "slv",
    "somali": "som",
    "spanish": "spa",
    "swedish": "swe",
    "tamil": "tam",
    "turkish": "tur",
    "ukrainian": "ukr",
    "urdu": "urd",
    "vietnamese": "vie",
    "welsh": "wel",
    "yiddish": "yid",
}


@remembered
def language_named(text: str) -> str:
    """Returns the code of the first language that English words name, such as `Polish edition`; "" where they name none."""
    return next((code for word in _WORD.findall(text.lower()) if (code := _CODES.get(word))), "")
