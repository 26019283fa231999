"""A removal that floors block is offered with the restore that makes room for it: both commands hold, one after the other."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.topology.planning.recounting import broken
from tests.topology.strategies import Shape, move, removals, state_of, states
from topology.command.grammar.syntax import Planned, Remove, Restore
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.state import State
from topology.planning.ahead.making_room import MakingRoom, making_room, room_in_steps
from topology.planning.preview import preview
from topology.region.description import read_region
from topology.region.server_states import ServerState

TEXT = """\
format = 1
[region]
name = "shop"
zones = ["az1", "az2"]
[policy]
pace = "10/min"
largest_command = "100%"
[[subsystem]]
name = "index"
floor = 10
zone_floor = 4
[[pool]]
name = "i"
count = 16
supports = ["index"]
"""


def shop(*removed: str, text: str = TEXT) -> State:
    state = state_of(read_region(text, "shop.toml"))
    move(state, {state.fleet.position[name]: ServerState.REMOVED for name in removed}, "act")
    return state


def read(state: State, text: str) -> Planned:
    command = parse(text, vocabulary_of(state)).command
    assert isinstance(command, Planned)
    return command


def room(state: State, text: str) -> MakingRoom | None:
    command = read(state, text)
    return making_room(state, preview(state, command), command)


def test_that_as_many_come_back_as_the_floor_lacks() -> None:
    names = ("i-0001", "i-0002", "i-0003", "i-0004")
    found = room(shop(*names, text=TEXT.replace("zone_floor = 4\n", "")), "remove 4 servers from index")
    assert found == MakingRoom("restore 2 servers to index", "remove 4 servers from index", 2)


def test_that_they_come_back_where_the_floor_lacks_them() -> None:
    zones = {name: shop().fleet.place_of(at)[0] for at, name in enumerate(shop().region.roster.names)}
    here = [name for name, zone in zones.items() if zone == "az1"]
    there = [name for name, zone in zones.items() if zone == "az2"]
    found = room(shop(*here[:2], *there[:1]), "remove 4 servers from index in az1")
    assert found is not None
    assert found.restore == "restore 2 servers to index in az1"


def test_that_nothing_is_offered_where_nothing_would_help() -> None:
    assert room(shop(), "remove 8 servers from index") is None, "nothing was removed"
    assert room(shop("i-0001"), "remove 1 server from index") is None, "nothing blocks it"
    assert room(shop("i-0001"), "remove 12 servers from index") is None, "one is too few"


def test_that_stages_that_cannot_go_on_are_told_what_lets_them() -> None:
    state = shop("i-0001", "i-0002", "i-0003", "i-0004", "i-0005", "i-0006")
    found = room(state, "remove all from index in az2 by rack")
    assert found is not None
    assert found.then == "remove all from index in az2 by rack"


def test_that_stages_are_not_told_of_what_would_not_help_them() -> None:
    state = shop()
    zones = {name: state.fleet.place_of(at)[0] for at, name in enumerate(state.region.roster.names)}
    here = [name for name, zone in zones.items() if zone == "az1"]
    there = [name for name, zone in zones.items() if zone == "az2"]
    state = shop(
        *here[:2],
        text=TEXT.replace("zone_floor = 4", "zone_floor = 4\ndeclared = 20").replace("floor = 10", "floor = 1", 1),
    )
    move(state, {state.fleet.position[name]: ServerState.FAILED for name in there[:4]})
    assert room(state, "remove all from index in az2 by rack") is None


def test_that_it_is_worked_out_in_steps_of_a_plan_each_and_changes_nothing() -> None:
    state = shop("i-0001", "i-0002", "i-0003", "i-0004")
    before, command = state.fleet.state.copy(), read(state, "remove 4 servers from index")
    steps = list(room_in_steps(state, preview(state, command), command))
    assert len(steps) >= 2
    assert (state.fleet.state == before).all()
    assert state.fleet.position["i-0016"] == 15


@settings(deadline=None)
@given(st.data())
def test_that_both_commands_hold_one_after_the_other(data: st.DataObject) -> None:
    state = data.draw(states(Shape(limits=False)))
    command = data.draw(removals(state))
    found = making_room(state, preview(state, command), command)
    if found is None:
        return
    restore = read(state, found.restore)
    assert isinstance(restore, Restore)
    back = preview(state, restore)
    assert not back.blocked
    move(state, {state.fleet.position[name]: ServerState.IN_SERVICE for name in back.servers})
    then = preview(state, command)
    assert not then.blocked
    if isinstance(command, Remove):
        assert broken(state, [state.fleet.position[name] for name in then.servers]) == {}
