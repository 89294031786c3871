"""A library system with an SFTP server of its own: the other side logs in, takes orders and leaves answers.

Knows no message.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh

from local.simulators.library.files import File, System
from local.simulators.library.post import TEMPORARY, Folders

_LOOPBACK = "127.0.0.1"


class OwnFolders:
    """The system's own folders, which its server shows. Files are there whole or not at all."""

    def __init__(self, root: Path, folders: Folders) -> None:
        self.root = root
        self.folders = folders
        for folder in (folders.orders, *folders.answers):
            (root / folder).mkdir(parents=True, exist_ok=True)

    async def send(self, files: Iterable[File], *, renamed: bool = True) -> None:
        """Puts files into the folder of orders, always under a temporary name first."""
        for file in files:
            path = self.root / self.folders.orders / file.name
            part = path.with_name(f"{file.name}{TEMPORARY}") if renamed else path
            part.write_bytes(file.body)
            os.replace(part, path)

    async def fetch(self, system: System, seen: set[str]) -> AsyncGenerator[File, None]:
        """Yields new files of the folders of answers, and renames each as the system does."""
        for folder in self.folders.answers:
            for path in sorted(self.root.joinpath(folder).iterdir()):
                key = str(path)
                if key in seen or path.suffix == TEMPORARY or not path.is_file() or not system.wants(path.name):
                    continue
                yield File(path.name, path.read_bytes())
                seen.add(key)
                path.rename(path.with_name(system.taken_name(path.name)))


@asynccontextmanager
async def serve(root: Path, host_key: asyncssh.SSHKey, authorized: str) -> AsyncIterator[int]:
    """Shows a folder by SFTP on a free port of the loopback address, and yields the port.

    `authorized`: the public key of the other side, one line.
    """
    acceptor = await asyncssh.listen(
        _LOOPBACK,
        0,
        server_host_keys=[host_key],
        authorized_client_keys=asyncssh.import_authorized_keys(authorized),
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=os.fsencode(root)),
        allow_scp=False,
    )
    try:
        yield acceptor.get_port()
    finally:
        acceptor.close()
        await acceptor.wait_closed()
