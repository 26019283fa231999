"""Ctrl+C, or a request to end, while an execution runs: it is stopped, and what is said is what the region and the journal have."""

import re
import signal

import pytest

from tests.end_to_end.driver import Desk
from tests.end_to_end.screens import until


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_that_an_interrupt_stops_what_runs_and_says_what_left(desk: Desk, number: signal.Signals) -> None:
    console = desk.start()
    console.command("remove 40 servers from billing")
    console.confirm_when_ready(40)
    until(lambda: bool(desk.servers("remove")), "the first wave has left")
    console.process.send_signal(number)
    assert console.process.wait(20) == 128 + number
    said = console.said()
    left = len(desk.servers("remove")) - len(desk.servers("stop", "returned"))
    assert "Interrupted. remove 40 servers from billing: " in said
    assert "Nothing was changed" not in said
    removed = sum(int(count) for count in re.findall(r"(\d+) (?:removed|draining)", said))
    assert removed == left
    assert "stop" in desk.kinds()
    assert (desk.home / "config").exists()


def test_that_an_interrupt_while_nothing_runs_says_so(desk: Desk) -> None:
    console = desk.start()
    console.process.send_signal(signal.SIGTERM)
    assert console.process.wait(20) == 128 + signal.SIGTERM
    assert console.said().endswith("Interrupted. Nothing was running.\n")
