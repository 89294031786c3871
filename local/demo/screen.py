"""Shows progress, as a live table on a terminal and as a plain line every few seconds elsewhere, and the final table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.live import Live
from rich.table import Table

from local.demo.reckoning import Copies, SupplierCount, counts, per_state

_PLAIN_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a run. `seconds` are counted from the first order."""

    seconds: float
    placed: int
    orders: int
    receipts: int
    copies: Copies


@contextmanager
def progress_shown(console: Console) -> Iterator[Callable[[Progress], None]]:
    """Yields a function that shows the progress of the run."""
    if not console.is_terminal:
        yield _PlainLines(console).show
        return
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        yield lambda progress: live.update(_live_table(progress))


class _PlainLines:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._next = 0.0

    def show(self, progress: Progress) -> None:
        if progress.seconds < self._next:
            return
        self._next = progress.seconds + _PLAIN_SECONDS
        parts = [
            f"{supplier}: " + ", ".join(f"{state} {number}" for state, number in per_state(copies).items())
            for supplier, copies in _by_supplier(progress.copies).items()
        ]
        self._console.print(" | ".join([_heading(progress), *parts]), soft_wrap=True)


def final_table(found: Sequence[SupplierCount]) -> Table:
    """Returns the table of ordered, received, outstanding, refused and cancelled copies per supplier, with a sum."""
    table = Table("supplier", title="All copies by supplier", show_footer=True)
    total: Counter[str] = Counter()
    outstanding: Counter[str] = Counter()
    for one in found:
        total.update(ordered=one.ordered, received=one.received, refused=one.refused, cancelled=one.cancelled)
        outstanding.update(one.outstanding)
    table.columns[0].footer = "all"
    table.add_column("ordered", str(total["ordered"]), justify="right")
    table.add_column("received", str(total["received"]), justify="right")
    table.add_column("outstanding", _with_states(outstanding))
    table.add_column("refused", str(total["refused"]), justify="right")
    table.add_column("cancelled", str(total["cancelled"]), justify="right")
    for one in found:
        waiting = _with_states(Counter(one.outstanding))
        table.add_row(one.supplier, str(one.ordered), str(one.received), waiting, str(one.refused), str(one.cancelled))
    return table


def _with_states(states: Counter[str]) -> str:
    named = ", ".join(f"{state} {number}" for state, number in states.items())
    return f"{states.total()} ({named})" if named else "0"


def _heading(progress: Progress) -> str:
    return f"{progress.seconds:5.1f} s  {progress.placed}/{progress.orders} orders, receipts: {progress.receipts}"


def _live_table(progress: Progress) -> Table:
    states = list(per_state(progress.copies))
    table = Table("supplier", title=_heading(progress))
    for state in (*states, "all"):
        table.add_column(state.replace("_", " "), justify="right")
    for supplier, copies in _by_supplier(progress.copies).items():
        seen = per_state(copies)
        table.add_row(supplier, *(str(seen.get(state, "")) for state in states), str(len(copies)))
    return table


def _by_supplier(copies: Copies) -> dict[str, Copies]:
    return {one.supplier: {key: copy for key, copy in copies.items() if copy.supplier == one.supplier} for one in counts(copies)}
