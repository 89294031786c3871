"""The differences between booksellers on the wire, as settings instead of code. Each states what it changes. Knows no message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.clock import LONDON
from shared.contracts.suppliers import ClaimAnswer
from shared.formats.edifact.charsets import CODECS
from shared.formats.editeur import codes


def _known_charset(charset: str) -> str:
    if charset not in CODECS:
        raise ValueError(f"unknown charset {charset!r}; one of {', '.join(CODECS)}")
    return charset


def _known_statuses(mapping: Mapping[str, str]) -> Mapping[str, str]:
    return _mapped_to(codes.STATUSES, "12B", mapping)


def _known_availabilities(mapping: Mapping[str, str]) -> Mapping[str, str]:
    return _mapped_to(codes.AVAILABILITIES, "8B", mapping)


def _mapped_to(known: Mapping[str, str], name: str, mapping: Mapping[str, str]) -> Mapping[str, str]:
    if unknown := sorted(set(mapping.values()) - set(known)):
        raise ValueError(f"list {name} has no {', '.join(unknown)}")
    return mapping


class CopyCodes(BaseModel):
    """The codes (GIR 7405) under which a bookseller writes each value of a copy. The defaults are the standard's.

    Other booksellers' codes are few and known, so each field lists those that may be chosen. `barcode` is only read. All
    other data of a copy has the standard's codes; where one of them is chosen here for another value, that data is not sent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    branch: Literal["LLO", "LSL"] = Field(default="LLO", description="Code of the branch")
    fund: Literal["LFN"] | None = Field(default="LFN", description="Code of the fund; none: the fund is not sent")
    sequence: Literal["LSQ", "LST"] | None = Field(default="LSQ", description="Code of the sequence; none: it is not sent")
    shelfmark: Literal["LSM", "LCL"] | None = Field(default="LSM", description="Code of the shelf mark; none: it is not sent")
    servicing: Literal["LVC"] | None = Field(default="LVC", description="Code of servicing instructions; none: they are not sent")
    barcode: Literal["LAC", "LCO"] = Field(default="LAC", description="Code of a copy's barcode, in what we read")


class EnquiryCodes(BaseModel):
    """The codes of what we ask in OSTENQ: STS 9015 for all of it, and STS 9011 for each kind of question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Literal["220", "224"] = Field(default="220", description="BGM 1001: the code of the order that it is about")
    type: str = Field(default="UP1", max_length=3, description="STS 9015, type of the status")
    status: str = Field(default="CSD", max_length=3, description="STS 9011 of copies whose state we ask")
    short: str = Field(default="CSD", max_length=3, description="STS 9011 of a claim for copies that did not come")
    damaged: str = Field(default="CSD", max_length=3, description="STS 9011 of a claim for copies that came damaged")


class Dialect(BaseModel):
    """How we write to one bookseller, and how it writes to us."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    charset: Annotated[str, AfterValidator(_known_charset)] = Field(
        default="UNOC",
        description="UNB 0001. Titles and authors with other characters are transliterated: FTX and a finding state it; "
        "codes with other characters are refused. UNOY (UTF-8) needs neither",
    )
    advice: bool = Field(default=True, description="Whether UNA is sent before UNB; its separators are the default ones")
    line_breaks: bool = Field(default=False, description="Whether a line break (CR LF) follows each segment")
    our_qualifier: Literal["14", "31B", "91", "92", "ZZ"] = Field(
        default="14", description="UNB 0007 with our identification: 14 sends our_gln, any other our_code (31B a SAN)"
    )
    supplier_qualifier: Literal["14", "31B", "91", "92", "ZZ"] = Field(
        default="14", description="UNB 0007 with the supplier's: 14 sends supplier_gln, any other supplier_code (31B a SAN)"
    )
    reference_digits: int = Field(
        default=0, ge=0, le=14, description="UNB 0020 is filled with leading zeros to this many digits; 0: no leading zeros"
    )
    application_reference: bool = Field(default=True, description="Whether UNB 0026 repeats the message type")
    agreement: str = Field(default="", max_length=35, description="UNB 0032, name of the interchange agreement")
    acknowledgement: bool = Field(default=False, description="UNB 0031 set to 1: the supplier shall answer with CONTRL")
    association: str = Field(default="EAN008", max_length=6, description="UNH 0057, association assigned code of what we send")
    test: bool = Field(default=False, description="UNB 0035 set to 1: the supplier must not act on anything we send")
    dates: Literal["102", "203"] = Field(default="102", description="DTM+137 as a day (102) or with hours and minutes (203)")
    time_zone: ZoneInfo = Field(default=LONDON, description="Zone of the days and times in what we write: the council's")
    order_prefix: str = Field(
        default="",
        max_length=12,
        description="Put before the order number in BGM and RFF+ON, and removed from the order numbers that the supplier gives",
    )
    longest_order_number: int = Field(
        default=35, ge=1, le=35, description="Characters of BGM 1004, prefix included; orders with longer numbers are refused"
    )
    buyer_agency: Literal["9", "31B", "91", "92"] = Field(
        default="9", description="NAD+BY 3055: 9 sends the account's gln, any other its account_number (31B a SAN)"
    )
    account_reference: bool = Field(default=True, description="Whether RFF+API with the account_number follows NAD+BY")
    places: Literal["gln", "ours", "theirs"] = Field(
        default="gln",
        description="NAD+DP: the branch's GLN (agency 9), our code for it (92), or the supplier's delivery account for it (91), "
        "which is read as the branch in despatches too. Without a GLN or delivery account, our code is sent",
    )
    item: Literal["LIN", "PIA"] = Field(
        default="LIN", description="Where the ISBN is sent: in LIN as EN, or in PIA+5 after a LIN without number"
    )
    isbn10: bool = Field(default=True, description="Whether PIA+5 holds the ISBN-10 (IB) where the book has one")
    authors: Literal["parts", "string"] = Field(
        default="parts", description="parts: IMD 010 and 011 where a comma separates family and given name; string: always 009"
    )
    line_reference: Literal["LI", "ON"] = Field(
        default="LI",
        description="RFF of a line with our line key, in what we send and read: LI, or ON where a supplier repeats only that. "
        "With ON, the order number is in the message's own RFF+ON only",
    )
    price: Literal["AAE", "AAB"] | None = Field(
        default="AAE", description="PRI 5125 of the expected price; none: no price is sent"
    )
    notes: Literal["LIN", "LNO"] | None = Field(
        default="LIN",
        description="FTX 4451 of free text about a line; none: no free text is sent, not even about transliteration",
    )
    splits: bool = Field(
        default=True,
        description="Whether LOC+7 and QTY+11 count the copies for each of several branches, and LOC+20 for each branch where "
        "all copies of the message are unpacked at another place (NAD+DP)",
    )
    copies: CopyCodes = Field(default=CopyCodes(), description="GIR codes of the values about a copy")
    enquiries: EnquiryCodes = Field(default=EnquiryCodes(), description="Codes of what we ask about copies (OSTENQ)")
    claims: Mapping[str, ClaimAnswer] = Field(
        default_factory=dict,
        description="The supplier's own codes in FTX, of any list, by which it answers a claim -> resend, credit or refused",
    )
    statuses: Annotated[Mapping[str, str], AfterValidator(_known_statuses)] = Field(
        default_factory=dict, description="The supplier's own status codes in FTX, of any list -> list 12B, e.g. Z1 -> 201"
    )
    availabilities: Annotated[Mapping[str, str], AfterValidator(_known_availabilities)] = Field(
        default_factory=dict,
        description="The supplier's own availability codes in FTX, of any list -> list 8B, e.g. 7 -> OP",
    )
