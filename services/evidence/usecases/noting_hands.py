"""Notes from events what people had to do by hand, one function per kind of event. Events may arrive early, late or twice."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.store.tables import decided_line, handled_message
from shared.contracts.decisions import LinesDecided
from shared.contracts.messages import MessageHandled
from shared.db.bulk import insert_new, keep_newest
from shared.messaging.envelope import Envelope


async def message_handled(connection: AsyncConnection, event: MessageHandled, _: Envelope) -> None:
    """Staff did something about a message, or it is known by now which lines it concerns."""
    await keep_newest(connection, handled_message, [event.model_dump()])


async def lines_decided(connection: AsyncConnection, event: LinesDecided, _: Envelope) -> None:
    """A person decided what lines asked."""
    rows = [{"line_key": key, "decided_at": event.decided_at} for key in sorted(event.line_keys)]
    await insert_new(connection, decided_line, rows, returning=("line_key",))
