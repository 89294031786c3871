"""How the adapter's errors are called on the shared SFTP connection, and its credentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import asyncssh

from services.suppliers.contract import CredentialsRefused, SupplierUnavailable
from services.suppliers.national.profile import Mailbox
from shared.sftp.connection import Connection, Errors, Login


@dataclass(frozen=True, slots=True)
class Credentials(Login):
    """Our credentials: a private key, or a password."""

    @classmethod
    def of(cls, secrets: Mapping[str, str]) -> Credentials:
        """Returns the credentials in `sftp_private_key` or `sftp_password`. Raises ValueError when neither can be used."""
        text, password = secrets.get("sftp_private_key"), secrets.get("sftp_password")
        if not text and not password:
            raise ValueError("the secrets hold neither sftp_private_key nor sftp_password")
        try:
            key = asyncssh.import_private_key(text) if text else None
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
            raise ValueError(f"sftp_private_key cannot be read: {error}") from error
        return cls(key, password)


class Refused(SupplierUnavailable):
    """The server answered that it does not do this one thing. It may do others."""


_ERRORS = Errors(SupplierUnavailable, CredentialsRefused, Refused)


def connection_to(mailbox: Mailbox, credentials: Credentials) -> Connection:
    """Returns a connection to a bookseller's server, which is not made yet."""
    return Connection(mailbox, [credentials], _ERRORS)
