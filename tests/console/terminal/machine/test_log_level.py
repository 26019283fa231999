"""From which weight on something is logged, and that libraries cannot write whole descriptions into it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.terminal.program import LOG_LEVEL

SPEAKS = """
import logging
from console.terminal.program import say_the_log
say_the_log()
for name in ("qasync.executor", "topology.links", "console.app"):
    for level in ("DEBUG", "INFO", "WARNING"):
        logging.getLogger(name).log(getattr(logging, level), "said")
"""
WINDOW = """
import sys
from PySide6.QtCore import QTimer
import console.app.app as app
make = app.make_application
def make_and_close(scale):
    made = make(scale)
    timer = QTimer(made)
    timer.timeout.connect(lambda: [w.close() for w in made.topLevelWidgets() if "us-east-1" in w.windowTitle()])
    timer.start(200)
    return made
app.make_application = make_and_close
from console.app.cli import main
sys.exit(main([]))
"""


def run(program: str, level: str | None, **more: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if name != LOG_LEVEL}
    variables |= more | ({} if level is None else {LOG_LEVEL: level})
    return subprocess.run(
        [sys.executable, "-c", program], env=variables, capture_output=True, text=True, check=False, timeout=120
    )


def said(level: str | None) -> list[str]:
    return [" ".join(line.split()[2:4]) for line in run(SPEAKS, level).stderr.splitlines()]


@pytest.mark.parametrize("level", [None, "debug", "DEBUG"])
def test_that_libraries_are_heard_from_info_on_and_we_from_debug(level: str | None) -> None:
    ours = [
        f"{weight} {name}:" for name in ("topology.links", "console.app") for weight in ("DEBUG", "INFO", "WARNING")
    ]
    assert said(level) == ["INFO qasync.executor:", "WARNING qasync.executor:", *ours]


def test_that_a_level_that_is_asked_for_holds_for_all() -> None:
    names = ("qasync.executor", "topology.links", "console.app")
    assert said("warning") == [f"WARNING {name}:" for name in names]
    assert said("error") == []


def test_that_a_level_that_is_none_is_said_and_passed_over() -> None:
    first, *rest = run(SPEAKS, "loud").stderr.splitlines()
    assert first == (
        "UNDERKEEL_LOG_LEVEL is 'loud', and not one of debug, info, warning, error; what is logged is as if it were not set."
    )
    assert len(rest) == 8


def test_that_the_log_of_a_window_has_no_server_in_it_at_any_level(tmp_path: Path) -> None:
    home = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("STATE", "CONFIG", "DATA", "CACHE")}
    done = run(WINDOW, "debug", QT_QPA_PLATFORM="offscreen", **home)
    assert done.returncode == 0, done.stderr
    log = (tmp_path / "STATE" / "underkeel" / "underkeel.log").read_text("utf-8")
    assert "billing-0001" not in log
    assert len(log) < 20_000


def test_that_verbose_may_stand_before_a_subcommand_as_the_manual_page_shows_it() -> None:
    command = "import sys; from console.app.cli import main; sys.exit(main(['--verbose', 'headroom', 'billing']))"
    done = run(command, None)
    assert done.returncode == 0, done.stderr
    assert "billing" in done.stdout
