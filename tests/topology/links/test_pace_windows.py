"""Windows longer than a minute: the region itself holds them, over every act and across restarts, and planning says so."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.words.findings.table import message
from tests.profiles import examples
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.waves import split, too_soon
from topology.links.check.pace import first_moment
from topology.links.check.scene import Scene
from topology.links.ledger import Departed
from topology.links.protocol import Answer, Wave
from topology.links.simulated.simulated import SimLink
from topology.planning.plan import Severity
from topology.planning.preview import preview
from topology.records.clock import ManualClock
from topology.region.description import RegionError, read_region
from topology.region.region import Amount, Window

START = 1_700_000_000.0
TEXT = """
format = 1
[region]
name = "small"
zones = ["az1"]
[policy]
pace = ["20/min", "10% in 1 h", "12 in 24 h"]
largest_command = "100%"
wave = 5
[[subsystem]]
name = "billing"
floor = 0
pace = ["9/min", "3 in 30 min"]
[[subsystem]]
name = "index"
floor = 0
[[pool]]
name = "billing"
count = 40
supports = ["billing"]
[[pool]]
name = "index"
count = 40
supports = ["index"]
"""
REGION = read_region(TEXT, "small.toml")


def wave_of(pool: str, first: int, count: int, number: int) -> Wave:
    names = tuple(f"{pool}-{place:04}" for place in range(first, first + count))
    return Wave("e", number, "pat", names, ((pool,),) * count)


def test_that_a_policy_may_state_several_windows() -> None:
    assert REGION.policy.pace_per_minute == 20
    assert REGION.policy.windows == (Window(Amount(10, percent=True), 3_600), Window(Amount(12), 86_400))
    assert [window.count(80) for window in REGION.policy.windows] == [8, 12]
    assert REGION.subsystem("billing").windows == (Window(Amount(3), 1_800),)
    assert REGION.longest_window_s == 86_400


@pytest.mark.parametrize(
    ("pace", "said"),
    [
        ('["5% in 1 h"]', "states 0 paces a minute"),
        ('["20/min", "10/min"]', "states 2 paces a minute"),
        ('["20/min", "101% in 1 h"]', "more than 100%"),
        ('["20/min", "5% per hour"]', 'write "20/min" or'),
        ('["20/min", "5% in 200 h"]', "up to 168 h"),
        ('["20/min", "5% in 1 h", "9 in 60 min"]', "of the same length twice"),
        ('["20/min", 5]', 'write "20/min" or'),
        ('["20/min", "0 in 1 h"]', 'write "20/min" or'),
    ],
)
def test_that_windows_that_are_wrong_are_named_with_what_to_write(pace: str, said: str) -> None:
    with pytest.raises(RegionError) as raised:
        read_region(TEXT.replace('["20/min", "10% in 1 h", "12 in 24 h"]', pace), "small.toml")
    assert any(said in problem and "policy.pace" in problem for problem in raised.value.problems)


def test_that_the_region_holds_every_window_across_a_restart(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = ManualClock(START)
        link = SimLink(REGION, "sim:small", tmp_path, clock=clock)
        await link.load()
        assert len((await link.remove(wave_of("index", 1, 5, 1))).servers(Answer.DONE)) == 5
        await link.aclose()
        clock.time += 120
        link = SimLink(REGION, "sim:small", tmp_path, clock=clock)
        state = await link.load()
        assert state.fleet.usage_since(link.now() - 3_600)[0] == 5
        assert (await link.remove(wave_of("index", 6, 4, 2))).not_before == START + 3_600
        assert len((await link.remove(wave_of("index", 6, 3, 3))).servers(Answer.DONE)) == 3
        clock.time = START + 3_601
        await link.load()
        assert (await link.remove(wave_of("index", 9, 5, 4))).not_before == START + 86_400
        await link.aclose()

    asyncio.run(scenario())


def test_that_planning_says_how_much_is_used_and_when_the_next_may_leave(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = ManualClock(START)
        link = SimLink(REGION, "sim:small", tmp_path, clock=clock)
        await link.load()
        assert len((await link.remove(wave_of("billing", 1, 3, 1))).servers(Answer.DONE)) == 3
        clock.time += 120
        state = await link.load()
        command = parse("remove 6 servers from billing", vocabulary_of(state)).command
        assert isinstance(command, Planned)
        plan = preview(state, command)
        said = [finding for finding in plan.findings if finding.code == "pace" and finding.severity is Severity.CAUTION]
        assert [message(finding) for finding in said] == [
            "3 of the 3 servers of billing that may leave in 30 min have left, so the next is possible at 22:43:20 UTC",
            "3 of the 8 servers that may leave in 1 h have left: 5 can leave before the window is full, 1 wait",
            "3 of the 12 servers that may leave in 24 h have left",
        ]
        assert [(use.subsystem, use.seconds, use.most, use.used, use.takes) for use in plan.pace] == [
            (None, 60, 20, 0, 6),
            ("billing", 60, 9, 0, 6),
            ("billing", 1_800, 3, 3, 6),
            (None, 3_600, 8, 3, 6),
            (None, 86_400, 12, 3, 6),
        ]
        assert plan.minutes == 60
        assert [len(wave) for wave in split(state, plan.servers, None)] == [3, 3]
        soon = too_soon(state, plan.servers[:3], state.time, (), None, leaving=True)
        assert soon is not None
        assert (soon.until, soon.why) == (START + 1_800, "3 of 3 servers in 0.5 h of billing used")
        await link.aclose()

    asyncio.run(scenario())


@settings(max_examples=examples(60))
@given(st.lists(st.tuples(st.integers(1, 5), st.floats(0, 5_000)), min_size=1, max_size=40))
def test_that_no_sequence_of_waves_takes_more_than_any_window_allows(wanted: list[tuple[int, float]]) -> None:
    time, left = START, list[Departed]()
    names, states = REGION.roster.names, REGION.roster.state
    position = {name: place for place, name in enumerate(names)}
    for number, (count, wait) in enumerate(wanted):
        time += wait
        wave = wave_of("index", 1, count, number)
        scene = Scene(REGION, states, position, time, "", (), frozenset(), tuple(left), {})
        time = first_moment(scene, wave)
        left.append(Departed(time, "e", wave.servers))
    for seconds, most in ((60, 20), (3_600, 8), (86_400, 12)):
        for one in left:
            inside = [other for other in left if one.time <= other.time < one.time + seconds]
            assert sum(len(other.servers) for other in inside) <= most
