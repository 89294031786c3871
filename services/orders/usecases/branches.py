"""Keeping a council's branches: those that are new, and changes of known ones by whoever has seen what they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.register import Branch, BranchWarning, check_room, check_seen, check_takeovers, closing_warnings
from services.orders.store import moving, register
from shared.acts.noting import note_change


@dataclass(frozen=True, slots=True)
class KeepBranches:
    """Branches as a council sends them. `expected_tag` is that of the list that it had read; "" for none."""

    council: str
    branches: Sequence[Branch]
    expected_tag: str


@dataclass(frozen=True, slots=True)
class KeptBranches:
    """All branches of the council since then, and what it may not have meant with those that it sent."""

    branches: Sequence[Branch]
    warnings: Sequence[BranchWarning]


async def keep_branches(connection: AsyncConnection, wanted: KeepBranches) -> KeptBranches:
    """Adds branches, changes known ones, and returns all. What is as it was needs no tag: a repetition is answered.

    Warns of branches that close with nobody to take over while orders wait for them: their copies would stay with them.
    Raises DomainError where known ones would change: without a tag (428), or because the list changed since it was read (412);
    for too many, and for branches that cannot take over (422).
    """
    kept = await _kept(connection, wanted)
    left = [branch.code for branch in wanted.branches if branch.closed_from is not None and branch.taken_over_by is None]
    owed = await moving.orders_owed_to(connection, wanted.council, left) if left else {}
    return KeptBranches(kept, closing_warnings(wanted.branches, owed))


async def _kept(connection: AsyncConnection, wanted: KeepBranches) -> list[Branch]:
    await register.lock_branches(connection, wanted.council)
    known = await register.list_branches(connection, wanted.council)
    before = {branch.code: branch for branch in known}
    changed = [branch for branch in wanted.branches if before.get(branch.code) != branch]
    if not changed:
        return known
    if any(branch.code in before for branch in changed):
        check_seen(wanted.expected_tag, await register.tag_of_branches(connection, wanted.council), "branches")
    check_room(known, wanted.branches, "branches")
    check_takeovers(known, wanted.branches)
    await register.keep_branches(connection, wanted.council, changed)
    after = {branch.code: branch for branch in changed}
    await note_change(connection, {code: branch for code, branch in before.items() if code in after}, after)
    return await register.list_branches(connection, wanted.council)
