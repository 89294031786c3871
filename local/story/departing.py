"""Settles what still ties the council to the provider that it left, and keeps the exit statement.

The consortium goes on supplying records, so only the strands of ordering and delivery are settled.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import UUID

from rich.console import Console

from local.lms.answers import Answer
from local.lms.calls import Service
from local.lms.lms import Lms
from local.lms.sourcing import CONSORTIUM
from local.simulators.consortium.clerks import enter_cancellations, open_lines
from local.story import council
from shared.wording import counted

EXCHANGE_SCOPES = ("exchange:read", "exchange:write")
_LEFT = ("ordering", "delivery")
_OWED_AGAIN = frozenset({"missing", "damaged"})
_PATH = f"/v1/departures/{CONSORTIUM}"
_REASON = "The consortium credits what came damaged or not at all"
_POLL_SECONDS = 1.0
_LIMIT_SECONDS = 60.0


class Tie(Answer):
    """One thing that ties the council to the supplier, and how many there are of it."""

    strand: str
    meaning: str
    count: int


class Departure(Answer):
    """What still ties the council to the supplier."""

    ties: tuple[Tie, ...]
    unknown: tuple[str, ...]
    digest: str

    @property
    def open(self) -> list[Tie]:
        """What is open in the strands that the council left."""
        return [tie for tie in self.ties if tie.strand in _LEFT and tie.count]


class ComparedLine(Answer):
    """A line on which the two books differ."""

    line_key: str | None


class Reconciliation(Answer):
    """How the supplier's list of open lines compares with ours, in numbers of lines."""

    reconciliation_id: UUID
    agreed: int
    disagreeing: int
    ours_only: int
    theirs_only: int

    @property
    def differing(self) -> int:
        """On how many lines the two books differ."""
        return self.disagreeing + self.ours_only + self.theirs_only


class Differences(Answer):
    """The lines of a comparison that only the supplier has as open."""

    items: tuple[ComparedLine, ...]


@dataclass(slots=True)
class Departing:
    """Settles what ties the council to the consortium, step by step, and prints each step.

    `first`: what was open before the first step. `faults`: what is still open, or not known, after the last one, a sentence each.
    `clerks`: the file of the simulated consortium, in which its clerks enter cancellations.
    """

    lms: Lms
    evidence: Service
    exchange: Service
    isil: str
    clerks: Path
    console: Console
    first: list[Tie] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    async def place_what_is_owed(self, switch_id: UUID) -> None:
        """Shows what is open, and has what came damaged or not at all supplied by the bookseller. Raises UnexpectedAnswer."""
        departure = await self._settled_list()
        self.first = departure.open
        self._say("The departure list counts, for each strand, what still ties the council to the consortium:")
        self._show(departure)
        stays = await council.switched_copies(self.lms.orders, switch_id, "stays")
        owed = [copy for copy in stays if copy.state in _OWED_AGAIN]
        if owed:
            await council.place_anew(self.lms.orders, switch_id, owed, _REASON)
            self._say(f"A person decides about {counted(len(owed), 'copy')} that came damaged or not at all: placed anew.")

    async def agree(self) -> None:
        """Compares the consortium's list of open lines with ours until both are the same. Raises UnexpectedAnswer."""
        compared = await self._compared()
        self._say(f"The consortium sends its list of open lines. It differs from ours in {counted(compared.differing, 'line')}.")
        if compared.differing:
            found = await self.exchange.get(
                f"/v1/reconciliations/{compared.reconciliation_id}", Differences, {"outcome": "theirs_only"}
            )
            keys = {line.line_key for line in found.items if line.line_key is not None}
            await asyncio.to_thread(enter_cancellations, self.clerks, keys)
            compared = await self._compared()
            self._say(
                "It had not noted cancellations that it never answered. It enters them now, and sends its list again: "
                f"it differs in {counted(compared.differing, 'line')}."
            )

    async def end(self, folder: Path) -> Path:
        """Shows that nothing is open any more, and keeps the exit statement; returns its file. Raises UnexpectedAnswer."""
        departure = await self._settled_list(wanted=())
        self._say("The departure list now:")
        self._show(departure)
        self.faults = [f"{tie.strand}: {tie.count} {tie.meaning}, although the council left" for tie in departure.open]
        self.faults += [f"not known: {text}" for text in departure.unknown]
        file = folder / "exit-statement.html"
        answer = await self.evidence.fetch(f"{_PATH}/statement", "text/html")
        await asyncio.to_thread(file.write_bytes, answer.content)
        self._say(f"Exit statement, to send to the consortium: {file}")
        self._say("Its records stay, so the strand catalogue is still tied. Whether it has left, a person of the council says.")
        return file

    async def _settled_list(self, wanted: Collection[Tie] | None = None) -> Departure:
        """Returns the list once it stops changing, or is as `wanted`; after a minute as it is then."""
        before, limit = None, time.monotonic() + _LIMIT_SECONDS
        while True:
            now = await self.evidence.get(_PATH, Departure)
            over = now == before if wanted is None else now.open == list(wanted) and not now.unknown
            if over or time.monotonic() > limit:
                return now
            before = now
            await asyncio.sleep(_POLL_SECONDS)

    async def _compared(self) -> Reconciliation:
        lines = await asyncio.to_thread(open_lines, self.clerks, self.isil)
        answer = await self.exchange.post("/v1/reconciliations", {"lines": [asdict(line) for line in lines]})
        return Reconciliation.model_validate_json(answer.content)

    def _show(self, departure: Departure) -> None:
        for strand in _LEFT:
            rows = [f"{tie.count} {tie.meaning}" for tie in departure.open if tie.strand == strand]
            self._say(f"  {strand}: {'; '.join(rows) or 'nothing'}.")
        for text in departure.unknown:
            self._say(f"  not known: {text.partition(':')[2].strip() or text}")

    def _say(self, text: str) -> None:
        self.console.print(f"  {text}", highlight=False, markup=False, soft_wrap=True)
