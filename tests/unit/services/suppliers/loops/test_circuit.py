"""When a struggling supplier is left alone, and when it is tried again."""

from datetime import timedelta

from services.suppliers.domain.pauses import Pauses
from services.suppliers.loops.circuit import Circuit
from shared.clock import ManualClock


def a_circuit(threshold: int = 3) -> Circuit:
    return Circuit(threshold=threshold, pauses=Pauses(first=1.0, longest=60.0, longest_asked=600.0))


def test_pauses_double_up_to_the_longest(clock: ManualClock) -> None:
    circuit = a_circuit()

    pauses = [(circuit.failed(clock.now(), "down") - clock.now()).total_seconds() for _ in range(8)]

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


def test_it_is_open_from_the_threshold_until_a_success(clock: ManualClock) -> None:
    circuit = a_circuit(threshold=2)
    circuit.failed(clock.now(), "down")
    assert not circuit.is_open
    circuit.failed(clock.now(), "still down")
    assert (circuit.is_open, circuit.reason) == (True, "still down")

    circuit.succeeded()

    assert (circuit.is_open, circuit.reason) == (False, "")
    assert circuit.allows(clock.now())


def test_one_probe_is_allowed_after_the_pause(clock: ManualClock) -> None:
    circuit = a_circuit(threshold=1)
    again = circuit.failed(clock.now(), "down")

    assert not circuit.allows(clock.now())
    assert circuit.allows(again)
    circuit.failed(again, "down")
    assert not circuit.allows(again + timedelta(seconds=1))


def test_a_supplier_that_fails_every_second_call_runs_out_of_retries(clock: ManualClock) -> None:
    circuit = a_circuit()
    held_back = 0
    for _ in range(100):
        clock.advance(circuit.failed(clock.now(), "busy") - clock.now())
        if not circuit.allows(clock.now()):
            held_back += 1
            clock.advance(timedelta(seconds=10))
        circuit.succeeded()

    assert held_back > 10


def test_a_supplier_that_is_away_for_a_day_is_still_tried_every_minute(clock: ManualClock) -> None:
    circuit = a_circuit()
    tries = 0
    end = clock.now() + timedelta(days=1)
    while clock.now() < end:
        if circuit.allows(clock.now()):
            tries += 1
            circuit.failed(clock.now(), "down")
        clock.advance(timedelta(seconds=1))

    assert 1_400 < tries < 1_500


def test_a_clock_that_goes_back_does_not_make_the_pause_longer(clock: ManualClock) -> None:
    circuit = a_circuit(threshold=1)
    circuit.failed(clock.now(), "down")

    clock.advance(timedelta(hours=-1))

    assert circuit.allows(clock.now())
    circuit.failed(clock.now(), "down")
    assert not circuit.allows(clock.now())
