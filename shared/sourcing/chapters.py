"""Chapters of sourcing for the command `republish` of each strand's service: its rules, its switches, and the
changes of both that wait for a second person (docs/rebuilding.md)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.base import Event
from shared.republish import PAGE, Chapter, Page, Statement, Wanted
from shared.sourcing.change_news import approval_changed
from shared.sourcing.change_store import proposed_after
from shared.sourcing.rules import Strand
from shared.sourcing.switches.store import Entered, S, SwitchStore
from shared.sourcing.trials import R


def rule_chapter(noun: str, rules_after: Callable[..., Awaitable[Sequence[R]]], changed: Callable[[R], Event]) -> Chapter:
    """Returns the chapter of a strand's rules; `rules_after` returns the next ones of a council, or of all, by id."""

    async def read(connection: AsyncConnection, wanted: Wanted, after: UUID | None) -> Page:
        # Rules do not say when they were changed; they are few.
        found = await rules_after(connection, wanted.council, after=after, limit=PAGE)
        return Page.of(found, (Statement(changed(rule)) for rule in found), lambda rule: rule.rule_id)

    return Chapter(noun, read)


def switch_chapter(switches: SwitchStore[S], changed: Callable[[S, Entered], Event]) -> Chapter:
    """Returns the chapter of a strand's switches."""

    async def read(connection: AsyncConnection, wanted: Wanted, after: UUID | None) -> Page:
        found = await switches.following(connection, wanted.council, after=after, limit=PAGE)
        lately = [(switch, entered) for switch, entered in found if wanted.since is None or entered.at >= wanted.since]
        statements = (Statement(changed(switch, entered), entered.version, entered.at) for switch, entered in lately)
        return Page.of(found, statements, lambda last: last[0].switch_id)

    return Chapter("switch", read)


def change_chapter(strand: Strand) -> Chapter:
    """Returns the chapter of the changes of a strand that wait for a second person, or did."""

    async def read(connection: AsyncConnection, wanted: Wanted, after: UUID | None) -> Page:
        found = await proposed_after(connection, wanted.council, after=after, limit=PAGE)
        lately = [each for each in found if wanted.since is None or (each.decided_at or each.proposed_at) >= wanted.since]
        statements = (Statement(approval_changed(strand, each)) for each in lately)
        return Page.of(found, statements, lambda last: last.change_id)

    return Chapter("proposed change", read)
