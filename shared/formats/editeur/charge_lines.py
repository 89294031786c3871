"""Lines of an INVOIC that are charges and no books, such as postage: known by what they name and how they are described. Pure."""

from __future__ import annotations

import re

from shared.formats.editeur.amounts import Purpose
from shared.formats.editeur.messages import InvoiceLine
from shared.values import first_isbn13

_WORDS = re.compile(r"[^\W\d_]+")
_NUMBERS = re.compile(r"\d\w*")
_PURPOSES = {
    Purpose.CARRIAGE: re.compile(
        "carriage|courier|delivery|despatch|dispatch|freight|handling|packaging|packing|postage|postal|shipping"
    ),
    Purpose.SERVICING: re.compile("cataloguing|jacketing|labelling|processing|servicing"),
    Purpose.OTHER: re.compile("admin|administration|charges?|fees?|levy|surcharge"),
}
_FILLING = re.compile(
    "additional|and|books?|class|costs?|extra|first|for|fuel|invoice|line|mail|minimum|of|on|order|pack|per|post|ready|royal|"
    "second|services?|shelf|small|standard|supplier|to|total|uk"
)


def purpose_in_words(text: str) -> Purpose | None:
    """Returns the purpose of a charge from its description, such as `Postage & packing`; None where another word is in it.

    A book may be called `Postage stamps of Ceylon` or `The Delivery`: a text describes a charge only where every word does.
    """
    words = _WORDS.findall(_NUMBERS.sub("", text.lower().replace("p&p", "postage").replace("p & p", "postage")))
    telling = [word for word in words if not _FILLING.fullmatch(word)]
    meant = [next((kind for kind, known in _PURPOSES.items() if known.fullmatch(word)), None) for word in telling]
    return next((kind for kind in _PURPOSES if kind in meant), None) if None not in meant else None


def charged_by(line: InvoiceLine) -> tuple[Purpose, str] | None:
    """Returns the purpose and description of a line that is a charge; None for a line that is about a book.

    A charge names no ISBN, none of our lines (RFF+LI) and no copy (GIR), and its description or article number says what it is.
    """
    numbers = [line.item, *(each.value for numbers in line.numbers for each in numbers.numbers)]
    if line.copies or line.reference("LI") or first_isbn13(number.strip() for number in numbers):
        return None
    described = " ".join(each.text.strip() for each in line.descriptions if each.text.strip())
    texts = [described] if described else [*(each.text for each in line.remarks), *numbers]
    found = ((purpose_in_words(text), text.strip()) for text in texts)
    return next(((purpose, text) for purpose, text in found if purpose), None)
