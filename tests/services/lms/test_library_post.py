"""Libraries and files on their way, over real connections."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh
import pytest
import pytest_asyncio

from local.simulators.library.files import File, System
from local.simulators.library.library import Library
from local.simulators.library.own_server import OwnFolders, serve
from local.simulators.library.post import Folders, Login, RemotePost
from tests.unit.local.simulators.library.builders import BASKET, EVERGREEN, FOLIO, KOHA, interchange, states

_FOLDERS = Folders("in", ("out",))
_ANSWER = interchange("UNH+1+ORDRSP:D:96A:UN", "BGM+231+R1+4", "LIN+1+2", "RFF+LI:711", "UNS+S", "CNT+2:1")


class _AnyPassword(asyncssh.SSHServer):
    def begin_auth(self, _: str) -> bool:
        """Asks everybody for a password."""
        return True

    def password_auth_supported(self) -> bool:
        """Takes passwords."""
        return True

    def validate_password(self, _: str, password: str) -> bool:
        """Takes one."""
        return password == "correct horse"


@pytest_asyncio.fixture
async def mailbox(tmp_path: Path) -> AsyncIterator[RemotePost]:
    """A mailbox that is a folder of a plain SFTP server."""
    for folder in ("in", "out"):
        (tmp_path / folder).mkdir()
    key = asyncssh.generate_private_key("ssh-ed25519")
    acceptor = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=_AnyPassword,
        server_host_keys=[key],
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(tmp_path).encode()),
    )
    host_key = key.export_public_key().decode().strip()
    yield RemotePost(Login("127.0.0.1", acceptor.get_port(), "suffolk", "correct horse", host_key, _FOLDERS))
    acceptor.close()
    await acceptor.wait_closed()


@pytest.mark.parametrize("renamed", [False, True])
async def test_orders_arrive_under_their_own_names(mailbox: RemotePost, tmp_path: Path, renamed: bool) -> None:
    (file,) = await Library(KOHA, mailbox).order([BASKET], renamed=renamed)
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["ordr42.CEP"]
    assert (tmp_path / "in" / "ordr42.CEP").read_bytes() == file.body


async def test_half_a_file_is_what_arrived_before_the_connection_broke(mailbox: RemotePost, tmp_path: Path) -> None:
    await mailbox.send_half(File("half.CEP", b"UNA:+.? 'UNB"), 9)
    assert (tmp_path / "in" / "half.CEP").read_bytes() == b"UNA:+.? '"


async def test_koha_reads_a_fetched_answer_once_and_renames_it(mailbox: RemotePost, tmp_path: Path) -> None:
    library = Library(KOHA, mailbox)
    library.write(BASKET)
    for name in ("1.CEA", "1.txt"):
        (tmp_path / "out" / name).write_bytes(_ANSWER)
    assert [await library.fetch(), await library.fetch()] == [1, 0]
    assert {state.value for state in states(library.ledger)} == {"cancelled"}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["1.EEA", "1.txt"]


@pytest.mark.parametrize("system", [EVERGREEN, FOLIO], ids=lambda system: system.name)
async def test_the_others_leave_what_they_fetched(mailbox: RemotePost, tmp_path: Path, system: System) -> None:
    library = Library(system, mailbox)
    (tmp_path / "out" / "1.txt").write_bytes(_ANSWER)
    assert [await library.fetch(), await library.fetch()] == [1, 0]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["1.txt"]


async def test_a_library_with_its_own_server_shows_its_orders_and_reads_what_is_left_there(tmp_path: Path) -> None:
    host, ours = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    library = Library(KOHA, OwnFolders(tmp_path, _FOLDERS))
    (file,) = await library.order([BASKET])
    async with (
        serve(tmp_path, host, ours.export_public_key().decode()) as port,
        asyncssh.connect("127.0.0.1", port, username="any", client_keys=[ours], known_hosts=None) as connection,
        connection.start_sftp_client() as sftp,
    ):
        async with sftp.open("in/ordr42.CEP", "r") as remote:
            taken = await remote.read()
        async with sftp.open("out/1.CEA", "wb") as remote:
            await remote.write(_ANSWER)
    assert taken == file.body.decode()  # as text: so is its type
    assert await library.fetch() == 1
    assert {state.value for state in states(library.ledger)} == {"cancelled"}
