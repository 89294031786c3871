"""Ports are free, handed out once, and out of the way of outgoing connections."""

import socket

from local.machine.ports import LOOPBACK, free_port


def test_a_port_is_never_handed_out_twice() -> None:
    ports = [free_port() for _ in range(200)]

    assert len(set(ports)) == 200


def test_a_port_can_be_listened_on() -> None:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, free_port()))


def test_ports_stay_clear_of_the_range_of_outgoing_connections() -> None:
    assert max(free_port() for _ in range(200)) < 32_768
