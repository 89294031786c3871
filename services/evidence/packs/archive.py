"""A ZIP file that is made while it is sent, with a manifest of SHA-256 digests as its last file. Knows nothing of what is in it.

`zipfile` writes to what cannot seek: sizes and checksums follow each file, as ZIP64 has them (APPNOTE 6.3.10, 4.3.9).
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MANIFEST = "SHA256SUMS"
# A plain file that its owner may write and everybody may read (st_mode).
_PLAIN_FILE = 0o100644 << 16


class _Outlet:
    """What is written and not yet sent."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes, /) -> int:
        self._written += data
        return len(data)

    def flush(self) -> None:
        """Nothing to do: `take` has everything at once."""

    def close(self) -> None:
        """Nothing to do: there is no file."""

    def take(self) -> bytes:
        taken, self._written = bytes(self._written), bytearray()
        return taken


class Archive:
    """A ZIP file whose files are in one folder. Whoever uses it sends what its methods yield, in that order.

    Of each file it keeps name and digest until the end, about a kilobyte; of its content nothing.
    """

    def __init__(self, folder: str, made_at: datetime) -> None:
        self._outlet = _Outlet()
        self._zip = ZipFile(self._outlet, "w")
        self._folder = folder
        self._moment = made_at.timetuple()[:6]
        self._manifest = bytearray()
        self.last_digest = ""

    async def file(self, name: str, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Adds a file whose bytes arrive in parts. `last_digest` is then its SHA-256, in hexadecimal."""
        digest = hashlib.sha256()
        with self._zip.open(self._described(name), "w", force_zip64=True) as entry:
            async for part in parts:
                entry.write(part)
                digest.update(part)
                if ready := self._outlet.take():
                    yield ready
        self.last_digest = digest.hexdigest()
        # As `sha256sum -c` reads it.
        self._manifest += f"{self.last_digest}  {name}\n".encode()
        yield self._outlet.take()

    async def whole_file(self, name: str, content: bytes) -> AsyncIterator[bytes]:
        """Adds a file that is there as a whole."""

        async def parts() -> AsyncIterator[bytes]:
            yield content

        async for ready in self.file(name, parts()):
            yield ready

    def ended(self) -> bytes:
        """Returns the rest: the manifest of all files, and the directory without which nothing opens the ZIP file."""
        self._zip.writestr(self._described(MANIFEST), bytes(self._manifest))
        self._zip.close()
        return self._outlet.take()

    def _described(self, name: str) -> ZipInfo:
        described = ZipInfo(f"{self._folder}/{name}", self._moment)
        described.compress_type = ZIP_DEFLATED
        described.external_attr = _PLAIN_FILE
        return described
