"""Files in the bookseller's mailbox that are still being uploaded, odd, too large or not readable, over real SFTP."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh
import pytest

from local.simulators.bookseller.options import Options
from local.simulators.bookseller.server import MailServer
from local.stack.profiles_national import national_profile
from services.suppliers.contract import NOT_FETCHED, RawMessage, SupplierUnavailable, Transport
from services.suppliers.national import NationalProfile
from services.suppliers.national.connection import Credentials
from services.suppliers.national.transport import open_mailbox
from tests.fixtures.bookseller import COUNCIL, COUNCIL_GLN
from tests.unit.services.suppliers.national.written import a_message
from tests.waiting import until

HOST_KEY, CLIENT_KEY = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
ANSWER = a_message("ORDRSP", "BGM+231+R-1+9").body
SECOND = a_message("ORDRSP", "BGM+231+R-2+9", reference="72").body
RECORDS = b'<?xml version="1.0"?><ONIXMessage release="3.0">' + b"<Product></Product>" * 40 + b"</ONIXMessage>"
LISTED = b"isbn;title\r\n9780141439518;Pride and Prejudice\r\n"
NEVER, SOON = 3_600.0, 0.05
FOLDERS = ("responses", "despatches", "records", "acknowledgements", "selections", "invoices")


@dataclass
class Post:
    """Our mailbox client, the folders that it sees, and a second client: the supplier that uploads."""

    root: Path
    mailbox: Transport
    supplier: asyncssh.SFTPClient

    async def look(self) -> list[RawMessage]:
        """One look into the mailbox; everything yielded is taken."""
        found = []
        async for raw in self.mailbox.fetch():
            found.append(raw)
            await self.mailbox.taken(raw)
        return found

    async def look_until(self, count: int) -> list[RawMessage]:
        """Looks until so many messages were yielded in all."""
        found: list[RawMessage] = []

        async def enough() -> bool:
            found.extend(await self.look())
            return len(found) >= count

        await until(enough)
        return found

    async def look_until_gone(self, path: Path) -> list[RawMessage]:
        """Looks until a file is removed; returns what was yielded until then."""
        found: list[RawMessage] = []

        async def gone() -> bool:
            found.extend(await self.look())
            return not await self.supplier.exists(os.fsencode(path.relative_to(self.root)))

        await until(gone)
        return found

    def put(self, name: str | bytes, body: bytes, folder: str = "responses") -> Path:
        path = Path(os.fsdecode(os.path.join(os.fsencode(self.root / folder), os.fsencode(name))))
        path.write_bytes(body)
        return path


Opener = Callable[..., Awaitable[Post]]


@dataclass
class Moods:
    """What the odd server does, by name of file."""

    denied: set[bytes] = field(default_factory=set)
    drops: set[bytes] = field(default_factory=set)
    keeps: set[bytes] = field(default_factory=set)
    closed_folders: set[bytes] = field(default_factory=set)
    made_up: list[bytes] = field(default_factory=list)
    slow: dict[bytes, asyncio.Event] = field(default_factory=dict)


class OddServer(asyncssh.SFTPServer):
    """An SFTP server that refuses, breaks off or waits where its moods say so."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], root: Path, moods: Moods) -> None:
        super().__init__(channel, chroot=os.fsencode(root))
        self._moods = moods
        self._slow: dict[object, asyncio.Event] = {}

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        name = os.path.basename(path)
        if name in self._moods.denied:
            raise asyncssh.SFTPPermissionDenied("not for you")
        if name in self._moods.drops:
            self.channel.get_connection().abort()
        opened = super().open(path, pflags, attrs)
        if name in self._moods.slow:
            self._slow[opened] = self._moods.slow[name]
        return opened

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        if (waits := self._slow.get(file_obj)) is not None:
            await waits.wait()
        read: bytes = super().read(file_obj, offset, size)  # type: ignore[assignment]
        return read

    def remove(self, path: bytes) -> None:
        if os.path.basename(path) in self._moods.keeps:
            raise asyncssh.SFTPPermissionDenied("nothing is removed here")
        super().remove(path)

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        if os.path.basename(path) in self._moods.closed_folders:
            raise asyncssh.SFTPPermissionDenied("closed")
        async for entry in super().scandir(path):
            yield entry
        for name in self._moods.made_up if path.endswith(b"responses") else []:
            yield asyncssh.SFTPName(name, attrs=asyncssh.SFTPAttrs(size=9, permissions=0o100644, mtime=1))


@pytest.fixture
def options(tmp_path: Path) -> Options:
    options = Options(tmp_path / "bookseller")
    for folder in FOLDERS:
        (options.mailbox / folder).mkdir(parents=True)
    return options


@pytest.fixture
def moods() -> Moods:
    return Moods()


@pytest.fixture
async def port(options: Options) -> AsyncIterator[int]:
    """The port of the simulated bookseller's SFTP server."""
    server = MailServer(options, HOST_KEY, [CLIENT_KEY.export_public_key().decode()])
    await server.open(0)
    yield server.port
    await server.close()


@pytest.fixture
async def odd_port(options: Options, moods: Moods) -> AsyncIterator[int]:
    """The port of the odd server."""
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[HOST_KEY],
        authorized_client_keys=asyncssh.import_authorized_keys(CLIENT_KEY.export_public_key().decode()),
        sftp_factory=lambda channel: OddServer(channel, options.mailbox, moods),
    )
    yield server.get_port()
    server.close()


@pytest.fixture
async def post_at(options: Options) -> AsyncIterator[Opener]:
    """`await post_at(port, **limits)` opens our mailbox with limits of its profile, and the supplier's client."""
    async with AsyncExitStack() as exits:

        async def open_post(port: int, **limits: float) -> Post:
            text = national_profile(port, HOST_KEY.export_public_key().decode().strip(), {COUNCIL: COUNCIL_GLN})
            profile = NationalProfile.model_validate_json(text)
            mailbox = profile.mailbox.model_copy(update={"settle_seconds": SOON, "stuck_seconds": NEVER} | limits)
            ours = await exits.enter_async_context(open_mailbox(mailbox, Credentials(CLIENT_KEY, None)))
            theirs = await exits.enter_async_context(
                asyncssh.connect("127.0.0.1", port, username="them", client_keys=[CLIENT_KEY], known_hosts=None, config=None)
            )
            return Post(options.mailbox, ours, await theirs.start_sftp_client())

        yield open_post


FORMS = {"EDIFACT": ("a.edi", ANSWER), "ONIX": ("a.xml", RECORDS), "no known form": ("a.csv", LISTED)}


@pytest.mark.parametrize("form", FORMS)
async def test_a_file_is_not_taken_while_it_is_uploaded(port: int, post_at: Opener, form: str) -> None:  # case B2
    name, body = FORMS[form]
    post = await post_at(port, settle_seconds=NEVER)
    yielded = []
    async with post.supplier.open(f"responses/{name}", "wb") as upload:
        for start in range(0, len(body) - 1, 20):
            await upload.write(body[start : min(start + 20, len(body) - 1)])
            yielded += await post.look()

    assert yielded == []
    assert (post.root / "responses" / name).read_bytes() == body[:-1]


async def test_a_complete_answer_is_taken_at_once_and_removed_when_it_rested(port: int, post_at: Opener) -> None:
    waiting = await post_at(port, settle_seconds=NEVER)
    path = waiting.put("a.edi", ANSWER)
    assert await waiting.look() == [RawMessage("responses/a.edi", ANSWER)]
    assert await waiting.look() == []
    assert path.exists()

    post = await post_at(port)
    assert [raw.body for raw in await post.look_until_gone(path)] == [ANSWER]


async def test_what_has_no_mark_at_its_end_is_taken_when_it_rested(port: int, post_at: Opener) -> None:
    post = await post_at(port)
    path = post.put("a.csv", LISTED)

    assert await post.look_until(1) == [RawMessage("responses/a.csv", LISTED)]
    await post.look_until_gone(path)


async def test_what_grows_after_it_was_taken_is_taken_again_whole(port: int, post_at: Opener) -> None:
    post = await post_at(port, settle_seconds=NEVER)
    async with post.supplier.open("responses/a.edi", "wb") as upload:
        await upload.write(ANSWER)
        first = await post.look()
        await upload.write(SECOND)
        second = await post.look()

    assert [raw.body for raw in (*first, *second)] == [ANSWER, ANSWER + SECOND]
    assert (post.root / "responses" / "a.edi").exists()


async def test_what_lacks_its_end_is_read_when_it_rested_and_never_removed(port: int, post_at: Opener) -> None:
    post = await post_at(port)
    path = post.put("a.edi", ANSWER[:-10])
    last = post.put("b.csv", LISTED)

    assert {raw.body for raw in await post.look_until(2)} == {ANSWER[:-10], LISTED}
    # The other file's removal shows that the time for it has come.
    assert await post.look_until_gone(last) == []
    assert path.exists()

    path.write_bytes(ANSWER)
    assert [raw.body for raw in await post.look_until_gone(path)] == [ANSWER]


async def test_an_empty_file_waits_and_is_reported_once(port: int, post_at: Opener) -> None:
    post = await post_at(port, stuck_seconds=SOON)
    path = post.put("a.edi", b"")

    (report,) = await post.look_until(1)
    assert report.content_type == NOT_FETCHED
    assert report.body.startswith(b"responses/a.edi was not fetched: it is still empty after 0.05 s (changed 20")
    assert await post.look() == []
    assert path.exists()

    path.write_bytes(ANSWER)
    assert [raw.body for raw in await post.look_until(1)] == [ANSWER]


@pytest.mark.parametrize("name", ["a.edi.part", "a.TMP", "a.edi.filepart", "a.writing", ".a.edi"])
async def test_a_temporary_name_is_left_until_it_is_renamed(port: int, post_at: Opener, name: str) -> None:
    post = await post_at(port)
    path = post.put(name, ANSWER)
    last = post.put("b.csv", LISTED)

    assert [raw.body for raw in await post.look_until_gone(last)] == [LISTED]
    await post.supplier.rename(f"responses/{name}", "responses/a.CEA")
    assert await post.look() == [RawMessage("responses/a.CEA", ANSWER)]
    assert not path.exists()


ODD_NAMES = {
    b"caf\xe9.edi": "caf\\xe9.edi",
    b"two\nlines.edi": "two\\nlines.edi",
    b"back\\slash.edi": "back\\\\slash.edi",
    b"a" * 255: "a" * 255,
    "Brontë.edi".encode(): "Brontë.edi",
    "\u202eide.a".encode(): "\\u202eide.a",
}


async def test_any_name_is_taken_and_stops_no_other(port: int, post_at: Opener) -> None:
    post = await post_at(port)
    paths = [post.put(name, ANSWER + b"\n" * place) for place, name in enumerate(ODD_NAMES)]

    found = await post.look_until(len(ODD_NAMES))

    assert {raw.name for raw in found} == {f"responses/{shown}" for shown in ODD_NAMES.values()}
    for path in paths:
        await post.look_until_gone(path)


async def test_what_is_no_file_is_reported_once(port: int, post_at: Opener) -> None:
    post = await post_at(port)
    (post.root / "responses" / "done").mkdir()
    (post.root / "responses" / "link").symlink_to("b.edi")
    post.put("a.edi", ANSWER)

    found = {raw.name: raw.body.decode() for raw in await post.look_until(3)}

    assert found["responses/done"].endswith("it is a folder, not a file")
    assert found["responses/link"].endswith("it is a symbolic link, not a file")
    assert found["responses/a.edi"] == ANSWER.decode()
    (post.root / "responses" / "done" / "older.edi").write_bytes(ANSWER)
    assert await post.look() == []


async def test_a_file_above_the_limit_is_reported_once_and_stays(port: int, post_at: Opener) -> None:
    post = await post_at(port, largest_file=1_000)
    path = post.put("large.edi", b"x" * 1_001)
    post.put("small.edi", ANSWER)

    answer, report = await post.look()
    path.write_bytes(b"x" * 2_000)
    again = await post.look()

    assert answer.body == ANSWER
    assert report.name == "responses/large.edi"
    assert b"it has 1001 bytes" in report.body
    assert b"`largest_file` of the profile is 1000" in report.body
    assert again == []
    assert path.exists()
    path.write_bytes(SECOND)
    assert [raw.body for raw in await post.look()] == [SECOND]


async def test_many_reports_become_a_few_and_a_number(port: int, post_at: Opener) -> None:
    post = await post_at(port)
    for number in range(50):
        (post.root / "responses" / f"folder-{number:02d}").mkdir()

    found = await post.look()

    assert len(found) == 21
    assert found[-1].name == "responses/folder-20 and 29 more"
    assert await post.look() == []


async def test_a_file_that_may_not_be_read_is_reported_and_stops_no_other(odd_port: int, moods: Moods, post_at: Opener) -> None:
    post = await post_at(odd_port)
    moods.denied.add(b"a.edi")
    post.put("a.edi", ANSWER)
    post.put("b.edi", SECOND)

    answer, report = await post.look_until(2)

    assert answer.body == SECOND
    assert report.name == "responses/a.edi"
    assert b"it could not be read" in report.body
    assert b"not for you" in report.body
    assert await post.look() == []


async def test_a_file_at_which_the_server_hangs_up_delays_the_others_by_one_look(
    odd_port: int, moods: Moods, post_at: Opener
) -> None:
    post = await post_at(odd_port)
    moods.drops.add(b"a.edi")
    post.put("a.edi", ANSWER)
    with pytest.raises(SupplierUnavailable):
        await post.look()

    post.put("b.edi", SECOND)
    assert [raw.body for raw in await post.look()] == [SECOND]


@pytest.mark.parametrize("name", [b"../../secret", b"a/b.edi", b"x" * 300, b"nul\0.edi"])
async def test_a_name_that_no_file_can_have_is_reported_and_never_opened(
    odd_port: int, moods: Moods, post_at: Opener, name: bytes
) -> None:
    post = await post_at(odd_port)
    moods.made_up.append(name)
    post.put("a.edi", ANSWER)

    answer, report = await post.look()

    assert answer.body == ANSWER
    assert b"no file can have this name" in report.body
    assert "\0" not in report.name


async def test_a_folder_that_cannot_be_listed_stops_no_other(odd_port: int, moods: Moods, post_at: Opener) -> None:
    post = await post_at(odd_port)
    moods.closed_folders |= {b"records"}
    post.put("a.edi", ANSWER)

    answer, report = await post.look_until(2)

    assert answer.body == ANSWER
    assert (report.name, b"it could not be listed" in report.body) == ("./records", True)
    assert await post.look() == []


async def test_a_file_that_cannot_be_removed_is_taken_once_and_reported(odd_port: int, moods: Moods, post_at: Opener) -> None:
    post = await post_at(odd_port)
    moods.keeps.add(b"a.edi")
    post.put("a.edi", ANSWER)

    answer, report = await post.look_until(2)

    assert answer.body == ANSWER
    assert b"it was taken but could not be removed: the server answered: nothing is removed here" in report.body
    assert await post.look() == []


async def test_no_answer_waits_for_a_large_file_that_comes_slowly(odd_port: int, moods: Moods, post_at: Opener) -> None:
    post = await post_at(odd_port)
    moods.slow[b"records.xml"] = asyncio.Event()
    large = RECORDS.replace(b"</ONIXMessage>", b"<Product></Product>" * 100_000 + b"</ONIXMessage>")
    path = post.put("records.xml", large, "records")

    assert await post.look() == []
    post.put("a.edi", ANSWER)
    assert [raw.body for raw in await post.look()] == [ANSWER]

    moods.slow[b"records.xml"].set()
    assert [raw.body for raw in await post.look_until_gone(path)] == [large]
