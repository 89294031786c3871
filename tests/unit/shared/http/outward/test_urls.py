"""What a stranger's URL must be like before any name is resolved."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http.outward import Allowed, RefusedUrl
from shared.http.outward.urls import read_url

NONE = Allowed()
LOCAL = Allowed.of(["127.0.0.0/8", "lms", "::1"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("http://lms.example/in", "Use https"),
        ("ftp://lms.example/in", "Use https"),
        ("lms.example/in", "no name"),
        ("https:///in", "no name"),
        ("https://", "no name"),
        ("https://user@lms.example/in", "user name"),
        ("https://user:secret@lms.example/in", "user name"),
        ("https://lms.example@127.0.0.1/in", "user name"),
        ("https://lms.example/in#part", "`#`"),
        ("https://lms.example:22/in", "port 443"),
        ("https://lms.example:80/in", "port 443"),
        ("https://lms.example./in", "dot at the end"),
        ("https://localhost/in", "full name"),
        ("https://lms/in", "full name"),
        ("https://127.0.0.1/in", "loopback"),
        ("https://10.0.0.1:8443/in", "private"),
        ("https://2130706433/in", "is a number"),
        ("https://134744072/in", "is a number"),
        ("https://0x7f000001/in", "is a number"),
        ("https://0x7f.1/in", "is a number"),
        ("https://127.1/in", "is a number"),
        ("https://017700000001/in", "is a number"),
        ("https://0177.0.0.1/in", "no URL"),
        ("https://127.0.0.1./in", "dot at the end"),
        ("https://\uff11\uff12\uff17.0.0.1/in", "no URL"),
        ("https://127\u30020\u30020\u30021/in", "loopback"),
        ("https://lms%2eexample/in", "no name"),
        ("https://lms.example\\@127.0.0.1/in", "user name"),
        ("https://[::1]/in", "loopback"),
        ("https://[::ffff:127.0.0.1]/in", "IPv4 within IPv6"),
        ("https://[fe80::1%25eth0]/in", "link-local"),
        ("https://a..example/in", "no name"),
        (f"https://{'a' * 64}.example/in", "no name"),
    ],
)
def test_a_url_that_may_lead_elsewhere_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(RefusedUrl, match=reason):
        read_url(text, NONE)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://lms.example/in?council=GB-SFK", b"lms.example"),
        ("https://LMS.Example:8443/in", b"lms.example"),
        ("https://bücher.example/in", b"xn--bcher-kva.example"),
        ("https://8.8.8.8/in", b"8.8.8.8"),
        ("https://[2a00:1450:4009::200e]/in", b"2a00:1450:4009::200e"),
    ],
)
def test_a_public_url_is_taken_as_it_will_be_asked(text: str, host: bytes) -> None:
    assert read_url(text, NONE).raw_host == host


@pytest.mark.parametrize("text", ["http://127.0.0.1:9001/in", "http://lms/in", "https://lms:22/in", "http://[::1]:80/in"])
def test_what_is_allowed_for_local_use_needs_no_tls_and_no_high_port(text: str) -> None:
    assert read_url(text, LOCAL).path == "/in"


def test_a_name_that_only_leads_to_an_allowed_network_needs_tls() -> None:
    with pytest.raises(RefusedUrl, match="Use https"):
        read_url("http://lms.example/in", LOCAL)
    LOCAL.check("lms.example", [ip_address("127.0.0.9")])


def test_one_address_that_is_not_public_refuses_a_host_that_has_others() -> None:
    with pytest.raises(RefusedUrl, match="link-local"):
        NONE.check("lms.example", [ip_address("8.8.8.8"), ip_address("169.254.169.254")])


def test_an_allowed_name_may_have_any_address() -> None:
    LOCAL.check("lms", [ip_address("10.0.0.8")])
    with pytest.raises(RefusedUrl, match="private"):
        LOCAL.check("lms.example", [ip_address("10.0.0.8")])


@pytest.mark.parametrize("text", ["127.0.0.1/8/8", "lms example", "10.0.0.1/8", "", "127.1"])
def test_a_setting_that_is_no_host_and_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no host"):
        Allowed.of([text])


@given(st.text(max_size=60))
def test_any_text_after_the_scheme_is_taken_or_refused(text: str) -> None:
    try:
        url = read_url(f"https://{text}", NONE)
    except RefusedUrl:
        return
    assert url.scheme == "https"
    assert not url.userinfo
