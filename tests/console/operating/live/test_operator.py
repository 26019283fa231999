"""What an operator's confirm, stop, pause, resume and undo do to a region and to the journal."""

import asyncio
import os
import pwd
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from console.operating.live.desk import LiveDesk
from console.operating.live.operators_name import operators_name
from console.operating.refusal import NothingToUndoError, RefusedError
from topology.execution.journal_entries import Kind
from topology.fleet.state import Freshness
from topology.links.protocol import Answer, WaveOutcome
from topology.planning.plan import Confirmation, Effort
from topology.records.journal import Journal
from topology.region.errors import LinkError

Play = Callable[[Callable[[Any, Any], Awaitable[None]]], None]


def test_that_a_removal_is_carried_out_in_waves_and_written_down(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        plan = await desk.carry_out(begin, "remove 5 servers from billing")
        await desk.until_after(90, lambda: desk.progress.phase.is_end)
        assert desk.out() == set(plan.servers)
        assert desk.states(*plan.servers) == ["removed"] * 5
        assert desk.kinds() == ["intent", "wave", "outcome", "wave", "outcome", "finished"]
        intent, first, _, second, _, finished = desk.entries()
        assert (intent.command, intent.plan, intent.servers) == (plan.command, plan.digest, plan.servers)
        assert first.servers + second.servers == plan.servers == finished.servers
        assert (desk.progress.phase, desk.progress.sentence) == ("finished", "finished: 5 of 5 servers left service")
        assert desk.journal.verify(await desk.link.kept_head("journal")).ok

    play(scenario)


def test_that_every_wave_is_on_disk_before_a_server_leaves(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        remove = desk.link.remove
        seen = []

        async def watched(wave: Any) -> WaveOutcome:
            reader = Journal.open(desk.folder / "journal", read_only=True)
            last = reader.entries()[-1]
            reader.close()
            seen.append((last.kind, last.servers, last.details["operation"]))
            assert not desk.out() & set(wave.servers)
            outcome: WaveOutcome = await remove(wave)
            return outcome

        desk.link.remove = watched
        plan = await desk.carry_out(begin, "remove 5 servers from billing")
        await desk.until_after(90, lambda: desk.progress.phase.is_end)
        assert [kind for kind, _, _ in seen] == [Kind.WAVE, Kind.WAVE]
        assert seen[0][1] + seen[1][1] == plan.servers
        assert len({operation for _, _, operation in seen}) == 2

    play(scenario)


def test_that_a_confirmed_plan_is_on_disk_before_it_begins(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        plan = await desk.confirm("remove 5 servers from billing")
        assert desk.kinds() == ["intent"]
        assert desk.out() == set()
        assert sorted(desk.operator.pending(desk.state)) == sorted(
            desk.state.fleet.position[name] for name in plan.servers
        )

    play(scenario)


def test_that_after_stop_no_server_leaves_and_those_draining_go_back(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        plan = await desk.carry_out(begin, "remove 6 servers from billing")
        await desk.until_after(5, lambda: len(desk.out()) == 3)
        await desk.until_after(10, lambda: desk.states(*plan.servers).count("removed") == 1)
        gone = desk.out() & {name for name in plan.servers if desk.states(name) == ["removed"]}
        desk.operator.stop_now()
        assert desk.progress.phase in ("stopping", "stopped")
        assert await desk.operator.control("stop") == "Stopped remove 6 servers from billing: no further server leaves."
        await desk.until(lambda: not desk.operator.is_running)
        await desk.passes(120)
        assert desk.out() == gone
        assert (desk.progress.done, desk.progress.returned, desk.progress.left) == (1, 2, 3)
        assert desk.kinds().count("wave") == 1
        stop, finished = (
            next(entry for entry in desk.entries() if entry.kind == kind) for kind in ("stop", "finished")
        )
        assert set(stop.details["returned"]) == set(plan.servers[:3]) - gone
        assert (set(finished.servers), finished.details["phase"]) == (gone, "stopped")

    play(scenario)


def test_that_a_stop_during_a_slow_act_lets_nothing_more_leave(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        remove, gate, calls = desk.link.remove, asyncio.Event(), []

        async def slow(wave: Any) -> WaveOutcome:
            calls.append(wave.number)
            await gate.wait()
            outcome: WaveOutcome = await remove(wave)
            return outcome

        desk.link.remove = slow
        await desk.confirm("remove 6 servers from billing")
        begin(desk.operator.run())
        await desk.until(lambda: bool(calls))
        # The region hears of the stop although the act has not been answered yet, and then refuses the act.
        await desk.operator.control("stop")
        gate.set()
        await desk.until(lambda: not desk.operator.is_running)
        await desk.passes(120)
        assert calls == [1]
        assert desk.out() == set()
        assert desk.progress.phase == "stopped"

    play(scenario)


def test_that_a_stop_holds_even_if_the_region_cannot_be_told_at_once(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        stop, dead, told = desk.link.stop, asyncio.Event(), []
        dead.set()

        async def deaf(execution: str, operator: str) -> tuple[str, ...]:
            if dead.is_set():
                raise LinkError("the region did not answer")
            names: tuple[str, ...] = await stop(execution, operator)
            told.append(execution)
            return names

        desk.link.stop = deaf
        plan = await desk.carry_out(begin, "remove 6 servers from billing")
        await desk.until_after(5, lambda: len(desk.out()) == 3)
        with pytest.raises(LinkError):
            await desk.operator.control("stop")
        await desk.until(lambda: not desk.operator.is_running)
        assert desk.progress.phase == "stopped"
        await desk.passes(90)
        assert desk.out() == set(plan.servers[:3])
        dead.clear()
        await desk.until(lambda: bool(told))
        assert desk.progress.sentence == "stopped by ana: 3 of 6 servers left service, 3 not touched"

    play(scenario)


def test_that_a_stop_while_the_wave_is_being_written_down_sends_nothing(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        write = desk.operator.record.write

        async def stopped(kind: Kind, **fields: Any) -> Any:
            if kind is Kind.WAVE:
                desk.operator.stop_now()
            return await write(kind, **fields)

        desk.operator.record.write = stopped
        await desk.carry_out(begin, "remove 6 servers from billing")
        await desk.until(lambda: not desk.operator.is_running)
        assert desk.out() == set()
        assert desk.kinds() == ["intent", "wave", "outcome", "finished"]
        assert desk.entries()[2].details == {"wave": 1, "not_sent": True}

    play(scenario)


def test_that_a_stop_while_the_plan_is_being_confirmed_sends_nothing(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        write = desk.operator.record.write

        async def stopped(kind: Kind, **fields: Any) -> Any:
            if kind is Kind.INTENT:
                assert await desk.operator.control("stop") == "Stopped before the first server."
            return await write(kind, **fields)

        desk.operator.record.write = stopped
        await desk.carry_out(begin, "remove 6 servers from billing")
        await desk.until(lambda: not desk.operator.is_running)
        assert desk.kinds() == ["intent", "finished"]
        assert desk.out() == set()

    play(scenario)


def test_that_a_pause_holds_the_next_wave_until_resume(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        plan = await desk.carry_out(begin, "remove 5 servers from billing")
        await desk.until_after(5, lambda: len(desk.out()) == 3)
        await desk.operator.control("pause")
        await desk.passes(100)
        assert len(desk.out()) == 3
        assert desk.progress.phase == "paused"
        assert desk.progress.sentence == "paused by ana: 3 of 5 servers left service, 2 not touched"
        assert await desk.operator.control("resume") == "Entry 1 goes on."
        await desk.until_after(90, lambda: desk.progress.phase.is_end)
        assert desk.out() == set(plan.servers)
        assert [kind for kind in desk.kinds() if kind in ("pause", "resume")] == ["pause", "resume"]

    play(scenario)


def test_that_waiting_for_the_pace_says_until_when_and_why(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        await desk.carry_out(begin, "remove 8 servers from billing")
        await desk.until_after(40, lambda: len(desk.out()) == 6 and desk.progress.moving == 0)
        assert desk.progress.phase == "waiting"
        assert desk.progress.sentence == "next wave at 22:14:20: 6 of 6 servers per minute used"
        await desk.until_after(90, lambda: desk.progress.phase.is_end)
        assert desk.progress.done == 8

    play(scenario)


def test_that_undo_gives_back_what_left_and_only_once(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        plan = await desk.carry_out(begin, "remove 5 servers from billing")
        await desk.until_after(90, lambda: desk.progress.phase.is_end)
        undo = await desk.carry_out(begin, "undo")
        assert (undo.action, undo.undoes, set(undo.servers)) == ("restore", 1, set(plan.servers))
        await desk.until_after(20, lambda: desk.progress.phase.is_end)
        assert desk.out() == set()
        with pytest.raises(NothingToUndoError, match="ana has carried out nothing that is not undone already"):
            desk.plan("undo")
        with pytest.raises(NothingToUndoError, match="nothing left to give back"):
            desk.plan("undo 1")
        with pytest.raises(NothingToUndoError, match="Entry 2 of the journal is not the beginning"):
            desk.plan("undo 2")

    play(scenario)


def test_that_the_undo_of_a_running_execution_stops_it_first(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        await desk.carry_out(begin, "remove 6 servers from billing")
        await desk.until_after(12, lambda: len(desk.out()) > 3)
        undo = await desk.carry_out(begin, "undo")
        assert len(undo.servers) == 3
        await desk.until_after(20, lambda: desk.progress.undo and desk.progress.phase.is_end)
        await desk.passes(90)
        assert desk.out() == set()
        phases = [entry.details["phase"] for entry in desk.entries() if entry.kind is Kind.FINISHED]
        assert phases == ["stopped", "finished"]

    play(scenario)


def test_that_an_undo_of_less_than_what_left_is_refused_and_shown_anew(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        await desk.carry_out(begin, "remove 6 servers from billing")
        await desk.until_after(12, lambda: len(desk.out()) > 3)
        plan, command = desk.plan("undo")
        await desk.until_after(90, lambda: desk.progress.done == 6)
        with pytest.raises(RefusedError, match="since the preview: look at the undo again"):
            await desk.operator.confirm(plan, command, Confirmation(plan.digest, Effort.COUNT))

    play(scenario)


def test_that_what_is_still_draining_after_a_halt_goes_back_with_the_undo(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        plan = await desk.carry_out(begin, "remove 3 servers from billing")
        await desk.until_after(10, lambda: desk.states(*plan.servers).count("removed") == 1)
        desk.operator.running.halt("the test wants it")
        desk.operator.facts_changed()
        await desk.until(lambda: not desk.operator.is_running)
        undo = await desk.carry_out(begin, "undo")
        assert len(undo.left_out) == 2
        await desk.until_after(20, lambda: desk.progress.undo and desk.progress.phase.is_end)
        await desk.passes(10)
        assert desk.out() == set()

    play(scenario)


def test_that_a_restore_is_carried_out_and_undone_by_a_removal(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        await desk.carry_out(begin, "remove 4 servers from billing")
        await desk.until_after(90, lambda: desk.progress.phase.is_end)
        out = desk.out()
        restored = await desk.carry_out(begin, "restore 2 to billing")
        await desk.until_after(30, lambda: desk.progress.phase.is_end)
        assert desk.out() == out - set(restored.servers)
        await desk.passes(60)
        undo = await desk.carry_out(begin, "undo")
        assert (undo.action, set(undo.servers)) == ("remove", set(restored.servers))
        await desk.until_after(90, lambda: desk.progress.phase.is_end)
        assert desk.out() == out

    play(scenario)


def test_that_a_console_carries_out_one_execution_at_a_time(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        await desk.carry_out(begin, "remove 5 servers from billing")
        with pytest.raises(RefusedError, match=r"entry 1 is still running \(remove 5 servers from billing\)"):
            await desk.confirm("remove 1 server from index")
        assert desk.kinds().count("intent") == 1

    play(scenario)


@pytest.mark.parametrize("what", ["digest", "effort", "blocked", "stale"])
def test_that_a_plan_that_does_not_hold_is_refused_and_nothing_is_written(play: Play, what: str) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        plan, command = desk.plan(
            "remove 10 servers from billing" if what == "blocked" else "remove 5 servers from billing"
        )
        digest = "0" * 64 if what == "digest" else plan.digest
        effort = Effort.KEY if what == "effort" else Effort.COUNT
        if what == "stale":
            desk.state.fleet.state[desk.state.fleet.position[plan.servers[0]]] = 4
        with pytest.raises(RefusedError):
            await desk.operator.confirm(plan, command, Confirmation(digest, effort))
        assert desk.entries() == ()
        assert not desk.operator.is_running

    play(scenario)


def test_that_without_a_journal_nothing_is_done(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        blind = LiveDesk(desk.link, None, "ana", desk.folder / "journal", no_journal="the disk is full")
        blind.follow(desk.state)
        plan, command = desk.plan("remove 1 server from index")
        with pytest.raises(RefusedError, match="no act without a journal: the disk is full"):
            await blind.confirm(plan, command, Confirmation(plan.digest, Effort.COUNT))
        with pytest.raises(NothingToUndoError, match="the disk is full"):
            blind.undo_plan(desk.state)
        assert desk.out() == set()

    play(scenario)


def test_that_a_journal_that_fails_halts_the_execution_before_the_next_server(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        await desk.carry_out(begin, "remove 6 servers from billing")
        await desk.until_after(5, lambda: len(desk.out()) == 3)
        desk.journal.path.rename(desk.folder / "aside.db")
        await desk.until_after(30, lambda: desk.progress.phase.is_end)
        await desk.passes(90)
        assert len(desk.out()) == 3
        assert desk.progress.phase == "halted"
        assert "moved, deleted or replaced" in desk.progress.sentence
        assert (desk.progress.done + desk.progress.moving, desk.progress.left) == (3, 3)

    play(scenario)


@pytest.mark.parametrize("happened", [True, False])
def test_that_a_wave_without_an_answer_is_unknown_until_the_region_says(play: Play, happened: bool) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        remove, outcome, dead = desk.link.remove, desk.link.outcome, asyncio.Event()

        async def lost(wave: Any) -> WaveOutcome:
            if happened:
                await remove(wave)
            dead.set()
            raise LinkError("the region did not answer")

        async def silent(operation: str) -> WaveOutcome | None:
            if dead.is_set():
                raise LinkError("the region did not answer")
            answer: WaveOutcome | None = await outcome(operation)
            return answer

        desk.link.remove, desk.link.outcome = lost, silent
        plan = await desk.carry_out(begin, "remove 6 servers from billing")
        await dead.wait()
        await desk.passes(5)
        assert desk.progress.unknown == 3
        assert desk.progress.sentence == "asking the region what became of wave 1"
        assert desk.operator.is_running
        dead.clear()
        await desk.until(lambda: not desk.operator.is_running)
        await desk.passes(90)
        assert desk.progress.phase == "halted"
        assert desk.progress.sentence.startswith("halted: the region did not answer; ")
        assert desk.out() == (set(plan.servers[:3]) if happened else set())
        assert desk.progress.unknown == 0
        assert (desk.progress.done, desk.progress.left) == ((3, 3) if happened else (0, 6))

    play(scenario)


def test_that_an_answer_that_is_unknown_is_asked_for_before_anything_more_is_sent(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        remove, waves = desk.link.remove, []

        async def vague(wave: Any) -> WaveOutcome:
            waves.append(wave.number)
            outcome = await remove(wave)
            return replace(outcome, answers=tuple((name, Answer.UNKNOWN) for name in wave.servers))

        desk.link.remove = vague
        plan = await desk.carry_out(begin, "remove 5 servers from billing")
        await desk.until_after(90, lambda: desk.progress.phase.is_end)
        assert waves == [1, 2]
        assert desk.progress.phase == "finished"
        assert desk.out() == set(plan.servers)

    play(scenario)


def test_that_a_drain_that_takes_too_long_halts_and_names_the_server(make_desk: Any, play_at: Any) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        plan = await desk.carry_out(begin, "remove 6 servers from billing")
        await desk.until_after(5, lambda: desk.progress.phase.is_end)
        assert desk.progress.phase == "halted"
        assert any(name in desk.progress.sentence for name in plan.servers[:3])
        assert "draining for more than" in desk.progress.sentence
        await desk.passes(90)
        assert desk.out() == set(plan.servers[:3])

    play_at(make_desk(text=SHORT), scenario)


SHORT = """\
format = 1
[region]
name = "small"
zones = ["az1"]
[policy]
pace = "60/min"
wave = 3
largest_command = 20
drain_timeout = "1 s"
[[subsystem]]
name = "billing"
floor = 0
[[pool]]
name = "billing"
count = 12
supports = ["billing"]
"""


def test_that_the_region_has_the_last_word_on_each_wave(make_desk: Any, play_two: Any) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        # Ben's console hears nothing of what Ana does, so only the region itself can refuse his second wave.
        ben.is_deaf = True
        plan = await ben.confirm("remove 4 servers from billing")
        others = [name for name in ana.region.roster.names if name.startswith("billing") and name not in plan.servers]
        await ana.carry_out(begin, f"remove servers {', '.join(others[:6])}")
        await ana.until_after(90, lambda: ana.progress.phase.is_end)
        await ana.passes(60)
        ben.link.advance(0)
        begin(ben.operator.run())
        await ben.until(lambda: not ben.operator.is_running)
        assert ben.progress.phase == "halted"
        assert ben.progress.sentence == (
            "halted: the region refused wave 1: billing 6 → 3, floor 4: 1 below; 0 of 4 servers left service, "
            "3 could not, 1 not touched"
        )
        told = [one for entry in ben.entries() for one in entry.details.get("refusals", ())]
        assert told == [
            {
                "code": "floor",
                "kind": "below-floor",
                "subsystem": "billing",
                "scope": "region",
                "had": 6,
                "would_keep": 3,
                "limit": 4,
            }
        ]
        assert ana.out() == set(others[:6])

    play_two(scenario)


def test_that_any_console_can_stop_what_another_carries_out(make_desk: Any, play_two: Any) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        await ana.carry_out(begin, "remove 6 servers from billing")
        await ana.until_after(5, lambda: len(ana.out()) == 3)
        assert (
            await ben.operator.control("stop")
            == "Stopped remove 6 servers from billing of ana: no further server leaves."
        )
        await ana.until_after(90, lambda: ana.progress.phase.is_end)
        assert ana.progress.phase == "stopped"
        assert ana.progress.sentence.startswith("stopped by ben: 0 of 6 servers left service")
        assert ana.progress.execution not in ana.progress.sentence
        await ana.passes(60)
        assert ana.out() == set()
        assert await ben.operator.control("stop") == "Nothing is running, so there is nothing to stop."

    play_two(scenario)


def test_that_an_undo_from_another_console_stops_what_it_undoes_first(make_desk: Any, play_two: Any) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        await ana.carry_out(begin, "remove 6 servers from billing at 3/min")
        await ana.until_after(30, lambda: len(ana.out()) == 3 and ana.progress.moving == 0)
        await ben.hear()
        # The other console ends only when its time goes on, while this one waits for it.
        begin(ben.carry_out(begin, "undo 1"))
        await ben.until(lambda: any(entry.kind is Kind.STOP for entry in ben.entries()))
        await ana.until_after(90, lambda: not ana.operator.is_running)
        assert ana.progress.phase == "stopped"
        await ben.until(
            lambda: ben.operator._executions.latest is not None and ben.operator._executions.latest.is_started
        )
        await ben.until_after(90, lambda: not ben.operator.is_running)
        await ana.passes(60)
        assert ana.out() == set()

    play_two(scenario)


def test_that_an_undo_leaves_alone_what_somebody_moved_later(make_desk: Any, play_two: Any) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        await ana.carry_out(begin, "remove servers billing-0001..0002")
        await ana.until_after(60, lambda: not ana.operator.is_running)
        await ben.passes(10)
        await ben.carry_out(begin, "restore servers billing-0001..0002")
        await ben.until_after(60, lambda: not ben.operator.is_running)
        await ben.passes(60)
        await ben.carry_out(begin, 'remove servers billing-0001 because "bad disk"')
        await ben.until_after(60, lambda: not ben.operator.is_running)
        with pytest.raises(NothingToUndoError):
            ana.operator.undo_plan(ana.state, 1)

    play_two(scenario)


def test_that_an_undo_is_of_ones_own_last_execution_unless_an_entry_is_named(make_desk: Any, play_two: Any) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        plan = await ana.carry_out(begin, "remove 2 servers from billing")
        await ana.until_after(20, lambda: ana.progress.phase.is_end)
        await ben.hear()
        with pytest.raises(NothingToUndoError, match="ben has carried out nothing"):
            ben.plan("undo")
        undo, _ = ben.plan("undo 1")
        assert set(undo.servers) == set(plan.servers)

    play_two(scenario)


def test_that_a_description_still_to_be_read_is_named_where_there_is_nothing_to_acknowledge_yet(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        waits = Freshness(outdated="region.toml: changed, and is read as soon as it rests")
        said = await desk.operator._controls.acknowledge(replace(desk.state, freshness=waits))
        assert said == f"There is nothing to acknowledge yet: {waits.outdated}."
        assert desk.entries() == ()

    play(scenario)


def test_that_nothing_to_control_is_said(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        assert await desk.operator.control("stop") == "Nothing is running, so there is nothing to stop."
        assert await desk.operator.control("acknowledge") == "There is nothing to acknowledge."
        for verb in ("pause", "resume"):
            with pytest.raises(RefusedError, match=f"nothing is running, so there is nothing to {verb}"):
                await desk.operator.control(verb)
        assert desk.entries() == ()

    play(scenario)


def test_that_the_operator_is_the_account_and_not_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("USER", "LOGNAME", "USERNAME", "SUDO_USER"):
        monkeypatch.setenv(variable, "somebody-else")
    assert operators_name() == pwd.getpwuid(os.getuid()).pw_name
    assert operators_name("ana@example") == "ana@example"
