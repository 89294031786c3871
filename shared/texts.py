"""What happens to text from outside: to NUL characters, since PostgreSQL stores none, and to accents. Pure.

Accents that are apart from their letters are composed (NFC): `Text`, `composed`.

| text of | with a NUL |
|---|---|
| a council or staff: a request's field, an uploaded cell | is refused: `Text`, `has_nul` |
| a header of an event | is refused: `has_nul`; the event becomes a dead letter |
| a supplier's message, in any form | is read as U+FFFD, with a finding: `services/suppliers/domain/reading.py` |
| a supplier's refusal, and other failures to send | is read as U+FFFD: `services/suppliers/contract/errors.py` |
| a dead letter: a reason, a header for people to read | is shown as a space |

What passes all of these is refused by the database, and answered with 422: `shared/http/app.py`.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

NUL = "\x00"
# Marks a character that could not be read: a reference with a NUL must not equal the reference without it.
UNREADABLE = "\N{REPLACEMENT CHARACTER}"


def composed(text: str) -> str:
    """Returns the text with each accent in one character with its letter (NFC), so that equal texts are equal.

    Exports of MARC have them apart, and no 8-bit character set can hold them so.
    """
    return unicodedata.normalize("NFC", text)


Text = Annotated[str, Field(pattern=r"^[^\x00]*$"), AfterValidator(composed)]


def has_nul(text: str) -> bool:
    """Returns whether the text contains a NUL, so that no database stores it."""
    return NUL in text


def replace_nul(text: str, by: str = UNREADABLE) -> str:
    """Returns the text with each NUL replaced."""
    return text.replace(NUL, by)
