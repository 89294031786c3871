"""Ports are free, returned once, and outside the range for outgoing connections."""

import socket
import sys
from pathlib import Path

import pytest

from local.machine.ports import LOOPBACK, free_port


def test_a_port_is_never_handed_out_twice() -> None:
    ports = [free_port() for _ in range(200)]

    assert len(set(ports)) == 200


def test_a_port_can_be_listened_on_and_reached() -> None:
    port = free_port()
    with socket.create_server((LOOPBACK, port)), socket.create_connection((LOOPBACK, port)) as client:
        assert client.getpeername() == (LOOPBACK, port)


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: its kernel says which ports outgoing connections get")
def test_ports_stay_clear_of_the_range_of_outgoing_connections() -> None:
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    ports = [free_port() for _ in range(200)]

    assert all(1_024 <= port < lowest for port in ports), ports
