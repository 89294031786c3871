"""The bookseller's options: who it is, how often each event happens, and how long things take."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from local.simulators.bookseller.dialect import ALBION, Dialect

JOURNAL = "mischief.jsonl"


class Invoices(StrEnum):
    """What an invoice covers, if invoices are sent."""

    NONE = "none"
    DESPATCH = "despatch"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Proportions:
    """How often each event happens, from 0 to 1.

    The first eight are proportions of lines; a line has one of them at most, else it is accepted. The same holds for the five of
    invoices.
    """

    back_order: float = 0.12  # all copies wait
    part_back_order: float = 0.06  # some copies wait, named in GIR
    refuse: float = 0.05  # no copy is sent
    part_refuse: float = 0.03  # some copies are not sent, named in GIR
    substitute_offered: float = 0.02  # no copy is sent, another book is offered
    substitute_sent: float = 0.02  # another book is sent instead
    unknown_code: float = 0.01  # an unknown status, and no copy is sent
    price_held: float = 0.0  # no copy is sent before the library has answered whether it pays another price
    silent: float = 0.0  # of orders: not answered before the second enquiry, and no copy is sent
    released: float = 0.7  # of back-ordered copies: sent in the end; the others never are
    late: float = 0.1  # of branches per order: some copies go in a second run
    sent_twice: float = 0.03  # of files: sent again under another name
    no_line_key: float = 0.0  # of lines in answers: without RFF+LI
    overcharged: float = 0.03  # of invoices: one title's price is too high
    unknown_line: float = 0.01  # of invoices: also charges a title that nobody ordered
    wrong_total: float = 0.01  # of invoices: the total is not the sum of the lines
    invoiced_twice: float = 0.02  # of invoices: the same goods a second time, under another number
    credited: float = 0.03  # of invoices: a credit note for one copy follows
    unreadable: float = 0.0  # of our interchanges: refused by CONTRL and not executed; only where CONTRL is sent
    unknown_branch: float = 0.15  # of selected titles: one copy is for a branch the council does not have
    no_fund: float = 0.15  # of selected copies: without a fund
    forgotten: float = 0.1  # of open lines: not reported
    wrong_quantity: float = 0.1  # of open lines: reported with one copy too many; not if forgotten
    long_done: float = 0.05  # of closed lines: reported as open
    brief_record: float = 0.2  # of titles: the record has no subject and hardly more than the title
    spoiled_record: float = 0.035  # of titles: something in the ONIX record is wrong
    break_after_upload: float = 0.0  # of our uploads: the connection breaks once the file was collected, before its answer


@dataclass(frozen=True)
class Delays:
    """How long things take, in seconds."""

    response: float = 0.5
    despatch: float = 2.0  # after the response
    late: float = 4.0  # of a second run, after the first
    release: float = 8.0  # of back-ordered copies, after the response
    invoice: float = 1.0  # after the despatch, or the last of an order's; a credit note as long after its invoice
    poll: float = 0.2


@dataclass(frozen=True, slots=True)
class Faults:
    """How often a file is spoiled in each way, from 0 to 1 of all files; a file is spoiled in one way at most."""

    new_reference: float = 0.0  # sent again with another interchange reference
    wrong_order: float = 0.0  # the order number is mistyped
    wrong_line_key: float = 0.0  # the line keys are mistyped
    wrong_references: float = 0.0  # both are
    wrong_charset: float = 0.0  # its bytes are in another character set than it declares
    wrong_count: float = 0.0  # a trailer states a wrong count
    cut_off: float = 0.0  # half of it is sent, and the complete file later
    garbage: float = 0.0  # a file that is not a message is sent with it


@dataclass(frozen=True)
class Outage:
    """One outage of the mailbox: `after` seconds from the first order, for `length` seconds. Nothing else stops."""

    after: float = 2.0
    length: float = 0.0


@dataclass(frozen=True)
class Options:
    """All options of one bookseller. `root` holds the mailbox, the state and the keys.

    `feed` is a file of records, `feed_count` the number of invented books, that are uploaded at the start.
    """

    root: Path
    seed: str = "1"
    dialect: Dialect = ALBION
    gln: str = ""
    catalogue: Path | None = None
    stopped_accounts: frozenset[str] = frozenset()
    proportions: Proportions = field(default_factory=Proportions)
    faults: Faults = field(default_factory=Faults)
    outage: Outage = field(default_factory=Outage)
    delays: Delays = field(default_factory=Delays)
    invoices: Invoices = Invoices.NONE
    acknowledge: bool = False
    feed: Path | None = None
    feed_count: int = 0

    @property
    def own_gln(self) -> str:
        """The bookseller's GLN."""
        return self.gln or self.dialect.gln

    @property
    def mailbox(self) -> Path:
        """The folder that SFTP shows."""
        return self.root / "mailbox"

    @property
    def journal(self) -> Path:
        """The journal of spoiled files."""
        return self.root / JOURNAL

    @property
    def state(self) -> Path:
        """The file of the bookseller's memory."""
        return self.root / "bookseller.sqlite"
