"""The simulated bookseller's SFTP server, an odd one, and our mailbox at either."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import asyncssh
import pytest

from local.simulators.bookseller.options import Options
from local.simulators.bookseller.server import MailServer
from local.stack.profiles_national import national_profile
from services.suppliers.national import NationalProfile
from services.suppliers.national.connection import Credentials
from services.suppliers.national.transport import open_mailbox
from tests.fixtures.bookseller import COUNCIL, COUNCIL_GLN
from tests.services.suppliers.bookseller_mailbox.post import NEVER, SOON, Moods, OddServer, Opener, Post

HOST_KEY, CLIENT_KEY = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
FOLDERS = ("responses", "despatches", "records", "acknowledgements", "selections", "invoices")


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
