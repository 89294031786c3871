"""Which field of a MARC record says what of an order: data, which a council keeps for each supplier."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.texts import Reference

MOST_TRANSLATIONS = 2_000
_CONTROL = "001"
_IN_PATTERNS = ("branch", "fund", "quantity", "sequence", "shelfmark", "stock_category")
_TOKEN = re.compile(r"\{(?P<name>[a-z_]+)\}|(?P<open>\[)|(?P<close>\])|(?P<literal>[^{}\[\]])")
_OPTIONAL = re.compile(r"\[[^\[\]]*\]")

# A place in a record: tag and subfield as librarians write them, or the control number.
Place = Annotated[
    str,
    StringConstraints(pattern=r"^(001|[0-9A-Za-z]{3}\$[0-9a-z])$", max_length=5),
    Field(description="Tag and subfield, or 001", examples=["970$o"]),
]
Places = Annotated[tuple[Place, ...], Field(max_length=5)]
_TheirCode = Annotated[Reference, Field(min_length=1, max_length=60)]
_OurCode = Annotated[Reference, Field(max_length=60)]
_Codes = Annotated[dict[_TheirCode, _OurCode], Field(max_length=MOST_TRANSLATIONS)]


def tag_of(place: str) -> str:
    """Returns the tag of a place."""
    return place[:3]


def subfield_of(place: str) -> str:
    """Returns the code of the subfield of a place; "" for a control field."""
    return place[4:]


class CopyShape(StrEnum):
    """How a record says for whom its copies are."""

    FIELD = "field"
    PARALLEL = "parallel"
    PATTERN = "pattern"


class CopyRule(BaseModel):
    """The field that says for whom copies are. It may be repeated."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tag: str = Field(pattern="^[0-9A-Za-z]{3}$", max_length=3, description="Tag of the field", examples=["970"])
    shape: CopyShape = Field(
        default=CopyShape.FIELD,
        description="`field`: each field is one copy, or several of a kind with a quantity. `parallel`: the subfields of one "
        "field are repeated, the first branch belongs to the first fund, and so on; one that is there once counts for all. "
        "`pattern`: one subfield holds a text for each branch",
        examples=["field"],
    )
    subfield: str = Field(
        default="",
        pattern="^[0-9a-z]?$",
        max_length=1,
        description="The subfield with the text of a `pattern`; left out for another shape",
        examples=[""],
    )
    pattern: str = Field(
        default="",
        max_length=100,
        description="How such a text is built: names of values in braces, what may be missing in square brackets, and everything "
        "else as it is, such as `{branch}/{fund}[*{quantity}]`; left out for another shape",
        examples=[""],
    )
    separator: str = Field(
        default=";",
        min_length=1,
        max_length=3,
        description="What is between several such texts in one subfield",
        examples=[";"],
    )

    @model_validator(mode="after")
    def _whole(self) -> CopyRule:
        """Checks that a pattern is there exactly where it is used, and that it can be read in one way only."""
        if (self.shape is CopyShape.PATTERN) != bool(self.pattern and self.subfield):
            raise ValueError("name subfield and pattern for the shape `pattern`, and neither for another")
        if self.pattern:
            compiled(self.pattern)
        return self


class MappedPlaces(BaseModel):
    """Where each value is; of several places, the first with a value counts. What is left out is not read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    branch: Places = Field(default=(), description="The branch, by code or GLN", examples=[["970$o"]])
    fund: Places = Field(default=(), description="The fund that pays", examples=[["970$f"]])
    quantity: Places = Field(
        default=(),
        description="How many copies: of one field of copies where it is in it, of the title elsewhere. Nothing is one",
        examples=[["970$q"]],
    )
    sequence: Places = Field(default=(), description="The collection within the branch", examples=[["970$c"]])
    shelfmark: Places = Field(default=(), description="The shelf mark", examples=[["970$s"]])
    stock_category: Places = Field(default=(), description="Item type or stock category", examples=[["970$i"]])
    unit_price: Places = Field(
        default=(), description="What one copy costs. After these places, 020$c and 365$b are tried", examples=[["970$p"]]
    )
    note: Places = Field(default=(), description="What the supplier says about the title", examples=[["970$n"]])
    reference: Places = Field(
        default=(),
        description="The supplier's reference of the line, which goes back to it when the line is ordered",
        examples=[["970$r"]],
    )
    selection_number: Places = Field(
        default=(), description="The supplier's number of the selection or quotation", examples=[["970$z"]]
    )
    vendor: Places = Field(
        default=(),
        description="For which supplier the record is: one that is for another is kept aside. `codes` translates its code",
        examples=[["970$v"]],
    )


class Translations(BaseModel):
    """The supplier's codes and what each is here. A code that is not listed is taken as it is; "" is no value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    branch: _Codes = Field(default={}, description="Our branch for each of theirs", examples=[{"MAIN": "IPSW"}])
    fund: _Codes = Field(default={}, description="Our fund for each of theirs", examples=[{"AF": "ADULT-FIC"}])
    sequence: _Codes = Field(default={}, description="Our sequence for each of theirs", examples=[{"FIC": "AF"}])
    stock_category: _Codes = Field(default={}, description="Our stock category for each of theirs", examples=[{"BK": "BOOK"}])
    vendor: _Codes = Field(default={}, description="Our supplier for each code of a vendor", examples=[{"ALB": "national"}])


class OrderMapping(BaseModel):
    """How the order data in a supplier's MARC records are read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    copies: CopyRule = Field(description="The field that says for whom copies are")
    places: MappedPlaces = Field(description="Where each value is")
    codes: Translations = Field(default=Translations(), description="Translations of the supplier's codes")
    currency: str = Field(
        default="GBP",
        pattern="^[A-Z]{3}$",
        max_length=3,
        description="Currency (ISO 4217) of a price that names none",
        examples=["GBP"],
    )


@lru_cache(maxsize=200)
def compiled(pattern: str) -> re.Pattern[str]:
    """Returns the expression of a pattern of copies, one group for each value. Raises ValueError for one that is ambiguous.

    A value ends at the first character that is part of the pattern, so that each text is read in one way and in linear time.
    """
    tokens = list(_TOKEN.finditer(pattern))
    names = [token["name"] for token in tokens if token["name"]]
    if "".join(token[0] for token in tokens) != pattern or "[" in _OPTIONAL.sub("", pattern) or "]" in _OPTIONAL.sub("", pattern):
        raise ValueError(f"the pattern {pattern!r} has braces or brackets that do not pair up")
    unknown = [name for name in names if name not in _IN_PATTERNS]
    if unknown or len(set(names)) != len(names) or "branch" not in names:
        raise ValueError(f"a pattern has {{branch}}, and each of {', '.join(_IN_PATTERNS)} at most once")
    if any("{" not in optional for optional in _OPTIONAL.findall(pattern)):
        raise ValueError("what is in square brackets in a pattern has a value")
    if "}{" in _OPTIONAL.sub("", pattern) or "}{" in re.sub(r"[\[\]]", "", pattern):
        raise ValueError("put a character between two values of a pattern")
    literals = "".join(token["literal"] or "" for token in tokens)
    value = f"[^{re.escape(literals)}]+" if literals else ".+"
    written = {"[": "(?:", "]": ")?"}
    parts = [f"(?P<{token['name']}>{value})" if token["name"] else written.get(token[0], re.escape(token[0])) for token in tokens]
    return re.compile("".join(parts))
