"""How a bookseller writes and where it keeps its files: data of two invented booksellers. Does not know our profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Folders:
    """The mailbox's folders; several may be the same one. Without an archive, what was collected is deleted."""

    orders: str = "orders"
    requests: str = "record-requests"
    archive: str | None = "archive"
    acknowledgements: str = "acknowledgements"
    responses: str = "responses"
    despatches: str = "despatches"
    invoices: str = "invoices"
    reports: str = "responses"
    selections: str = "selections"
    records: str = "records"

    @property
    def all(self) -> tuple[str, ...]:
        """Each folder once."""
        inbound = [self.orders, self.requests, *([self.archive] if self.archive else [])]
        answers = [self.acknowledgements, self.responses, self.despatches, self.invoices]
        return tuple(dict.fromkeys([*inbound, *answers, self.reports, self.selections, self.records]))


@dataclass(frozen=True, slots=True)
class Endings:
    """The endings of the bookseller's file names."""

    acknowledgements: str = ".edi"
    responses: str = ".edi"
    despatches: str = ".edi"
    invoices: str = ".edi"
    reports: str = ".edi"
    selections: str = ".edi"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One bookseller's dialect. `private_list` is the list of its own `statuses` and `availabilities` (standard -> own)."""

    name: str
    gln: str
    code: str = ""
    qualifier: str = "14"
    charset: str = "UNOC"
    advice: bool = True
    line_breaks: bool = False
    association: bool = True
    item: str = "LIN"
    line_reference: str = "LI"
    barcode: str = "LAC"
    sequence: str = "LSQ"
    private_list: str = ""
    statuses: Mapping[str, str] = field(default_factory=dict)
    availabilities: Mapping[str, str] = field(default_factory=dict)
    folders: Folders = Folders()
    endings: Endings = Endings()

    def status(self, code: str) -> tuple[str, str]:
        """Returns the bookseller's code and list for a status of list 12B."""
        return (self.statuses[code], self.private_list) if code in self.statuses else (code, "12B")

    def availability(self, code: str) -> tuple[str, str]:
        """Returns the bookseller's code and list for an availability of list 8B."""
        return (self.availabilities[code], self.private_list) if code in self.availabilities else (code, "8B")


ALBION = Dialect(name="Albion Library Booksellers", gln="5098765432100")

RIDGEWAY = Dialect(
    name="Ridgeway Library Supply",
    gln="5091234000053",
    code="1741209",
    qualifier="31B",
    charset="UNOB",
    advice=False,
    line_breaks=True,
    association=False,
    item="PIA",
    line_reference="ON",
    barcode="LCO",
    sequence="LST",
    private_list="RLS",
    statuses={
        "100": "A1", "110": "A2", "200": "N1", "210": "N2", "222": "X1", "223": "X2",
        "400": "B1", "401": "B2", "402": "B3", "403": "B4", "800": "S1", "900": "U1",
    },
    availabilities={"IB": "1", "OB": "2", "RP": "3", "TO": "4", "NP": "5", "OP": "6", "OR": "7"},
    folders=Folders("in", "in-isbns", None, "out", "out", "out", "out", "out", "out", "out"),
    endings=Endings(".CEK", ".CEA", ".CED", ".CEI", ".CES", ".CEQ"),
)  # fmt: skip

DIALECTS = {"albion": ALBION, "ridgeway": RIDGEWAY}
