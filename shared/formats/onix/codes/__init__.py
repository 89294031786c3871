"""ONIX's code lists beside the words of the record model, as far as records use them. Data only; knows no element."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

_Word = TypeVar("_Word")


def written(codes: Mapping[str, _Word]) -> dict[_Word, str]:
    """Inverts a table of codes: of several codes for one word, the first in the table is the one that is written."""
    return {word: code for code, word in reversed(list(codes.items()))}
