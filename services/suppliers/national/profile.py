"""Declared facts about one national bookseller: where its mailbox is and which dialect of EDIFACT it speaks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.suppliers.contract import SupplierProfile
from shared.formats.edifact.charsets import CODECS
from shared.values import check_gln

Gln = Annotated[str, AfterValidator(check_gln)]


def _known_charset(charset: str) -> str:
    if charset not in CODECS:
        raise ValueError(f"unknown charset {charset!r}; one of {', '.join(CODECS)}")
    return charset


class Folders(BaseModel):
    """The mailbox's folders, relative to where the SFTP account lands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    orders: str = Field(default="orders", description="Where our ORDERS and ORDCHG go; the supplier collects them there")
    record_requests: str = Field(default="record-requests", description="Where our lists of wanted ISBNs go")
    archive: str | None = Field(
        default="archive",
        description="Where the supplier puts what it collected; none where it deletes, so that what is gone cannot be asked for",
    )
    responses: str = Field(default="responses", description="Where the supplier leaves ORDRSP")
    despatches: str = Field(default="despatches", description="Where the supplier leaves DESADV")
    records: str = Field(default="records", description="Where the supplier leaves ONIX")


class Mailbox(BaseModel):
    """The supplier's SFTP server and our account there. The private key or password is a secret, not part of this."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(description="Name or address of the SFTP server")
    port: int = Field(default=22, ge=1, le=65535)
    user: str = Field(description="Our account")
    host_keys: tuple[str, ...] = Field(
        min_length=1,
        description="The server's public keys, each `type base64` as in known_hosts; any other key is refused. "
        "Two while the supplier changes its key",
    )
    folders: Folders = Folders()
    connect_seconds: float = Field(default=5.0, gt=0, description="Limit of connecting and logging in")
    operation_seconds: float = Field(default=10.0, gt=0, description="Limit of one operation on a file")
    largest_file: int = Field(default=64 * 1024 * 1024, gt=0, description="Bytes; larger files stay in the mailbox unread")


class Dialect(BaseModel):
    """What differs between booksellers on the wire. Each field says what it changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    charset: Annotated[str, AfterValidator(_known_charset)] = Field(
        default="UNOC",
        description="UNB 0001. Titles and authors with other characters are transliterated and the line says so in FTX; "
        "codes with other characters are refused. UNOY (UTF-8) needs neither",
    )
    association: str = Field(default="EAN008", max_length=6, description="UNH 0057, association assigned code of what we send")
    our_qualifier: str = Field(default="14", description="UNB 0007 with our identification; 14 is a GLN")
    supplier_qualifier: str = Field(default="14", description="UNB 0007 with the supplier's identification")
    shelfmark: Literal["LCL", "LSM"] = Field(default="LSM", description="GIR code of a copy's shelf mark")
    test: bool = Field(default=False, description="UNB 0035 set to 1: the supplier must not act on anything we send")


class NationalProfile(SupplierProfile):
    """A national bookseller's profile. `accounts` gives the GLN that stands in NAD+BY for each council."""

    kind: Literal["national"] = "national"
    our_gln: Gln = Field(description="Who sends our interchanges: UNB S002")
    supplier_gln: Gln = Field(description="Who receives them: UNB S003 and NAD+SU")
    mailbox: Mailbox
    dialect: Dialect = Dialect()
