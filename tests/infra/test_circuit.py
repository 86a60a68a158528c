"""A provider that failed is left out for a bounded time, and then one question at a time tries it."""

import pytest

from infra.speech.circuit import Circuit

pytestmark = pytest.mark.pure


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def opened() -> tuple[Circuit, Clock]:
    clock = Clock()
    circuit = Circuit(open_ms=1_000, clock=clock)
    circuit.began()
    circuit.failed()
    return circuit, clock


def test_it_is_closed_until_a_question_fails() -> None:
    circuit = Circuit()
    circuit.began()
    assert circuit.ready
    circuit.succeeded()
    assert circuit.ready


def test_after_its_time_one_question_tries_and_the_others_go_elsewhere() -> None:
    circuit, clock = opened()
    assert not circuit.ready
    clock.now = 1.0
    assert circuit.ready
    circuit.began()
    assert not circuit.ready


def test_what_the_try_finds_decides() -> None:
    circuit, clock = opened()
    clock.now = 1.0
    circuit.began()
    circuit.failed()
    clock.now = 1.5
    assert not circuit.ready
    clock.now = 2.0
    circuit.began()
    circuit.succeeded()
    assert circuit.ready


def test_a_try_that_nobody_waited_for_teaches_nothing_and_lets_the_next_one_try() -> None:
    circuit, clock = opened()
    clock.now = 1.0
    circuit.began()
    circuit.abandoned()
    assert circuit.ready
