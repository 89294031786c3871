"""Leaves each council's records, with the copies that it ordered, as its LMS loads them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from local.lms.calls import Service
from local.lms.loading import MARC_ENDING, Loaded, load_records
from local.stack import Stack
from local.stack.options import COUNCILS


async def leave_records(stack: Stack) -> list[str]:
    """Writes one MARC file for each council that ordered books into the run's folder; returns a line about each council."""
    folder = stack.options.folder / "records"
    return [await _left(stack, council, folder / f"{council}{MARC_ENDING}") for council in COUNCILS]


async def _left(stack: Stack, council: str, file: Path) -> str:
    async with Service(stack.endpoints.catalogue, partial(stack.token, council, "catalogue:read")) as catalogue:
        return _told(council, await load_records(catalogue, file))


def _told(council: str, loaded: Loaded) -> str:
    if loaded.titles:
        return f"Records of {council}: {loaded.titles} titles with {loaded.copies} copies, ready to load, in {loaded.file}"
    loaded.file.unlink()
    return f"Records of {council}: none, it ordered nothing."
