"""Generated regions: readable, the size that was asked for, believable, and with floors that hold."""

import csv
import io
from collections import Counter

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles import examples
from tests.topology.strategies import state_of
from topology.command.grammar.syntax import Remove
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.fleet import NO_FLOOR, Fleet
from topology.generation.region import MOST_SERVERS, Generated, generate
from topology.planning.preview import preview
from topology.region.description import read_region
from topology.region.region import Region


def table_of(made: Generated) -> str:
    return "".join(lines for _, lines in made.fleet())


def region_of(made: Generated) -> Region:
    return read_region(made.text, "region.toml", table_of(made).encode())


@pytest.fixture(scope="module")
def region() -> Region:
    return region_of(generate(6000, 400, 1))


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(1, 400), st.integers(1, 120), st.integers(0, 2**63 - 1))
def test_that_any_size_and_seed_give_a_region_that_can_be_operated(servers: int, subsystems: int, seed: int) -> None:
    region = region_of(generate(servers, subsystems, seed))
    assert (len(region.roster), len(region.subsystems)) == (servers, subsystems)
    assert region.gaps == ()
    fleet = Fleet(region)
    stated = fleet.scopes.floor != NO_FLOOR
    assert (fleet.capacity[stated] >= fleet.scopes.floor[stated]).all()
    assert all(region.listed[number] for number, one in enumerate(region.subsystems) if not one.external)


def test_that_the_same_seed_gives_the_same_bytes_and_another_another_region() -> None:
    one, again, other = generate(500, 60, 7), generate(500, 60, 7), generate(500, 60, 8)
    assert (one.text, table_of(one)) == (again.text, table_of(again))
    assert one.text != other.text


def test_that_a_seed_gives_the_same_on_every_machine() -> None:
    made = generate(12, 6, 3)
    assert made.text.count("[[dependency]]") == 8
    assert table_of(made).splitlines()[:3] == [
        "name,zone,cell,rack,state,supports",
        "orders-leases-0001,az1,c1,r1,in_service,orders-leases",
        "store-snapshots-0001,az1,c1,r1,in_service,store-snapshots",
    ]


def test_that_dependencies_are_layered_with_a_few_small_cycles(region: Region) -> None:
    graph = nx.DiGraph((one.dependent, one.needs) for one in region.dependencies)
    cycles = [found for found in nx.strongly_connected_components(graph) if len(found) > 1]
    assert 1 <= len(cycles) <= 20
    assert max(map(len, cycles)) < 40
    assert nx.dag_longest_path_length(nx.condensation(graph)) >= 6
    assert 1.5 <= len(region.dependencies) / len(region.subsystems) <= 4
    assert {one.kind for one in region.dependencies} == {"hard", "soft"}


def test_that_a_few_foundations_carry_many(region: Region) -> None:
    needed = Counter(one.needs for one in region.dependencies)
    assert needed.most_common(1)[0][1] > len(region.subsystems) / 10


def test_that_services_are_groups_and_externals_have_none(region: Region) -> None:
    groups = Counter(one.service for one in region.subsystems if not one.external)
    assert None not in groups
    assert 2 < sum(groups.values()) / len(groups) < 15
    assert all(one.service is None for one in region.subsystems if one.external)
    observers = [one for one in region.subsystems if one.observer]
    assert len(observers) == 1
    assert observers[0].reports_on


def test_that_servers_are_shared_spread_and_mostly_in_service(region: Region) -> None:
    roster = region.roster
    shared = sum(len(roster.profiles[number]) > 1 for number in roster.profile.tolist()) / len(roster)
    assert 0.05 < shared < 0.5
    assert len(roster.zones) == 4
    assert max(Counter(roster.rack.tolist()).values()) <= 40
    assert 0.98 < (roster.state == 1).mean() < 1


def test_that_one_server_can_leave_from_nearly_every_subsystem(region: Region) -> None:
    state = state_of(region)
    vocabulary = vocabulary_of(state)
    verdicts = []
    for subsystem in region.subsystems[::7]:
        command = parse(f"remove 1 from {subsystem.name}", vocabulary).command
        if not subsystem.external:
            assert isinstance(command, Remove)
            verdicts.append(preview(state, command).verdict)
    assert len(verdicts) > 30
    assert verdicts.count("blocked") < len(verdicts) / 5


def test_that_the_table_is_told_in_pieces_up_to_the_last_server() -> None:
    made = generate(45_000, 30, 0)
    told = [servers for servers, _ in made.fleet()]
    assert told == [0, 20_000, 40_000, 45_000]
    rows = list(csv.reader(io.StringIO(table_of(made))))
    assert len({row[0] for row in rows[1:]}) == 45_000


@pytest.mark.parametrize(
    ("servers", "subsystems", "seed"), [(0, 1, 0), (MOST_SERVERS + 1, 1, 0), (1, 10_001, 0), (1, 1, -1)]
)
def test_that_numbers_out_of_bounds_are_refused(servers: int, subsystems: int, seed: int) -> None:
    with pytest.raises(ValueError, match="not between"):
        generate(servers, subsystems, seed)
