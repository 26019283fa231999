"""The region that ships with the program: what its numbers make possible, and that none of them passes for a fact."""

import tomllib

import numpy as np
import pytest

import resources
from topology.command.grammar.syntax import Remove
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.fleet import NO_FLOOR, REGION, Fleet
from topology.fleet.state import State
from topology.planning.plan import ScopeVerdict, Verdict
from topology.planning.preview import preview
from topology.region.description import read_region

TEXT = resources.text("regions/s3-us-east-1/region.toml")
REAL = read_region(TEXT, "region.toml")
FLEET = Fleet(REAL)


def supporting(name: str) -> set[frozenset[str]]:
    profiles = ({REAL.subsystems[number].name for number, _ in profile} for profile in REAL.roster.profiles)
    return {frozenset(profile) for profile in profiles if name in profile}


def servers_with(*names: str) -> int:
    wanted = tuple(sorted((REAL.index[name], 1) for name in names))
    return int((REAL.roster.profile == REAL.roster.profiles.index(wanted)).sum())


def test_that_it_loads_without_gaps_or_remarks_and_has_about_14_000_servers_in_four_zones() -> None:
    assert (REAL.gaps, REAL.remarks) == ((), ())
    assert 13_500 < len(REAL.roster) < 14_500
    assert REAL.zones == ("az1", "az2", "az4", "az6")
    assert len(REAL.roster.cells) == 12
    assert (REAL.name, REAL.title, REAL.time_zone) == ("us-east-1", "N. Virginia", "America/Los_Angeles")


def test_that_every_floor_holds_on_a_calm_day_and_exactly_one_scope_is_tight() -> None:
    floors = FLEET.scopes.floor
    headroom = np.where(floors == NO_FLOOR, 1_000_000, FLEET.capacity - floors)
    assert (headroom >= 0).all()
    tight = [
        (REAL.subsystems[FLEET.scopes.subsystem[row]].name, FLEET.scopes.names[row])
        for row in np.flatnonzero(headroom * 100 < floors * REAL.policy.tight_percent).tolist()
    ]
    assert tight == [("placement", "region")]


def test_that_billing_has_48_servers_to_spare_and_more_would_break_placement() -> None:
    assert supporting("billing") == {
        frozenset({"billing"}),
        frozenset({"billing", "metering"}),
        frozenset({"billing", "index", "placement"}),
    }
    row = FLEET.scopes.region_row[REAL.index["placement"]]
    room = int(FLEET.capacity[row] - FLEET.scopes.floor[row])
    assert servers_with("billing") + servers_with("billing", "metering") + room == 48


def test_that_400_servers_from_billing_break_the_floors_of_billing_index_and_placement_whichever_they_are() -> None:
    shared = 400 - servers_with("billing") - servers_with("billing", "metering")
    for name, least in (("billing", 400), ("index", shared), ("placement", shared)):
        row = FLEET.scopes.region_row[REAL.index[name]]
        assert FLEET.capacity[row] - least < FLEET.scopes.floor[row]


@pytest.mark.parametrize(
    ("text", "verdict", "broken"),
    [
        ("remove 400 servers from billing", Verdict.BLOCKED, {"billing", "index", "placement"}),
        ("remove 49 servers from billing", Verdict.BLOCKED, {"placement"}),
        ("remove 48 servers from billing", Verdict.CAUTION, set()),
        ("remove 40 servers from billing", Verdict.CAUTION, set()),
        ("remove 4 servers from billing", Verdict.CLEAR, set()),
    ],
)
def test_that_removals_from_billing_are_judged_as_the_story_needs(
    text: str, verdict: Verdict, broken: set[str]
) -> None:
    state = State(REAL, FLEET)
    command = parse(text, vocabulary_of(state)).command
    assert isinstance(command, Remove)
    plan = preview(state, command)
    assert plan.verdict is verdict
    breaks = {(effect.subsystem, effect.scope) for effect in plan.effects if effect.verdict is ScopeVerdict.BREAKS}
    assert breaks == {(name, "region") for name in broken}
    assert plan.largest_safe is not None
    assert plan.largest_safe.count == 48


def test_that_the_graph_is_the_published_one_where_there_is_one() -> None:
    hard = {(edge.dependent, edge.needs): edge.operations for edge in REAL.dependencies if edge.kind == "hard"}
    outside = {"lambda", "ec2-launches", "ebs-snapshot-restore", "s3-console", "status-board"}
    assert {name for name, needs in hard if needs == "front-end"} == outside
    assert hard["front-end", "index"] == ()
    assert hard["front-end", "placement"] == ("PUT",)
    assert ("placement", "index") in hard
    board = REAL.subsystem("status-board")
    inside = {subsystem.name for subsystem in REAL.subsystems if not subsystem.external}
    assert board.observer
    assert set(board.reports_on) == inside
    assert {REAL.subsystem(name).service for name in inside} == {"s3"}


def test_that_zones_and_cells_have_floors_of_their_own() -> None:
    kinds = {int(kind) for kind, floor in zip(FLEET.scopes.kind, FLEET.scopes.floor, strict=True) if floor != NO_FLOOR}
    assert kinds == {REGION, 1, 2}


def test_that_every_size_is_marked_as_a_model_value() -> None:
    described = tomllib.loads(TEXT)
    sized = [*described["pool"], *(one for one in described["subsystem"] if not one.get("external"))]
    assert all(one["illustrative"] for one in sized)
    assert REAL.illustrative
