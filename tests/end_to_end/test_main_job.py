"""The main job, by hand: see the region, type a removal, be refused or confirm, watch, stop, undo, and find it in the journal."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.end_to_end.driver import CALM, COMMAND, CONFIRM, MIDDLE, NOTICES, SIDE, STRIP, Desk
from tests.end_to_end.screens import until

CLEAR = "remove 4 servers from billing"
CAUTION = "remove 40 servers from billing"
BLOCKED = "remove 400 servers from billing"

FAST = """\
format = 1
[region]
name = "fast"
zones = ["az1"]
[policy]
pace = "60000/min"
largest_command = "100%"
wave = 1
[[subsystem]]
name = "index"
floor = 0
[[pool]]
name = "index"
count = 2000
supports = ["index"]
"""


def test_that_the_console_opens_on_the_embedded_region_in_grey(desk: Desk) -> None:
    console = desk.start("s3-us-east-1")
    assert re.match(r"SIMULATION · us-east-1 · Underkeel", console.title())
    desk.wait_to_see("simulation", STRIP, 1000)  # the badge: the title is there before the window is painted anew
    pixels = desk.screen.pixels()
    channels = np.stack([pixels >> 16 & 255, pixels >> 8 & 255, pixels & 255]).astype(int)
    strongest = channels.max(axis=0)
    saturated = (strongest - channels.min(axis=0) > 0.5 * strongest) & (strongest > 80)
    assert 0 < saturated.mean() < 0.01
    assert desk.kinds() == []


def test_that_the_command_line_has_the_keys_from_the_start(desk: Desk) -> None:
    console = desk.start()
    console.type(BLOCKED)
    desk.wait_to_see("alarm_ground", SIDE, 1000)


def test_that_a_blocked_plan_is_painted_in_alarm_and_cannot_be_confirmed(desk: Desk) -> None:
    console = desk.start()
    console.command(BLOCKED)
    desk.wait_to_see("alarm_ground", SIDE, 1000)
    console.key("ctrl+Return", "Return", "ctrl+Return")
    console.command(CLEAR)
    # A plan that came later can be confirmed by now; the one before it never could.
    desk.wait_for_the_button()
    assert desk.kinds() == []
    assert desk.acts() == []


def test_that_tab_takes_the_largest_safe_command(desk: Desk) -> None:
    console = desk.start()
    console.command(BLOCKED)
    desk.wait_to_see("alarm_ground", SIDE, 1000)
    console.key("Tab")
    desk.wait_to_see("caution", SIDE, 1000)
    desk.wait_until_gone("alarm_ground", SIDE)
    console.confirm_when_ready(48)
    until(lambda: "intent" in desk.kinds(), "the plan is carried out")
    [intent] = [entry for entry in desk.journal() if entry["kind"] == "intent"]
    assert (intent["command"], len(intent["servers"])) == ("remove 48 servers from billing", 48)


def test_that_a_confirmed_removal_takes_exactly_its_servers_and_is_in_the_journal(desk: Desk) -> None:
    console = desk.start()
    console.command(CLEAR)
    console.confirm_when_ready()
    until(lambda: "finished" in desk.kinds(), "the execution is finished")
    intent, wave, outcome, finished = desk.journal()
    assert [entry["kind"] for entry in (intent, wave, outcome, finished)] == ["intent", "wave", "outcome", "finished"]
    assert intent["command"] == CLEAR
    assert len(intent["servers"]) == 4
    assert intent["servers"] == wave["servers"] == outcome["servers"] == finished["servers"] == desk.servers("remove")
    assert desk.underkeel("journal", "verify", "--region", CALM).returncode == 0
    assert console.close() == 0


def test_that_a_plan_that_has_only_just_come_on_screen_is_not_confirmed(desk: Desk) -> None:
    console = desk.start()
    console.command(CLEAR[:-1])
    begun = time.time()
    console.hands("key", CLEAR[-1], "sleep", "0.1", "key", "Return", "ctrl+Return")
    desk.wait_for_the_button()
    # On a machine that was held up meanwhile, it may have been on the screen long enough.
    assert desk.kinds() == [] or (time.time() - begun > 0.5 and desk.acts()[0]["time"] - begun > 0.5)


def test_that_a_plan_with_a_caution_takes_the_typed_number_of_its_servers(desk: Desk) -> None:
    console = desk.start()
    console.command(CAUTION)
    console.ask_for_the_number()
    console.type("40")
    desk.wait_for_the_button()
    console.key("BackSpace", "1")
    desk.wait_until_gone("plan", CONFIRM, most=3000)
    console.key("ctrl+Return", "Return")
    console.type("40")  # over what was typed, which is selected
    desk.wait_for_the_button()
    console.key("Return")  # Enter never confirms
    assert desk.kinds() == []
    console.key("ctrl+Return")
    until(lambda: "outcome" in desk.kinds(), "the first wave has left")
    assert desk.kinds()[0] == "intent"
    assert len(desk.journal()[0]["servers"]) == 40


def test_that_escape_twice_stops_at_once_and_what_drains_goes_back(desk: Desk) -> None:
    console = desk.start()
    console.command(CAUTION)
    console.confirm_when_ready(40)
    until(lambda: len(desk.servers("remove")) == 5, "the first wave has left")
    console.key("Escape", "Escape")
    pressed = time.time()
    until(lambda: "finished" in desk.kinds(), "the execution has ended")
    removal, stop = desk.acts()
    assert (removal["kind"], stop["kind"]) == ("remove", "stop")
    assert stop["time"] <= pressed + 2  # a tenth of a second on a machine at rest: see the benchmarks
    assert desk.is_back_at_the_stop()
    [finished] = [entry for entry in desk.journal() if entry["kind"] == "finished"]
    gone = set(desk.servers("remove")) - set(desk.servers("stop", "returned"))
    assert (set(finished["servers"]), finished["details"]["phase"]) == (gone, "stopped")
    assert len(finished["details"]["returned"]) == 5


def test_that_undo_is_a_plan_that_is_confirmed_and_brings_every_server_back(desk: Desk) -> None:
    console = desk.start()
    console.command(CLEAR)
    console.confirm_when_ready()
    until(lambda: "finished" in desk.kinds(), "the removal is finished")
    console.command("undo")
    console.confirm_when_ready()
    until(lambda: desk.kinds().count("finished") == 2, "the undo is finished")
    assert sorted(desk.servers("restore")) == sorted(desk.servers("remove"))
    undo = desk.journal()[4]
    assert (undo["kind"], undo["details"]["undoes"]) == ("intent", 1)


def test_that_a_console_killed_in_the_middle_is_told_by_the_next_one_and_can_be_undone(desk: Desk) -> None:
    killed = desk.start()
    killed.command(CAUTION)
    killed.confirm_when_ready(40)
    until(lambda: "outcome" in desk.kinds(), "the first wave has left")
    killed.kill()
    taken = desk.servers("remove")
    assert 0 < len(taken) < 40
    console = desk.start()
    desk.wait_to_see("caution_ground", NOTICES, 5000)
    until(lambda: "recovered" in desk.kinds(), "it is written down what was done")
    console.command("undo")
    console.confirm_when_ready()
    until(lambda: "finished" in desk.kinds(), "the undo is finished")
    assert sorted(desk.servers("restore")) == sorted(taken)
    assert desk.underkeel("journal", "verify", "--region", CALM).returncode == 0


def test_that_closing_during_an_execution_asks_and_escape_stays(desk: Desk) -> None:
    console = desk.start()
    console.command(CAUTION)
    console.confirm_when_ready(40)
    until(lambda: "outcome" in desk.kinds(), "the first wave has left")
    console.key("ctrl+q")
    console.wait_for_a_question()
    console.key("Escape")
    until(lambda: len(console.windows(".")) == 1, "the question is gone")
    assert console.process.poll() is None
    assert "stop" not in desk.kinds()
    console.focus()
    console.key("ctrl+q")
    console.wait_for_a_question()
    console.key("Tab", "space")
    assert console.process.wait(15) == 0
    assert desk.journal()[-1]["details"]["phase"] == "stopped"
    assert desk.is_back_at_the_stop()
    assert desk.underkeel("journal", "verify", "--region", CALM).returncode == 0


def test_that_any_console_stops_what_another_one_carries_out(desk: Desk) -> None:
    first = desk.start()
    second = desk.start()
    first.focus()
    first.command(CAUTION)
    first.confirm_when_ready(40)
    until(lambda: "outcome" in desk.kinds(), "the first wave has left")
    second.focus()
    second.key("Escape", "Escape")
    until(lambda: "stop" in desk.kinds(), "the stop is written down")
    until(lambda: {"finished", "halt"} & set(desk.kinds()), "the execution has ended")
    assert len(desk.servers("remove")) < 40
    assert desk.underkeel("journal", "verify", "--region", CALM).returncode == 0


def test_that_without_a_journal_everything_can_be_looked_at_and_nothing_done(desk: Desk) -> None:
    where = desk.underkeel("journal", "verify", "--region", CALM).stdout
    journal = Path(re.search(r"/\S+/journal\.db", where)[0])  # type: ignore[index]
    journal.parent.mkdir(parents=True)
    journal.write_bytes(b"this is no journal" * 1000)
    console = desk.start()
    desk.wait_to_see("alarm_ground", NOTICES, 5000)
    console.command(CLEAR)
    desk.wait_to_see("caution", SIDE, 50)
    console.key("ctrl+Return")
    assert journal.read_bytes() == b"this is no journal" * 1000
    assert console.close() == 0
    assert desk.acts() == []


class TestRegionFiles:
    @pytest.fixture
    def region(self, desk: Desk) -> Path:
        path = desk.home / "region.toml"
        path.write_text(FAST.replace("wave = 1", 'wave = 1\nstale_after = "1 s"'))
        return path

    def test_that_a_description_that_is_gone_shows_as_disconnected_and_refuses(self, desk: Desk, region: Path) -> None:
        console = desk.start("region.toml")
        text = region.read_text()
        region.unlink()
        console.wait_for_title("^DISCONNECTED · fast · Underkeel")
        console.command("remove 2 servers from index")
        desk.wait_to_see("alarm_ground", SIDE, 1000)
        console.key("ctrl+Return")
        region.write_text(text)
        console.wait_for_title("^SIMULATION · fast · Underkeel")
        desk.wait_for_the_button()
        assert desk.kinds() == []

    def test_that_a_description_that_cannot_be_read_is_said_and_read_once_it_is_right(
        self, desk: Desk, region: Path
    ) -> None:
        text = region.read_text()
        region.write_text(text.replace("floor = 0", "flor = 0"))
        console = desk.start("region.toml", title="^NOT READ · Underkeel")
        desk.wait_to_see("alarm", MIDDLE, 300)
        region.write_text(text)
        console.wait_for_title("^SIMULATION · fast · Underkeel")

    def test_that_a_half_written_description_changes_nothing(self, desk: Desk, region: Path) -> None:
        console = desk.start("region.toml")
        region.write_text(region.read_text()[:100])
        console.wait_for_title("^DISCONNECTED · fast · Underkeel")

    def test_that_a_lowered_floor_blocks_until_it_is_acknowledged(self, desk: Desk, region: Path) -> None:
        # Stale only after the usual time: a machine that is held up would be blocked for its silence, not for its floor.
        region.write_text(FAST.replace("floor = 0", "floor = 1900"))
        console = desk.start("region.toml")
        console.command("remove 2 servers from index")
        desk.wait_for_the_button()
        region.write_text(region.read_text().replace("floor = 1900", "floor = 100"))
        desk.wait_to_see("alarm_ground", SIDE, 1000)
        desk.wait_to_see("caution_ground", NOTICES, 5000)
        console.command("acknowledge")
        console.key("Return")
        until(lambda: desk.kinds() == ["acknowledge"], "it is written down")
        console.command("remove 2 servers from index")
        console.confirm_when_ready()
        until(lambda: "intent" in desk.kinds(), "it is carried out")


def test_that_a_region_that_is_not_there_ends_the_program_with_a_sentence(desk: Desk) -> None:
    done = desk.underkeel("atlantis")
    assert (done.returncode, done.stderr.startswith("There is no region 'atlantis'")) == (2, True)


class TestLooks:
    def test_that_the_day_theme_is_light(self, make_desk: Callable[..., Desk], desk: Desk) -> None:
        day = make_desk(desk.screen, "day")
        console = day.start(CALM, "--theme", "day")
        assert day.screen.count(day.theme["ground"]) > 50_000
        console.command(BLOCKED)
        day.wait_to_see("alarm_ground", SIDE, 1000)

    @pytest.mark.parametrize(("size", "scale"), [((1280, 720), "100"), ((2560, 1440), "100"), ((2560, 1440), "200")])
    def test_that_everything_needed_to_confirm_is_on_the_screen(
        self,
        make_screen: Callable[[int, int], object],
        make_desk: Callable[..., Desk],
        tmp_path: Path,
        size: tuple[int, int],
        scale: str,
    ) -> None:
        desk = make_desk(make_screen(*size))
        console = desk.start(CALM, "--scale", scale)
        if size != (1280, 720):
            console.fill_the_screen()
        console.command(CLEAR)
        desk.wait_for_the_button()
        assert desk.sees("plan", COMMAND)  # the prompt, and the name of the subsystem
        desk.screen.save(tmp_path / "clear.png")
        console.command(BLOCKED)
        desk.wait_to_see("alarm_ground", SIDE, 1000)
        desk.screen.save(tmp_path / "blocked.png")
        console.command(CAUTION)
        console.confirm_when_ready(40)
        until(lambda: "outcome" in desk.kinds(), "the first wave has left")
        desk.wait_to_see("alarm", SIDE, 3000)  # STOP
        desk.screen.save(tmp_path / "waves.png")
