"""The profile of one national bookseller: where its mailbox is and which dialect of EDIFACT it uses."""

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
    """The mailbox's folders, relative to the home folder of the SFTP account. Several may be the same folder.

    A file's folder does not decide what it is: every kind of file is read in every folder.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    orders: str = Field(default="orders", description="Where we put ORDERS, ORDCHG and OSTENQ; the supplier collects them there")
    record_requests: str = Field(default="record-requests", description="Where we put our lists of wanted ISBNs")
    archive: str | None = Field(
        default="archive",
        description="Where the supplier moves files it collected; none where it deletes them, so that receipt cannot be checked",
    )
    acknowledgements: str | None = Field(default=None, description="Where the supplier leaves CONTRL; none where it sends none")
    responses: str = Field(default="responses", description="Where the supplier leaves ORDRSP")
    despatches: str = Field(default="despatches", description="Where the supplier leaves DESADV")
    reports: str | None = Field(default=None, description="Where the supplier leaves OSTRPT; none where it sends none")
    invoices: str | None = Field(default=None, description="Where the supplier leaves INVOIC; none where it sends none")
    selections: str | None = Field(default=None, description="Where the supplier leaves QUOTES; none where it sends none")
    records: str = Field(default="records", description="Where the supplier leaves records: ONIX and MARC")

    @property
    def inbound(self) -> tuple[str, ...]:
        """The folders to fetch from, each once, in the best order to read their contents."""
        answers = [self.acknowledgements, self.responses, self.despatches, self.reports]
        found = [*answers, self.invoices, self.selections, self.records]
        return tuple(dict.fromkeys(folder for folder in found if folder is not None))


class FileNames(BaseModel):
    """Names of the files we send. `{reference}` is our reference; give it a width, so that names sort by it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    orders: str = Field(default="{reference:010d}-orders.edi", description="ORDERS")
    changes: str = Field(default="{reference:010d}-ordchg.edi", description="ORDCHG")
    enquiries: str | None = Field(default=None, description="OSTENQ; none: they are named as ORDCHG is")
    record_requests: str = Field(default="{reference:010d}-isbns.csv", description="Lists of wanted ISBNs")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Checks that names sort by reference, so that no change is collected before its order, and look finished."""
        about_orders = (self.orders, self.changes, self.of_enquiries)
        for earlier in about_orders:
            for later in about_orders:
                if named(earlier, 99) >= named(later, 100):
                    raise ValueError(
                        f"{earlier!r} and {later!r} do not sort by reference; give it a width, as in {{reference:08d}}"
                    )
        if any(name.startswith(".") or "/" in name for name in (*about_orders, self.record_requests)):
            raise ValueError("a file name must not begin with a full stop or contain a slash")
        named(self.record_requests, 1)
        return self

    @property
    def of_enquiries(self) -> str:
        """The pattern by which OSTENQ is named."""
        return self.enquiries or self.changes


def named(pattern: str, reference: int) -> str:
    """Returns the file name of a message. Raises ValueError for a pattern with anything but `{reference}`."""
    try:
        return pattern.format(reference=reference)
    except (KeyError, IndexError) as error:
        raise ValueError(f"{pattern!r} may use {{reference}} only") from error


class Mailbox(BaseModel):
    """The supplier's SFTP server and our account there. The private key or password is a secret and not part of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(description="Name or address of the SFTP server")
    port: int = Field(default=22, ge=1, le=65535)
    user: str = Field(description="Our account")
    host_keys: tuple[str, ...] = Field(
        min_length=1,
        description="The server's public keys, each `type base64` as in known_hosts; any other key is refused. "
        "Give two while the supplier changes its key",
    )
    folders: Folders = Folders()
    names: FileNames = FileNames()
    connect_seconds: float = Field(default=5.0, gt=0, description="Limit for connecting and logging in, in seconds")
    operation_seconds: float = Field(default=10.0, gt=0, description="Limit for one operation on a file, in seconds")
    file_seconds: float = Field(
        default=90.0, gt=0, description="Limit for reading one file of 1 MiB at most, in seconds; below 120"
    )
    largest_file: int = Field(
        default=1024 * 1024 * 1024, gt=0, description="Bytes; a larger file stays in the mailbox unread and is reported once"
    )
    settle_seconds: float = Field(
        default=30.0,
        ge=0,
        description="How long a file must not have changed before it counts as uploaded, in seconds. A file with a complete end "
        "(UNZ, the closing tag) is read at once, and removed only after this time",
    )
    stuck_seconds: float = Field(
        default=3600.0,
        ge=0,
        description="How long a file may be empty, have a temporary name or go on changing before that is reported, in seconds",
    )
    temporary_endings: tuple[str, ...] = Field(
        default=(".part", ".partial", ".tmp", ".temp", ".filepart", ".writing", ".uploading", ".crdownload"),
        description="Endings of names, in lower case, that files have while the supplier uploads them; hidden files count too",
    )


class NationalAccount(Account):
    """How a bookseller identifies one council and its branches."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    delivery_accounts: Mapping[str, str] = Field(
        default_factory=dict, description="Our code of a branch -> the supplier's number for delivering there (NAD+DP, agency 91)"
    )


class NationalProfile(SupplierProfile):
    """A national bookseller's profile. `accounts` gives the GLN or number in NAD+BY for each council."""

    kind: Literal["national"] = "national"
    accounts: Mapping[str, NationalAccount] = Field(
        description="ISIL of each council served -> how the supplier identifies it and its branches"
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
        """The supplier's delivery accounts -> our branch codes."""
        return {number: branch for account in self.accounts.values() for branch, number in account.delivery_accounts.items()}
