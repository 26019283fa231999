"""What a command in stages is told to do: each stage, what is left on the way, and where it ends."""

from console.words.steps.making_room import room_label, room_lines, then_line
from console.words.steps.stages import stage_lines
from topology.planning.ahead.making_room import MakingRoom
from topology.planning.selection.stages import Stage, StageNeed, StageRoom, Staging
from topology.region.scope import WHOLE, Scope

ROOM = StageRoom("store", WHOLE, 12)
NONE = StageRoom("store", Scope("cell", "az1", "c1"), 0)


def test_that_every_stage_is_told_with_its_racks_its_time_and_what_is_left() -> None:
    stages = (Stage(40, 10, 0, ROOM, 4.0), Stage(3, 0, 2, NONE, 0.5))
    staging = Staging(
        "rack", ("front", "store"), stages, 43, 4.5, 20, 1, (StageNeed("store", Scope("zone", "az1"), 17),)
    )
    assert stage_lines(staging) == [
        "In stages, by rack: this is the first of 2 stages",
        "· 1: 40 servers (10 racks) in 4 min; then store 12 above its floor",
        "· 2: 3 servers (part of 2 racks) in 30 s; then store in az1/c1 0 above its floor",
        "43 of 64 servers in 2 stages, 4 min 30 s at least; lowest on the way: store in az1/c1 0 above its floor",
        "Dependents first: front, then store",
        "Then 20 servers stay: they need 17 more of store in az1 in service elsewhere first",
        "1 server is protected, or has no floor stated, and never leaves",
        "Each stage is planned anew, and confirmed by itself",
    ]


def test_that_of_many_stages_the_first_ones_and_the_last_are_told() -> None:
    lines = stage_lines(Staging("zone", ("store",), (Stage(1, 1, 0, None, 1.0),) * 9, 9, 9.0, 0, 0, ()))
    assert [line[:4] for line in lines[1:8]] == ["· 1:", "· 2:", "· 3:", "· 4:", "· 5:", "· an", "· 9:"]
    assert lines[6] == "· and 3 stages more, then"


def test_that_the_end_is_told_where_nothing_more_can_leave_and_nothing_where_nothing_is_meant() -> None:
    end = Staging("rack", ("store",), (), 0, 0.0, 5, 0, (StageNeed("store", WHOLE, 5),))
    assert stage_lines(end) == [
        "In stages, by rack: nothing more can leave now",
        "Then 5 servers stay: they need 5 more of store in service elsewhere first",
    ]
    only = Staging("cell", ("store",), (Stage(4, 0, 1, None, 1.0),), 4, 1.0, 0, 0, ())
    assert stage_lines(only)[0] == "In stages, by cell: this is the only stage"
    assert stage_lines(Staging("rack", ("store",), (), 0, 0.0, 0, 0, ())) == []
    assert stage_lines(None) == []


def test_that_what_makes_room_is_told_as_two_commands() -> None:
    room = MakingRoom("restore 2 servers to store", "remove 4 servers from store", 2)
    assert room_label(room) == "Nothing blocks it once 2 servers more serve:"
    assert then_line(room) == "then remove 4 servers from store, once they serve again"
    assert room_lines(room)[1:] == [
        "  1. restore 2 servers to store",
        "  2. remove 4 servers from store, once they serve again",
    ]
    assert room_lines(None) == []
