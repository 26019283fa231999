"""Which servers leave, and how many can: the stated rule, one server at a time, against a slow recount."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles import examples
from tests.topology.planning.recounting import broken, floors, serving, smallest_margin, units_of
from tests.topology.strategies import Shape, move, removals, selections, states
from topology.command.grammar.syntax import All, Count, Planned, Remove
from topology.fleet.fleet import NO_FLOOR
from topology.fleet.state import State
from topology.planning.plan import Plan, Severity, Verdict
from topology.planning.preview import Planner, judge, preview
from topology.region.server_states import ServerState

ANYTHING = Shape(missing_floors=True)


def positions(state: State, names: tuple[str, ...]) -> list[int]:
    return [state.fleet.position[name] for name in names]


def in_the_order_of_the_rule(state: State, servers: set[int], named: frozenset[str]) -> tuple[list[int], int]:
    """Choose one server at a time as the manual says; give all of them, and how many keep every floor."""
    roster, region = state.region.roster, state.region

    def extra(server: int) -> int:
        return len({name for (name, _), _ in units_of(state, server)} - named)

    stated = floors(state)

    def never(server: int) -> bool:
        supported = {name for (name, _), _ in units_of(state, server)}
        return bool(roster.protected[server]) or any(
            region.subsystem(name).protected or (name, "region") not in stated for name in supported
        )

    order: list[int] = []
    remaining = set(servers)
    while candidates := [server for server in remaining if not never(server) and not broken(state, {*order, server})]:
        best = min(candidates, key=lambda one: (extra(one), -(smallest_margin(state, order, one) or 0), one))
        order.append(best)
        remaining.remove(best)
    safe = len(order)
    return [*order, *sorted(remaining, key=lambda one: (never(one), extra(one), one))], safe


@st.composite
def selections_of_states(draw: st.DrawFn, shape: Shape = ANYTHING) -> tuple[State, Remove]:
    state = draw(states(shape))
    command = draw(selections(state))
    assert isinstance(command, Remove)
    return state, command


@st.composite
def removals_of_states(draw: st.DrawFn, shape: Shape = ANYTHING) -> tuple[State, Planned]:
    state = draw(states(shape))
    return state, draw(removals(state))


@given(selections_of_states())
@settings(max_examples=examples(200))
def test_that_servers_leave_in_the_order_of_the_stated_rule(case: tuple[State, Remove]) -> None:
    state, command = case
    everything = preview(state, replace(command, quantity=All())).servers
    order, _ = in_the_order_of_the_rule(state, set(positions(state, everything)), frozenset(command.subsystems))
    assert positions(state, everything) == order


@given(selections_of_states(), st.integers(1, 20), st.integers(1, 20))
def test_that_a_larger_command_takes_the_same_servers_and_more(
    case: tuple[State, Remove], one: int, other: int
) -> None:
    state, command = case
    small, large = sorted((one, other))
    fewer = preview(state, replace(command, quantity=Count(small))).servers
    more = preview(state, replace(command, quantity=Count(large))).servers
    assert more[: len(fewer)] == fewer


@given(selections_of_states())
def test_that_only_servers_that_match_and_are_in_service_are_selected(case: tuple[State, Remove]) -> None:
    state, command = case
    for server in positions(state, preview(state, command).servers):
        assert server in serving(state)
        assert {name for (name, _), _ in units_of(state, server)} & set(command.subsystems)
        zone, cell, rack = state.fleet.place_of(server)
        assert not command.places or str(command.places[0]) in {zone, f"{zone}/{cell}", f"{zone}/{cell}/{rack}"}


@given(removals_of_states())
def test_that_a_plan_breaks_exactly_the_floors_it_says(case: tuple[State, Planned]) -> None:
    state, command = case
    plan = preview(state, command)
    shortfalls = {
        (effect.subsystem, effect.scope): -effect.headroom
        for effect in plan.effects
        if effect.verdict == "breaks" and effect.headroom is not None
    }
    assert shortfalls == broken(state, positions(state, plan.servers))
    assert [(one.subsystem, one.scope) for one in plan.findings if one.code == "floor"] == list(shortfalls)


@given(removals_of_states())
def test_that_a_plan_that_can_be_confirmed_breaks_no_floor(case: tuple[State, Planned]) -> None:
    state, command = case
    plan = preview(state, command)
    if plan.verdict in (Verdict.CLEAR, Verdict.CAUTION):
        servers = positions(state, plan.servers)
        assert not broken(state, servers)
        for server in servers:
            for name in {name for (name, _), _ in units_of(state, server)}:
                subsystem = state.region.subsystem(name)
                # Floors of zones add up to one of the region.
                assert subsystem.floor is not None or subsystem.zone_floor is not None or subsystem.zone_floors
                assert not subsystem.protected


@given(removals_of_states())
def test_that_a_plan_without_servers_is_nothing_and_says_why(case: tuple[State, Planned]) -> None:
    state, command = case
    plan = preview(state, command)
    assert (plan.verdict is Verdict.NOTHING) == (not plan.servers)
    if not plan.servers:
        assert {"nothing-matches", "too-few-match"} & set(plan.codes())


@given(selections_of_states())
def test_that_every_server_that_can_be_asked_for_is_counted_once(case: tuple[State, Remove]) -> None:
    state, command = case
    everything = preview(state, replace(command, quantity=All())).servers
    assert len(set(everything)) == len(everything)
    one_more = preview(state, replace(command, quantity=Count(len(everything) + 1)))
    assert one_more.blocked
    assert one_more.servers == everything
    assert {"nothing-matches", "too-few-match"} & set(one_more.codes())


@given(selections_of_states())
@settings(max_examples=examples(200))
def test_that_the_largest_safe_command_is_safe_and_one_more_is_not(case: tuple[State, Remove]) -> None:
    state, command = case
    found = preview(state, command).largest_safe
    count = 0 if found is None else found.count
    if found is not None:
        assert found.command == str(replace(command, quantity=Count(count)))
        best = preview(state, replace(command, quantity=Count(count)))
        assert len(best.servers) == count
        assert not any(finding.severity is Severity.BLOCK for finding in best.findings)
        assert best.largest_safe == found
    assert preview(state, replace(command, quantity=Count(count + 1))).blocked


@given(removals_of_states())
def test_that_a_plan_survives_json(case: tuple[State, Planned]) -> None:
    plan = preview(*case)
    assert Plan.from_json(plan.to_json()) == plan


@given(removals_of_states())
def test_that_judging_the_selected_servers_gives_the_same_plan(case: tuple[State, Planned]) -> None:
    state, command = case
    plan = preview(state, command)
    if plan.servers and "too-few-match" not in plan.codes():
        assert judge(state, command, plan.servers) == plan


@given(selections_of_states(), st.data())
def test_that_a_planner_gives_the_same_plans_whatever_it_was_asked_before(
    case: tuple[State, Remove], data: st.DataObject
) -> None:
    state, command = case
    planner = Planner(state.region)
    for _ in range(3):
        other = data.draw(selections(state))
        assert planner.preview(state, other) == preview(state, other)
        assert planner.preview(state, command) == preview(state, command)
        if len(state.region.roster):
            server = data.draw(st.integers(0, len(state.region.roster) - 1))
            move(state, {server: data.draw(st.sampled_from(ServerState))})


@given(removals_of_states())
def test_that_effects_are_what_a_recount_finds(case: tuple[State, Planned]) -> None:
    state, command = case
    plan = preview(state, command)
    known = floors(state)
    shown = {(effect.subsystem, effect.scope) for effect in plan.effects}
    for effect in plan.effects:
        key = (effect.subsystem, effect.scope)
        assert effect.floor == known.get(key)
        assert effect.after == effect.in_service - effect.pending - effect.leaving
        assert effect.headroom == (None if effect.floor is None else effect.after - effect.floor)
    for server in positions(state, plan.servers):
        for key, _ in units_of(state, server):
            assert key in shown or (key not in known and key[1] != "region")
    scopes = state.fleet.scopes
    for row, floor in enumerate(scopes.floor.tolist()):
        key = (state.region.subsystems[scopes.subsystem[row]].name, scopes.names[row])
        if floor != NO_FLOOR and state.fleet.capacity[row] < floor:
            assert key in shown
