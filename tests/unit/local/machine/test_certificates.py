"""New certificates, used by a real server and checked by a real client."""

import asyncio
import ssl
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from local.machine.certificates import Certificates, mint_certificates
from local.machine.ports import LOOPBACK, free_port
from shared.clock import SystemClock


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return mint_certificates(tmp_path / "tls", clock=SystemClock())


@pytest.fixture
async def port(certificates: Certificates) -> AsyncIterator[int]:
    """The address of a server that uses the certificate."""

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello\n")
        await writer.drain()
        writer.close()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.server, certificates.server_key)
    port = free_port()
    async with await asyncio.start_server(greet, LOOPBACK, port, ssl=context):
        yield port


def trusting(authority: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authority)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


@pytest.mark.parametrize("name", [LOOPBACK, "localhost"])
async def test_a_client_that_trusts_the_authority_trusts_the_server(certificates: Certificates, port: int, name: str) -> None:
    context = trusting(certificates.authority)
    reader, writer = await asyncio.open_connection(LOOPBACK, port, ssl=context, server_hostname=name)

    assert await reader.readline() == b"hello\n"
    writer.close()


async def test_another_run_s_authority_does_not_vouch_for_the_server(port: int, tmp_path: Path) -> None:
    other = mint_certificates(tmp_path / "other", clock=SystemClock())

    with pytest.raises(ssl.SSLCertVerificationError):
        await asyncio.open_connection(LOOPBACK, port, ssl=trusting(other.authority))


async def test_the_certificate_is_for_no_other_host(certificates: Certificates, port: int) -> None:
    context = trusting(certificates.authority)

    with pytest.raises(ssl.SSLCertVerificationError):
        await asyncio.open_connection(LOOPBACK, port, ssl=context, server_hostname="stockbridge.example")


def test_the_server_s_key_is_its_owners_alone(certificates: Certificates) -> None:
    assert stat.S_IMODE(certificates.server_key.stat().st_mode) == 0o600
