"""A small region shaped like the incident this console is meant to prevent, and commands on it as they are typed."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

from tests.topology.strategies import state_of
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.state import State
from topology.planning.plan import Plan
from topology.planning.preview import preview
from topology.region.description import read_region

Make: TypeAlias = Callable[..., State]
Read: TypeAlias = Callable[[State, str], Planned]
Ask: TypeAlias = Callable[[State, str], Plan]

POLICY = 'pace = "20/min"\nlargest_command = 30\n'
SUBSYSTEMS = """
[[subsystem]]
name = "index"
floor = 80
{index}
[[subsystem]]
name = "placement"
floor = "50%"
{placement}
[[subsystem]]
name = "billing"
floor = 4
{billing}
[[subsystem]]
name = "front-end"
external = true
[[subsystem]]
name = "lambda"
external = true
[[subsystem]]
name = "board"
external = true
observer = true
reports_on = ["index"]
[[dependency]]
from = "lambda"
to = "front-end"
[[dependency]]
from = "front-end"
to = "index"
[[dependency]]
from = "front-end"
to = "placement"
for = ["PUT"]
[[dependency]]
from = "board"
to = "placement"
[[pool]]
name = "index"
count = 72
supports = ["index"]
[[pool]]
name = "both"
count = 28
supports = ["billing", "index"]
[[pool]]
name = "bill"
count = 6
supports = ["billing"]
[[pool]]
name = "placement"
count = 20
supports = ["placement"]
{pool}
"""


def described(policy: str = POLICY, zones: str = '"az1", "az2"', more: str = "", **keys: str) -> str:
    subsystems = SUBSYSTEMS
    for name in ("index", "placement", "billing", "pool"):
        subsystems = subsystems.replace("{" + name + "}", keys.get(name, ""))
    return f'format = 1\n[region]\nname = "small"\nzones = [{zones}]\n[policy]\n{policy}{subsystems}{more}'


@pytest.fixture
def make() -> Make:
    """100 of index (floor 80; 28 of them shared with billing), 34 of billing (floor 4), 20 of placement (floor 10)."""

    def build(**keys: str) -> State:
        return state_of(read_region(described(**keys), "small.toml"))

    return build


@pytest.fixture
def read() -> Read:
    """Read a command as the operator types it."""

    def typed(state: State, text: str) -> Planned:
        command = parse(text, vocabulary_of(state)).command
        assert isinstance(command, Planned)
        return command

    return typed


@pytest.fixture
def ask(read: Read) -> Ask:
    """Plan a command as the operator types it."""
    return lambda state, text: preview(state, read(state, text))
