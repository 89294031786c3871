"""A ZIP file that is made while it is sent."""

import hashlib
import io
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from zipfile import ZipFile

from hypothesis import given
from hypothesis import strategies as st

from services.evidence.packs.archive import MANIFEST, Archive

_NAMES = st.text("abcdefghij-/0123456789", min_size=1, max_size=40)


async def _parts(content: Sequence[bytes]) -> AsyncIterator[bytes]:
    for part in content:
        yield part


@given(files=st.dictionaries(_NAMES, st.lists(st.binary(max_size=300), max_size=4), max_size=5))
async def test_what_goes_in_comes_out_with_its_digest(files: dict[str, list[bytes]]) -> None:
    archive, sent = Archive("pack", datetime(2026, 3, 2, 12, tzinfo=UTC)), bytearray()
    for name, content in files.items():
        async for ready in archive.file(name, _parts(content)):
            sent += ready
        assert archive.last_digest == hashlib.sha256(b"".join(content)).hexdigest()
    sent += archive.ended()
    with ZipFile(io.BytesIO(sent)) as made:
        assert made.testzip() is None
        *names, last = made.namelist()
        assert (names, last) == ([f"pack/{name}" for name in files], f"pack/{MANIFEST}")
        assert {name: made.read(f"pack/{name}") for name in files} == {name: b"".join(parts) for name, parts in files.items()}
        digests = [f"{hashlib.sha256(b''.join(parts)).hexdigest()}  {name}\n" for name, parts in files.items()]
        assert made.read(last).decode() == "".join(digests)


async def test_a_file_is_sent_while_it_arrives() -> None:
    """Random bytes do not get smaller: what is held back is less than what the compressor works on at once."""
    part = hashlib.shake_256(b"noise").digest(2**20)
    archive, held = Archive("pack", datetime(2026, 3, 2, 12, tzinfo=UTC)), []
    given_out = taken = 0

    async def parts() -> AsyncIterator[bytes]:
        nonlocal given_out
        for _ in range(5):
            given_out += len(part)
            yield part

    async for ready in archive.file("noise", parts()):
        taken += len(ready)
        held.append(given_out - taken)
    assert max(held) < 2**18
