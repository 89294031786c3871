"""Keeps the files of MARC that councils upload, and what was read of each. Scoped by council."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Row, RowMapping, Select, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.proposal_files import (
    FoundInFile,
    MarcOrderMapping,
    ProposalFile,
    ProposalOfFile,
    UploadedFile,
)
from services.orders.domain.proposals import ProposalState
from services.orders.store.tables import proposal, proposal_file, proposal_line
from shared.db.paging import narrowed, newest_first
from shared.formats.marc.order_data import RecordFinding

_FINDINGS = TypeAdapter(tuple[RecordFinding, ...])


async def add_file(
    connection: AsyncConnection,
    file_id: UUID,
    file: UploadedFile,
    mapping: MarcOrderMapping,
    found: FoundInFile,
    *,
    proposal_ids: Sequence[UUID],
    at: datetime,
) -> None:
    """Keeps a file with its bytes, the mapping as it is now, and the proposals that were made."""
    values = {
        "file_id": file_id,
        "council": file.council,
        "supplier_id": mapping.supplier_id,
        "mapping_id": mapping.mapping_id,
        "mapping": mapping.mapping.model_dump(mode="json"),
        "selection_number": file.selection_number,
        "media_type": file.media_type,
        "raw": file.raw,
        "digest": file.digest,
        "records": found.records,
        "titles": found.titles,
        "findings": [asdict(one) for one in found.findings],
        "more_findings": found.more_findings,
        "proposal_ids": proposal_ids,
        "uploaded_at": at,
        "uploaded_by": file.uploaded_by,
    }
    await connection.execute(insert(proposal_file).values(**values))


async def file_that_became(connection: AsyncConnection, file: UploadedFile, proposal_ids: Sequence[UUID]) -> UUID | None:
    """Returns the newest file of the same bytes that became exactly these proposals; None where there is none."""
    c = proposal_file.c
    same = (c.council == file.council, c.digest == file.digest, c.proposal_ids == proposal_ids)
    query = select(c.file_id).where(*same).order_by(c.uploaded_at.desc()).limit(1)
    return (await connection.execute(query)).scalar_one_or_none()


async def get_file(connection: AsyncConnection, council: str, file_id: UUID) -> ProposalFile | None:
    """Returns a file of the council, with the proposals as they are now; None where there is none."""
    row = (await connection.execute(_files(council).where(proposal_file.c.file_id == file_id))).one_or_none()
    return None if row is None else _file(row, await _proposals(connection, row.proposal_ids))


async def bytes_of(connection: AsyncConnection, council: str, file_id: UUID) -> tuple[str, bytes] | None:
    """Returns media type and bytes of a file of the council; None where there is none."""
    c = proposal_file.c
    row = (await connection.execute(select(c.media_type, c.raw).where(c.council == council, c.file_id == file_id))).one_or_none()
    return None if row is None else (row.media_type, row.raw)


async def list_files(
    connection: AsyncConnection, council: str, supplier_id: str | None, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[RowMapping]:
    """Lists a council's files, the newest first; `after` is the (uploaded_at, file_id) of the last row before."""
    c = proposal_file.c
    query = narrowed(_files(council), {c.supplier_id: supplier_id})
    paged = newest_first(query, (c.uploaded_at, c.file_id), after=after, limit=limit)
    rows: Sequence[RowMapping] = (await connection.execute(paged)).mappings().all()
    return rows


def _files(council: str) -> Select[Any]:
    c = proposal_file.c
    columns = [column for column in c if column.name not in ("raw", "digest", "mapping")]
    return select(*columns, func.length(c.raw).label("size")).where(c.council == council)


async def _proposals(connection: AsyncConnection, proposal_ids: Sequence[UUID]) -> tuple[ProposalOfFile, ...]:
    c, lines = proposal.c, func.count(proposal_line.c.place)
    query = (
        select(c.proposal_id, c.selection_number, c.state, lines.label("lines"))
        .join(proposal_line, proposal_line.c.proposal_id == c.proposal_id)
        .where(c.proposal_id.in_(proposal_ids))
        .group_by(c.proposal_id)
    )
    found = {
        row.proposal_id: ProposalOfFile(row.proposal_id, row.selection_number, ProposalState(row.state), row.lines)
        for row in await connection.execute(query)
    }
    return tuple(found[proposal_id] for proposal_id in proposal_ids)


def _file(row: Row[Any], proposals: tuple[ProposalOfFile, ...]) -> ProposalFile:
    return ProposalFile(
        file_id=row.file_id,
        council=row.council,
        supplier_id=row.supplier_id,
        mapping_id=row.mapping_id,
        selection_number=row.selection_number,
        media_type=row.media_type,
        size=row.size,
        records=row.records,
        titles=row.titles,
        findings=_FINDINGS.validate_python(row.findings),
        more_findings=row.more_findings,
        proposals=proposals,
        uploaded_at=row.uploaded_at,
        uploaded_by=row.uploaded_by,
    )
