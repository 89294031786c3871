"""What the URL of a stranger must be like, before any name is resolved. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

import httpx

from shared.http.outward.addresses import Address, Network, why_not_public

_HTTPS_PORT = 443
# Below are ports of other protocols, which a request could be made to speak.
_FIRST_FREE_PORT = 1024
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*")
# As the last part of a host: the system's resolver takes `2130706433`, `0x7f.1` and `0177.0.0.1` for 127.0.0.1.
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")


class RefusedUrl(ValueError):
    """A URL that is not asked. `str(error)` states what is wrong with it and how to fix it; it names no address of ours."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Hosts and networks that may be asked although they are not public, also without TLS and at any port; for local use."""

    hosts: frozenset[str] = frozenset()
    networks: Sequence[Network] = ()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Allowed:
        """Reads names of hosts, addresses, and networks such as `127.0.0.0/8`. Raises ValueError for what is none of these."""
        hosts, networks = set(), []
        for text in (each.strip().lower() for each in texts):
            try:
                networks.append(ip_network(text))
            except ValueError:
                if not _NAME.fullmatch(text) or _ends_in_number(text):
                    raise ValueError(f"{text!r} is no host, address or network such as 127.0.0.0/8") from None
                hosts.add(text)
        return cls(frozenset(hosts), tuple(networks))

    def has_host(self, host: str) -> bool:
        """Returns whether a host is allowed as it is written: by its name, or because it is an address of an allowed network."""
        address = _address_or_none(host)
        return host in self.hosts if address is None else self._has(address)

    def check(self, host: str, addresses: Sequence[Address]) -> None:
        """Raises RefusedUrl unless the host is allowed, or each of its addresses is public or allowed."""
        if host in self.hosts:
            return
        for address in addresses:
            what = why_not_public(address)
            if what and not self._has(address):
                raise RefusedUrl(f"The host has an address that is not public ({what}); use a host that the internet can reach.")

    def _has(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


def read_url(text: str, allowed: Allowed) -> httpx.URL:
    """Returns a URL that may be asked once its host's addresses are checked, too. Raises RefusedUrl."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise RefusedUrl(f"This is no URL: {error}.") from error
    host = url.raw_host.decode("ascii")
    if url.userinfo:
        raise RefusedUrl("Leave out the user name and password: requests are signed instead.")
    if "#" in text:
        raise RefusedUrl("Leave out `#` and what follows it: it is never sent.")
    check_host(host, allowed)
    local = allowed.has_host(host)
    if url.scheme != "https" and not (local and url.scheme == "http"):
        raise RefusedUrl("Use https, such as https://lms.example/stockbridge.")
    port = url.port or _HTTPS_PORT
    if not local and port != _HTTPS_PORT and port < _FIRST_FREE_PORT:
        raise RefusedUrl(f"Use port {_HTTPS_PORT}, or one from {_FIRST_FREE_PORT} on.")
    return url


def check_host(host: str, allowed: Allowed) -> None:
    """Raises RefusedUrl unless a host, as it is written, may be asked once its name's addresses are checked, too."""
    address = _address_or_none(host)
    if address is not None:
        allowed.check(host, [address])
        return
    _check_name(host)
    if not allowed.has_host(host) and "." not in host:
        raise RefusedUrl("Write the host's full name, such as lms.example.")


def _check_name(host: str) -> None:
    if host.endswith("."):
        raise RefusedUrl("Leave out the dot at the end of the host.")
    if not _NAME.fullmatch(host):
        raise RefusedUrl("The host is no name that the internet has; write it as in lms.example.")
    if _ends_in_number(host):
        raise RefusedUrl("The host is a number; write an address with four decimal parts, or better a name.")


def _ends_in_number(host: str) -> bool:
    """Returns whether some resolvers take a host for an address (as the URL standard of WHATWG says, "ends in a number")."""
    return bool(_NUMBER.fullmatch(host.rpartition(".")[2]))


def _address_or_none(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
