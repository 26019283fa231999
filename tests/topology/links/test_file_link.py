"""A described region while its file is changed, half-written, deleted, or no region at all."""

import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from console.words.findings.lowered import lowered_sentences
from console.words.refusals.table import refusal_sentence
from topology.fleet.state import Freshness
from topology.links.protocol import Answer, ResyncNeeded, WaveOutcome
from topology.links.simulated.simulated import FileLink
from topology.records.clock import ManualClock
from topology.records.description_file import read_description
from topology.region.description import LARGEST_TEXT
from topology.region.errors import LinkError

Run = Callable[[Coroutine[None, None, None]], None]
Codes = Callable[[WaveOutcome], list[str]]
FLEET = "name,zone,cell,rack,state,supports\n" + "".join(f"i-{n:03},az1,c1,r1,in_service,index\n" for n in range(20))
WITH_FLEET = """\
format = 1
fleet = "{name}"
[region]
name = "small"
zones = ["az1"]
[policy]
pace = "6/min"
largest_command = 10
[[subsystem]]
name = "index"
floor = 12
"""


def test_that_a_description_is_shown_acted_on_and_never_written(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        before = bench.path.read_bytes(), bench.path.stat().st_mtime_ns
        link = bench.file()
        state = await link.load()
        assert state.region.name == "small"
        assert link.name == f"file:{bench.path}"
        assert link.abilities.simulated
        await link.remove(bench.wave("index-0001"))
        for _ in range(200):
            link.advance(1)
        assert (bench.path.read_bytes(), bench.path.stat().st_mtime_ns) == before
        loaded = await link.load()
        assert (loaded.fleet.state != 1).sum() == 1  # nothing fails by itself
        await link.aclose()

    run(scenario())


def test_that_a_changed_description_is_loaded_again_once_the_file_rests(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        link = bench.file()
        state = await link.load()
        await link.remove(bench.wave("index-0001"))
        stream = link.events(state.revision)
        assert (await anext(stream)).operation == "e.1"
        bench.describe(bench.text.replace("floor = 12", "floor = 13"))
        link.advance(0.5)
        assert "as soon as it rests" in link.freshness.outdated
        link.advance(0.5)
        assert link.freshness.outdated == ""
        with pytest.raises(ResyncNeeded):
            await anext(stream)
        state = await link.load()
        assert state.fleet.scopes.floor[state.fleet.scopes.region_row[0]] == 13
        assert state.unacknowledged == ()
        assert state.fleet.state[state.fleet.position["index-0001"]] != 1  # acts outlive descriptions
        await link.aclose()

    run(scenario())


@pytest.mark.parametrize("name", ["half-written", "deleted", "not a region", "binary", "a folder"])
def test_that_without_a_good_file_the_last_good_reading_stands_and_ages(
    bench: Any, run: Run, codes: Codes, name: str
) -> None:
    async def scenario() -> None:
        link = bench.file()
        state = await link.load()
        good = bench.text
        if name in ("deleted", "a folder"):
            bench.path.unlink()
        if name == "a folder":
            bench.path.mkdir()
        elif name != "deleted":
            half = good[: len(good) // 2].encode() + b"na"
            bench.path.write_bytes({"half-written": half, "binary": b"\xff\xfe\0", "not a region": b"x = 1"}[name])
        for second in range(1, 10):
            link.advance(1)
            assert link.freshness.age_s == second
            assert str(bench.path) in link.freshness.outdated
            assert not link.freshness.is_silent(10)
        assert codes(await link.remove(bench.wave("index-0001"))) == ["unknown"]
        link.advance(2)
        assert link.freshness.is_silent(10)
        assert (await link.load()).region.digest == state.region.digest
        undo = bench.wave("index-0001", execution="u", undo=True)
        assert codes(await link.restore(undo)) == ["stale"]  # undo is not hindered by silence, only by what cannot be
        if name == "a folder":
            bench.path.rmdir()
        bench.path.write_text(good)
        link.advance(0.5)
        link.advance(0.5)
        assert link.freshness == Freshness()
        assert codes(await link.remove(bench.wave("index-0001"))) == []
        await link.aclose()

    run(scenario())


def test_that_a_file_written_piece_by_piece_is_not_taken_before_it_is_whole(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        link = bench.file()
        state = await link.load()
        text = bench.text.replace("floor = 12", "floor = 14")
        pieces = [text[: text.index("[[pool]]")], *text[text.index("[[pool]]") :].splitlines(keepends=True)]
        with bench.path.open("w") as file:
            for piece in pieces:  # what is there after the first is a region already, without servers
                file.write(piece)
                file.flush()
                link.advance(0.5)
                assert (await link.load()).region.digest == state.region.digest
        link.advance(0.5)
        link.advance(0.5)
        state = await link.load()
        assert len(state.region.roster) == 24
        assert state.region.subsystems[0].floor.value == 14
        await link.aclose()

    run(scenario())


def test_that_a_change_a_moment_ago_refuses_at_the_act(bench: Any, run: Run, codes: Codes) -> None:
    async def scenario() -> None:
        link = bench.file()
        await link.load()
        bench.describe(bench.text.replace("floor = 12", "floor = 20"))
        outcome = await link.remove(bench.wave("index-0001"))
        assert codes(outcome) == ["unknown"]
        assert "changed a moment ago" in refusal_sentence(outcome.refusals[0])
        link.advance(0.5)
        link.advance(0.5)
        assert codes(await link.remove(bench.wave("index-0001"))) == ["floor"]
        await link.aclose()

    run(scenario())


def test_that_a_change_that_leaves_the_files_size_and_times_alone_is_found_soon_after_a_reading(
    bench: Any, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("topology.records.description_file._look", lambda found: (found.st_size,))

    async def scenario() -> None:
        link = bench.file()
        await link.load()
        bench.describe(bench.text.replace("floor = 12", "floor = 14"))
        link.advance(0.5)
        assert (await link.load()).region.subsystems[0].floor.value == 14
        await link.aclose()

    run(scenario())


FREEZE = "[[freeze]]\nfrom = 2090-01-01T00:00:00Z\nuntil = 2091-02-01T00:00:00Z\n"
BRIEF = FREEZE.replace("2091", "2090")
SOONER = "no freeze any more from 2090-01-01 00:00:00 UTC to 2090-01-02 00:00:00 UTC"
LOWERED = [
    ("floor = 12", "floor = 11", "index floor 12 → 11"),
    ("floor = 12\n", "", "index floor 12 → 10"),
    ('zone_floor = "50%"', 'zone_floor = "40%"', "index floor in zone:az1 5 → 4"),
    ('cell_floor = "25%"\n', "", "index floor in cell:az1/c1 2 → none"),
    ("count = 16", "count = 15", "index declared 20 → 19"),
    ('pace = "6/min"', 'pace = "7/min"', "pace a minute 6 → 7"),
    ("largest_command = 10", 'largest_command = "50%"', "largest command 10 → 12"),
    ("ceiling = 20\n", "", "index ceiling 20 → none"),
    ("ceiling = 20", "ceiling = 21", "index ceiling 20 → 21"),
    (FREEZE, "", "no freeze any more from 2090-01-01 00:00:00 UTC to 2091-02-01 00:00:00 UTC"),
    (FREEZE, BRIEF, "no freeze any more from 2090-02-01 00:00:00 UTC to 2091-02-01 00:00:00 UTC"),
    (BRIEF + FREEZE, BRIEF, "no freeze any more from 2090-02-01 00:00:00 UTC to 2091-02-01 00:00:00 UTC"),
    (FREEZE, FREEZE.replace("2090-01-01", "2090-01-02"), SOONER),
    ('name = "billing"\nfloor = 2', 'name = "billing"\nfloor = 0', "billing floor 2 → 0"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), LOWERED)
def test_that_a_lowered_guard_blocks_until_it_is_acknowledged(
    bench: Any, run: Run, codes: Codes, old: str, new: str, sentence: str
) -> None:
    async def scenario() -> None:
        text = bench.text + (BRIEF + FREEZE if BRIEF in old else FREEZE)
        bench.describe(text)
        link = bench.file()
        await link.load()
        bench.describe(text.replace(old, new))
        link.advance(0.5)
        link.advance(0.5)
        state = await link.load()
        assert sentence in lowered_sentences(state.unacknowledged)
        assert codes(await link.remove(bench.wave("billing-0001"))) == ["unknown"]
        assert codes(await link.restore(bench.wave("billing-0001", execution="r")))[0] == "unknown"
        await link.aclose()
        link = bench.file()  # closing the console does not acknowledge it
        state = await link.load()
        assert sentence in lowered_sentences(state.unacknowledged)
        stream = link.events(state.revision)
        await link.acknowledge("pat")
        with pytest.raises(ResyncNeeded):
            await anext(stream)
        assert (await link.load()).unacknowledged == ()
        link.advance(60)
        assert codes(await link.remove(bench.wave("billing-0001"))) == []
        await link.aclose()

    run(scenario())


def test_that_a_stricter_description_needs_no_acknowledgement_and_is_what_later_ones_are_compared_with(
    bench: Any, run: Run
) -> None:
    async def scenario() -> None:
        link = bench.file()
        await link.load()
        text = bench.text
        for floor, expected in ((14, ()), (13, ("index floor 14 → 13",)), (12, ("index floor 14 → 12",)), (15, ())):
            bench.describe(text.replace("floor = 12", f"floor = {floor}"))
            link.advance(0.5)
            link.advance(0.5)
            assert lowered_sentences((await link.load()).unacknowledged) == expected
        await link.aclose()

    run(scenario())


PROTECTED = """
[[pool]]
name = "keep"
count = 4
supports = ["billing"]
protected = true
[[pool]]
name = "spare"
count = 4
supports = ["billing"]
"""
MOVED = [
    (
        (("protected = true\n", ""), ('name = "spare"', 'name = "spare"\nprotected = true')),
        "keep-0001, keep-0002, keep-0003, keep-0004 are not protected any more",
    ),
    (
        (('name = "billing"\nfloor = 2\nprotected = true', 'name = "billing"\nfloor = 2'),),
        "billing-0001, billing-0002, billing-0003, billing-0004, both-0001 and 7 more are not protected any more",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), MOVED)
def test_that_protection_moved_to_other_servers_blocks_until_it_is_acknowledged(
    bench: Any, run: Run, codes: Codes, changes: tuple[tuple[str, str], ...], sentence: str
) -> None:
    async def scenario() -> None:
        text = bench.text + PROTECTED
        if "billing" in changes[0][0]:
            text = text.replace('name = "billing"\nfloor = 2', 'name = "billing"\nfloor = 2\nprotected = true')
        bench.describe(text)
        link = bench.file()
        await link.load()
        for old, new in changes:
            text = text.replace(old, new)
        bench.describe(text)
        link.advance(0.5)
        link.advance(0.5)
        assert sentence in lowered_sentences((await link.load()).unacknowledged)
        assert codes(await link.remove(bench.wave("index-0001"))) == ["unknown"]
        await link.acknowledge("pat")
        assert (await link.load()).unacknowledged == ()
        await link.aclose()

    run(scenario())


def test_that_one_freeze_that_covers_two_needs_no_acknowledgement(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        bench.describe(bench.text + BRIEF + FREEZE.replace("2090-01-01", "2090-01-15"))
        link = bench.file()
        await link.load()
        bench.describe(bench.text.split("[[freeze]]")[0] + FREEZE)
        link.advance(0.5)
        link.advance(0.5)
        assert (await link.load()).unacknowledged == ()
        await link.aclose()

    run(scenario())


def test_that_a_freeze_that_is_over_may_go(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        text = bench.text
        bench.describe(text + FREEZE.replace("2090", "1990").replace("2091", "1991"))
        link = bench.file()
        await link.load()
        bench.describe(text)
        link.advance(0.5)
        link.advance(0.5)
        state = await link.load()
        assert (state.region.freezes, state.unacknowledged) == ((), ())
        await link.aclose()

    run(scenario())


def test_that_one_acknowledgement_counts_for_every_console(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        one, other = bench.file(), bench.file()
        await one.load()
        await other.load()
        bench.describe(bench.text.replace("floor = 12", "floor = 11"))
        for link in (one, other):
            link.advance(0.5)
            link.advance(0.5)
        state = await other.load()
        assert state.unacknowledged
        await one.acknowledge("sam")
        other.advance(0.1)
        with pytest.raises(ResyncNeeded):
            await anext(other.events(state.revision))
        assert (await other.load()).unacknowledged == ()
        await one.aclose()
        await other.aclose()

    run(scenario())


def test_that_servers_described_no_more_are_passed_over_and_stay_removed_if_they_return(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        link = bench.file()
        await link.load()
        await link.remove(bench.wave("index-0016", "index-0001"))
        full = bench.text
        for text, removed in ((full.replace("count = 16", "count = 15"), 1), (full, 2)):
            bench.describe(text)
            link.advance(20)
            link.advance(0.5)
            state = await link.load()
            assert int((state.fleet.state == 3).sum()) == removed
        assert (await link.outcome("e.1")).servers(Answer.DONE) == ("index-0016", "index-0001")
        await link.aclose()

    run(scenario())


def fleet_folder(tmp_path: Path, name: str = "fleet.csv") -> Path:
    folder = tmp_path / "region"
    folder.mkdir()
    (folder / "fleet.csv").write_text(FLEET)
    (folder / "region.toml").write_text(WITH_FLEET.format(name=name))
    return folder / "region.toml"


def test_that_a_fleet_table_is_read_beside_the_description_and_watched_too(tmp_path: Path, run: Run) -> None:
    async def scenario() -> None:
        path = fleet_folder(tmp_path)
        link = FileLink(path, tmp_path / "acts", clock=ManualClock(1_700_000_000.0))
        assert len((await link.load()).region.roster) == 20
        (path.parent / "fleet.csv").write_text(FLEET + "i-999,az1,c1,r1,failed,index\n")
        link.advance(0.5)
        link.advance(0.5)
        state = await link.load()
        assert len(state.region.roster) == 21
        assert state.fleet.state[state.fleet.position["i-999"]] == 4
        (path.parent / "fleet.csv").unlink()
        link.advance(0.5)
        assert "fleet.csv" in link.freshness.outdated
        await link.aclose()

    run(scenario())


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../fleet.csv", "without '..'"),
        ("/etc/hostname", "inside the folder"),
        ("missing.csv", "could not be read"),
        ("link.csv", "leads out of the folder"),
        ("folder", "Is a directory"),
        ("pipe", "not a regular file"),
        ("", "inside the folder"),
    ],
)
def test_that_a_fleet_table_is_a_regular_file_inside_the_folder(tmp_path: Path, name: str, reason: str) -> None:
    path = fleet_folder(tmp_path, name)
    (tmp_path / "fleet.csv").write_text(FLEET)
    (path.parent / "link.csv").symlink_to(tmp_path / "fleet.csv")
    (path.parent / "folder").mkdir()
    os.mkfifo(path.parent / "pipe")
    with pytest.raises(LinkError, match=reason):
        read_description(path)


def test_that_a_description_too_large_or_not_text_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "region.toml"
    with path.open("wb") as file:
        file.truncate(LARGEST_TEXT + 1)
    with pytest.raises(LinkError, match="16,777,217 bytes, more than 16,777,216"):
        read_description(path)
    path.write_bytes(b"format = 1\n\xff")
    with pytest.raises(LinkError, match="not UTF-8 text at byte 11"):
        read_description(path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(LinkError, match="not a regular file"):
        read_description(path)


def test_that_a_byte_order_mark_before_a_description_is_left_out(tmp_path: Path) -> None:
    path = fleet_folder(tmp_path, "")
    path.write_bytes(b"\xef\xbb\xbfformat = 1\n")
    assert read_description(path).text == "format = 1\n"


def test_that_the_first_reading_names_every_problem(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        bench.path.write_text(bench.text.replace("floor = 12", 'floor = "101%"').replace('"az2"', '"A Z"'))
        link = bench.file()
        with pytest.raises(LinkError) as caught:
            await link.load()
        assert "101%" in str(caught.value)
        assert "A Z" in str(caught.value)
        with pytest.raises(LinkError, match="closed"):
            await link.remove(bench.wave("index-0001"))
        bench.path.write_text(bench.text)
        assert (await link.load()).freshness.connected
        await link.aclose()

    run(scenario())
