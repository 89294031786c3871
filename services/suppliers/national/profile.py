"""Declared facts about one national bookseller: where its mailbox is and which dialect of EDIFACT it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.suppliers.contract import Account, SupplierProfile
from services.suppliers.national.dialect import Dialect
from shared.values import check_gln

Gln = Annotated[str, AfterValidator(check_gln)]

_GLN_QUALIFIER, _GLN_AGENCY = "14", "9"


class Folders(BaseModel):
    """The mailbox's folders, relative to where the SFTP account lands. Several may be the same one.

    Where something lies says nothing about what it is: everything is read everywhere.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    orders: str = Field(default="orders", description="Where our ORDERS and ORDCHG go; the supplier collects them there")
    record_requests: str = Field(default="record-requests", description="Where our lists of wanted ISBNs go")
    archive: str | None = Field(
        default="archive",
        description="Where the supplier puts what it collected; none where it deletes, so that what is gone cannot be asked for",
    )
    acknowledgements: str | None = Field(default=None, description="Where the supplier leaves CONTRL; none where it sends none")
    responses: str = Field(default="responses", description="Where the supplier leaves ORDRSP")
    despatches: str = Field(default="despatches", description="Where the supplier leaves DESADV")
    reports: str | None = Field(default=None, description="Where the supplier leaves OSTRPT; none where it sends none")
    invoices: str | None = Field(default=None, description="Where the supplier leaves INVOIC; none where it sends none")
    selections: str | None = Field(default=None, description="Where the supplier leaves QUOTES; none where it sends none")
    records: str = Field(default="records", description="Where the supplier leaves ONIX")

    @property
    def inbound(self) -> tuple[str, ...]:
        """The folders to look into, each once, in the order in which what they hold is best read."""
        words = [self.acknowledgements, self.responses, self.despatches, self.reports]
        found = [*words, self.invoices, self.selections, self.records]
        return tuple(dict.fromkeys(folder for folder in found if folder is not None))


class FileNames(BaseModel):
    """Names of the files we send. `{reference}` is our reference, to be given a width so that names sort by it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    orders: str = Field(default="{reference:010d}-orders.edi", description="ORDERS")
    changes: str = Field(default="{reference:010d}-ordchg.edi", description="ORDCHG")
    record_requests: str = Field(default="{reference:010d}-isbns.csv", description="Lists of wanted ISBNs")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """A change must never be collected before its order, nor a file that is named as if it were unfinished."""
        for earlier in (self.orders, self.changes):
            for later in (self.orders, self.changes):
                if named(earlier, 99) >= named(later, 100):
                    raise ValueError(
                        f"{earlier!r} and {later!r} do not sort by reference; give it a width, as in {{reference:08d}}"
                    )
        if any(name.startswith(".") or "/" in name for name in (self.orders, self.changes, self.record_requests)):
            raise ValueError("a file name begins with a full stop or holds a slash")
        named(self.record_requests, 1)
        return self


def named(pattern: str, reference: int) -> str:
    """The file name of a message. Raises ValueError for a pattern that asks for anything but the reference."""
    try:
        return pattern.format(reference=reference)
    except (KeyError, IndexError) as error:
        raise ValueError(f"{pattern!r} asks for more than {{reference}}") from error


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
    names: FileNames = FileNames()
    connect_seconds: float = Field(default=5.0, gt=0, description="Limit of connecting and logging in")
    operation_seconds: float = Field(default=10.0, gt=0, description="Limit of one operation on a file")
    largest_file: int = Field(default=64 * 1024 * 1024, gt=0, description="Bytes; larger files stay in the mailbox unread")


class NationalAccount(Account):
    """How a bookseller knows one council and its branches."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    delivery_accounts: Mapping[str, str] = Field(
        default_factory=dict, description="Our code of a branch -> the supplier's number for delivering there (NAD+DP, agency 91)"
    )


class NationalProfile(SupplierProfile):
    """A national bookseller's profile. `accounts` gives the GLN or number that stands in NAD+BY for each council."""

    kind: Literal["national"] = "national"
    accounts: Mapping[str, NationalAccount] = Field(
        description="ISIL of each council served -> how the supplier knows it and its branches"
    )
    our_gln: Gln = Field(description="Who sends our interchanges: UNB S002 under qualifier 14")
    our_code: str = Field(default="", description="UNB S002 under any other qualifier")
    supplier_gln: Gln = Field(description="Who receives them: UNB S003 under qualifier 14, and NAD+SU")
    supplier_code: str = Field(default="", description="UNB S003 under any other qualifier")
    mailbox: Mailbox
    dialect: Dialect = Dialect()

    @model_validator(mode="after")
    def _named_as_the_dialect_says(self) -> Self:
        for side, qualifier, code in (
            ("our", self.dialect.our_qualifier, self.our_code),
            ("supplier", self.dialect.supplier_qualifier, self.supplier_code),
        ):
            if qualifier != _GLN_QUALIFIER and not code:
                raise ValueError(f"{side}_qualifier {qualifier} needs {side}_code")
        unnumbered = [isil for isil, account in self.accounts.items() if not account.account_number]
        if self.dialect.buyer_agency != _GLN_AGENCY and unnumbered:
            raise ValueError(f"buyer_agency {self.dialect.buyer_agency} needs an account_number for {', '.join(unnumbered)}")
        return self

    @property
    def delivery_places(self) -> dict[str, str]:
        """The supplier's delivery accounts -> our codes of the branches."""
        return {number: branch for account in self.accounts.values() for branch, number in account.delivery_accounts.items()}
