"""What an SFTP server refuses that has no disk: whatever would reach one, make folders or follow links."""

from __future__ import annotations

from typing import NoReturn

import asyncssh


class NoDisk(asyncssh.SFTPServer):
    """An SFTP server without a file of this machine behind any path. The rest of its operations are its subclass's."""

    def map_path(self, _: bytes) -> NoReturn:
        """Refuses: asyncssh asks for it before it reaches a disk."""
        raise asyncssh.SFTPPermissionDenied("There is no such thing here.")

    def open56(self, *_: object) -> NoReturn:
        """Refuses: only version 3 of SFTP is spoken."""
        raise asyncssh.SFTPOpUnsupported("Use version 3 of SFTP.")

    def rmdir(self, _: bytes) -> NoReturn:
        """Refuses."""
        raise asyncssh.SFTPPermissionDenied("Folders stay as they are.")

    def readlink(self, _: bytes) -> NoReturn:
        """Refuses."""
        raise asyncssh.SFTPOpUnsupported("There are no links here.")

    def symlink(self, *_: object) -> NoReturn:
        """Refuses."""
        raise asyncssh.SFTPOpUnsupported("There are no links here.")

    def link(self, *_: object) -> NoReturn:
        """Refuses."""
        raise asyncssh.SFTPOpUnsupported("There are no links here.")

    def statvfs(self, _: bytes) -> NoReturn:
        """Refuses."""
        raise asyncssh.SFTPOpUnsupported("There is no disk here.")

    def fstatvfs(self, _: object) -> NoReturn:
        """Refuses."""
        raise asyncssh.SFTPOpUnsupported("There is no disk here.")

    def lock(self, *_: object) -> NoReturn:
        """Refuses."""
        raise asyncssh.SFTPOpUnsupported("Files are not locked here.")

    def unlock(self, *_: object) -> NoReturn:
        """Refuses."""
        raise asyncssh.SFTPOpUnsupported("Files are not locked here.")

    def fsync(self, _: object) -> None:
        """Does nothing: a file is committed when it is closed."""
