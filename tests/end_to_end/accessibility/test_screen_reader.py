"""What a screen reader gets of the real window: cards it can browse, and each verdict, error and end told once."""

import json
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from manual_pictures import shop_description

from tests.end_to_end.driver import Desk
from tests.end_to_end.screens import until

READER = Path(__file__).with_name("listener.py")
SYSTEM_PYTHON = "/usr/bin/python3"
ATSPI = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"


def there_is_atspi() -> bool:
    if shutil.which("dbus-daemon") is None or not Path(SYSTEM_PYTHON).exists():
        return False
    tried = subprocess.run([SYSTEM_PYTHON, "-c", ATSPI], capture_output=True, check=False, timeout=30)
    return tried.returncode == 0


pytestmark = pytest.mark.skipif(
    not there_is_atspi(), reason="needs dbus-daemon, at-spi2-core, python3-gi, gir1.2-atspi-2.0"
)


class Reader:
    """Hears what assistive technology hears, on a bus of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.heard: list[dict[str, Any]] = []
        self._found: queue.Queue[dict[str, Any]] = queue.Queue()
        self._process = subprocess.Popen(
            [SYSTEM_PYTHON, str(READER)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        assert self._found.get(timeout=20) == {"ready": True}

    def tree(self) -> list[dict[str, Any]]:
        """Give everything that is there now: name, role and description, the outermost first."""
        assert self._process.stdin is not None
        self._process.stdin.write("tree\n")
        self._process.stdin.flush()
        nodes: list[dict[str, Any]] = []
        while "end" not in (one := self._found.get(timeout=120)):
            nodes += [one] if "node" in one else []
        return nodes

    def announced(self) -> list[str]:
        return [one["text"] for one in self.heard if one["heard"] == "announcement"]

    def end(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._thread.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            said = json.loads(line)
            if "heard" in said:
                self.heard.append(said)
            else:
                self._found.put(said)


@pytest.fixture
def session_bus(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Give the variables of a session with a bus of its own."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    environment = {"XDG_RUNTIME_DIR": str(runtime), "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--print-address", "--nofork"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with daemon:
        assert daemon.stdout is not None
        yield {**environment, "DBUS_SESSION_BUS_ADDRESS": daemon.stdout.readline().strip()}
        daemon.terminate()


@pytest.fixture
def reader(desk: Desk, session_bus: dict[str, str]) -> Iterator[Reader]:
    desk.environment.update(session_bus)
    made = Reader(desk.environment)
    yield made
    made.end()


def once(reader: Reader, fits: Callable[[str], bool], what: str) -> None:
    until(lambda: any(map(fits, reader.announced())), f"{what} was announced; heard: {reader.announced()}")
    assert len([one for one in reader.announced() if fits(one)]) == 1, reader.announced()


def test_that_twelve_cards_can_be_browsed_with_name_state_and_numbers(desk: Desk, reader: Reader) -> None:
    desk.start()

    def cards() -> dict[str, str]:
        return {one["node"]: one["about"] for one in reader.tree() if one["role"] == "push button" and one["about"]}

    until(lambda: "placement" in cards(), "the cards are in the tree")
    found = cards()
    named = {"Lambda", "EC2 launches", "S3 console", "Status board", "front-end", "billing", "placement", "index"}
    assert named <= set(found)
    assert found["placement"].startswith("900 of 900 declared, floor 870: 30 above floor: tight")
    assert found["Lambda"].startswith("external, no capacity here")


def test_that_verdict_error_completions_and_ends_are_told_once(desk: Desk, reader: Reader) -> None:
    console = desk.start()
    console.focus()
    console.command("remove 400 from billing")
    once(reader, lambda one: one.startswith("Blocked: would break"), "the verdict")
    console.command("remove 4 from nowhere")
    once(reader, lambda one: "no subsystem is called nowhere" in one, "the error")
    console.command("remove 4 from ")
    once(reader, lambda one: one.endswith("completions, billing first"), "the list of completions")
    console.key("Escape")
    console.command("remove 60 servers from storage")
    once(reader, lambda one: one.startswith("Clear: every floor holds. 60 servers leave"), "the clear verdict")
    console.confirm_when_ready()
    once(reader, lambda one: one.startswith("Begun: Removing 60 servers"), "the begin")
    console.key("Escape", "Escape")
    once(reader, lambda one: one.startswith("Stopped: "), "the stop")


def test_that_silence_of_the_source_and_the_halt_it_brings_are_told_once(
    desk: Desk, reader: Reader, tmp_path: Path
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    description = folder / "region.toml"
    slow = 'pace = "4/min"\nwave = 1\nstale_after = "3 s"'
    description.write_text(shop_description().replace('pace = "30/min"', slow), "utf-8")
    console = desk.start(str(description))
    console.focus()
    console.command("remove 2 servers from store")
    once(reader, lambda one: one.startswith("Clear: every floor holds. 2 servers leave"), "the clear verdict")
    console.confirm_when_ready()
    once(reader, lambda one: one.startswith("Begun: Removing 2 servers"), "the begin")
    description.rename(folder / "away.toml")
    once(reader, lambda one: one == "shop is silent: nothing can be confirmed.", "the silence")
    once(reader, lambda one: one.startswith("Halted: "), "the halt")


def test_that_nothing_is_named_anew_while_nothing_happens(desk: Desk, reader: Reader) -> None:
    desk.start()
    until(lambda: any(one["node"] == "placement" for one in reader.tree()), "the region is on show")

    def is_quiet() -> bool:
        before = len(reader.heard)
        reader.tree()
        return len(reader.heard) == before

    # What is still to come of the start has come, on a slow machine too, when all was walked through without a word.
    until(is_quiet, f"the start is over; heard: {reader.heard}")
    before = len(reader.heard)
    for _ in range(5):
        reader.tree()
    assert reader.heard[before:] == []
