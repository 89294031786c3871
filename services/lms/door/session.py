"""One SFTP session of an LMS: what it asks for, over the folders of its profile. Whatever is not here does not exist.

A file counts when it is closed under a name that stays, or renamed to one: it is committed before that is answered.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from weakref import WeakSet

import asyncssh
import structlog

from services.lms.domain.mailbox_messages import Direction, MailboxMessage
from services.lms.door.handles import Fetch, Upload
from services.lms.door.limits import Room
from services.lms.door.nothing import NoDisk
from services.lms.door.shelf import Shelf
from services.lms.door.tree import Spot, Tree, file_attributes, folder_attributes
from shared.clock import Clock
from shared.sftp.endings import WINDOW, Ending, ending_of

_MOST_OPEN, _MOST_UNNAMED, _MOST_LISTING, _MOST_REMEMBERED = 256, 1_000, 64, 5_000

log = structlog.get_logger(__name__)


class Hints(Protocol):
    """What a session is told of its connection, and tells it."""

    @property
    def has_ended(self) -> bool:
        """Whether the client, or the connection to it, is gone."""

    def touch(self) -> None:
        """Is called with each request."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a session works with."""

    shelf: Shelf
    tree: Tree
    room: Room
    largest_file: int
    clock: Clock
    hints: Hints


@dataclass(frozen=True, slots=True)
class _Put:
    size: int
    at: datetime


class MailboxFiles(NoDisk):
    """The files of one mailbox, as one session sees them."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], means: Means) -> None:
        super().__init__(channel)
        self._means = means
        self._tree = means.tree
        self._shelf = means.shelf
        self._open: set[Upload | Fetch] = set()
        self._listings: WeakSet[_Listing] = WeakSet()
        # Closed under a temporary name: they count when they are renamed.
        self._unnamed: dict[str, Upload] = {}
        # Put in by this session. Clients look at a file after they have put it, and some rename it then.
        self._put: dict[str, _Put] = {}
        self._changed = asyncio.Event()

    async def quiet(self) -> None:
        """Waits until no file is open, and none waits for the name under which it counts."""
        while self._open or self._unnamed:
            self._changed.clear()
            await self._changed.wait()

    async def open(self, path: bytes, pflags: int, _: asyncssh.SFTPAttrs) -> object:
        """Opens a file: to be put in, or to be fetched."""
        spot = self._spot(path)
        if len(self._open) >= _MOST_OPEN or len(self._unnamed) >= _MOST_UNNAMED:
            detail = f"{_MOST_OPEN} files open and {_MOST_UNNAMED} under temporary names"
            raise asyncssh.SFTPFailure(f"A session may have {detail}; close or rename some.")
        if not spot.name:
            raise asyncssh.SFTPFailure("This is a folder.")
        opened = self._begin(spot, pflags) if pflags & (asyncssh.FXF_WRITE | asyncssh.FXF_APPEND) else await self._fetch(spot)
        self._open.add(opened)
        return opened

    async def close(self, file_obj: object) -> None:
        """Closes a file. What was put in is committed before this is answered; what was fetched to its end counts as taken."""
        self._means.hints.touch()
        assert isinstance(file_obj, Upload | Fetch)
        try:
            if isinstance(file_obj, Fetch):
                await self._end_fetch(file_obj)
            elif self._means.hints.has_ended:
                await self._keep_what_came(file_obj)
            else:
                await self._end_upload(file_obj)
        finally:
            self._open.discard(file_obj)
            self._changed.set()

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Returns a part of an open file."""
        self._means.hints.touch()
        assert isinstance(file_obj, Upload | Fetch)
        return file_obj.read(offset, size)

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Writes a part of a file that is being put in."""
        self._means.hints.touch()
        return _writable(file_obj).write(offset, data)

    async def stat(self, path: bytes) -> asyncssh.SFTPAttrs:
        """Returns the attributes of a file or folder."""
        spot = self._spot(path)
        if not spot.name:
            return folder_attributes()
        if (unnamed := self._unnamed.get(spot.path)) is not None:
            return file_attributes(unnamed.size, self._means.clock.now())
        if (put := self._put.get(spot.path)) is not None:
            return file_attributes(put.size, put.at)
        if (found := await self._shelf.find(spot)) is not None:
            return file_attributes(found.size, found.created_at)
        raise _no_file(spot)

    async def lstat(self, path: bytes) -> asyncssh.SFTPAttrs:
        """As `stat`: there are no links."""
        return await self.stat(path)

    def fstat(self, file_obj: object) -> asyncssh.SFTPAttrs:
        """Returns the attributes of an open file."""
        assert isinstance(file_obj, Upload | Fetch)
        return file_attributes(file_obj.size, self._means.clock.now())

    async def setstat(self, path: bytes, _: asyncssh.SFTPAttrs) -> None:
        """Does nothing: clients set times and permissions of what they have put, and need not know that we have none."""
        await self.stat(path)

    async def lsetstat(self, path: bytes, _: asyncssh.SFTPAttrs) -> None:
        """As `setstat`."""
        await self.stat(path)

    def fsetstat(self, file_obj: object, attrs: asyncssh.SFTPAttrs) -> None:
        """Sets the size of a file that is being put in; everything else is passed over."""
        if attrs.size is not None:
            _writable(file_obj).resize(attrs.size)

    def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        """Lists a folder."""
        spot = self._spot(path)
        if spot.name:
            raise asyncssh.SFTPNoSuchFile("This is no folder.")
        if len(self._listings) >= _MOST_LISTING:
            raise asyncssh.SFTPFailure(f"A session may list {_MOST_LISTING} folders at once.")
        listing = _Listing(self._names(spot.folder))
        self._listings.add(listing)
        return listing

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Renames: what was put in counts when it gets a name that stays; a file out that is renamed is taken."""
        old, new = self._spot(oldpath), self._spot(newpath)
        if not old.name or not new.name:
            raise asyncssh.SFTPPermissionDenied("Folders stay as they are.")
        if (unnamed := self._unnamed.get(old.path)) is not None:
            await self._name(unnamed, new)
        elif old.path in self._put:
            self._remember(new, self._put.pop(old.path).size)
        elif (found := await self._shelf.find(old)) is not None and found.direction is Direction.OUT:
            await self._rename_out(found, old, new)
        else:
            raise _no_file(old)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """As `rename`."""
        await self.rename(oldpath, newpath)

    async def remove(self, path: bytes) -> None:
        """Removes a file out, or one that was put in under a temporary name. What counts already stays."""
        spot = self._spot(path)
        if (unnamed := self._unnamed.pop(spot.path, None)) is not None:
            unnamed.release()
            self._changed.set()
            return
        found = await self._shelf.find(spot)
        if found is not None and found.direction is Direction.OUT:
            await self._shelf.remove(found)
        elif found is not None or spot.path in self._put:
            raise asyncssh.SFTPPermissionDenied(f"{spot.name} was taken already; ask operations staff to discard it.")
        else:
            raise _no_file(spot)

    def realpath(self, path: bytes) -> bytes:
        """Returns a path from the top. Raises SFTPError where there is no such folder."""
        self._means.hints.touch()
        return self._tree.absolute(path)

    def mkdir(self, path: bytes, _: asyncssh.SFTPAttrs) -> None:
        """Refuses, but says so where the folder is there: clients make folders before they use them."""
        spot = self._spot(path)
        raise asyncssh.SFTPFailure("The folder exists." if not spot.name else "Folders stay as they are.")

    async def exit(self) -> None:
        """Ends the session: what was closed under a temporary name and never renamed is kept as cut off."""
        while self._unnamed:
            path, upload = next(iter(self._unnamed.items()))
            await self._keep_what_came(upload)
            del self._unnamed[path]
            self._changed.set()

    def _spot(self, path: bytes) -> Spot:
        self._means.hints.touch()
        return self._tree.spot(path)

    def _begin(self, spot: Spot, pflags: int) -> Upload:
        if spot.folder != self._tree.folder_in:
            raise asyncssh.SFTPPermissionDenied(f"Put files into {self._tree.folder_in}.")
        if spot.path in self._unnamed and not pflags & asyncssh.FXF_TRUNC:
            # The client goes on with what it began.
            upload = self._unnamed.pop(spot.path)
        else:
            upload = Upload(spot, self._means.room, self._means.largest_file)
        upload.appending = bool(pflags & asyncssh.FXF_APPEND)
        return upload

    async def _fetch(self, spot: Spot) -> Fetch:
        found = await self._shelf.find(spot)
        if found is None:
            raise _no_file(spot)
        if found.direction is not Direction.OUT:
            raise asyncssh.SFTPPermissionDenied("What was put in is not given back.")
        return Fetch(found.message_id, await self._shelf.content(found), self._means.room)

    async def _end_fetch(self, fetch: Fetch) -> None:
        whole = fetch.is_whole
        fetch.release()
        # Of a connection that broke it is not known what arrived.
        if whole and not self._means.hints.has_ended:
            await self._shelf.fetched(fetch.message_id)

    async def _end_upload(self, upload: Upload) -> None:
        spot = upload.spot
        if self._tree.is_temporary(spot.name):
            if (before := self._unnamed.pop(spot.path, None)) is not None:
                before.release()
            self._unnamed[spot.path] = upload
            return
        try:
            await self._shelf.keep(spot, upload.content, whole=True)
            self._remember(spot, upload.size)
        finally:
            upload.release()

    async def _name(self, upload: Upload, new: Spot) -> None:
        if new.folder != self._tree.folder_in:
            raise asyncssh.SFTPPermissionDenied(f"Put files into {self._tree.folder_in}.")
        if self._tree.is_temporary(new.name):
            self._unnamed[new.path] = self._unnamed.pop(upload.spot.path)
            upload.spot = new
            return
        # It stays under its temporary name where it cannot be kept: the client may try the rename again.
        await self._shelf.keep(new, upload.content, whole=True)
        self._unnamed.pop(upload.spot.path, None)
        self._remember(new, upload.size)
        upload.release()
        self._changed.set()

    async def _keep_what_came(self, upload: Upload) -> None:
        """Keeps a file of which nobody said that it is whole; what has a complete end is whole all the same."""
        content, spot = upload.content, upload.spot
        upload.release()
        if not content:
            return
        whole = ending_of(content[:WINDOW], content[-WINDOW:]) is Ending.COMPLETE and not self._tree.is_temporary(spot.name)
        with contextlib.suppress(asyncssh.SFTPError):
            await self._shelf.keep(spot, content, whole=whole)

    async def _rename_out(self, file: MailboxMessage, old: Spot, new: Spot) -> None:
        if new.folder != old.folder:
            raise asyncssh.SFTPPermissionDenied("Files out can be renamed within their folder only.")
        if await self._shelf.find(new) is not None:
            raise asyncssh.SFTPFailure(f"{new.name} exists.")
        await self._shelf.rename(file, new.name)

    def _remember(self, spot: Spot, size: int) -> None:
        self._put[spot.path] = _Put(size, self._means.clock.now())
        if len(self._put) > _MOST_REMEMBERED:
            del self._put[next(iter(self._put))]

    async def _names(self, folder: str) -> AsyncIterator[asyncssh.SFTPName]:
        for name in (".", "..", *self._tree.below(folder)):
            yield asyncssh.SFTPName(name.encode(), attrs=folder_attributes())
        for file in (await self._shelf.listing()).get(folder, {}).values():
            yield asyncssh.SFTPName(file.name.encode(), attrs=file_attributes(file.size, file.created_at))
        for upload in list(self._unnamed.values()):
            if upload.spot.folder == folder:
                now = self._means.clock.now()
                yield asyncssh.SFTPName(upload.spot.name.encode(), attrs=file_attributes(upload.size, now))


class _Listing:
    """A list that is being read; counted as long as the client has it open."""

    def __init__(self, names: AsyncIterator[asyncssh.SFTPName]) -> None:
        self._names = names

    def __aiter__(self) -> AsyncIterator[asyncssh.SFTPName]:
        return self

    async def __anext__(self) -> asyncssh.SFTPName:
        return await anext(self._names)


def _writable(file_obj: object) -> Upload:
    if not isinstance(file_obj, Upload):
        raise asyncssh.SFTPPermissionDenied("The file is open for fetching.")
    return file_obj


def _no_file(spot: Spot) -> asyncssh.SFTPError:
    return asyncssh.SFTPNoSuchFile(f"There is no file {spot.name} in {spot.folder}.")
