"""A display that goes away under the window ends the session in order: what runs is stopped, and one sentence says so."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.end_to_end.driver import Desk
from tests.end_to_end.screens import Screen, until

SAID = "The display went away, and the window with it. "


def test_that_a_display_that_goes_stops_what_runs_and_says_what_left(
    make_desk: Callable[..., Desk], make_screen: Callable[[int, int], Screen]
) -> None:
    screen = make_screen(1280, 720)
    desk = make_desk(screen)
    console = desk.start()
    console.command("remove 40 servers from billing")
    console.confirm_when_ready(40)
    until(lambda: bool(desk.servers("remove")), "the first wave has left")
    screen.end()
    assert console.process.wait(30) == 1
    (sentence,) = console.said().splitlines()
    assert sentence.startswith(f"{SAID}remove 40 servers from billing: ")
    assert "`undo` brings back what left" in sentence
    assert desk.kinds()[-2:] == ["stop", "finished"]
    assert desk.underkeel("journal", "verify", "--region", "calm.toml").returncode == 0


def test_that_a_display_that_goes_while_nothing_runs_ends_with_one_sentence(
    make_desk: Callable[..., Desk], make_screen: Callable[[int, int], Screen]
) -> None:
    screen = make_screen(1280, 720)
    console = make_desk(screen).start()
    screen.end()
    assert console.process.wait(30) == 1
    assert console.said() == f"{SAID}Nothing was running.\n"


def test_that_a_display_that_goes_ends_a_replay_with_one_sentence(
    make_desk: Callable[..., Desk], make_screen: Callable[[int, int], Screen]
) -> None:
    screen = make_screen(1280, 720)
    console = make_desk(screen).start("replay", "s3-2017", title="^REPLAY · us-east-1 · .* · Underkeel")
    screen.end()
    assert console.process.wait(30) == 1
    assert console.said() == f"{SAID}Nothing was running.\n"


def test_that_a_display_that_goes_while_an_incident_is_chosen_ends_with_one_sentence(
    make_desk: Callable[..., Desk], make_screen: Callable[[int, int], Screen]
) -> None:
    screen = make_screen(1280, 720)
    console = make_desk(screen).start("replay", title="^Incidents · Underkeel$")
    screen.end()
    assert console.process.wait(30) == 1
    assert console.said() == f"{SAID}Nothing was running.\n"


XLIB_FIRST = """
import ctypes, os, signal, sys
from PySide6.QtWidgets import QApplication
from console.kit.host.xlib import outlive_xlib

app = QApplication([])
{outlive}
xlib = ctypes.CDLL("libX11.so.6")
display = ctypes.c_void_p(app.nativeInterface().display())
print("ready", flush=True)
sys.stdin.readline()
xlib.XSync(display, 0)
print("still here", flush=True)
os._exit(0)
"""


@pytest.mark.parametrize(("outlive", "said"), [("outlive_xlib()", "still here\n"), ("", "")])
def test_that_xlib_does_not_end_the_program_before_what_runs_is_stopped(
    make_desk: Callable[..., Desk], make_screen: Callable[[int, int], Screen], outlive: str, said: str
) -> None:
    screen = make_screen(1280, 720)
    desk = make_desk(screen)
    assert lines_around_the_end(screen, desk, XLIB_FIRST.format(outlive=outlive)) == said


TITLE_AFTER = """
import os, sys
from PySide6.QtWidgets import QApplication, QWidget
from console.kit.host.xlib import outlive_xlib, set_title

app = QApplication([])
window = QWidget()
window.show()
app.processEvents()
outlive_xlib()
print("ready", flush=True)
sys.stdin.readline()
for number in range(1000):
    {set_title}(window, f"removing {{number}}/1000")
print("still here", flush=True)
os._exit(0)
"""


@pytest.mark.parametrize(("set_title", "said"), [("set_title", "still here\n"), ("QWidget.setWindowTitle", "")])
def test_that_a_title_is_not_sent_to_a_display_that_has_gone(
    make_desk: Callable[..., Desk], make_screen: Callable[[int, int], Screen], set_title: str, said: str
) -> None:
    screen = make_screen(1280, 720)
    desk = make_desk(screen)
    assert lines_around_the_end(screen, desk, TITLE_AFTER.format(set_title=set_title)) == said


def lines_around_the_end(screen: Screen, desk: Desk, program: str) -> str:
    """Run a program of ours that says "ready", end its screen, and give what it says afterwards."""
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        env=desk.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        screen.end()
        return child.communicate("go\n", timeout=30)[0]
