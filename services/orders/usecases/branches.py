"""Keeping a council's branches: those that are new, and changes of known ones by whoever has seen what they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.register import Branch, check_room, check_seen
from services.orders.store import register


@dataclass(frozen=True, slots=True)
class KeepBranches:
    """Branches as a council sends them. `expected_tag` is that of the list that it had read; "" for none."""

    council: str
    branches: Sequence[Branch]
    expected_tag: str


async def keep_branches(connection: AsyncConnection, wanted: KeepBranches) -> list[Branch]:
    """Adds branches, changes known ones, and returns all. What is as it was needs no tag: a repetition is answered.

    Raises DomainError where known ones would change: without a tag (428), or because the list changed since it was read (412);
    and for too many (422).
    """
    await register.lock_branches(connection, wanted.council)
    known = await register.list_branches(connection, wanted.council)
    before = {branch.code: branch for branch in known}
    changed = [branch for branch in wanted.branches if before.get(branch.code) != branch]
    if not changed:
        return known
    if any(branch.code in before for branch in changed):
        check_seen(wanted.expected_tag, await register.tag_of_branches(connection, wanted.council), "branches")
    check_room(known, wanted.branches, "branches")
    await register.keep_branches(connection, wanted.council, changed)
    return await register.list_branches(connection, wanted.council)
