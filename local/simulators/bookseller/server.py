"""The bookseller's SFTP server: shows the mailbox, and can be told to break a connection at the worst moment."""

from __future__ import annotations

import os
from pathlib import Path

import asyncssh

from local.simulators.bookseller.chance import share
from local.simulators.bookseller.options import Options

_LOOPBACK = "127.0.0.1"


def key_in(path: Path) -> asyncssh.SSHKey:
    """The private key of a file, made there (with its public half beside it) when it does not exist."""
    if not path.exists():
        key = asyncssh.generate_private_key("ssh-ed25519")
        key.write_private_key(path)
        path.chmod(0o600)
        key.write_public_key(path.with_name(f"{path.name}.pub"))
    return asyncssh.read_private_key(path)


async def listen(options: Options, port: int, host_key: Path, authorized: list[str]) -> asyncssh.SSHAcceptor:
    """Serve the mailbox on the loopback address; `authorized` are OpenSSH public key lines, any user name will do."""
    broken: set[bytes] = set()

    def mailbox(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        return _Mailbox(channel, options, broken)

    return await asyncssh.listen(
        _LOOPBACK,
        port,
        server_host_keys=[key_in(host_key)],
        authorized_client_keys=asyncssh.import_authorized_keys("\n".join(authorized)),
        sftp_factory=mailbox,
        allow_scp=False,
        keepalive_interval=30,
    )


class _Mailbox(asyncssh.SFTPServer):
    """The mailbox as its root. Breaks the connection after some renames, once for each file."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], options: Options, broken: set[bytes]) -> None:
        super().__init__(channel, chroot=os.fsencode(options.mailbox))
        self._options = options
        self._broken = broken

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename a file that must not replace another."""
        super().rename(oldpath, newpath)
        chosen = share(self._options.seed, newpath, "break") < self._options.proportions.break_after_upload
        if chosen and newpath not in self._broken:
            self._broken.add(newpath)
            self.connection.abort()
