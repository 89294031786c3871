"""Fixes fields of titles, and lifts fixes, as cataloguers say. Each runs in its caller's transaction."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import store
from services.catalogue.domain.fixes import Fix, no_such_fix
from services.catalogue.domain.records import no_such_title
from services.catalogue.usecases.publishing import as_it_is
from services.catalogue.usecases.retitling import retitle_books
from shared.clock import Clock


async def fix_field(connection: AsyncConnection, fix: Fix, clock: Clock) -> None:
    """Fixes a field of a title, in place of an earlier fix of it. Raises DomainError (404) where there is no title."""
    locked = await store.lock_titles(connection, [fix.isbn])
    if not locked:
        raise no_such_title(fix.isbn, await store.suppliers_asked(connection, fix.isbn))
    await store.replace_fix(connection, fix)
    await retitle_books(connection, locked, await store.records_of_all(connection, [fix.isbn]), clock, as_it_is)


async def lift(connection: AsyncConnection, isbn: str, fix_id: UUID, *, actor: str, reason: str, clock: Clock) -> Fix:
    """Lifts a fix: the suppliers' records count again. Raises DomainError (404) where it is not in force."""
    locked = await store.lock_titles(connection, [isbn])
    lifted = await store.lift_fix(connection, isbn, fix_id, actor=actor, reason=reason, now=clock.now())
    if lifted is None:
        raise no_such_fix(isbn)
    await retitle_books(connection, locked, await store.records_of_all(connection, [isbn]), clock, as_it_is)
    return lifted
