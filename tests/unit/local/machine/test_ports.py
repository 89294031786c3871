"""Ports are free, returned once, and outside the range for outgoing connections."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local.machine.ports import LOOPBACK, free_port


def test_a_port_is_never_handed_out_twice() -> None:
    ports = [free_port() for _ in range(200)]

    assert len(set(ports)) == 200


@pytest.mark.processes
def test_a_port_is_not_handed_out_by_another_process_while_the_first_runs() -> None:
    ours = {free_port() for _ in range(2_000)}
    count = f"from local.machine.ports import free_port; print(*(free_port() for _ in range({12_000 - len(ours) - 1_000})))"
    theirs = subprocess.run([sys.executable, "-c", count], capture_output=True, text=True, check=True).stdout.split()
    assert len(theirs) > 8_000
    assert ours.isdisjoint(map(int, theirs))


def test_a_port_can_be_listened_on_and_reached() -> None:
    port = free_port()
    with socket.create_server((LOOPBACK, port)), socket.create_connection((LOOPBACK, port)) as client:
        assert client.getpeername() == (LOOPBACK, port)


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: its kernel says which ports outgoing connections get")
def test_ports_stay_clear_of_the_range_of_outgoing_connections() -> None:
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    ports = [free_port() for _ in range(200)]

    assert all(1_024 <= port < lowest for port in ports), ports
