"""An address is public, or it is refused with its kind."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http.outward.addresses import Address, why_not_public


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("0.0.0.0", "unspecified"),
        ("10.1.2.3", "private"),
        ("100.64.0.1", "shared by a carrier's customers"),
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("168.63.129.16", "of a cloud's own services"),
        ("169.254.169.254", "link-local"),
        ("172.31.255.255", "private"),
        ("192.0.2.7", "for documentation"),
        ("192.168.1.1", "private"),
        ("198.51.100.1", "for documentation"),
        ("203.0.113.5", "for documentation"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "reserved"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::127.0.0.1", "reserved"),
        ("::ffff:127.0.0.1", "IPv4 within IPv6"),
        ("64:ff9b::7f00:1", "loopback"),
        ("64:ff9b::a9fe:a9fe", "link-local"),
        ("64:ff9b:1::7f00:1", "reserved"),
        ("2001:0:7f00:1::1", "IPv4 within IPv6 (Teredo)"),
        ("2001:db8::1", "for documentation"),
        ("2002:7f00:1::", "IPv4 within IPv6 (6to4)"),
        ("fd00:ec2::254", "unique local"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("ff02::1", "multicast"),
    ],
)
def test_an_address_that_is_not_public_is_refused_with_its_kind(text: str, what: str) -> None:
    assert why_not_public(ip_address(text)) == what


@pytest.mark.parametrize("text", ["8.8.8.8", "172.32.0.1", "192.0.3.1", "2a00:1450:4009::200e", "64:ff9b::808:808"])
def test_a_public_address_is_taken(text: str) -> None:
    assert why_not_public(ip_address(text)) == ""


@given(
    st.one_of(
        st.ip_addresses(), st.builds(IPv4Address, st.integers(0, 2**32 - 1)), st.builds(IPv6Address, st.integers(0, 2**128 - 1))
    )
)
def test_whatever_is_taken_is_public_for_python_too(address: Address) -> None:
    if not why_not_public(address):
        assert address.is_global
        assert not address.is_multicast
