"""What the window's one object says and does: plans at every keystroke and every fact, acts only on what was confirmed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from console.operating.jobs import Jobs
from console.operating.live.desk import LiveDesk
from console.operating.notice import Notice
from console.operating.refusal import RefusedError
from console.operating.regions import address_of, read_address
from console.operating.view import View
from console.window.workspace import Workspace
from console.words.findings.table import message
from topology.command.grammar.syntax import Remove, Run
from topology.execution.journal_entries import Kind
from topology.fleet.batches import batch_of
from topology.links.protocol import Answer as Became
from topology.links.protocol import RegionLink, Wave
from topology.links.simulated.simulated import FileLink, SimLink
from topology.planning.answers import TitledAnswer
from topology.planning.plan import Confirmation, Effort, Plan, Verdict
from topology.planning.preview import check_confirmation
from topology.playbook.reading import read_playbook
from topology.playbook.run import Done, PlaybookRun
from topology.records.clock import ManualClock
from topology.records.journal import Journal
from topology.region.description import read_region
from topology.region.server_states import ServerState

START = 1_700_000_000.0
SMALL = """\
format = 1
[region]
name = "small"
zones = ["az1"]
[policy]
pace = "60/min"
wave = 3
largest_command = 20
[[subsystem]]
name = "index"
floor = 20
[[subsystem]]
name = "billing"
floor = 4
[[pool]]
name = "index"
count = 30
supports = ["index"]
[[pool]]
name = "billing"
count = 8
supports = ["billing", "index"]
"""
CLEAR = "remove 2 servers from billing"


class Room:
    """A workspace on a region whose clock the test moves, with a note of everything that it says."""

    def __init__(self, link: RegionLink, folder: Path) -> None:
        self.link = link
        self.journal = Journal.open(folder)
        self.jobs = Jobs(lambda sentence: self.failures.append(sentence))
        self.operator = LiveDesk(link, self.journal, "ana", folder)
        self.workspace = Workspace(self.operator, self.jobs)
        self.plans: list[Plan | None] = []
        self.states: list[int] = []
        self.failures: list[str] = []
        self.said: list[str] = []
        self.answers: list[TitledAnswer] = []
        self.begun: list[str] = []
        for signal, notes in (
            (self.workspace.failed, self.failures),
            (self.workspace.said, self.said),
            (self.workspace.answered, self.answers),
            (self.workspace.begun, self.begun),
        ):
            signal.connect(notes.append)
        self.workspace.view_changed.connect(self.see)

    def see(self, view: View) -> None:
        self.plans.append(view.work.plan)
        self.states.append(view.state.revision)

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110 - what is waited for comes from Qt's timers as well
                await asyncio.sleep(0.002)

    async def open(self) -> None:
        self.jobs.start("Following", self.workspace.follower.follow())
        async with asyncio.timeout(20):
            await self.workspace.follower.loaded.wait()

    async def at_rest(self) -> None:
        """Wait until all is ready, for which the text is read anew, and neither a key nor a fact is still to be shown."""
        await self.until(lambda: self.workspace._watches)
        await self.until(lambda: not (self.workspace._soon.waits or self.workspace._frame.isActive()))

    async def typed(self, text: str) -> Plan:
        """Type a command and give its plan."""
        before = len(self.plans)
        self.workspace.type(text)
        await self.until(lambda: len(self.plans) > before and self.plans[-1] is not None)
        assert self.workspace.bench.work.plan is not None
        return self.workspace.bench.work.plan

    def advance(self, seconds: float) -> None:
        assert isinstance(self.link, SimLink)
        self.link.advance(seconds)

    async def aclose(self) -> None:
        await self.operator.aclose()
        await self.jobs.aclose()
        await self.link.aclose()
        self.journal.close()

    def kinds(self) -> list[str]:
        return [entry.kind.value for entry in self.journal.entries() if entry.kind is not Kind.ALARM]


INDEX_ONE = "remove 1 server from index"


def another_link(folder: Path, clock: ManualClock) -> SimLink:
    return SimLink(read_region(SMALL, "region.toml"), "sim:small", folder, clock=clock)


Scenario = Callable[[Room], Awaitable[None]]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def run(qapp: QApplication) -> Iterator[Callable[[Awaitable[None]], None]]:
    """Run something to its end on Qt's own loop."""
    with asyncio.Runner(loop_factory=lambda: QEventLoop(qapp)) as runner:

        async def limited(work: Awaitable[None]) -> None:
            async with asyncio.timeout(60):
                await work

        yield lambda work: runner.run(limited(work))


@pytest.fixture
def play(run: Any, tmp_path: Path, clock: ManualClock) -> Callable[[Scenario], None]:
    """Play a scenario in a room whose region is loaded."""

    async def in_room(scenario: Scenario) -> None:
        room = Room(another_link(tmp_path / "acts", clock), tmp_path / "journal")
        try:
            await room.open()
            await scenario(room)
        finally:
            await room.aclose()

    return lambda scenario: run(in_room(scenario))


def test_that_text_is_read_at_once_and_planned_after_the_echo(play: Any) -> None:
    async def scenario(room: Room) -> None:
        room.plans.clear()
        room.workspace.type(CLEAR)
        assert str(room.workspace.bench.work.reading.command) == CLEAR
        assert room.plans == []
        await room.until(lambda: room.plans)
        assert room.plans[0] is not None
        assert (room.plans[0].command, len(room.plans[0].servers)) == (CLEAR, 2)

    play(scenario)


def test_that_fast_typing_is_gathered_into_one_plan(play: Any) -> None:
    async def scenario(room: Room) -> None:
        await room.at_rest()
        room.plans.clear()
        for end in range(len(CLEAR) - 6, len(CLEAR) + 1):
            room.workspace.type(CLEAR[:end])
        await room.until(lambda: room.plans)
        assert [plan.command if plan else None for plan in room.plans] == [CLEAR]

    play(scenario)


def test_that_facts_do_not_come_between_a_key_and_its_echo_and_are_shown_with_its_plan(play: Any) -> None:
    async def scenario(room: Room) -> None:
        await room.typed(CLEAR)
        await room.at_rest()
        room.plans.clear()
        room.workspace.type("remove 3 servers from billing")
        room.workspace.refresh()
        room.workspace._publish()
        assert room.plans == []
        await room.until(lambda: room.plans)
        assert [plan.command if plan else None for plan in room.plans] == ["remove 3 servers from billing"]

    play(scenario)


def test_that_text_that_is_no_plan_shows_none(play: Any) -> None:
    async def scenario(room: Room) -> None:
        await room.typed(CLEAR)
        for text in ("", "remove", "remove 2 from nowhere", "show index"):
            room.plans.clear()
            room.workspace.type(text)
            await room.until(lambda: room.plans)
            assert room.workspace.bench.work.plan is None

    play(scenario)


def test_that_text_typed_while_the_region_loads_is_planned_when_it_is_there(
    run: Any, tmp_path: Path, clock: ManualClock
) -> None:
    async def main() -> None:
        room = Room(another_link(tmp_path / "acts", clock), tmp_path / "journal")
        room.workspace.type(CLEAR)
        assert room.workspace.bench.work.plan is None
        await room.open()
        assert room.workspace.bench.work.plan is not None
        assert room.workspace.bench.work.plan.command == CLEAR
        await room.aclose()

    run(main())


def test_that_a_plan_on_show_is_judged_again_when_others_act(play: Any, tmp_path: Path, clock: ManualClock) -> None:
    async def scenario(room: Room) -> None:
        plan = await room.typed("remove 4 servers from billing")
        assert plan.verdict is not Verdict.BLOCKED
        other = another_link(tmp_path / "acts", clock)
        await other.load()
        names = tuple(name for name in room.workspace.state.region.roster.names if name not in plan.servers)
        taken = tuple(name for name in names if name.startswith("billing"))[:3]
        supports = (("billing", "index"),) * len(taken)
        outcome = await other.remove(Wave("theirs", 1, "ben", taken, supports))
        assert outcome.servers(Became.DONE) == taken
        room.advance(0.25)
        await room.until(lambda: room.workspace.bench.work.plan.verdict is Verdict.BLOCKED)
        assert "floor" in room.workspace.bench.work.plan.codes()
        assert room.workspace.bench.work.plan.servers == plan.servers
        await other.aclose()

    play(scenario)


def test_that_many_facts_are_said_at_most_once_a_frame(run: Any, tmp_path: Path, clock: ManualClock) -> None:
    async def main() -> None:
        link = SimLink(read_address(address_of(None)), "sim:s3-us-east-1", tmp_path / "acts", clock=clock)
        room = Room(link, tmp_path / "journal")
        await room.open()
        await room.at_rest()
        room.states.clear()
        before = room.workspace.state.revision
        for _ in range(120):
            link.advance(1.0)
        newest = await link.revision()
        assert newest > before + 20
        await room.until(lambda: room.states and room.states[-1] >= newest)
        assert len(room.states) < 10
        await room.aclose()

    run(main())


def test_that_a_plan_is_never_shown_with_another_state_than_the_one_it_was_judged_at(
    play: Any, tmp_path: Path, clock: ManualClock
) -> None:
    """Not when facts came since the last frame, nor while somebody looks for themselves, nor when servers joined."""

    async def scenario(room: Room) -> None:
        await room.typed(CLEAR)
        workspace, other = room.workspace, another_link(tmp_path / "acts", clock)
        await other.load()
        for number, looks in enumerate((False, True), start=1):
            await other.remove(Wave(f"theirs-{number}", 1, "ben", (f"index-000{number}",), (("index",),)))
            room.advance(0.25)
            while workspace.follower.state.revision == workspace.state.revision:  # noqa: ASYNC110 - before a frame comes
                await asyncio.sleep(0)
            if looks:
                workspace.see()  # as whoever approves a plan of somebody else
            workspace.replan()
            assert workspace.view.work.plan.revision == workspace.view.state.revision
        state = workspace.follower.state
        grown = replace(state, region=replace(state.region, title="Grown"))
        workspace.region_loaded(grown, anew=False)
        workspace.replan()
        assert workspace.bench.planner._region is grown.region
        assert workspace.view.state.region is workspace.bench.state.region
        await other.aclose()

    play(scenario)


def test_that_enter_shows_a_plan_and_never_confirms_it(play: Any) -> None:
    async def scenario(room: Room) -> None:
        for _ in range(3):
            room.workspace.submit(CLEAR)
            await room.until(lambda: room.workspace.bench.work.plan)
        assert room.kinds() == []
        assert room.operator.progress is None

    play(scenario)


def test_that_what_was_confirmed_is_carried_out_and_told(play: Any) -> None:
    async def scenario(room: Room) -> None:
        plan = await room.typed(CLEAR)
        room.workspace.acts.confirm(Confirmation(plan.digest, Effort.COUNT))
        await room.until(lambda: room.begun)
        assert room.begun == [CLEAR]
        await room.until(lambda: "outcome" in room.kinds())
        for _ in range(80):
            room.advance(0.25)
            await asyncio.sleep(0.002)
        await room.until(lambda: "finished" in room.kinds())
        await room.until(lambda: room.said)
        assert room.said == [f"{CLEAR}: finished: 2 of 2 servers left service"]
        assert [entry.kind.value for entry in room.workspace.desk.history.entries] == room.kinds()

    play(scenario)


@pytest.mark.parametrize(
    ("text", "digest", "effort"),
    [
        ("remove 7 servers from billing", "", Effort.COUNT),  # blocked
        (CLEAR, "0" * 64, Effort.COUNT),  # another plan than the one on show
    ],
)
def test_that_what_cannot_be_confirmed_changes_nothing_and_says_why(
    play: Any, text: str, digest: str, effort: Effort
) -> None:
    async def scenario(room: Room) -> None:
        plan = await room.typed(text)
        room.workspace.acts.confirm(Confirmation(digest or plan.digest, effort))
        await room.until(lambda: room.failures)
        assert room.failures[0].startswith("Not carried out: ")
        assert (room.kinds(), room.begun) == ([], [])

    play(scenario)


def test_that_without_a_plan_there_is_nothing_to_confirm(play: Any) -> None:
    async def scenario(room: Room) -> None:
        room.workspace.acts.confirm(Confirmation("0" * 64, Effort.KEY))
        assert room.failures == ["There is no plan on show to confirm."]

    play(scenario)


def test_that_stop_reaches_a_running_execution(play: Any) -> None:
    async def scenario(room: Room) -> None:
        plan = await room.typed(CLEAR)
        room.workspace.acts.confirm(Confirmation(plan.digest, Effort.COUNT))
        await room.until(lambda: "outcome" in room.kinds())
        room.workspace.acts.control("stop")
        await room.until(lambda: {"finished", "stop"} <= set(room.kinds()))
        await room.until(lambda: len(room.said) == 2)
        assert any("stopped by ana: 0 of 2 servers left service, 2 went back" in sentence for sentence in room.said)

    play(scenario)


@pytest.mark.parametrize(("verb", "sentence"), [("pause", "nothing is running"), ("resume", "nothing is running")])
def test_that_a_control_without_an_execution_says_so(play: Any, verb: str, sentence: str) -> None:
    async def scenario(room: Room) -> None:
        room.workspace.submit(verb)
        await room.until(lambda: room.said)
        assert sentence in room.said[0].lower()
        assert not room.failures

    play(scenario)


def test_that_stop_without_an_execution_is_no_failure(play: Any) -> None:
    async def scenario(room: Room) -> None:
        room.workspace.submit("stop")
        await room.until(lambda: room.said)
        assert room.said == ["Nothing is running, so there is nothing to stop."]

    play(scenario)


def test_that_questions_are_answered(play: Any) -> None:
    async def scenario(room: Room) -> None:
        shown: list[str] = []
        helped: list[str] = []
        room.workspace.shown.connect(shown.append)
        room.workspace.help_wanted.connect(helped.append)
        for text in ("headroom billing", "explain index", "show index", "help", "help remove"):
            room.workspace.submit(text)
        assert len(room.answers) == 2
        assert (shown, helped) == (["index"], ["", "remove"])

    play(scenario)


def test_that_an_undo_of_nothing_is_answered_with_why(play: Any) -> None:
    async def scenario(room: Room) -> None:
        room.workspace.submit("undo")
        await room.until(lambda: room.answers)
        assert "ana has carried out nothing that is not undone already." in str(room.answers[0].remarks)
        assert room.workspace.bench.work.plan is None

    play(scenario)


def test_that_completions_offer_the_largest_safe_count(play: Any) -> None:
    async def scenario(room: Room) -> None:
        text = "remove  servers from billing"
        room.workspace.type(text)
        offers = room.workspace.bench.completions(len("remove "))
        assert offers
        room.workspace.type("remove 3 servers from bil")
        assert [offer.insert for offer in room.workspace.bench.completions(25)] == ["billing"]

    play(scenario)


def test_that_a_region_that_cannot_be_loaded_is_said_and_tried_again(run: Any, tmp_path: Path) -> None:
    async def main() -> None:
        file = tmp_path / "region.toml"
        room = Room(FileLink(file, tmp_path / "acts"), tmp_path / "journal")
        unreadable: list[str] = []
        room.workspace.unreadable.connect(unreadable.append)
        room.jobs.start("Following", room.workspace.follower.follow())
        await room.until(lambda: unreadable)
        assert "region.toml" in unreadable[0]
        assert room.workspace.state is None
        file.write_text(SMALL)
        async with asyncio.timeout(20):
            await room.workspace.follower.loaded.wait()
        await room.aclose()

    run(main())


def test_that_a_description_read_anew_is_shown_and_said(run: Any, tmp_path: Path) -> None:
    async def main() -> None:
        file = tmp_path / "region.toml"
        file.write_text(SMALL)
        room = Room(FileLink(file, tmp_path / "acts"), tmp_path / "journal")
        await room.open()
        plan = await room.typed(CLEAR)
        assert plan.verdict is not Verdict.BLOCKED
        file.write_text(SMALL.replace("floor = 4", "floor = 7"))
        await room.until(lambda: room.workspace.bench.work.plan.verdict is Verdict.BLOCKED)
        assert room.said == ["The description of the region was read anew."]
        await room.aclose()

    run(main())


def test_that_ten_times_what_the_journal_shows_as_usual_needs_more_care(play: Any) -> None:
    async def scenario(room: Room) -> None:
        before = await room.typed("remove 10 servers from index")
        for number in range(5):
            room.journal.append(
                Kind.INTENT, "ana", command=INDEX_ONE, servers=(f"index-{number:04}",), details={"action": "remove"}
            )
        room.workspace.read_entries()
        room.workspace.refresh()
        await room.until(
            lambda: room.workspace.bench.work.plan is not None and "unusual" in room.workspace.bench.work.plan.codes()
        )
        after = room.workspace.bench.work.plan
        assert after is not None
        assert (before.verdict, after.verdict) == (Verdict.CLEAR, Verdict.CAUTION)
        assert "is 10 times what is usual for ana, 1" in " ".join(message(finding) for finding in after.findings)

    play(scenario)


def test_that_a_blocked_plan_on_show_goes_on_saying_what_it_looks_like(play: Any) -> None:
    async def scenario(room: Room) -> None:
        await room.typed("remove 30 servers from index")
        await room.until(
            lambda: room.workspace.bench.work.plan is not None and "unusual" in room.workspace.bench.work.plan.codes()
        )
        plan = room.workspace.bench.work.plan
        assert plan is not None
        assert plan.blocked
        shown = len(room.plans)
        room.workspace.refresh()
        await room.until(lambda: len(room.plans) > shown)
        assert room.plans[shown] is not None
        assert "unusual" in room.plans[shown].codes()

    play(scenario)


SHRINK = """\
format = 1
[playbook]
name = "shrink"
title = "Shrink"
purpose = "Takes a few."
[[parameter]]
name = "count"
type = "count"
most = 8
[[step]]
command = "headroom billing"
[[step]]
command = "remove {count} servers from billing"
[step.expects]
servers_at_most = 2
[[step]]
command = "explain billing"
"""


def test_that_a_run_goes_through_its_steps_and_the_journal_names_them(play: Any) -> None:
    async def scenario(room: Room) -> None:
        workspace, text = room.workspace, "run shrink count=2"
        workspace.bench.runs._playbooks = (read_playbook(SHRINK, "shrink.toml"),)
        told: list[PlaybookRun] = []
        workspace.playbook_changed.connect(told.append)
        workspace.submit(text)
        await room.until(lambda: room.answers)
        assert told[-1].step is not None
        assert told[-1].step.number == 2
        assert workspace.bench.work.plan is None  # the answer of the first step stays on show until Enter
        workspace.submit(text)
        await room.until(lambda: workspace.bench.work.plan is not None)
        plan = workspace.bench.work.plan
        assert plan is not None
        assert (plan.command, plan.verdict) == ("remove 2 servers from billing", Verdict.CAUTION)
        workspace.acts.confirm(Confirmation(plan.digest, Effort.COUNT))
        await room.until(lambda: room.begun)
        assert room.begun == [text]
        await room.until(lambda: room.advance(1) or (told[-1].step is not None and told[-1].step.number == 3))  # type: ignore[func-returns-value]
        intent = next(entry for entry in room.journal.entries() if entry.kind is Kind.INTENT)
        assert (intent.details["playbook"], intent.details["step"]) == ("shrink", 2)
        workspace.submit(text)
        await room.until(lambda: told[-1].step is None)
        assert [done.number for done in told[-1].done] == [1, 2, 3]
        assert any("all 3 steps are done" in sentence for sentence in room.said)

    play(scenario)


def test_that_a_step_outside_of_what_it_expects_cannot_be_confirmed(play: Any) -> None:
    async def scenario(room: Room) -> None:
        workspace, text = room.workspace, "run shrink count=4"
        workspace.bench.runs._playbooks = (read_playbook(SHRINK, "shrink.toml"),)
        workspace.submit(text)
        await room.until(lambda: room.answers)
        workspace.submit(text)
        await room.until(lambda: workspace.bench.work.plan is not None)
        plan = workspace.bench.work.plan
        assert plan is not None
        assert (plan.verdict, plan.codes()[0]) == (Verdict.BLOCKED, "expects")
        workspace.acts.confirm(Confirmation(plan.digest, Effort.COUNT))
        await room.until(lambda: room.failures)
        assert "expects at most 2 servers" in room.failures[-1]
        assert room.kinds() == []

    play(scenario)


OTHER = """\
format = 1
[playbook]
name = "other"
title = "Other"
purpose = "Looks."
[[step]]
command = "headroom index"
[[step]]
command = "remove 1 server from index"
[after]
servers_at_most = 1
"""
BOTH = (read_playbook(SHRINK, "shrink.toml"), read_playbook(OTHER, "other.toml"))


async def step_on_show(room: Room, text: str) -> Plan:
    """Press Enter until the plan of a step of the run is on show."""
    room.workspace.submit(text)
    await room.until(lambda: room.answers)
    room.workspace.submit(text)
    await room.until(lambda: room.workspace.bench.work.plan is not None)
    assert room.workspace.bench.work.plan is not None
    return room.workspace.bench.work.plan


def test_that_the_end_of_an_execution_goes_on_with_its_own_run(play: Any) -> None:
    async def scenario(room: Room) -> None:
        workspace = room.workspace
        workspace.bench.runs._playbooks = BOTH
        told: list[PlaybookRun] = []
        workspace.playbook_changed.connect(told.append)
        plan = await step_on_show(room, "run shrink count=2")
        workspace.acts.confirm(Confirmation(plan.digest, Effort.COUNT))
        await room.until(lambda: room.begun)
        workspace.submit("run other")  # another run is begun while this one is carried out
        await room.until(lambda: told[-1].run.name == "other")
        await room.until(lambda: room.advance(1) or told[-1].run.name == "shrink")  # type: ignore[func-returns-value]
        assert [done.command for done in told[-1].done] == ["headroom billing", plan.command]
        other = workspace.bench.runs.of(Run("other"), workspace.bench.vocabulary)
        assert isinstance(other, PlaybookRun)
        assert [done.command for done in other.done] == ["headroom index"]

    play(scenario)


def test_that_a_stopped_step_is_not_done_and_counts_when_it_is_begun_again(play: Any) -> None:
    async def scenario(room: Room) -> None:
        workspace, text = room.workspace, "run shrink count=2"
        many = SHRINK.replace("servers_at_most = 2", "servers_at_most = 4")
        workspace.bench.runs._playbooks = (read_playbook(many, "shrink.toml"),)
        told: list[PlaybookRun] = []
        workspace.playbook_changed.connect(told.append)
        text = "run shrink count=4"
        plan = await step_on_show(room, text)
        workspace.acts.confirm(Confirmation(plan.digest, Effort.COUNT))
        await room.until(lambda: "outcome" in room.kinds())
        await room.until(lambda: room.advance(1) or room.operator.progress.done == 3)  # type: ignore[func-returns-value, union-attr]
        workspace.acts.control("stop")
        await room.until(lambda: room.advance(1) or told[-1].attempts)  # type: ignore[func-returns-value]
        assert told[-1].step is not None
        assert (told[-1].step.number, len(told[-1].attempts[0][1].servers)) == (2, 3)
        workspace.type(text)
        await room.until(
            lambda: workspace.bench.work.plan is not None and "expects" in workspace.bench.work.plan.codes()
        )
        assert workspace.bench.work.plan is not None
        assert "at most 4 servers, this removes 7" in message(workspace.bench.work.plan.findings[-1]) or any(
            "this removes 7" in message(finding) for finding in workspace.bench.work.plan.findings
        )

    play(scenario)


def test_that_the_operator_holds_a_step_to_what_it_expects_at_the_act(play: Any) -> None:
    async def scenario(room: Room) -> None:
        workspace, text = room.workspace, "run shrink count=2"
        keeps = SHRINK.replace("servers_at_most = 2", "headroom_at_least = 2")
        workspace.bench.runs._playbooks = (read_playbook(keeps, "shrink.toml"),)
        plan = await step_on_show(room, text)
        step, command = workspace.bench.work.step, workspace.bench.work.command
        assert step is not None
        assert isinstance(command, Remove)
        assert not plan.blocked
        state = workspace.state
        assert state is not None
        others = [place for name, place in state.fleet.position.items() if name.startswith("billing")]
        failing = [place for place in others if state.region.roster.names[place] not in plan.servers][:1]
        state.fleet.apply(batch_of(state.revision + 1, state.time, [(failing[0], ServerState.FAILED)]))
        word = Confirmation(plan.digest, Effort.COUNT)
        assert check_confirmation(state, plan, command, word) == ()  # without the step nothing is in the way
        with pytest.raises(RefusedError, match="expects headroom of at least 2 in billing"):
            await room.operator.confirm(plan, command, word, step)
        assert room.kinds() == []

    play(scenario)


def test_that_a_run_that_ends_otherwise_than_it_declares_is_told(play: Any) -> None:
    async def scenario(room: Room) -> None:
        workspace = room.workspace
        notices: list[Notice] = []
        workspace.noticed.connect(notices.append)
        going = workspace.bench.runs.of(Run("other"), workspace.bench.vocabulary)
        workspace.bench.runs._playbooks = BOTH
        going = workspace.bench.runs.of(Run("other"), workspace.bench.vocabulary)
        assert isinstance(going, PlaybookRun)
        plan = await room.typed("remove 2 servers from index")
        workspace.acts._tell_going(replace(going, done=(Done(1, "", ""), Done(2, plan.command, "", plan))))
        assert any("ended otherwise than it declares" in notice.text for notice in notices)

    play(scenario)


def test_that_what_a_playbook_usually_removes_counts_for_its_runs(play: Any) -> None:
    async def scenario(room: Room) -> None:
        workspace = room.workspace
        many = (
            SHRINK.replace("from billing", "from index")
            .replace("most = 8", "most = 10")
            .replace("most = 2", "most = 20")
        )
        workspace.bench.runs._playbooks = (read_playbook(many, "shrink.toml"),)
        details = {"action": "remove", "playbook": "shrink"}
        for number in range(5):
            room.journal.append(Kind.INTENT, "bo", command="x", servers=(f"index-{number:04}",), details=details)
        workspace.read_entries()
        plan = await step_on_show(room, "run shrink count=10")
        assert "usual for playbook shrink" in " ".join(message(finding) for finding in plan.findings)
        assert "unusual" not in (await room.typed("remove 10 servers from index")).codes()

    play(scenario)


MIXED = """\
format = 1
[playbook]
name = "mixed"
title = "Mixed"
purpose = "Every kind of step."
[[step]]
command = "remove 1 server from index"
[[step]]
command = "undo"
[[step]]
command = "pause"
"""


def test_that_steps_that_undo_or_pause_are_done_only_when_that_is_done(play: Any) -> None:
    async def scenario(room: Room) -> None:
        workspace, text = room.workspace, "run mixed"
        workspace.bench.runs._playbooks = (read_playbook(MIXED, "mixed.toml"),)
        told: list[PlaybookRun] = []
        workspace.playbook_changed.connect(told.append)
        for step, command in ((2, "remove 1 server from index"), (3, "undo 1")):
            workspace.submit(text)
            await room.until(
                lambda wanted=command: (
                    workspace.bench.work.plan is not None and workspace.bench.work.plan.command == wanted
                )
            )
            plan = workspace.bench.work.plan
            assert plan is not None
            workspace.acts.confirm(Confirmation(plan.digest, Effort.COUNT))
            await room.until(lambda: room.advance(1) or (told[-1].step is not None and told[-1].step.number == step))  # type: ignore[func-returns-value]  # noqa: B023
        intents = [entry for entry in room.journal.entries() if entry.kind is Kind.INTENT]
        assert [(entry.details["step"], entry.details.get("undoes")) for entry in intents] == [(1, None), (2, 1)]
        said = len(room.said)
        workspace.submit(text)  # nothing is running that could be paused
        await room.until(lambda: len(room.said) > said)
        assert "Nothing is running" in room.said[-1]
        assert told[-1].step is not None
        assert told[-1].step.number == 3

    play(scenario)
