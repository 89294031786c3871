"""What happens to text from outside: to NUL and other invisible characters, since PostgreSQL stores no NUL, and to accents. Pure.

Accents that are apart from their letters are composed (NFC): `Text`, `Reference`, `composed`.

| text of | with a NUL |
|---|---|
| a council or staff: a request's field, an uploaded cell | is refused: `Text`, `has_nul` |
| a header of an event | is refused: `has_nul`; the event becomes a dead letter |
| a supplier's message, in any form | is read as U+FFFD, with a finding: `services/suppliers/domain/reading.py` |
| a supplier's refusal, and other failures to send | is read as U+FFFD: `services/suppliers/contract/errors.py` |
| a dead letter: a reason, a header for people to read | is shown as a space |

What passes all of these is refused by the database, and answered with 422: `shared/http/app.py`.

A code or number that systems compare is a `Reference`: no character in it can be overlooked, or is lost in a supplier's message.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, Field, GetJsonSchemaHandler, StringConstraints, ValidationInfo, field_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

NUL = "\x00"
# Marks a character that could not be read: a reference with a NUL must not equal the reference without it.
UNREADABLE = "\N{REPLACEMENT CHARACTER}"

# Unicode's categories of characters that nobody sees: controls (tab, line break), formats (zero-width), unassigned, separators.
_INVISIBLE = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
# Soft hyphens and byte order marks. They are of category Cf, as joiners are, but no word is spelled with them.
_DROPPED = {ord("\u00ad"): None, ord("\ufeff"): None}
# The pictures of the controls below 32 are in their order.
_CONTROL_PICTURES, _CONTROLS = 0x2400, 0x20


def composed(text: str) -> str:
    """Returns the text with each accent in one character with its letter (NFC), so that equal texts are equal.

    Exports of MARC have them apart, and no 8-bit character set can hold them so.
    """
    return unicodedata.normalize("NFC", text)


Text = Annotated[str, Field(pattern=r"^[^\x00]*$"), AfterValidator(composed)]


def plain(text: str) -> str:
    """Composes accents (NFC), collapses white space and removes control characters and soft hyphens, which no record needs.

    Format characters such as the zero width joiner stay: in Indic and Persian words they are part of the spelling.
    """
    if not text.isprintable():
        dropped = text.translate(_DROPPED)
        text = "".join(sign if sign.isprintable() or unicodedata.category(sign) == "Cf" else " " for sign in dropped)
    if not text.isascii():
        text = composed(text)
    return " ".join(text.split()) if "  " in text else text.strip()


def has_nul(text: str) -> bool:
    """Returns whether the text contains a NUL, so that no database stores it."""
    return NUL in text


def replace_nul(text: str, by: str = UNREADABLE) -> str:
    """Returns the text with each NUL replaced."""
    return text.replace(NUL, by)


def printable(text: str, *, keep: str = "") -> str:
    """Returns text from outside with a dot for every character that could control a terminal, except those to `keep`.

    Not `rich.control.strip_control_codes`: that leaves ESC and the C1 controls in, which begin such control sequences.
    """
    return "".join(letter if letter.isprintable() or letter in keep else "\N{MIDDLE DOT}" for letter in text)


def visible(text: str, *, keep: str = "") -> str:
    """Returns text from outside with a sign for every character that nobody sees, or that turns the text around it.

    A control is its picture (`␍`), any other is its number in brackets (`⟨U+202E⟩`); those to `keep` stay.
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in keep else _sign_of(letter) for letter in text)


def _sign_of(letter: str) -> str:
    number = ord(letter)
    return chr(_CONTROL_PICTURES + number) if number < _CONTROLS else f"⟨U+{number:04X}⟩"


def only_visible(text: str) -> str:
    """Returns the text unchanged. Raises ValueError where a character in it is invisible: a tab, line break, zero-width space."""
    if text.isprintable():  # quick, and all that it takes for printable is visible
        return text
    for place, character in enumerate(text, start=1):
        if unicodedata.category(character) in _INVISIBLE:
            name = unicodedata.name(character, "control character")
            raise ValueError(f"character {place} is invisible (U+{ord(character):04X}, {name.lower()}); remove it")
    return text


# A code or number such as an order number, fund or branch, as people and systems exchange it. Spaces at its ends are removed.
Reference = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(only_visible), AfterValidator(composed)]


class BoundedTexts(BaseModel):
    """Base for what callers send where events have the same fields without bounds: each text has a limit and no NUL."""

    longest: ClassVar[Mapping[str, int]] = {}
    """Characters of each field; 350 of those not named."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Names the limits in the schema."""
        schema = handler(core)
        for name, part in handler.resolve_ref_schema(schema).get("properties", {}).items():
            (part["items"] if part.get("type") == "array" else part)["maxLength"] = cls.longest.get(name, _LONGEST)
        return schema

    @field_validator("*")
    @classmethod
    def _bounded(cls, value: str | tuple[str, ...], info: ValidationInfo) -> str | tuple[str, ...]:
        longest = cls.longest.get(info.field_name or "", _LONGEST)
        for text in (value,) if isinstance(value, str) else value:
            if len(text) > longest:
                raise ValueError(f"use {longest} characters at most")
            if has_nul(text):
                raise ValueError("remove the NUL character")
        return composed(value) if isinstance(value, str) else tuple(map(composed, value))


_LONGEST = 350
