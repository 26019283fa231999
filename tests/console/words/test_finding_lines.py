"""The findings of a plan as lines: many of one cause are one line, and none is lost from the count."""

import pytest

from console.words.finding_lines import MOST_ALONE, finding_lines
from console.words.findings.table import message
from topology.planning.facts import FindingFacts
from topology.planning.guards.capacity.collateral import AlsoServes
from topology.planning.guards.capacity.floor import FloorBroken
from topology.planning.guards.capacity.tight import EndsTight
from topology.planning.guards.dependents.impact import NeedLost
from topology.planning.guards.dependents.restart import RestartTakes
from topology.planning.guards.dependents.self_observation import ObserverTouched
from topology.planning.guards.meaning.unknown import NoFloor
from topology.planning.guards.policy.protected import ProtectedSubsystem
from topology.planning.plan import Finding, Severity
from topology.planning.restart import RestartCost
from topology.region.scope import WHOLE, Scope

BLOCK, CAUTION = Severity.BLOCK, Severity.CAUTION


def broken(subsystem: str, scope: Scope, below: int = 1, floor: int = 45) -> FloorBroken:
    return FloorBroken(subsystem, scope, 50, floor - below, 0, floor, 4, 5)


def cell(number: int) -> Scope:
    return Scope("cell", "az1", f"c{number}")


def findings(code: str, severity: Severity, facts: list[FindingFacts]) -> list[Finding]:
    return [Finding(code, severity, one) for one in facts]


def test_that_many_cells_of_one_subsystem_are_one_line_with_the_worst() -> None:
    facts = [broken("index", WHOLE), *(broken("index", cell(number), number) for number in range(1, 89))]
    (line,) = finding_lines(findings("floor", BLOCK, facts))
    assert line.count == 89
    assert line.sentence == (
        "index would end below its floor in the region and 88 cells; the worst: "
        "index in az1/c88 50 → -43, floor 45: 88 below; at most 4 can leave"
    )
    assert line.below == "floor · 89 findings · what would do for each: at least 45 in service afterwards"


def test_that_a_few_have_a_line_each() -> None:
    found = findings("floor", BLOCK, [broken("index", cell(number)) for number in range(MOST_ALONE)])
    assert [line.sentence for line in finding_lines(found)] == [message(one) for one in found]
    assert [line.below for line in finding_lines(found)] == [
        f"floor · protects the floor of index in az1/c{number} · what would do: at least 45 in service afterwards"
        for number in range(MOST_ALONE)
    ]


def test_that_many_subsystems_with_many_cells_are_one_line() -> None:
    facts = [broken(f"s{one}", cell(number)) for one in range(43) for number in range(88)]
    (line,) = finding_lines(findings("floor", BLOCK, facts))
    assert line.sentence.startswith(
        "s0, s1, s2 and 40 more would end below their floors in 3,784 cells; the worst: s0 in"
    )


def test_that_a_few_subsystems_have_a_line_each() -> None:
    facts = [broken(name, cell(number)) for name in ("index", "billing") for number in range(5)]
    lines = finding_lines(findings("floor", BLOCK, facts))
    assert [line.sentence.split(" ")[0] for line in lines] == ["index", "billing"]


def test_that_blocks_and_cautions_of_one_code_are_never_put_together_and_blocks_come_first() -> None:
    facts = [broken("index", cell(number)) for number in range(5)]
    found = [*findings("floor", CAUTION, facts), *findings("floor", BLOCK, facts)]
    assert [line.severity for line in finding_lines(found)] == [BLOCK, CAUTION]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            [AlsoServes(f"s{number}", WHOLE, 9, 9, 50, 41, 0, 5) for number in range(43)],
            "all 9 servers also serve 43 subsystems that the command does not name: "
            "s0 50 → 41, s1 50 → 41, s2 50 → 41 and 40 more",
        ),
        (
            [EndsTight("index", cell(number), 50, 46 + number, 0, 45, 20) for number in range(4)],
            "index ends tight in 4 cells; the tightest: index in az1/c0 50 → 46, floor 45: 1 above, less than 20% of the floor",
        ),
        (
            [NeedLost(name, (name, "web", "index"), ()) for name in "abcdef"],
            "a, b, c and 3 more can no longer be served: each needs web, which needs index",
        ),
        (
            [ObserverTouched(name, (name, "index")) for name in "abcd"],
            "a, b, c and d are observers and depend on what is being removed: index",
        ),
        (
            [NoFloor(name) for name in "abcd"],
            "a, b, c and d state no floor, so no plan that touches them can be judged; 0 must be written",
        ),
        (
            [ProtectedSubsystem(name) for name in "abcd"],
            "a, b, c and d are protected: no command may take their servers",
        ),
        (
            [
                RestartTakes(RestartCost(name, 60, 0, 60, minutes, minutes))
                for name, minutes in zip("abcd", (1, 4, 2, 3), strict=True)
            ],
            "a full restart of b takes about 4 min (0 s of checks, then 60 servers at 60/min); a full restart was never "
            "recorded; the other 3 subsystems would take no longer",
        ),
    ],
)
def test_that_each_kind_is_said_together_in_its_own_way(facts: list[FindingFacts], sentence: str) -> None:
    (line,) = finding_lines(findings("code", CAUTION, facts))
    assert line.sentence == sentence
    assert line.count == len(facts)


def test_that_lines_keep_the_order_and_the_count_of_findings() -> None:
    found = [
        *findings("floor", BLOCK, [broken("index", cell(number)) for number in range(5)]),
        *findings("unknown", BLOCK, [NoFloor("placement")]),
        *findings("collateral", CAUTION, [AlsoServes(f"s{one}", WHOLE, 1, 9, 5, 4, 0, 5) for one in range(7)]),
    ]
    lines = finding_lines(found)
    assert [line.code for line in lines] == ["floor", "unknown", "collateral"]
    assert sum(line.count for line in lines) == len(found)
