"""`dataclass` for values that are made by the million, such as those of the record model. Knows no value.

To a type checker it is `dataclasses.dataclass`: code that sets a field of a frozen value fails `make check`. At run time nothing
refuses it. Python makes such a value three to seven times faster than one that refuses, and a record has twenty of them.
Equality, hash, `fields`, `replace` and `asdict` are those of a frozen dataclass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    import dataclasses

    def dataclass(*, frozen: bool, slots: bool, kw_only: bool = False) -> object:
        """Makes a class whose values are equal, and have the same hash, where their fields are equal."""
        return dataclasses.dataclass(slots=slots, kw_only=kw_only, unsafe_hash=frozen)
