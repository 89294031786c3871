"""How one kind of library system (LMS) exchanges files and speaks EDIFACT: settings, not code. Knows no message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.lms.dialects.quirks import Quirk
from shared.clock import LONDON
from shared.formats.edifact.charsets import CODECS

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_LARGEST_REFERENCE = 9_999_999


class OutKind(StrEnum):
    """The kinds of file that an LMS can take from us, by message type."""

    CONTRL = "CONTRL"
    APERAK = "APERAK"
    ORDRSP = "ORDRSP"
    DESADV = "DESADV"
    QUOTES = "QUOTES"
    INVOIC = "INVOIC"


def _folder(path: str) -> str:
    if not path or not all(_NAME.fullmatch(part) for part in path.split("/")):
        raise ValueError(f"{path!r} is not a folder: use names of letters, digits and ._- with / between them, from the top down")
    return path


def _charset(name: str) -> str:
    if name not in CODECS:
        raise ValueError(f"unknown charset {name!r}; one of {', '.join(CODECS)}")
    return name


Folder = Annotated[str, AfterValidator(_folder)]
GirCode = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FilesIn(_Settings):
    """Where the LMS puts its orders, and how their files are called."""

    folder: Folder = Field(default="orders", description="Folder of the mailbox into which the LMS puts ORDERS")
    names: tuple[str, ...] = Field(
        default=("*",),
        min_length=1,
        description="Patterns of the files' names, with * and ?; case does not count. Other files are left where they are",
    )
    temporary_endings: tuple[str, ...] = Field(
        default=(".part", ".partial", ".tmp", ".temp", ".filepart", ".writing", ".uploading"),
        description="Endings of names, in lower case, that files have while the LMS writes them; hidden files count too",
    )

    def is_temporary(self, name: str) -> bool:
        """Returns whether a file is still being written, by its name."""
        return name.startswith(".") or name.lower().endswith(self.temporary_endings)

    def takes(self, name: str) -> bool:
        """Returns whether a file of this name holds orders, once it is whole."""
        return not self.is_temporary(name) and any(fnmatchcase(name.lower(), pattern.lower()) for pattern in self.names)


class FilesOut(_Settings):
    """Where one kind of file is put for the LMS, and how it is called."""

    folder: Folder = Field(description="Folder of the mailbox from which the LMS fetches this kind")
    name: str = Field(
        description="Name of the file; `{reference}` is its number in the mailbox. Give it a width, so that names sort by it"
    )

    def named(self, reference: int) -> str:
        """Returns the file name. Raises ValueError for a pattern with anything but `{reference}`."""
        try:
            return self.name.format(reference=reference)
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(f"{self.name!r} may use {{reference}} only") from error

    @model_validator(mode="after")
    def _usable(self) -> Self:
        names = [self.named(number) for number in (1, 99, 100, _LARGEST_REFERENCE)]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.name!r} has no {{reference}}, so that a second file would overwrite the first")
        if names != sorted(names):
            raise ValueError(f"{self.name!r} does not sort by reference; give it a width, as in {{reference:08d}}")
        if not all(_NAME.fullmatch(name) for name in names):
            raise ValueError(f"{self.name!r} may have letters, digits and ._- only, and must not begin with a full stop")
        return self


class Files(_Settings):
    """The files that go to and fro."""

    orders: FilesIn = FilesIn()
    out: Mapping[OutKind, FilesOut] = Field(
        default_factory=dict,
        description="Kinds of message that the LMS takes, each with its folder and name. A kind that is not here is not written",
    )
    records: FilesOut | None = Field(
        default=None, description="Where files of MARC records are put, for councils that want them; none: the LMS takes none"
    )
    fetched: Literal["renamed", "removed", "left"] = Field(
        default="removed", description="What the LMS does with a file that it has fetched"
    )
    answers_again: bool = Field(
        default=True, description="Whether the LMS is offered the first answers again when it puts the same file in again"
    )
    renamed: Mapping[str, str] = Field(
        default_factory=dict, description="Where fetched files are renamed: ending of a name -> ending that it gets"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for kind, files in self.out.items():
            name = files.named(1)
            if files.folder == self.orders.folder and self.orders.takes(name):
                raise ValueError(f"{kind} is put into the folder of the orders as {name!r}, and would be read as an order")
            if self.orders.is_temporary(name):
                raise ValueError(f"{kind} is called {name!r}, which looks like a file that is still being written")
            if self.fetched == "renamed" and not name.endswith(tuple(self.renamed)):
                raise ValueError(f"fetched files are renamed, but `renamed` has no ending of {name!r} ({kind})")
        if self.records is not None and self.records.folder == self.orders.folder:
            raise ValueError("records are put into the folder of the orders; give them another")
        if self.renamed and self.fetched != "renamed":
            raise ValueError(f"`renamed` is given, but fetched files are {self.fetched}")
        if unchanged := [ending for ending, other in self.renamed.items() if ending == other]:
            raise ValueError(f"`renamed` leaves {unchanged[0]!r} as it is, so that nobody sees that the file was fetched")
        if all(pattern.lower().endswith(self.orders.temporary_endings) for pattern in self.orders.names):
            raise ValueError("every name of an order file ends as one that is still being written, so that none is ever read")
        return self

    @property
    def folders(self) -> tuple[str, ...]:
        """All folders of the mailbox, each once: that of the orders first."""
        out = [*self.out.values(), *([self.records] if self.records is not None else [])]
        return tuple(dict.fromkeys((self.orders.folder, *(files.folder for files in out))))

    def renamed_by(self, name: str, other: str) -> bool:
        """Returns whether the LMS renames a file so, once it has fetched it."""
        return any(name.endswith(old) and other == name.removesuffix(old) + new for old, new in self.renamed.items())


class Identity(_Settings):
    """A party of an interchange: its code and the qualifier of the code (14 a GLN, 31B a SAN, 91 and 92 agreed codes)."""

    code: str = Field(min_length=1, max_length=35, description="UNB 0004 or 0010, and NAD")
    qualifier: Literal["14", "31B", "91", "92", "ZZ"] = Field(default="14", description="UNB 0007; in NAD, 9 stands for 14")


class CopyCodes(_Settings):
    """Codes of GIR (7405) under which the LMS writes each value of a copy; of several, the first that a copy has counts."""

    branch: tuple[GirCode, ...] = Field(default=("LLO",), min_length=1, description="Branch")
    fund: tuple[GirCode, ...] = Field(default=("LFN",), description="Fund; none: the LMS has it elsewhere")
    sequence: tuple[GirCode, ...] = Field(default=("LSQ",), description="Sequence, the collection within the branch")
    shelfmark: tuple[GirCode, ...] = Field(default=("LSM",), description="Shelf mark")
    servicing: tuple[GirCode, ...] = Field(default=("LVC",), description="Servicing, coded")
    own_number: tuple[GirCode, ...] = Field(default=("LCO",), description="The library's own number of the copy")

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        given = [code for codes in self.model_dump().values() for code in codes]
        if twice := sorted({code for code in given if given.count(code) > 1}):
            raise ValueError(f"{', '.join(twice)} cannot have two meanings in GIR")
        return self

    @property
    def naming(self) -> frozenset[str]:
        """The codes of the values by which a copy is named."""
        return frozenset((*self.branch, *self.fund, *self.sequence, *self.own_number))


class PlaceMeaning(_Settings):
    """What a place or account of the LMS means for the council."""

    branch: str = Field(min_length=1, max_length=20, description="The council's code of the branch")
    sequence: str = Field(default="", max_length=30, description="Collection within the branch; none: as the order says")


class Reading(_Settings):
    """Where things are in the LMS's orders."""

    quirks: frozenset[Quirk] = Field(default=frozenset(), description="What it does otherwise than the standard says")
    copies: CopyCodes = CopyCodes()
    locations: tuple[Literal["7", "20"], ...] = Field(
        default=("20", "7"),
        description="LOC 3227 of the branches, where GIR names none: the first kind that a line has. QTY 11 after it counts "
        "copies; without, there is one place for all copies, or one for each",
    )
    places: Mapping[str, PlaceMeaning] = Field(
        default_factory=dict, description="The LMS's codes of places that are not the council's branch codes, and what they mean"
    )
    accounts: Mapping[str, PlaceMeaning] = Field(
        default_factory=dict, description="Codes of NAD+BY (account or sub-account) -> branch of copies for which none is named"
    )
    fund_reference: str = Field(default="BFN", description="RFF 1153 of a line's fund, where GIR names none")
    expense_class_mark: str = Field(
        default="", max_length=1, description="Character between fund and expense class; what follows it is no part of the fund"
    )
    default_fund: str = Field(default="", max_length=30, description="Fund of copies for which the LMS names none")
    line_reference: str = Field(default="LI", description="RFF 1153 of the LMS's reference of a line, in orders and answers")
    prices: tuple[Literal["AAA", "AAB", "AAE", "AAF", "CAL"], ...] = Field(
        default=("AAE", "AAB"), description="PRI 5125 of the expected price: the first that a line has counts"
    )
    currency: str = Field(default="GBP", pattern="^[A-Z]{3}$", description="Currency of orders without CUX")
    text_width: Literal[35, 70] = Field(default=35, description="Characters after which the LMS cuts a description (IMD)")
    materials: Mapping[str, str] = Field(
        default_factory=dict,
        description="What the LMS calls a kind of article (GIR LST, IMD 180), in lower case -> the word of sourcing rules; "
        "all others are books",
    )


class Writing(_Settings):
    """How the LMS wants to be written to."""

    charset: Annotated[str, AfterValidator(_charset)] = Field(
        default="UNOC", description="UNB 0001. Texts are transliterated into it; codes that it lacks, too"
    )
    avoided: str = Field(
        default="",
        description="Characters that the LMS misreads, such as separators whose release characters it ignores: texts have "
        "similar ones instead. References are given back as they are",
    )
    reference_digits: int = Field(default=0, ge=0, le=14, description="UNB 0020 with leading zeros to so many digits; 0: none")
    application_reference: bool = Field(default=True, description="Whether UNB 0026 repeats the message type")
    associations: Mapping[OutKind, Annotated[str, Field(max_length=6)]] = Field(
        default_factory=dict, description="UNH 0057, association assigned code, by kind; none for the others"
    )
    time_zone: ZoneInfo = Field(default=LONDON, description="Zone of the days and times that are written")
    refused_orders: Literal["APERAK", "ORDRSP"] | None = Field(
        default=None,
        description="How the LMS is told that an order was refused: its faults, or every line as not accepted; none: not by file",
    )
    accepted_quantity: Literal["12", "113"] | None = Field(
        default="12", description="QTY 6063 in ORDRSP of copies that will be supplied; none where the LMS takes it for a despatch"
    )
    carriage: Literal["heading", "summary"] = Field(
        default="summary", description="Where an invoice charges carriage (ALC DL): before the lines, or after them"
    )
    line_amounts: Literal["goods", "all"] = Field(
        default="goods",
        description="What MOA 203 and 128 of a line in an invoice hold: the goods, or its charges, too, for an LMS that does not "
        "read them",
    )
    hub_leg: bool = Field(
        default=False,
        description="Whether DESADV tells of goods on the way to the hub; else of those on the way to the branch",
    )
    credit_notes: bool = Field(
        default=True,
        description="Whether the LMS can tell a credit note (BGM 381) from an invoice; else a person enters it there",
    )

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if any(mark.isalnum() or mark == " " for mark in self.avoided):
            raise ValueError(f"`avoided` is {self.avoided!r}: letters, digits and spaces cannot be avoided")
        return self


class LmsProfile(_Settings):
    """One kind of library system, or one library's own of it: everything that our side must know about its files."""

    name: str = Field(pattern="^[a-z][a-z0-9-]{0,29}$", description="Name of the profile, such as `koha`")
    title: str = Field(min_length=1, max_length=60, description="What people call the LMS", examples=["Koha"])
    library: Identity | None = Field(
        default=None, description="How the library calls itself, in files that answer none of its own; none: it has no such files"
    )
    supplier: Identity | None = Field(default=None, description="How the library calls us, in the same files")
    files: Files = Files()
    reading: Reading = Reading()
    writing: Writing = Writing()

    def takes(self, kind: OutKind) -> bool:
        """Returns whether the LMS takes this kind of message."""
        return kind in self.files.out

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refused = self.writing.refused_orders
        if refused is not None and not self.takes(OutKind(refused)):
            raise ValueError(f"refused orders are answered by {refused}, but files.out has no {refused}")
        if (self.library is None) != (self.supplier is None):
            raise ValueError("give `library` and `supplier`, or neither: each file names both")
        if self.takes(OutKind.QUOTES) and self.library is None:
            raise ValueError("QUOTES answers no file of the library: give `library` and `supplier`, whom it names")
        if unused := sorted(set(self.writing.associations) - set(self.files.out)):
            raise ValueError(f"writing.associations has {', '.join(unused)}, but files.out has not")
        return self
