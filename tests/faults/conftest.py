"""An undisturbed stack, which gives the expected result of the orders, and a stack that the tests disturb."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pickle
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest
import pytest_asyncio

from local.simulators import CATALOGUE
from local.stack import Stack, StackOptions
from local.stack.options import SimulatorOptions
from tests.faults.moved_clock import compile_clock
from tests.faults.order_file import ORDERS, some_orders
from tests.faults.play import Play, Table, playing
from tests.faults.small_disk import SmallDisk, small_disk

# None of the bookseller's invoices has a mistake, so every one must be matched in the end.
_WITHOUT_MISTAKES = tuple(f"{name}=0" for name in ("overcharged", "unknown_line", "wrong_total", "invoiced_twice"))
QUICK = SimulatorOptions(
    catalogue=CATALOGUE, late_delay=1.0, release_delay=1.0, invoice_delay=0.5, national_proportions=_WITHOUT_MISTAKES
)
# Breaks the connection after every fourth order was accepted, which must change nothing. One invoice for each despatch.
_BREAKING = replace(
    QUICK,
    national_proportions=(*_WITHOUT_MISTAKES, "break_after_upload=0.25"),
    consortium_proportions=("lost_answer=0.25",),
    national_invoices="despatch",
)


@dataclass(frozen=True, slots=True)
class Disks:
    """The disks of the disturbed stack that a test may fill: of the database, and of the bookseller's mailbox."""

    database: SmallDisk
    mailbox: SmallDisk


@pytest.fixture(scope="package")
def folder() -> Iterator[Path]:
    """A folder for the stacks; not tmp_path, because the database server may run as another user."""
    made = Path(tempfile.mkdtemp(prefix="stockbridge-faults-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def undisturbed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Table:
    """The final state of every copy when nothing fails; computed once for all workers of a test run."""
    base = tmp_path_factory.getbasetemp()
    # A worker's folder is inside the folder of the run.
    found = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "undisturbed.pickle"
    with await asyncio.to_thread(found.with_suffix(".lock").open, "w") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        if not found.exists():
            table = await _play_undisturbed(folder)
            found.write_bytes(pickle.dumps(table))
        return cast(Table, pickle.loads(found.read_bytes()))


async def _play_undisturbed(folder: Path) -> Table:
    async with Stack(StackOptions(folder / "undisturbed", simulators=QUICK)) as stack, playing(stack) as play:
        for prefix, count in ORDERS.items():
            await play.place(some_orders(prefix, count))
        rest = await play.rest()
    assert rest.findings == []
    return rest.table


@pytest.fixture(scope="session")
def clock_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that gives a process a wrong clock."""
    return compile_clock(tmp_path_factory.mktemp("clock"))


@pytest.fixture(scope="package")
def disks(folder: Path) -> Iterator[Disks]:
    """Small disks for the disturbed stack, mounted before it starts."""
    stack = folder / "disturbed"
    mailbox = stack / "simulators" / "bookseller" / "mailbox"
    with small_disk(stack / "postgres") as database, small_disk(mailbox) as mail:
        yield Disks(database, mail)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def play(folder: Path, undisturbed: Table, disks: Disks) -> AsyncIterator[Play]:
    """A stack that tests disturb, one after the other; each leaves it at rest. Starts when the undisturbed one has ended."""
    async with Stack(StackOptions(folder / "disturbed", simulators=_BREAKING)) as stack, playing(stack) as made:
        yield made
