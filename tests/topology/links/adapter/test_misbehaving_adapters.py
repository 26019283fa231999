"""Whatever an adapter does, it is told in a sentence, harms nobody, and blocks nothing. Real children, one way each."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.words.refusals.table import refusal_sentence
from tests.topology.links.adapter.adapters import floor, opened, run, until
from tests.topology.links.adapter.misbehaving import RAW, WRONG_CHUNKS, WRONG_EVENTS
from topology.fleet.reasons.anew import SourceTold
from topology.links.adapter.source import AdapterSource
from topology.links.adapter.wire.messages import LARGEST_LINE
from topology.links.adapter.wire.peers import Child
from topology.links.deadline import BoundedActor
from topology.links.fleet_source import Answer, ResyncNeeded, SourceWave, Taken
from topology.region.errors import LinkError
from topology.region.server_states import ServerState

PROGRAM = Path(__file__).with_name("misbehaving.py")
PYTHON = Path(sys.executable).resolve()
WAVE = SourceWave("E.1", "E", "op1", ("n1",), ((("index", 1),),), 3.0)


def address(how: str, folder: Path) -> str:
    return f'exec:{PYTHON} {PROGRAM} "{how}" {folder}'


@asynccontextmanager
async def odd(how: str, folder: Path, log: list[str] | None = None) -> AsyncIterator[AdapterSource]:
    async with opened(address(how, folder), folder, (log if log is not None else []).append) as source:
        yield source


async def taken_by(how: str, folder: Path) -> Taken:
    async with odd(how, folder) as source:
        return await BoundedActor(source).take(WAVE, floor(1))


async def when_down(source: AdapterSource, after: str) -> str:
    """Follow changes until the adapter is dropped; gives why."""
    with pytest.raises(LinkError) as told:
        await until(source, after, lambda found: False)
    return str(told.value)


def is_plain(text: str) -> bool:
    return all(sign.isprintable() or sign == "\n" for sign in text)


@pytest.mark.parametrize("how", sorted({*WRONG_CHUNKS, "servers missing", "too many servers", "head twice", "no head"}))
def test_that_a_load_with_something_wrong_is_no_load(how: str, tmp_path: Path) -> None:
    async def work() -> None:
        async with odd(how, tmp_path) as source:
            with pytest.raises(LinkError) as told:
                await source.read()
            assert is_plain(str(told.value))
            assert 40 < len(str(told.value)) < 700

    run(work())


def test_that_events_within_a_load_are_refused(tmp_path: Path) -> None:
    async def work() -> None:
        async with odd("events within a load", tmp_path) as source:
            with pytest.raises(LinkError, match="events within a load"):
                await source.read()

    run(work())


@pytest.mark.parametrize("how", sorted({*RAW, *WRONG_EVENTS, "long line", "closes its output"}))
def test_that_a_line_that_cannot_be_drops_the_connection_with_a_sentence(how: str, tmp_path: Path) -> None:
    async def work() -> None:
        async with odd(how, tmp_path) as source:
            why = await when_down(source, (await source.read()).cursor)
        assert is_plain(why)
        assert 40 < len(why) < 700
        assert len(why.splitlines()) == 1

    run(work())


def test_that_a_line_without_end_is_not_gathered_for_ever(tmp_path: Path) -> None:
    async def work() -> None:
        async with odd("long line", tmp_path) as source:
            assert f"longer than {LARGEST_LINE:,} bytes" in await when_down(source, (await source.read()).cursor)

    run(work())


def test_that_revisions_with_a_gap_ask_for_another_reading(tmp_path: Path) -> None:
    async def work() -> None:
        async with odd("gap in revisions", tmp_path) as source:
            facts = await source.read()
            with pytest.raises(ResyncNeeded, match=r"""FactsMissing\(awaited="'1'", came="'5'"\)"""):
                await until(source, facts.cursor, lambda found: False)

    run(work())


def test_that_a_reload_says_why_without_touching_the_screen(tmp_path: Path) -> None:
    async def work() -> None:
        async with odd("reload", tmp_path) as source:
            facts = await source.read()
            with pytest.raises(ResyncNeeded) as told:
                await until(source, facts.cursor, lambda found: False)
            assert told.value.why == SourceTold(r"the \x1b[2Jinventory was rebuilt")

    run(work())


def test_that_notifications_and_fields_of_the_future_are_skipped(tmp_path: Path) -> None:
    async def work() -> None:
        async with odd("unknown notification", tmp_path) as source:
            facts = await source.read()
            found = await until(source, facts.cursor, lambda changes: len(changes.servers) > 0)
            assert (list(found.states), found.actor) == ([ServerState.FAILED], r"probe\x07")

    run(work())


def test_that_its_name_is_text_and_nothing_else(tmp_path: Path) -> None:
    async def work() -> None:
        async with odd("escape in its name", tmp_path) as source:
            assert source.identity.name == r"\x1b]0;owned\x07odd\u202e"

    run(work())


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("other version", "speaks version 2 of the protocol; this program speaks 1"),
        ("crashes at once", "database is gone"),
    ],
)
def test_that_an_adapter_that_cannot_be_spoken_to_is_not_opened(how: str, why: str, tmp_path: Path) -> None:
    async def work() -> None:
        with pytest.raises(LinkError, match=why) as told:
            async with odd(how, tmp_path):
                pass
        assert is_plain(str(told.value))

    run(work())


def test_that_an_adapter_that_does_not_say_hello_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("topology.links.adapter.keeper._HELLO_S", 0.5)

    async def work() -> None:
        with pytest.raises(LinkError, match=r"did not say hello within 0\.5 s"):
            async with odd("no hello", tmp_path):
                pass

    run(work())


@pytest.mark.parametrize(
    "how", ["other wave", "other server", "other word", "null answer", "nan", "neither result nor error"]
)
def test_that_a_wave_with_an_answer_that_cannot_be_is_asked_about(how: str, tmp_path: Path) -> None:
    """The connection is dropped; the next session is asked, and it was done."""
    taken = run(taken_by(how, tmp_path))
    assert taken.servers(Answer.DONE) == ("n1",)
    assert "outcome" in (tmp_path / "heard").read_text()


def test_that_a_wave_whose_adapter_died_before_it_is_refused_and_never_happens(tmp_path: Path) -> None:
    taken = run(taken_by("dies before the act", tmp_path))
    assert taken.servers(Answer.REFUSED) == ("n1",)
    assert "never happened" in refusal_sentence(taken.refusals[0])
    assert (tmp_path / "abandoned-E.1").exists()


def test_that_a_wave_whose_adapter_died_after_it_is_done(tmp_path: Path) -> None:
    assert run(taken_by("dies after the act", tmp_path)).servers(Answer.DONE) == ("n1",)


def test_that_after_a_crash_waves_are_asked_about_before_anything_else(tmp_path: Path) -> None:
    run(taken_by("dies after the act", tmp_path))
    heard = [line.split()[0] for line in (tmp_path / "heard").read_text().splitlines()]
    assert heard[:4] == ["hello", "remove", "hello", "outcome"]


def test_that_silence_over_a_wave_is_unknown_and_is_taken_back(tmp_path: Path) -> None:
    async def work() -> None:
        async with odd("never answers", tmp_path) as source:
            taken = await BoundedActor(source).take(WAVE, floor(1))
            assert taken.servers(Answer.UNKNOWN) == ("n1",)
            found = await source.found("E.1")
            assert found is not None
            assert found.servers(Answer.DONE) == ("n1",)
        assert 'cancel {"id": 2}' in (tmp_path / "heard").read_text()

    run(work())


@pytest.mark.parametrize(
    ("how", "answer"),
    [("no method", Answer.REFUSED), ("breaks inside", Answer.UNKNOWN), ("leaves one out", Answer.UNKNOWN)],
)
def test_that_only_an_error_before_the_act_says_that_nothing_happened(how: str, answer: Answer, tmp_path: Path) -> None:
    assert run(taken_by(how, tmp_path)).servers(answer) == ("n1",)


def test_that_a_refusal_is_text(tmp_path: Path) -> None:
    assert refusal_sentence(run(taken_by("coloured refusal", tmp_path)).refusals[0]) == r"\x1b[31mred\x1b[0m\nnew line"


def test_that_a_stop_gives_back_names_only(tmp_path: Path) -> None:
    async def work() -> None:
        async with odd("odd stop", tmp_path) as source:
            with pytest.raises(LinkError, match="no name of a server"):
                await source.stop("E")

    run(work())


def test_that_only_who_judges_must_know_the_floors(tmp_path: Path) -> None:
    run(taken_by("good", tmp_path))
    asked = json.loads((tmp_path / "asked").read_text())
    assert (asked["must"], asked["floors"], asked["supports"]) == (["floors"], [["index", "region", 1]], [["index"]])
    run(taken_by("ignorant", tmp_path))
    assert json.loads((tmp_path / "asked").read_text())["must"] == []


def test_that_three_missed_heartbeats_are_a_disconnection(tmp_path: Path) -> None:
    async def work() -> None:
        async with odd("silent", tmp_path) as source:
            facts = await source.read()
            loop = asyncio.get_running_loop()
            began = loop.time()
            assert "said nothing for 0.6 s" in await when_down(source, facts.cursor)
            assert 0.5 < loop.time() - began < 3

    run(work())


def test_that_three_crashes_in_a_minute_are_the_end_with_its_last_lines(tmp_path: Path) -> None:
    log: list[str] = []

    async def work() -> None:
        async with odd("garbage", tmp_path, log) as source:
            sentence = ""
            async with asyncio.timeout(30):
                while "not started again" not in sentence:
                    try:
                        facts = await source.read()
                        sentence = await when_down(source, facts.cursor)
                    except LinkError as error:
                        sentence = str(error)
            assert "3 times within 60 s" in sentence
            with pytest.raises(LinkError, match="not started again"):
                await source.read()
            taken = await source.take(WAVE, floor(1))
            assert taken.servers(Answer.REFUSED) == ("n1",)
            assert "nothing was sent" in refusal_sentence(taken.refusals[0])
        assert len((tmp_path / "starts").read_text()) == 3

    run(work())
    assert any("not started again" in line for line in log)


def test_that_the_last_lines_of_a_crash_are_shown(tmp_path: Path) -> None:
    """It opens once; then it crashes at each start."""
    log: list[str] = []
    turning = tmp_path / "turning.py"
    turning.write_text(
        f"import runpy, sys\nfrom pathlib import Path\nfolder = Path(sys.argv[1])\n"
        f"how = 'crashes at once' if (folder / 'starts').exists() else 'garbage'\n"
        f"sys.argv = ['odd', how, str(folder)]\nrunpy.run_path({str(PROGRAM)!r}, run_name='__main__')\n"
    )

    async def work() -> str:
        async with opened(f"exec:{PYTHON} {turning} {tmp_path}", tmp_path, log.append) as source:
            await source.read()
            await became(lambda: source._keeper.is_over)
            with pytest.raises(LinkError) as told:
                await source.read()
        return str(told.value)

    last = run(work()).splitlines()[-20:]
    assert [line.split(":")[0].strip() for line in last] == [f"line {number}" for number in range(10, 30)]
    assert all(is_plain(line) for line in log)


def test_that_an_adapter_of_another_region_is_not_gone_on_with(tmp_path: Path) -> None:
    async def work() -> None:
        async with odd("another region", tmp_path) as source:
            assert source._keeper.session is not None
            source._keeper.session.drop("for the test")
            await became(lambda: source._keeper.is_over)
            with pytest.raises(LinkError, match="operates 'another' now, and was opened with 'odd-1'"):
                await source.read()

    run(work())


def test_that_a_flood_of_facts_neither_loses_one_nor_holds_up_an_answer(tmp_path: Path) -> None:
    """2,000,000 facts that nobody takes: the adapter is held up, and answers as soon as it is asked."""

    async def work() -> None:
        async with odd("flood of facts", tmp_path) as source:
            facts = await source.read()
            taken = await BoundedActor(source).take(WAVE, floor(1))
            assert taken.servers(Answer.DONE) == ("n1",)
            cursor, seen = facts.cursor, 0
            async for found in source.changes(facts.cursor):
                assert found.cursor == str(int(cursor) + 1)
                cursor, seen = found.cursor, seen + len(found.servers)
                if seen == 2_000_000:
                    break

    run(work())


def test_that_an_adapter_that_reads_nothing_is_dropped_before_memory_is_full(tmp_path: Path) -> None:
    names = tuple(f"n{'x' * 200}{number}" for number in range(20_000))
    big = SourceWave("E.1", "E", "op1", names, ((),) * len(names), 20.0)

    async def work() -> None:
        async with odd("reads nothing", tmp_path) as source:
            facts = await source.read()
            waves = [asyncio.ensure_future(source.take(big, floor(1))) for _ in range(12)]
            assert "reads no requests any more" in await when_down(source, facts.cursor)
            for task in waves:
                task.cancel()
            await asyncio.gather(*waves, return_exceptions=True)

    run(work())


async def became(is_so: Callable[[], bool]) -> None:
    """Wait until something is so: nothing tells of it."""
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def test_that_a_flood_of_log_lines_is_cut_and_its_end_kept(tmp_path: Path) -> None:
    log: list[str] = []

    async def work() -> None:
        async with odd("floods its log", tmp_path, log) as source:
            await source.read()
            session = source._keeper.session
            assert session is not None
            assert session.peer is not None
            await became(lambda: session.tail[-1:] != () and session.tail[-1].startswith("line 199999"))

    run(work())
    assert len(log) < 5_000


def is_running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def children(folder: Path) -> list[int]:
    return [int(file.read_text()) for file in folder.glob("child")]


@pytest.mark.parametrize("how", ["leaves a child", "will not end"])
def test_that_nothing_of_an_adapter_is_left_when_it_is_closed(how: str, tmp_path: Path) -> None:
    async def work() -> None:
        async with odd(how, tmp_path) as source:
            await source.read()
            assert source._keeper.session is not None
            peer = source._keeper.session.peer
            assert isinstance(peer, Child)
        await became(lambda: not any(map(is_running, [peer.process.pid, *children(tmp_path)])))

    run(work())


def test_that_it_sees_nothing_of_ours_but_what_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RACKS_TOKEN", "sesame")
    monkeypatch.setenv("OTHER_SECRET", "hidden")

    async def work() -> None:
        from tests.topology.links.adapter.adapters import opening
        from topology.links.registry import source_address

        given = opening(tmp_path, environment=("RACKS_TOKEN", "MISSING"))
        with (tmp_path / "open").open("w") as ours:
            os.set_inheritable(ours.fileno(), True)
            source = await source_address(address("tells its surroundings", tmp_path)).actor(given)
            await source.aclose()

    run(work())
    seen = json.loads((tmp_path / "seen").read_text())
    # Python itself sets LC_CTYPE where there is no locale.
    assert {name: value for name, value in seen["environment"].items() if name != "LC_CTYPE"} == {
        "RACKS_TOKEN": "sesame"
    }
    assert seen["folder"] == "/"
    assert seen["session"]
    assert set(seen["ends"]) <= {0, 1, 2, 3}  # 3 is the listing itself
