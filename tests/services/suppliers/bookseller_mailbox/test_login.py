"""A login that the bookseller's server does not take is an error of its own: no repetition helps."""

import asyncssh
import pytest

from local.stack.profiles_national import national_profile
from services.suppliers.contract import CredentialsRefused, Kind, OutboundMessage
from services.suppliers.national import NationalProfile
from services.suppliers.national.connection import Credentials
from services.suppliers.national.transport import open_mailbox
from tests.fixtures.bookseller import COUNCIL, COUNCIL_GLN
from tests.services.suppliers.bookseller_mailbox.conftest import HOST_KEY

MESSAGE = OutboundMessage(Kind.ORDER, 1, "0000000001-orders.edi", b"UNB", "")


async def test_a_key_that_the_server_does_not_know_means_refused_credentials(port: int) -> None:
    text = national_profile(port, HOST_KEY.export_public_key().decode().strip(), {COUNCIL: COUNCIL_GLN})
    mailbox = NationalProfile.model_validate_json(text).mailbox
    stranger = Credentials(asyncssh.generate_private_key("ssh-ed25519"), None)
    async with open_mailbox(mailbox, stranger) as transport:
        with pytest.raises(CredentialsRefused, match=r"0000000001-orders\.edi could not be uploaded"):
            await transport.send(MESSAGE)
        with pytest.raises(CredentialsRefused, match="could not be looked for"):
            await transport.has_received(MESSAGE)
        with pytest.raises(CredentialsRefused, match="could not be listed"):
            await anext(aiter(transport.fetch(None)))
