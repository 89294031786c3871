"""Files of MARC that a council uploads: each selection in one becomes a proposal, as one that a supplier sends does."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.proposal_files import FileSelection, FoundInFile, MarcOrderMapping, UploadedFile, found_in
from services.orders.domain.proposals import Proposal
from services.orders.store import proposal_files as store
from services.orders.store.proposals import lock_selections
from services.orders.usecases.proposals import Source, keep_selection, new_proposal, supersede_parts
from shared.clock import Clock
from shared.contracts.selections import SelectionReceived
from shared.formats.marc.order_data import read_file
from shared.ids import new_id

_CAUSE = "api.proposal.file"


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file and what was found in it by a mapping."""

    file: UploadedFile
    mapping: MarcOrderMapping
    found: FoundInFile


async def read_uploaded(file: UploadedFile, mapping: MarcOrderMapping) -> ReadFile:
    """Reads a file, beside whatever else the process does. Raises DomainError (422) where nothing in it can be proposed."""
    read = await asyncio.to_thread(read_file, file.raw, mapping.mapping, mapping.supplier_id)
    return ReadFile(file, mapping, found_in(read, file))


async def propose_file(connection: AsyncConnection, read: ReadFile, clock: Clock) -> tuple[UUID, bool]:
    """Keeps a file and what it proposes. Returns the id of the file, and whether anything is new.

    Where the same file led to the same proposals before, nothing is kept, and the id is that of the file before.
    """
    file_id, at = new_id(), clock.now()
    by_whole: defaultdict[str, list[tuple[SelectionReceived, Source]]] = defaultdict(list)
    for one in read.found.selections:
        by_whole[one.whole].append((_event(read, one, file_id, at), _source(read, one, file_id)))
    await lock_selections(connection, [event for parts in by_whole.values() for event, _ in parts])
    kept: list[tuple[UUID, bool]] = []
    for parts in by_whole.values():
        of_whole = [await keep_selection(connection, event, source, clock) for event, source in parts]
        # An earlier file with this number may have had more parts.
        numbers = [event.selection_number for event, _ in parts]
        await supersede_parts(connection, parts[0][0], numbers, of_whole[0][0], parts[0][1], clock)
        kept += of_whole
    proposal_ids = [proposal_id for proposal_id, _ in kept]
    if not any(new for _, new in kept):
        before = await store.file_that_became(connection, read.file, proposal_ids)
        if before is not None:
            return before, False
    await store.add_file(connection, file_id, read.file, read.mapping, read.found, proposal_ids=proposal_ids, at=at)
    return file_id, True


def previewed(read: ReadFile, at: datetime) -> list[Proposal]:
    """Returns the proposals that a file would become."""
    file_id = new_id()
    return [new_proposal(_event(read, one, file_id, at), _source(read, one, file_id), at) for one in read.found.selections]


def _source(read: ReadFile, selection: FileSelection, file_id: UUID) -> Source:
    words = f"a file that {read.file.uploaded_by} uploaded"
    return Source(words, _CAUSE, file_id, selection.whole if selection.parted else "")


def _event(read: ReadFile, selection: FileSelection, file_id: UUID, at: datetime) -> SelectionReceived:
    """Returns a selection as an exchange would publish it, so that both have the same life."""
    return SelectionReceived(
        council=read.file.council,
        supplier_id=read.mapping.supplier_id,
        message_id=file_id,
        selection_number=selection.selection_number,
        received_at=at,
        lines=selection.lines,
    )
