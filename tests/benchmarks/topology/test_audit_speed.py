"""What an audit costs: fifty playbooks on the embedded region in less than 30 seconds, growing with their number."""

import time
from dataclasses import replace

import resources
from tests.topology.strategies import state_of
from topology.audit.auditing import audit
from topology.fleet.state import State
from topology.playbook.model import Playbook
from topology.playbook.reading import read_playbook
from topology.region.description import read_region

WIDE = """
format = 1
[playbook]
name = "wide"
title = "Everything at once"
purpose = "As many inputs as a step can have."
[[parameter]]
name = "count"
type = "count"
default = 4
usual = [2, 5, 10, 40]
[[parameter]]
name = "what"
type = "subsystem"
[[parameter]]
name = "rack"
type = "rack"
[[step]]
command = "remove {count} servers from {what} in {rack}"
[[step]]
command = "remove {count} servers from {what}"
[[step]]
command = "restore all to {what}"
"""


def region() -> State:
    return state_of(read_region(resources.text("regions/s3-us-east-1/region.toml"), "embedded"))


def playbooks(count: int) -> list[Playbook]:
    names = sorted(path.name for path in resources.path("playbooks").iterdir())
    own = [read_playbook(resources.text(f"playbooks/{name}"), name) for name in names]
    own.append(read_playbook(WIDE, "wide"))
    return [replace(own[number % len(own)], name=f"p{number}") for number in range(count)]


def seconds(count: int) -> float:
    state = region()
    made = playbooks(count)
    start = time.process_time()
    report = audit(made, state)
    taken = time.process_time() - start
    assert len(report.playbooks) == count
    return taken


def test_that_fifty_playbooks_take_less_than_thirty_seconds() -> None:
    assert seconds(50) < 30


def test_that_twice_the_playbooks_take_about_twice_as_long() -> None:
    seconds(7)
    assert seconds(28) < 3.5 * seconds(14)
