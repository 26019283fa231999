"""The guard `obstacle`, and budgets that hold a floor: what a plan says of what runs on the servers it takes."""

from dataclasses import replace

from console.words.findings.table import message, sentence
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.fleet import Fleet
from topology.fleet.obstacles import Obstacle, ObstacleKind
from topology.fleet.state import State
from topology.planning.plan import Plan, Severity, Verdict
from topology.planning.preview import preview
from topology.region.description import read_region
from topology.region.learnt import Budget, Learnt

TEXT = """format = 1
[region]
name = "shop"
zones = ["az1"]
[policy]
pace = "60/min"
largest_command = 4
[[subsystem]]
name = "index"
{floor}
[[pool]]
name = "n"
count = 10
supports = ["index"]
zones = "az1"
"""


def state(floor: str = "floor = 2", **obstacles: Obstacle) -> State:
    region = read_region(TEXT.format(floor=floor), "shop.toml")
    made = State(region, Fleet(region))
    names = region.roster.names
    made.obstacles = {names[int(at.removeprefix("at"))]: (one,) for at, one in obstacles.items()}
    return made


def plan(at: State, text: str = "remove 3 servers from index") -> Plan:
    read = parse(text, vocabulary_of(at)).command
    assert read is not None
    return preview(at, read)  # type: ignore[arg-type]


def test_that_what_nobody_would_make_anew_blocks_with_its_name() -> None:
    at = state(**{f"at{number}": Obstacle(ObstacleKind.UNOWNED, 2, f"shop/p{number}") for number in range(10)})

    found = plan(at)

    assert found.verdict is Verdict.BLOCKED
    said = [message(one) for one in found.findings if one.code == "obstacle"]
    assert len(said) == 1
    assert said[0].startswith(
        "6 pods on 3 servers have no owner, so nobody would make them anew; move or delete them first: shop/p"
    )
    assert said[0].endswith("and 3 more")


def test_that_each_kind_weighs_what_a_drain_makes_of_it() -> None:
    expected = {
        ObstacleKind.STAYS: Severity.NOTE,
        ObstacleKind.LEAVING: Severity.NOTE,
        ObstacleKind.HELD: Severity.CAUTION,
        ObstacleKind.SCRATCH: Severity.CAUTION,
        ObstacleKind.UNHEALTHY: Severity.CAUTION,
        ObstacleKind.UNOWNED: Severity.BLOCK,
        ObstacleKind.CONTESTED: Severity.BLOCK,
    }
    for kind, severity in expected.items():
        at = state(**{f"at{number}": Obstacle(kind, 1, "shop/p") for number in range(10)})
        assert {one.severity for one in plan(at).findings if one.code == "obstacle"} == {severity}


def test_that_servers_that_stay_are_in_nobodys_way() -> None:
    at = state()
    taken = plan(at).servers
    at.obstacles = {
        name: (Obstacle(ObstacleKind.UNOWNED, 1, "x"),) for name in at.region.roster.names if name not in taken
    }

    assert [one for one in plan(at).findings if one.code == "obstacle"] == []


def test_that_a_floor_that_a_budget_sets_is_named_with_it_and_who_does_not_keep_to_it_is_said() -> None:
    at = state("match = 'x'")
    learnt = Learnt(budgets={"index": Budget("index", 8, "budget shop/index", "an upgrade may override it")})
    region = replace(at.region, learnt=learnt, index={})
    at = State(region, Fleet(region))

    found = plan(at)

    assert [message(one) for one in found.findings if one.code == "floor"] == [
        "index 10 → 7, floor 8 by budget shop/index: 1 below; at most 2 can leave"
    ]
    assert any(
        sentence(one).startswith(
            "Who does not keep to a budget: the only floor here is the budget shop/index, and an upgrade may"
        )
        for one in found.not_evaluated
    )
