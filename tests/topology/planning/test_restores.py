"""Plans that give capacity back: restores by quantity and by name, the undo of a removal, the undo of a restore."""

from hypothesis import given

from console.words.findings.table import message
from tests.topology.planning.conftest import Ask, Make, Read
from tests.topology.planning.test_guards import freeze
from tests.topology.strategies import Shape, move, states
from topology.command.grammar.syntax import NameRange, RemoveServers, Undo
from topology.fleet.lowered import GuardedBy, GuardNumber, NumberLowered
from topology.fleet.state import Freshness, State
from topology.planning.plan import Confirmation, Effort, Severity, Verdict
from topology.planning.preview import check_confirmation, preview, undo_plan, undo_restore_plan
from topology.region.server_states import ServerState


def take(state: State, *names: str, to: ServerState = ServerState.REMOVED, operation: str | None = "act") -> None:
    for name in names:
        move(state, {state.fleet.position[name]: to}, operation, 0)


def test_that_the_last_removed_server_comes_back_first(make: Make, ask: Ask) -> None:
    state = make()
    take(state, "placement-0005", "placement-0001", "placement-0003")
    assert ask(state, "restore 2 to placement").servers == ("placement-0003", "placement-0001")
    assert len(ask(state, "restore 50% to placement").servers) == 1


def test_that_only_removed_servers_come_back(make: Make, ask: Ask) -> None:
    state = make()
    take(state, "placement-0001")
    take(state, "placement-0002", to=ServerState.FAILED, operation=None)
    take(state, "placement-0004", to=ServerState.DRAINING)
    assert ask(state, "restore all to placement").servers == ("placement-0001",)
    plan = ask(state, "restore servers placement-0001..0004")
    assert plan.verdict is Verdict.BLOCKED
    (said,) = (message(finding) for finding in plan.findings if finding.code == "too-few-match")
    assert said == (
        "3 servers cannot be put back: placement-0002 failed, placement-0003 in service, placement-0004 draining"
    )


def test_that_a_restore_shows_capacity_coming_back(make: Make, ask: Ask) -> None:
    state = make()
    take(state, "both-0001", "both-0002")
    plan = ask(state, "restore 2 to billing")
    rows = {effect.subsystem: (effect.in_service, effect.leaving, effect.after) for effect in plan.effects}
    assert rows == {"billing": (32, -2, 34), "index": (98, -2, 100)}
    assert plan.verdict is Verdict.CLEAR
    assert plan.largest_safe is None
    assert plan.pace_per_minute is None


def test_that_a_restore_of_many_servers_is_told_to_be_a_large_command_and_is_not_refused(make: Make, ask: Ask) -> None:
    state = make(policy='pace = "20/min"\nlargest_command = 2\n')
    take(state, "placement-0001", "placement-0002", "placement-0003")
    plan = ask(state, "restore all to placement")
    assert plan.verdict is Verdict.CAUTION
    assert plan.codes() == ("too-large",)
    assert ask(state, "remove 3 servers from index").blocked


def test_that_capacity_that_does_not_suffice_yet_is_below_and_not_broken(make: Make, ask: Ask) -> None:
    state = make()
    names = tuple(f"placement-{number:04}" for number in range(1, 13))
    take(state, *names)
    plan = ask(state, "restore 1 to placement")
    assert [(effect.scope, effect.verdict, effect.headroom) for effect in plan.effects] == [("region", "below", -1)]
    assert not plan.blocked


def test_that_an_undo_brings_back_what_can_come_back_and_names_the_rest(make: Make) -> None:
    state = make()
    names = ("bill-0001", "bill-0002", "bill-0003", "bill-0004")
    take(state, *names)
    take(state, "bill-0002", to=ServerState.FAILED, operation=None)
    take(state, "bill-0003", to=ServerState.IN_SERVICE)
    plan = undo_plan(state, (*names, "bill-0099"), 1204, "undo 1204")
    assert plan.servers == ("bill-0001", "bill-0004")
    assert tuple(map(str, plan.left_out)) == ("bill-0002 failed", "bill-0003 in service", "bill-0099 does not exist")
    assert (plan.action, plan.undoes, plan.command) == ("restore", 1204, "undo 1204")
    assert plan.verdict is Verdict.CAUTION
    (finding,) = plan.findings
    assert message(finding) == (
        "3 servers of entry 1,204 cannot be put back and are left out: "
        "bill-0002 failed, bill-0003 in service, bill-0099 does not exist"
    )


def test_that_an_undo_with_nothing_in_its_way_is_clear(make: Make) -> None:
    state = make()
    take(state, "bill-0001")
    plan = undo_plan(state, ("bill-0001",), 3, "undo", named=("billing",))
    assert plan.verdict is Verdict.CLEAR
    assert [effect.named for effect in plan.effects] == [True]


def test_that_an_undo_of_which_nothing_can_come_back_is_nothing(make: Make) -> None:
    state = make()
    plan = undo_plan(state, ("bill-0001",), 3, "undo 3")
    assert plan.verdict is Verdict.NOTHING
    assert message(plan.findings[0]) == "no server of entry 3 can come back: bill-0001 in service"


def test_that_no_guard_blocks_the_undo_of_a_removal(make: Make) -> None:
    state = make(
        policy="largest_command = 1\n",
        placement="ceiling = 3\nprotected = true",
        pool="protected = true",
        more=freeze(0),
    )
    take(state, "placement-0001", "placement-0002")
    state.freshness = Freshness(99)
    state.unacknowledged = (NumberLowered(GuardNumber(GuardedBy.FLOOR, "index"), 90, 80),)
    plan = undo_plan(state, ("placement-0001", "placement-0002"), 7, "undo 7")
    assert plan.verdict is Verdict.CAUTION
    assert plan.codes() == ("unknown", "too-large", "protected", "frozen", "ceiling")
    assert {finding.severity for finding in plan.findings} == {Severity.CAUTION}
    assert any("99 s old" in message(finding) for finding in plan.findings)
    assert check_confirmation(state, plan, Undo(7), Confirmation(plan.digest, Effort.COUNT)) == ()


@given(states(Shape(missing_floors=True)))
def test_that_the_undo_of_any_removal_is_never_blocked(state: State) -> None:
    names = state.region.roster.names
    plan = undo_plan(state, names, 7, "undo 7")
    assert plan.verdict is not Verdict.BLOCKED
    removed = {name for name, kind in zip(names, state.fleet.state, strict=True) if kind == ServerState.REMOVED}
    assert set(plan.servers) == removed
    assert len(plan.left_out) == len(names) - len(removed)


@given(states(Shape(missing_floors=True)))
def test_that_the_undo_of_a_restore_is_a_removal_with_every_guard(state: State) -> None:
    names = state.region.roster.names
    plan = undo_restore_plan(state, names, 7, "undo 7")
    assert plan.action == "remove"
    if plan.servers:
        by_name = preview(state, RemoveServers(tuple(NameRange("", name) for name in plan.servers)))
        own = [finding for finding in plan.findings if finding.code != "too-few-match"]
        assert own == [finding for finding in by_name.findings if finding.code != "too-few-match"]
        assert plan.effects == by_name.effects


def test_that_the_undo_of_a_restore_can_be_blocked(make: Make) -> None:
    names = tuple(f"placement-{number:04}" for number in range(1, 12))
    plan = undo_restore_plan(make(), names, 7, "undo 7")
    assert plan.verdict is Verdict.BLOCKED
    assert plan.codes()[0] == "floor"


def test_that_a_restore_of_a_server_that_failed_since_is_stale(make: Make, ask: Ask, read: Read) -> None:
    state = make()
    take(state, "placement-0001", "placement-0002")
    plan = ask(state, "restore 2 to placement")
    take(state, "placement-0001", to=ServerState.FAILED, operation=None)
    (first, *_) = check_confirmation(
        state, plan, read(state, "restore 2 to placement"), Confirmation(plan.digest, Effort.KEY)
    )
    assert first.code == "stale"


def test_that_an_undo_still_goes_ahead_when_one_of_its_servers_failed_since(make: Make) -> None:
    state = make()
    take(state, "bill-0001", "bill-0002")
    plan = undo_plan(state, ("bill-0001", "bill-0002"), 7, "undo 7")
    take(state, "bill-0001", to=ServerState.FAILED, operation=None)
    confirmation = Confirmation(plan.digest, Effort.COUNT)
    assert check_confirmation(state, plan, Undo(7), confirmation) == ()
    take(state, "bill-0002", to=ServerState.FAILED, operation=None)
    assert [finding.code for finding in check_confirmation(state, plan, Undo(7), confirmation)] == ["stale"]
