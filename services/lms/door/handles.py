"""Open files of a session: one that is being put in, and one that is being fetched. In memory, within the room that there is."""

from __future__ import annotations

from uuid import UUID

import asyncssh

from services.lms.door.limits import Room
from services.lms.door.tree import Spot


class Upload:
    """A file that is being put in. Gives its room back when it is released."""

    def __init__(self, spot: Spot, room: Room, largest: int) -> None:
        self.spot = spot
        self.appending = False
        self._content = bytearray()
        self._room = room
        self._largest = largest
        self._taken = 0

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self._content)

    @property
    def content(self) -> bytes:
        """What was written so far."""
        return bytes(self._content)

    def write(self, offset: int, data: bytes) -> int:
        """Writes at a place. Raises SFTPError where it would be too large, or there is no room now."""
        start = self.size if self.appending else offset
        self.resize(max(self.size, start + len(data)))
        self._content[start : start + len(data)] = data
        return len(data)

    def read(self, offset: int, size: int) -> bytes:
        """Returns a part of what was written."""
        return bytes(self._content[offset : offset + size])

    def resize(self, size: int) -> None:
        """Cuts it, or makes it longer with zero bytes. Raises SFTPError as `write` does."""
        if size > self._largest:
            raise asyncssh.SFTPFailure(f"A file may have {self._largest} bytes; put several smaller ones.")
        more = size - self._taken
        if more > 0:
            if not self._room.take(more):
                raise asyncssh.SFTPFailure("Too much is being put in at once; put this file again in a minute.")
            self._taken = size
        del self._content[size:]
        self._content.extend(bytes(size - self.size))

    def release(self) -> None:
        """Forgets the content."""
        self._room.give(self._taken)
        self._taken = 0
        self._content.clear()


class Fetch:
    """A file that is being fetched; notes which of its parts were."""

    def __init__(self, message_id: UUID, content: bytes, room: Room) -> None:
        """Raises SFTPError where there is no room now."""
        if not room.take(len(content)):
            raise asyncssh.SFTPFailure("Too much is being fetched at once; fetch this file again in a minute.")
        self.message_id = message_id
        self._content = content
        self._room = room
        self._taken = len(content)
        # Clients ask for parts ahead and in any order. Up to `_reached` there is no gap.
        self._reached = 0
        self._ahead: dict[int, int] = {}

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self._content)

    @property
    def is_whole(self) -> bool:
        """Whether every byte was asked for."""
        return self._reached >= self.size

    def read(self, offset: int, size: int) -> bytes:
        """Returns a part."""
        part = self._content[offset : offset + size]
        if part:
            self._ahead[offset] = max(self._ahead.get(offset, 0), offset + len(part))
        while reached := [end for start, end in self._ahead.items() if start <= self._reached < end]:
            self._reached = max(reached)
            self._ahead = {start: end for start, end in self._ahead.items() if end > self._reached}
        return part

    def release(self) -> None:
        """Forgets the content."""
        self._room.give(self._taken)
        self._taken = 0
        self._content = b""
