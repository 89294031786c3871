"""Reads a file of an LMS's mailbox from lms, and passes on what staff decide about it: as the person at the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from services.dashboard.domain.contents import Content
from services.dashboard.domain.mailbox_files import File
from services.dashboard.usecases.asking import Services
from services.dashboard.usecases.contents import Window, read_content
from shared.http.calls import Api
from shared.http.headers import etag


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """The files of all mailboxes that lms keeps."""

    services: Services

    async def read(self, message_id: UUID, token: str, window: Window) -> tuple[File, Content]:
        """Returns a file and a window of its content. Raises DomainError as lms refuses it."""
        async with self._api.session(token) as session:
            file = File.model_validate(await session.ask("GET", _path(message_id)))
            # While it changes by itself the page asks every few seconds, and a tree costs much.
            content = Content() if file.state in ("received", "asked") else await read_content(session, _path(message_id), window)
        return file, content

    async def decide(self, message_id: UUID, token: str, *, decision: str, version: int, reason: str) -> None:
        """Has lms replay, discard or offer a file again. Raises DomainError as it refuses."""
        path, tag = f"{_path(message_id)}/{decision}", etag(version)
        await self._api.ask("POST", path, token, body={"reason": reason}, if_match=tag)

    async def raw(self, message_id: UUID, token: str) -> AsyncIterator[bytes]:
        """Returns the bytes of a file as they arrive. Raises DomainError as lms refuses it."""
        return await self._api.download(f"{_path(message_id)}/raw", token)

    @property
    def _api(self) -> Api:
        return self.services.of("lms")


def _path(message_id: UUID) -> str:
    return f"/v1/mailbox-messages/{message_id}"
