"""Laws over every kind of act there is: none changes anything unjudged, and none changes anything when it is only looked at."""

from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import get_args

import pytest

from console.operating.incidents.incidents import bundled_incidents
from console.operating.training.order_words import order_completions
from tests.topology.incident.playing import bundled
from topology.command.verbs import VERBS
from topology.incident.branch.branch import Branch
from topology.incident.orders import orders
from topology.incident.orders.orders import WORDS, Order, makes_order_plan, order_of
from topology.incident.session.acts import TypedAct
from topology.incident.session.session import TrainingSession
from topology.incident.timeline import Timeline

PLANNED = {orders.Restart, orders.Approve, orders.FromCopy, orders.ShiftOrder}
"""Orders that the guards judge before anything is done; what only looks, of an approval or a recovery, is none of them."""
TELLS = {orders.Announce, orders.NoticeOrder, orders.Override, orders.Go}
"""Orders that say something, or let the next command pass a check: they change nothing by themselves."""
INSTRUCTOR = {orders.Fail, orders.Silence, orders.Injected}
EXAMPLES = ("restart core", "approve x", "recover from x", "shift satellites to core")


@cache
def timeline(name: str) -> Timeline:
    return Timeline(bundled(name))


def session(name: str, era: str, decision: int = 0) -> TrainingSession:
    incident = bundled(name)
    time = incident.decisions[decision].time
    return TrainingSession(Branch(incident, timeline(name).states_at(time), time, incident.era(era)))


def state_of(one: TrainingSession) -> tuple[bytes, dict[str, int], int]:
    return one.branch.fleet.state.tobytes(), dict(one.branch.kept.demand), len(one.branch.kept.approved)


def offered(name: str) -> list[str]:
    """Give what the command line offers to a trainee, of every word that an order can begin with; one place stands for all."""
    incident = bundled(name)
    zones = list(dict.fromkeys(zone for zone, _, _ in incident.region.roster.racks))
    texts = chain.from_iterable(
        order_completions(start, len(start), incident)
        for start in (
            *(f"{word} " for word in WORDS if word not in ("inject", "announce", "override")),
            *(f"{word} {one.name}" for word in ("check", "approve") for one in incident.proposals),
        )
    )
    return [one.insert for one in dict.fromkeys(texts) if not any(f" in {zone}" in one.insert for zone in zones[1:])]


def commands(name: str) -> Iterator[str]:
    for subsystem in bundled(name).region.subsystems:
        if not subsystem.external:
            yield from (
                f"{verb} {much} {subsystem.name}" for verb, much in (("remove", "all from"), ("restore", "all to"))
            )
            yield f"remove 40% from {subsystem.name}"


def test_that_every_kind_of_order_is_a_plan_or_changes_nothing_or_is_the_instructors() -> None:
    assert set(get_args(Order)) == PLANNED | TELLS | INSTRUCTOR
    region = bundled("google-2014").region
    assert [type(order_of(text.replace("core", "core"), region)) for text in EXAMPLES] == [
        orders.Restart,
        orders.Approve,
        orders.FromCopy,
        orders.ShiftOrder,
    ]
    assert all(makes_order_plan(order_of(text, region)) for text in EXAMPLES)


@pytest.mark.parametrize("text", ["notice", 'announce "x" by banner', 'override "why"', "check enable-change"])
def test_that_what_is_no_plan_changes_no_server_and_nothing_asked(text: str) -> None:
    one = session("azure-2014", "as-it-was")
    before = state_of(one)
    one.act(TypedAct(one.branch.time, text))
    assert state_of(one) == before


@pytest.mark.parametrize("name", sorted(bundled_incidents()))
def test_that_what_is_only_looked_at_changes_nothing(name: str) -> None:
    for decision in range(len(bundled(name).decisions)):
        one = session(name, "as-it-was", decision)
        before, time = state_of(one), one.branch.time
        for text in (
            *offered(name),
            *commands(name),
            *(verb for verb in VERBS if verb in ("stop", "undo", "pause", "resume")),
        ):
            answer = one.act(TypedAct(time, text, confirmed=False))
            assert answer.kind in ("shown", "wrong", "refused"), text
            assert (state_of(one), one.branch.time, one.executions) == (before, time, ()), text


@pytest.mark.parametrize("name", sorted(bundled_incidents()))
def test_that_with_every_guard_no_act_takes_a_subsystem_below_its_floor(name: str) -> None:
    idle = session(name, "underkeel")
    idle.advance(idle.branch.time + 2 * 3600)
    short = {one.subsystem for one in idle.branch.moment().standings if one.verdict == "below"}
    for text in (*offered(name), *commands(name)):
        one = session(name, "underkeel")
        answer = one.act(TypedAct(one.branch.time, text))
        one.advance(one.branch.time + 2 * 3600)
        below = {standing.subsystem for standing in one.branch.moment().standings if standing.verdict == "below"}
        assert below <= short, f"{text}: {answer.kind}, {answer.sentences}"
        assert not any(told.broke for told in one.branch.course().told if told.kind == "act"), text


def test_that_with_every_guard_what_is_asked_is_moved_only_where_there_is_room() -> None:
    one = session("google-2014", "underkeel", 2)
    full = one.act(TypedAct(one.branch.time, "shift core to satellites"))
    assert (full.kind, one.branch.kept.demand) == ("refused", {"satellites": 240, "core": 160})
    crowded = session("google-2014", "underkeel", 2)
    crowded.act(TypedAct(crowded.branch.time, "inject fail 100 from core"))
    answer = crowded.act(TypedAct(crowded.branch.time, "shift satellites to core"))
    assert (answer.kind, answer.sentences[0]) == ("refused", "core would be asked for 400 units and has 350")
    done = one.act(TypedAct(one.branch.time, "shift 50% of satellites to core at 30/min"))
    assert done.kind == "done"
    assert one.branch.kept.demand == {"satellites": 210, "core": 190}
    one.advance(one.branch.time + 60)
    assert one.branch.kept.demand["core"] == 220
    one.act(TypedAct(one.branch.time, "stop"))
    one.advance(one.branch.time + 600)
    assert one.branch.kept.demand["core"] == 220


def test_that_a_move_halts_where_its_room_goes_meanwhile() -> None:
    one = session("google-2014", "underkeel", 2)
    one.act(TypedAct(one.branch.time, "shift satellites to core at 24/min"))
    one.act(TypedAct(one.branch.time, "inject fail 200 from core"))
    one.advance(one.branch.time + 900)
    assert one.branch.kept.demand["core"] <= 450 - 200
    assert any("has no room for more" in told.text for told in one.branch.course().told)


def test_that_places_of_what_is_asked_move_alone_and_one_after_the_other() -> None:
    one = session("google-2014", "as-it-was", 2)
    assert one.act(TypedAct(one.branch.time, "shift satellites to core in europe")).kind == "done"
    assert one.branch.kept.demand == {"satellites": 160, "core": 240}
    other = session("google-2014", "underkeel", 2)
    plan = other.plan_of(order_of("shift satellites to core by zone at 80/min", bundled("google-2014").region))
    assert plan.count == 240
    assert plan.minutes == 2
