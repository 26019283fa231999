"""What ``run`` starts: the window where there is a display that answers, the off-screen job where there is none."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import start

from console.app.cli import COMMANDS

PYTHON = Path("env/bin/python")


@pytest.fixture
def display() -> Iterator[str]:
    """Listen where an X server with a number of our own would."""
    with socket.socket(socket.AF_UNIX) as server:
        for number in range(7000, 8000):
            try:
                server.bind(f"\0/tmp/.X11-unix/X{number}")
            except OSError:
                continue
            break
        server.listen()
        yield f":{number}"


def test_that_a_display_that_answers_is_drawn_on(display: str) -> None:
    assert start.platform_here({"DISPLAY": display}, "linux") == "xcb"
    assert start.platform_here({"DISPLAY": f"{display}.0", "WAYLAND_DISPLAY": "wayland-0"}, "linux") == "xcb"


def test_that_a_display_that_does_not_answer_is_none() -> None:
    assert start.platform_here({"DISPLAY": ":8999"}, "linux") is None


def test_that_a_display_on_another_machine_is_believed() -> None:
    assert start.platform_here({"DISPLAY": "desk.example:0"}, "linux") == "xcb"


def test_that_wayland_is_a_display() -> None:
    assert start.platform_here({"WAYLAND_DISPLAY": "wayland-0"}, "linux") == "wayland"


def test_that_no_variable_is_no_display_but_other_systems_always_have_one() -> None:
    assert start.platform_here({}, "linux") is None
    assert start.platform_here({"DISPLAY": "", "WAYLAND_DISPLAY": ""}, "linux") is None
    assert start.platform_here({}, "darwin") == "native"


def test_that_the_window_opens_with_the_arguments_given() -> None:
    assert Path(start.command(["file:mine.toml"], PYTHON, has_display=True)[0]).name == "underkeel"
    assert start.command(["file:mine.toml"], PYTHON, has_display=True)[1:] == ["file:mine.toml"]


def test_that_without_a_display_the_same_job_is_done_off_screen() -> None:
    assert start.command([], PYTHON, has_display=False) == [str(PYTHON), "-P", "-m", "console.app.without_display"]


@pytest.mark.parametrize("word", start.WITHOUT_WINDOW)
def test_that_what_needs_no_window_runs_without_a_display(word: str) -> None:
    program, *arguments = start.command([word, "x"], PYTHON, has_display=False)
    assert Path(program).name == "underkeel"
    assert arguments == [word, "x"]


def test_that_every_command_of_the_program_is_known_to_need_no_window() -> None:
    assert len(COMMANDS) > 5
    assert set(COMMANDS) - set(start.WITHOUT_WINDOW) == set()


def test_that_the_program_is_told_what_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[dict[str, str]] = []
    monkeypatch.setattr(start.os, "execve", lambda path, words, variables: handed.append(variables))
    monkeypatch.setattr(start.signal, "signal", lambda *anything: None)
    monkeypatch.setattr(start.sys, "argv", ["../a folder/bootstrap.py", "run"])
    start.become(["underkeel"])
    assert handed[0]["UNDERKEEL_STARTED_AS"] == "python3 '../a folder/bootstrap.py' run"
