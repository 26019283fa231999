"""What is found quickly for a slip is what a plan would find: the same servers, in the same order."""

from collections.abc import Generator
from dataclasses import replace
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles import examples
from tests.topology.strategies import Shape, selections, state_of, states
from topology.command.grammar.syntax import All, Both, Comparison, Condition, Count, Either, Not, Place, Remove, Restore
from topology.command.grammar.vocabulary import Vocabulary, vocabulary_of
from topology.command.slips.names import one_edit_away
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.planning.outlook import Outlooks
from topology.planning.plan import Verdict
from topology.planning.preview import preview
from topology.planning.selection.candidates import Lookups, Selection
from topology.planning.selection.headrooms import headrooms_of
from topology.planning.selection.matching import matching, named_subsystems
from topology.planning.selection.select import sequence_of
from topology.region.description import read_region
from topology.region.naming import packed_names
from topology.region.naming.name_order import in_text_order
from topology.region.naming.packed_names import PackedNames, pack

ANYTHING = Shape(missing_floors=True)
_T = TypeVar("_T")

MIXED = """
format = 1
fleet = "fleet.csv"
[region]
name = "mixed"
zones = ["az1"]
[policy]
pace = "20/min"
largest_command = "100%"
[[subsystem]]
name = "billing"
floor = 12
[[subsystem]]
name = "index"
floor = 2
"""
"""Five servers of billing alone and three shared with index, in each of three racks of one cell."""


def mixed_state(units: int, floor: int) -> State:
    """Give the region of *MIXED* where a server of billing alone is so many *units*, and a shared one is one."""
    rows = [
        f"{name}-{rack}{number:02},az1,c1,r{rack},in_service,{supports}"
        for rack in (1, 2, 3)
        for name, supports, count in (("billing", f"billing:{units}", 5), ("shared", "billing index", 3))
        for number in range(count)
    ]
    table = "\n".join(["name,zone,cell,rack,state,supports", *rows, ""])
    text = MIXED.replace("floor = 12", f"floor = {floor}")
    return state_of(read_region(text, "mixed.toml", table.encode()))


@pytest.fixture
def mixed() -> State:
    return mixed_state(1, 12)


def with_texts(state: State) -> State:
    """Give the same state, with names that are not packed."""
    region = replace(state.region, roster=replace(state.region.roster, names=tuple(state.region.roster.names)))
    fleet = Fleet(region)
    fleet.state[:] = state.fleet.state
    fleet.recount()
    return replace(state, region=region, fleet=fleet)


def ended(steps: Generator[None, None, _T]) -> _T:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: _T = end.value
            return found


def comparisons(words: Vocabulary) -> st.SearchStrategy[Condition]:
    cells = sorted({*words.cell_names, *map(str, words.cells)})
    values = {
        "zone": words.zones,
        "cell": cells,
        "rack": words.rack_names,
        "name": [*list(words.server_names)[:3], "*1", "*-00*"],
    }
    return st.sampled_from([field for field, known in values.items() if known]).flatmap(
        lambda field: st.builds(
            Comparison, st.just(field), st.sampled_from(["=", "!="]), st.tuples(st.sampled_from(list(values[field])))
        )
    )


def conditions(words: Vocabulary) -> st.SearchStrategy[Condition]:
    return st.recursive(
        comparisons(words),
        lambda inner: (
            st.builds(Not, inner)
            | st.builds(Both, st.tuples(inner, inner))
            | st.builds(Either, st.tuples(inner, inner))
        ),
        max_leaves=4,
    )


@st.composite
def conditioned(draw: st.DrawFn) -> tuple[State, Remove | Restore]:
    state = draw(states(ANYTHING))
    words = vocabulary_of(state)
    command = draw(selections(state))
    assert isinstance(command, Remove)
    places = draw(st.sampled_from([(), *[(place,) for places in words.racks.values() for place in places]]))
    where = draw(st.none() | conditions(words))
    if draw(st.booleans()):
        return state, Restore(command.quantity, command.subsystems, places, where)
    return state, Remove(command.quantity, command.subsystems, places, where)


@given(conditioned())
@settings(max_examples=examples(300))
def test_that_servers_found_by_their_racks_are_those_that_match(case: tuple[State, Remove | Restore]) -> None:
    state, command = case
    selection = Selection(Lookups(state), command)
    ended(selection.prepare())
    assert selection.all().tolist() == matching(state, command).tolist()
    assert selection.total == len(matching(state, command))


@given(st.data())
@settings(max_examples=examples(200))
def test_that_servers_found_by_packed_names_are_those_that_match(data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed_names, "WORTHWHILE", 0)
        state, command = data.draw(conditioned())
    selection = Selection(Lookups(state), command)
    ended(selection.prepare())
    assert isinstance(state.region.roster.names, PackedNames)
    # The same region, whose names are texts: what is read one by one.
    texts = with_texts(state)
    assert matching(state, command).tolist() == matching(texts, command).tolist()
    assert selection.all().tolist() == matching(state, command).tolist()


def test_that_servers_of_several_racks_come_class_by_class(mixed: State) -> None:
    where = Comparison("rack", "!=", ("r3",))
    selection = Selection(Lookups(mixed), Remove(All(), ("billing",), (), where))
    ended(selection.prepare())
    names = [mixed.region.roster.names[server] for server in selection.all().tolist()]
    assert names == sorted(names)


@pytest.mark.parametrize("count", range(1, 25))
def test_that_those_who_go_first_go_alone_only_as_far_as_their_floor(mixed: State, count: int) -> None:
    command = Remove(Count(count), ("billing",), (Place("az1", "c1"),))
    plan, found = preview(mixed, command), Outlooks(mixed).of(command)
    worst = next((effect for effect in plan.effects if effect.leaving), None)
    assert (found.verdict, found.servers, found.worst) == (plan.verdict, plan.count, worst)


@pytest.mark.parametrize("count", range(1, 25))
def test_that_those_who_go_first_go_alone_only_as_far_as_their_units_leave_room(count: int) -> None:
    # 54 units, and room for seven: two of three units, after which one of a single unit fits and a third does not.
    heavy = mixed_state(3, 47)
    command = Remove(Count(count), ("billing",), (Place("az1", "c1"),))
    plan, found = preview(heavy, command), Outlooks(heavy).of(command)
    worst = next((effect for effect in plan.effects if effect.leaving), None)
    assert (found.verdict, found.servers, found.worst) == (plan.verdict, plan.count, worst)
    assert (plan.verdict is Verdict.BLOCKED) == (count > 3)


@given(conditioned())
@settings(max_examples=examples(200))
def test_that_a_command_judged_in_brief_takes_as_many_servers_to_the_same_end(
    case: tuple[State, Remove | Restore],
) -> None:
    state, command = case
    plan, found = preview(state, command), Outlooks(state).of(command)
    worst = next((effect for effect in plan.effects if effect.leaving), None)
    assert (found.verdict, found.servers, found.worst) == (plan.verdict, plan.count, worst)


@given(states(ANYTHING), st.data())
def test_that_what_servers_are_worth_does_not_depend_on_what_was_asked_before(
    state: State, data: st.DataObject
) -> None:
    command = data.draw(selections(state))
    assert isinstance(command, Remove)
    now, named = headrooms_of(state), named_subsystems(state, command.subsystems)
    servers = matching(state, command)
    asked = sequence_of(state, now, named, servers)
    for count in data.draw(st.lists(st.integers(0, len(servers)), min_size=1, max_size=40)):
        fresh = sequence_of(state, now, named, servers)
        for mine, own in zip(asked.worth(count), fresh.worth(count), strict=True):
            assert np.array_equal(mine, own)


@given(st.text("ab1-0", min_size=1, max_size=6), st.lists(st.text("ab1-0", min_size=1, max_size=6), max_size=60))
def test_that_packed_names_have_the_same_slips(word: str, names: list[str]) -> None:
    known = sorted(set(names))
    assert one_edit_away(word, in_text_order(pack(known))) == one_edit_away(word, known)


@given(
    st.lists(st.text("ab10", min_size=1, max_size=5), min_size=1, max_size=40), st.text("ab10", min_size=1, max_size=5)
)
def test_that_packed_names_know_which_are_theirs(names: list[str], other: str) -> None:
    known = sorted(set(names))
    packed = in_text_order(pack(known))
    assert [name in packed for name in [*known, other]] == [name in known for name in [*known, other]]
