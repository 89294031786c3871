"""The bookseller's SFTP server: shows the mailbox, and can break a connection at the worst moment."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import asyncssh

from local.simulators.bookseller.chance import share
from local.simulators.bookseller.options import Options

_LOOPBACK = "127.0.0.1"
# How often a connection that is to break looks whether the file was collected, and how long it waits in between.
_LOOKS, _LOOK_SECONDS = 100, 0.03


def key_in(path: Path) -> asyncssh.SSHKey:
    """Returns the private key in a file; creates it, with its public key beside it, when the file does not exist."""
    if not path.exists():
        key = asyncssh.generate_private_key("ssh-ed25519")
        key.write_private_key(path)
        path.chmod(0o600)
        key.write_public_key(path.with_name(f"{path.name}.pub"))
    return asyncssh.read_private_key(path)


class MailServer:
    """Serves the mailbox on the loopback address while it is open; can be closed and opened again.

    `authorized` are OpenSSH public key lines, any user name will do.
    """

    def __init__(self, options: Options, host_key: asyncssh.SSHKey, authorized: list[str]) -> None:
        self._options = options
        self._host_key = host_key
        self._authorized = asyncssh.import_authorized_keys("\n".join(authorized))
        self._broken: set[bytes] = set()
        self._guests: set[asyncssh.SSHServerConnection] = set()
        self._acceptor: asyncssh.SSHAcceptor | None = None
        self.port = 0

    async def open(self, port: int) -> None:
        """Listens on a port; 0 takes any free one."""
        self._acceptor = await asyncssh.listen(
            _LOOPBACK,
            port,
            reuse_address=True,
            server_factory=lambda: _Guest(self._guests),
            server_host_keys=[self._host_key],
            authorized_client_keys=self._authorized,
            sftp_factory=lambda channel: _Mailbox(channel, self._options, self._broken),
            allow_scp=False,
            keepalive_interval=30,
        )
        self.port = self._acceptor.get_port()

    async def close(self) -> None:
        """Stops listening, and aborts all connections, whatever they are doing."""
        if self._acceptor is None:
            return
        acceptor, self._acceptor = self._acceptor, None
        acceptor.close()
        for guest in tuple(self._guests):
            guest.abort()
        await acceptor.wait_closed()


class _Guest(asyncssh.SSHServer):
    """One connection, kept in the set of open connections."""

    def __init__(self, guests: set[asyncssh.SSHServerConnection]) -> None:
        self._guests = guests
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Adds the connection to the open ones."""
        self._connection = conn
        self._guests.add(conn)

    def connection_lost(self, _: Exception | None) -> None:
        """Removes the connection from the open ones."""
        if self._connection is not None:
            self._guests.discard(self._connection)


class _Mailbox(asyncssh.SFTPServer):
    """An SFTP server whose root is the mailbox. Breaks the connection after some renames, once for each file."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], options: Options, broken: set[bytes]) -> None:
        super().__init__(channel, chroot=os.fsencode(options.mailbox))
        self._options = options
        self._broken = broken

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Renames a file; the new name must not exist. A connection breaks once the file was collected, or after some seconds."""
        super().rename(oldpath, newpath)
        chosen = share(self._options.seed, newpath, "break") < self._options.proportions.break_after_upload
        if chosen and newpath not in self._broken:
            self._broken.add(newpath)
            await self._collected(Path(os.fsdecode(self.map_path(newpath))))
            self.connection.abort()

    async def _collected(self, file: Path) -> None:
        for _ in range(_LOOKS):
            if not await asyncio.to_thread(file.exists):
                return
            await asyncio.sleep(_LOOK_SECONDS)
