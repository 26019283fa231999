"""The alarms of a console: what operators say to them, what is journaled, and a hundred thousand at once."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from console.operating.alarms.entries import MOST, details_of, steps_in
from console.operating.alarms.keeper import AlarmKeeper
from console.operating.jobs import Jobs
from topology.alarms.readings import AlarmReadings, readings_of
from topology.alarms.values import AlarmStep, HaltFacts, Standing, StepKind
from topology.command.grammar.alarm_commands import AcknowledgeAlarm, ShelveAlarm, UnshelveAlarm
from topology.execution.journal_entries import Draft, Kind, check_chain, entry_of, first_hash, row_of
from topology.fleet.fleet import Fleet
from topology.fleet.state import Freshness, State
from topology.region.description import read_region
from topology.region.server_states import ServerState

TEXT = """
format = 1
[region]
name = "alarmed"
zones = ["az1", "az2"]
[policy]
pace = "100/min"
largest_command = "50%"
[[subsystem]]
name = "index"
floor = "60%"
zone_floor = "50%"
[[subsystem]]
name = "placement"
floor = 8
[[dependency]]
from = "placement"
to = "index"
[[pool]]
name = "index"
count = 40
supports = ["index"]
zones = "spread"
[[pool]]
name = "placement"
count = 10
supports = ["placement"]
zones = "spread"
"""


class Desk:
    """Keeps what is journaled, and tries whether it survives being an entry."""

    def __init__(self, name: str = "op1") -> None:
        self.written: list[tuple[str, tuple[AlarmStep, ...]]] = []
        self.changes = 0
        self.keeper = AlarmKeeper(self.keep, self.changed, name)

    async def keep(self, steps: Sequence[AlarmStep], command: str) -> None:
        self.written.append((command, tuple(steps)))

    def changed(self) -> None:
        self.changes += 1


def state_at(moment: float, removed: int = 0, placement: int = 0, silent: bool = False) -> State:
    region = read_region(TEXT, "alarmed.toml")
    fleet = Fleet(region)
    names = fleet.position
    for number in range(1, removed + 1):
        fleet.state[names[f"index-{number:04}"]] = ServerState.REMOVED
    for number in range(1, placement + 1):
        fleet.state[names[f"placement-{number:04}"]] = ServerState.FAILED
    fleet.recount()
    return State(region, fleet, time=moment, freshness=Freshness(99.0 if silent else 0.1))


def abouts(desk: Desk) -> list[str]:
    return [f"{one.key.about} {one.key.scope}" for one in desk.keeper.reading.alarms]


def test_that_an_operator_sees_shelves_and_takes_up_again_and_each_is_journaled() -> None:
    async def scenario() -> None:
        desk = Desk()
        await desk.keeper.look(readings_of(state_at(0.0, removed=30, placement=3)))
        assert desk.keeper.reading.alarms[0].condition.act == "restore 14 servers to index"
        assert desk.keeper.reading.loud == 1
        assert "placement region" in abouts(desk)
        said = await desk.keeper.act(AcknowledgeAlarm("index"))
        assert said == "4 alarms acknowledged."
        assert desk.keeper.reading.loud == 0
        assert await desk.keeper.act(AcknowledgeAlarm("index")) == (
            "No alarm about index waits to be seen, so nothing was done."
        )
        assert await desk.keeper.act(ShelveAlarm("placement", 30, "known")) == "1 alarm shelved."
        assert await desk.keeper.act(UnshelveAlarm("placement")) == "1 alarm taken from the shelf."
        assert [command for command, _ in desk.written] == [
            "",
            "acknowledge alarm index",
            'shelve alarm placement for 30 min because "known"',
            "unshelve alarm placement",
        ]

    asyncio.run(scenario())


def test_that_what_one_console_says_another_one_hears() -> None:
    async def scenario() -> None:
        one, other = Desk("op1"), Desk("op2")
        for desk in (one, other):
            await desk.keeper.look(readings_of(state_at(0.0, removed=30)))
        await one.keeper.act(AcknowledgeAlarm(None))
        other.keeper.hear([step for _, steps in one.written for step in steps])
        await other.keeper.look(readings_of(state_at(1.0, removed=30)))
        assert {alarm.by for alarm in other.keeper.reading.alarms} == {"op1"}
        assert other.keeper.reading.loud == 0

    asyncio.run(scenario())


def test_that_a_halt_is_an_alarm_until_somebody_has_seen_it() -> None:
    async def scenario() -> None:
        desk = Desk()
        halted = (("e1", HaltFacts("remove 4 from index", "op1", 2, 4, "a drain took too long")),)
        await desk.keeper.look(readings_of(state_at(0.0), halted=halted))
        assert [alarm.condition.act for alarm in desk.keeper.reading.alarms] == ["undo"]
        await desk.keeper.act(AcknowledgeAlarm("execution"))
        for moment in (1.0, 200.0):
            await desk.keeper.look(readings_of(state_at(moment), halted=halted))
        assert desk.keeper.reading.alarms == ()

    asyncio.run(scenario())


def test_that_a_silent_source_is_one_alarm_that_speaks_for_what_was_known_last() -> None:
    async def scenario() -> None:
        desk = Desk()
        await desk.keeper.look(readings_of(state_at(0.0, removed=30, silent=True)))
        assert abouts(desk)[0] == "source "
        assert desk.keeper.reading.loud == 1

    asyncio.run(scenario())


def test_that_a_replay_set_back_begins_anew() -> None:
    async def scenario() -> None:
        desk = Desk()
        await desk.keeper.look(readings_of(state_at(1000.0, removed=30)))
        await desk.keeper.act(AcknowledgeAlarm(None))
        await desk.keeper.look(readings_of(state_at(500.0)))
        assert desk.keeper.reading.alarms == ()
        await desk.keeper.look(readings_of(state_at(600.0, removed=30)))
        assert desk.keeper.reading.loud == 1
        assert desk.keeper.reading.alarms[0].standing is Standing.RAISED

    asyncio.run(scenario())


def test_that_steps_come_out_of_journal_entries_as_they_went_in() -> None:
    async def scenario() -> None:
        desk = Desk()
        await desk.keeper.look(readings_of(state_at(0.0, removed=30, placement=3)))
        await desk.keeper.act(ShelveAlarm(None, 60, 'a "reason"'))
        steps = [step for _, some in desk.written for step in some]
        rows, previous = [], first_hash("alarmed")
        for number, details in enumerate(details_of(steps), 1):
            moment = datetime(2026, 1, 1, tzinfo=UTC)
            rows.append(row_of(Draft(Kind.ALARM, "op1", details=details), number, previous, moment, None))
            previous = rows[-1][-1]
        assert check_chain(rows, "alarmed", None).ok
        assert list(steps_in(entry_of(row) for row in rows)) == steps

    asyncio.run(scenario())


def test_that_what_another_version_wrote_of_alarms_is_left_out() -> None:
    odd = [{"alarms": value} for value in (None, 3, [4], [{"step": "raised"}], [{"step": "risen", "rule": "x"}])]
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [row_of(Draft(Kind.ALARM, "op1", details=details), 1, "", moment, None) for details in odd]
    assert list(steps_in(entry_of(row) for row in rows)) == []


def burst(count: int) -> AlarmReadings:
    """Give the readings of a region in which every one of *count* scopes is below its floor."""
    calm = readings_of(state_at(0.0))
    scopes, times = calm.scopes, -(-count // len(calm.scopes.names))
    subsystems = tuple(
        replace(one, name=f"{one.name}-{number}") for number in range(times) for one in calm.region.subsystems
    )
    offset = np.repeat(np.arange(times) * len(calm.region.subsystems), len(scopes.names)).astype(np.int32)
    many = replace(
        scopes,
        subsystem=np.tile(scopes.subsystem, times) + offset,
        kind=np.tile(scopes.kind, times),
        names=scopes.names * times,
        declared=np.tile(scopes.declared, times),
        floor=np.full(len(scopes.names) * times, 5, np.int64),
        region_row=np.zeros(0, np.int32),
    )
    region = replace(calm.region, subsystems=subsystems, dependencies=(), index={})
    return replace(calm, region=region, scopes=many, capacity=np.zeros(len(many.names), np.int64))


def test_that_of_a_hundred_thousand_at_once_none_is_lost_and_the_loop_goes_on() -> None:
    readings = burst(100_000)
    gaps = []

    async def beat(over: asyncio.Event) -> None:
        while not over.is_set():
            before = time.perf_counter()
            await asyncio.sleep(0.002)
            gaps.append(time.perf_counter() - before)

    async def scenario() -> None:
        desk, over = Desk(), asyncio.Event()
        beating = Jobs(lambda sentence: None).start("beat", beat(over))
        await desk.keeper.look(readings)
        over.set()
        await beating
        reading = desk.keeper.reading
        assert len(reading.alarms) == len(readings.capacity) >= 100_000
        # The scopes inside a region that is below its floor are spoken for by it.
        assert reading.loud == len({alarm.key.about for alarm in reading.alarms})
        raised = [step for _, steps in desk.written for step in steps if step.kind is StepKind.RAISED]
        assert len(raised) == len(reading.alarms)
        assert sum(len(details["alarms"]) for details in details_of(raised)) == len(raised)  # type: ignore[arg-type, misc]
        assert max(len(details["alarms"]) for details in details_of(raised)) == MOST  # type: ignore[arg-type, type-var]

    asyncio.run(scenario())
    # The loop went on while it was judged: not one gap, but very many turns.
    assert len(gaps) > 10


def test_that_alarms_of_a_subsystem_that_vanished_are_over_whatever_was_said_of_them() -> None:
    async def scenario() -> None:
        desk = Desk()
        state = state_at(1_000.0, removed=20, placement=5)
        await desk.keeper.look(readings_of(state))
        abouts = {alarm.key.about for alarm in desk.keeper.reading.alarms}
        assert abouts == {"index", "placement"}
        await desk.keeper.act(AcknowledgeAlarm("placement"))
        text = TEXT.replace('[[subsystem]]\nname = "placement"\nfloor = 8\n', "")
        text = text[: text.index("[[dependency]]")] + text[text.index("[[pool]]") : text.rindex("[[pool]]")]
        region = read_region(text, "alarmed.toml")
        for moment in (1_001.0, 1_100.0):
            await desk.keeper.look(readings_of(State(region, Fleet(region), time=moment, freshness=Freshness(0.1))))
        # Nobody saw that of index, so it stays until somebody does; that of placement was seen, and is gone.
        assert {(alarm.key.about, alarm.standing) for alarm in desk.keeper.reading.alarms} == {
            ("index", Standing.RETURNED)
        }
        assert "placement" not in {alarm.key.about for alarm in desk.keeper.reading.alarms}

    asyncio.run(scenario())
