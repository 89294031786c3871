"""Reads the content of a message from the service that keeps it: its bytes beside its tree, a window of both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlencode

from services.dashboard.domain.contents import Content, Tree, bytes_shown
from shared.errors import DomainError, Kind
from shared.http.calls import Session

LEAVES_SHOWN = 100
_WINDOW = 32_768
_TOO_LARGE = "This message is too large to be shown here part by part."
# What the owner refuses for good reasons, which the page shows beside everything else.
_SHOWN = frozenset({Kind.FORBIDDEN, Kind.TOO_LARGE, Kind.NOT_FOUND, Kind.CONFLICT, Kind.INVALID})


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a message's content that is shown: `leaves` parts of its tree after the first `after`."""

    after: int = 0
    leaves: int = LEAVES_SHOWN


async def read_content(session: Session, path: str, window: Window) -> Content:
    """Returns a window of a message's content; `path` is that of the message. Raises DomainError where the service fails."""
    query = urlencode({"after": window.after, "leaves": window.leaves})
    try:
        tree = Tree.model_validate(await session.ask("GET", f"{path}/tree?{query}"))
        start = min(tree.offsets, default=0) if window.after else 0
        raw, more = await _bytes(session, path, start)
    except DomainError as error:
        return Content(problem=_TOO_LARGE if error.code == "too-large-to-show" else shown(error))
    return Content(tree, bytes_shown(raw, start, tree, more=more), "", window.after, window.leaves)


def shown(error: DomainError) -> str:
    """Returns what to say instead of a part of the page. Raises the error again where the whole page fails."""
    if error.kind not in _SHOWN:
        raise error
    return error.detail


async def _bytes(session: Session, path: str, start: int) -> tuple[bytes, bool]:
    """Returns the bytes of a window and whether more follow. The rest is not read."""
    window = bytearray()
    async with session.download(f"{path}/raw") as chunks:
        async for chunk in _from(chunks, start):
            window += chunk
            if len(window) > _WINDOW:
                break
    return bytes(window[:_WINDOW]), len(window) > _WINDOW


async def _from(chunks: AsyncIterator[bytes], start: int) -> AsyncIterator[bytes]:
    passed = 0
    async for chunk in chunks:
        before, passed = passed, passed + len(chunk)
        if passed > start:
            yield chunk[max(start - before, 0) :]
