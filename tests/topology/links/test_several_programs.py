"""Two links on one region, in one process and in several: together they cannot break a floor or the pace."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.folders import ROOT
from topology.links import acts as acts_module
from topology.links.protocol import Answer, ResyncNeeded, WaveOutcome
from topology.region.errors import LinkError

Run = Callable[[Coroutine[None, None, None]], None]
Codes = Callable[[WaveOutcome], list[str]]
PROGRAM = Path(__file__).with_name("acting_program.py")
FAST = """\
format = 1
[region]
name = "small"
zones = ["az1", "az2"]
[policy]
pace = "{pace}/min"
largest_command = "100%"
[[subsystem]]
name = "index"
floor = {floor}
[[pool]]
name = "index"
count = 40
supports = ["index"]
"""


def start(folder: Path, mode: str, name: str, first: int, last: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(folder), mode, name, str(first), str(last)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def answers_of(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return [json.loads(line) for line in output.splitlines()]


def done(answers: list[dict[str, Any]]) -> list[str]:
    return [answer["operation"] for answer in answers if answer.get("codes") == [] and answer["not_before"] is None]


def test_that_two_links_cannot_break_a_floor_together(bench: Any, run: Run, codes: Codes) -> None:
    async def scenario() -> None:
        one, other = bench.sim(), bench.sim()
        await one.load()
        await other.load()
        assert codes(await one.remove(bench.wave("billing-0001", "billing-0002", "billing-0003", execution="a"))) == []
        # What the other link loaded is old by now: it would be allowed seven more.
        assert codes(await other.remove(bench.wave("both-0001", "both-0002", "both-0003", execution="b"))) == []
        assert codes(await other.remove(bench.wave("billing-0004", execution="b", number=2))) == ["floor"]
        bench.clock.time += 60
        one.advance(0)
        assert codes(await one.remove(bench.wave("both-0004", execution="a", number=2))) == ["floor"]
        await one.aclose()
        await other.aclose()

    run(scenario())


def test_that_two_links_share_one_pace(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        one, other = bench.sim(), bench.sim()
        await one.load()
        await other.load()
        await one.remove(bench.wave("index-0001", "index-0002", "index-0003", "index-0004", execution="a"))
        wave = bench.wave("index-0005", "index-0006", "index-0007", execution="b")
        assert (await other.remove(wave)).not_before == other.now() + 60
        await one.aclose()
        await other.aclose()

    run(scenario())


def test_that_each_link_hears_of_what_the_other_does_and_may_stop_it(bench: Any, run: Run, codes: Codes) -> None:
    async def scenario() -> None:
        one, other = bench.sim(), bench.sim()
        await one.load()
        state = await other.load()
        await one.remove(bench.wave("index-0001", execution="a"))
        other.advance(0.1)
        batch = await anext(other.events(state.revision))
        assert (batch.operation, batch.actor) == ("a.1", "pat")
        assert (await other.outcome("a.1")).servers(Answer.DONE) == ("index-0001",)
        assert await other.stop("a", "sam") == ("index-0001",)
        assert codes(await one.remove(bench.wave("index-0002", execution="a", number=2))) == ["stopped"]
        assert (await one.outcome("a.1")).servers(Answer.RETURNED) == ("index-0001",)
        await other.resume("a", "sam")
        assert codes(await one.remove(bench.wave("index-0002", execution="a", number=2))) == []
        await one.aclose()
        await other.aclose()

    run(scenario())


def test_that_forgetting_makes_the_others_load_again(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        one = bench.sim()
        await one.load()
        await one.remove(bench.wave("index-0001"))
        state = await one.load()
        other = bench.sim(fresh=True)
        loaded = await other.load()
        assert (loaded.fleet.state == 1).all()
        one.advance(0.1)
        with pytest.raises(ResyncNeeded):
            await anext(one.events(state.revision))
        assert ((await one.load()).fleet.state == 1).all()
        assert await one.outcome("e.1") is None
        assert len((await one.remove(bench.wave("index-0002"))).servers(Answer.DONE)) == 1
        assert len((await other.outcome("e.1")).servers(Answer.DONE)) == 1
        await one.aclose()
        await other.aclose()

    run(scenario())


def test_that_two_programs_acting_at_once_cannot_break_a_floor_together(make_bench: Any) -> None:
    bench = make_bench(FAST.format(pace=1000, floor=31))
    programs = [start(bench.folder, "plain", "a", 1, 20), start(bench.folder, "plain", "b", 21, 40)]
    answers = [answers_of(program) for program in programs]
    everything = [done(one) for one in answers]
    assert sum(map(len, everything)) == 9
    assert max(one[-1]["removed"] for one in answers) == 9
    refused = {code for one in answers for answer in one for code in answer.get("codes", [])}
    assert refused == {"floor"}
    assert not any("error" in answer for one in answers for answer in one)  # nobody was turned away by the file


def test_that_two_programs_acting_at_once_share_one_pace(make_bench: Any) -> None:
    bench = make_bench(FAST.format(pace=7, floor=0))
    programs = [start(bench.folder, "plain", "a", 1, 20), start(bench.folder, "plain", "b", 21, 40)]
    answers = [answers_of(program) for program in programs]
    times = [answer["now"] for one in answers for answer in one if "now" in answer]
    assert max(times) - min(times) < 60
    assert sum(len(done(one)) for one in answers) == 7


@pytest.mark.parametrize("point", range(1, 10))
def test_that_after_a_kill_at_any_point_each_wave_was_done_whole_or_not_at_all(
    make_bench: Any, run: Run, point: int
) -> None:
    bench = make_bench(FAST.format(pace=1000, floor=0))
    program = start(bench.folder, f"killed:{point}", "a", 1, 3)
    output, _ = program.communicate(timeout=60)
    assert program.returncode == -9
    told = done([json.loads(line) for line in output.splitlines()])
    # BEGIN, INSERT and COMMIT for each wave: a wave is done when what follows its COMMIT was reached.
    assert len(told) in ((point - 1) // 3, max(0, (point - 1) // 3 - 1))

    async def scenario() -> None:
        bench.clock.time = 4_000_000_000.0
        link = bench.sim()
        state = await link.load()
        assert state.freshness.connected
        happened = []
        for number in (1, 2, 3):
            outcome = await link.outcome(f"a.{number}")
            removed = state.fleet.state[state.fleet.position[f"index-000{number}"]] != 1
            assert removed == (outcome is not None)
            if outcome is not None:
                happened.append(f"a.{number}")
                assert outcome.servers(Answer.DONE) == (f"index-000{number}",)
            wave = bench.wave(f"index-000{number}", execution="a", number=number)
            assert (await link.remove(wave)).servers(Answer.DONE) == (f"index-000{number}",)
        assert happened[: len(told)] == told
        assert len(happened) <= len(told) + 1
        await link.aclose()

    run(scenario())


def test_that_with_no_room_on_the_disk_nothing_is_done_and_a_sentence_says_so(make_bench: Any, run: Run) -> None:
    bench = make_bench(FAST.format(pace=1000, floor=0))
    answers = answers_of(start(bench.folder, "nospace", "a", 1, 30))
    errors = [answer["error"] for answer in answers if "error" in answer]
    assert errors
    assert all("nothing was done" in error and "acts-" in error for error in errors)
    finished = done(answers)
    assert answers[-1]["removed"] == len(finished)

    async def scenario() -> None:
        bench.clock.time = 4_000_000_000.0
        link = bench.sim()
        state = await link.load()
        assert int((state.fleet.state != 1).sum()) == len(finished)
        await link.aclose()

    run(scenario())


def test_that_without_the_right_to_write_the_region_can_be_looked_at_and_nothing_else(
    make_bench: Any, run: Run
) -> None:
    bench = make_bench(FAST.format(pace=1000, floor=0))

    async def scenario() -> None:
        link = bench.sim()
        await link.load()
        await link.remove(bench.wave("index-0001"))
        await link.aclose()

    run(scenario())
    before = bench.acts.read_bytes()
    readable = [bench.folder, bench.folder / "acts", *bench.folder.parents]
    bench.acts.chmod(0o444)
    bench.path.chmod(0o444)
    for folder in readable[:2]:
        folder.chmod(0o555)
    opened = [
        folder for folder in readable[2:] if folder.stat().st_uid == os.geteuid() and not folder.stat().st_mode & 1
    ]
    modes = [folder.stat().st_mode for folder in opened]
    try:
        for folder in opened:
            folder.chmod(folder.stat().st_mode | 0o011)
        answers = answers_of(start(bench.folder, "nobody", "a", 2, 3))
    finally:
        for folder, mode in zip(opened, modes, strict=True):
            folder.chmod(mode)
        for folder in readable[:2]:
            folder.chmod(0o755)
    assert answers[0]["connected"] is False
    assert "may not be written" in answers[0]["reason"]
    assert [answer["codes"] for answer in answers[1:3]] == [["unknown"], ["unknown"]]
    assert answers[-1]["removed"] == 1
    assert bench.acts.read_bytes() == before


def test_that_a_file_held_by_another_program_is_waited_for_only_so_long(
    bench: Any, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(acts_module._CONNECTION, "timeout", 0.05)

    async def scenario() -> None:
        one, other = bench.sim(), bench.sim()
        await one.load()
        await other.load()
        with one.store.acts.writing(), pytest.raises(LinkError, match="another program held it"):
            await other.remove(bench.wave("index-0001"))
        assert len((await other.remove(bench.wave("index-0001"))).servers(Answer.DONE)) == 1
        await one.aclose()
        await other.aclose()

    run(scenario())
