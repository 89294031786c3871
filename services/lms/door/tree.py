"""The folders that an LMS sees: those of its profile, and nothing else. Pure."""

from __future__ import annotations

import posixpath
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncssh

from services.lms.dialects.profile import Files
from services.lms.domain.mailbox_messages import MailboxMessage, State
from shared.sftp.arrivals import shown

_LONGEST_NAME, _LONGEST_PATH = 255, 1_024
_FOLDER_MODE, _FILE_MODE = stat.S_IFDIR | 0o755, stat.S_IFREG | 0o644


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a path leads: a file of a folder, or a folder itself where `name` is empty. Folders have no slash at either end."""

    folder: str
    name: str

    @property
    def path(self) -> str:
        """The path from the top, without the slash before it."""
        return f"{self.folder}/{self.name}" if self.name else self.folder


class Tree:
    """The folders of one mailbox."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._folders = frozenset(files.folders)
        records = () if files.records is None else (files.records,)
        self._out = frozenset(out.folder for out in (*files.out.values(), *records))
        # With those in between, of which a folder such as `edi/in` consists.
        self._all = frozenset(("", *(above for folder in self._folders for above in _with_those_above(folder))))

    def spot(self, path: bytes) -> Spot:
        """Returns where a path leads; `..` never leads out. Raises SFTPError where there is no such folder, or no such name."""
        if len(path) > _LONGEST_PATH or b"\0" in path:
            raise asyncssh.SFTPFailure("No file can have this name: it is too long, or has a zero byte in it.")
        plain = posixpath.normpath(posixpath.join(b"/", path)).lstrip(b"/")
        if (folder := shown(plain)) in self._all:
            return Spot(folder, "")
        above, name = posixpath.split(plain)
        if shown(above) not in self._folders:
            raise asyncssh.SFTPNoSuchFile(f"There is no such folder here; there are {self._listed()}.")
        if len(name) > _LONGEST_NAME:
            raise asyncssh.SFTPFailure(f"The name is too long: it may have {_LONGEST_NAME} bytes.")
        return Spot(shown(above), shown(name))

    def absolute(self, path: bytes) -> bytes:
        """Returns a path from the top. Raises SFTPError as `spot` does."""
        self.spot(path)
        return posixpath.normpath(posixpath.join(b"/", path))

    def below(self, folder: str) -> Sequence[str]:
        """Returns the names of the folders in a folder."""
        prefix = f"{folder}/" if folder else ""
        inner = {each.removeprefix(prefix) for each in self._all if each.startswith(prefix)}
        return sorted(name for name in inner if name and "/" not in name)

    @property
    def folder_in(self) -> str:
        """The folder into which the LMS puts its files."""
        return self._files.orders.folder

    def shows_arrivals(self, folder: str) -> bool:
        """Returns whether files that were put in are listed: not where files go out, too, or the LMS would fetch its own."""
        return folder == self.folder_in and folder not in self._out

    def is_temporary(self, name: str) -> bool:
        """Returns whether a file is still being written, by its name."""
        return self._files.orders.is_temporary(name)

    def whole_name(self, name: str) -> str:
        """Returns the name that a file has once it is whole."""
        bare = name.lstrip(".")
        for ending in self._files.orders.temporary_endings:
            bare = bare[: -len(ending)] if bare.lower().endswith(ending) and len(bare) > len(ending) else bare
        return bare or name

    def _listed(self) -> str:
        return ", ".join(sorted(self._folders))


def on_offer(files: Iterable[MailboxMessage], most_bytes: int) -> Sequence[MailboxMessage]:
    """Returns the files out that are listed: all that were not fetched yet, and of the others the newest, as many as may be."""
    kept: list[MailboxMessage] = []
    left = most_bytes
    for file in sorted(files, key=lambda each: each.seq, reverse=True):
        left -= file.size
        if file.state is State.READY or left >= 0:
            kept.append(file)
    return kept[::-1]


def folder_attributes() -> asyncssh.SFTPAttrs:
    """Returns the attributes of a folder."""
    return asyncssh.SFTPAttrs(permissions=_FOLDER_MODE, uid=0, gid=0, size=0, atime=0, mtime=0)


def file_attributes(size: int, at: datetime) -> asyncssh.SFTPAttrs:
    """Returns the attributes of a file."""
    moment = int(at.timestamp())
    return asyncssh.SFTPAttrs(permissions=_FILE_MODE, uid=0, gid=0, size=size, atime=moment, mtime=moment)


def _with_those_above(folder: str) -> Sequence[str]:
    parts = folder.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
