"""An operator's hands and eyes: the real program on a real X server, keys typed into it, and what it leaves behind."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import msgspec

import resources
from tests.end_to_end.screens import Box, Screen, colours, until
from tests.folders import ROOT
from topology.links.simulated.simulated import SEED
from topology.simulation.simulation import Chance

TYPING_MS = 8
ASKED_S = 1.0
"""What a region may take between the look at what still drains and the stop that it writes down."""
CALM = "calm.toml"
"""The embedded region as a file: the same servers and floors, but nothing fails or is repaired by itself."""
SIDE: Box = (0.62, 0.08, 1.0, 1.0)
"""Where the side panel is."""
CONFIRM: Box = (0.62, 0.85, 1.0, 1.0)
COMMAND: Box = (0.0, 0.86, 0.66, 1.0)
NOTICES: Box = (0.0, 0.4, 0.6, 0.95)
MIDDLE: Box = (0.02, 0.1, 0.6, 0.6)
"""Where the topology is, or why there is none."""
STRIP: Box = (0.0, 0.0, 1.0, 0.1)


class Desk:
    """One person's folders on one screen: what outlives the program, and what the journal and the region say."""

    def __init__(self, screen: Screen, home: Path, theme: str = "night") -> None:
        self.screen = screen
        self.home = home
        self.theme = colours(theme)
        self.consoles: list[Console] = []
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("QT_", "XDG_", "WAYLAND"))},
            **{f"XDG_{name}_HOME": str(home / name.lower()) for name in ("STATE", "CONFIG", "DATA", "CACHE")},
            "HOME": str(home),
            "DISPLAY": screen.display,
            "QT_QPA_PLATFORM": "xcb",
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C.UTF-8",
        }
        shutil.copy(resources.path("regions/s3-us-east-1/region.toml"), home / CALM)

    def start(self, *arguments: str, title: str = "^SIMULATION · [a-z0-9.-]+ · Underkeel") -> "Console":
        """Start the program on the calm region, or with other arguments, and wait until its region is on the screen."""
        console = Console(self, arguments or (CALM,))
        self.consoles.append(console)
        console.wait_for_title("Underkeel")
        console.focus()  # as a desktop does, long before the region is there
        console.wait_for_title(title)
        return console

    def underkeel(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command line with the same folders."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "console.app.cli", *arguments],
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def journal(self, region: str = CALM) -> list[dict[str, Any]]:
        """Give the journal's entries, as the program itself lists them."""
        done = self.underkeel("journal", "list", "--json", "--region", region)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def kinds(self) -> list[str]:
        """Give the kinds of the journal's entries but those of alarms, straight from its file: quick enough to look again."""
        files = list((self.home / "state").glob("underkeel/regions/*/journal.db"))
        if not files:
            return []
        with closing(sqlite3.connect(f"file:{files[0]}?mode=ro", uri=True)) as file:
            return [kind for (kind,) in file.execute("SELECT kind FROM entry WHERE kind != 'alarm' ORDER BY number")]

    def acts(self) -> list[dict[str, Any]]:
        """Give what the region did, from its own file."""
        files = list((self.home / "state").glob("underkeel/regions/*/acts-*.db"))
        if not files:
            return []
        with closing(sqlite3.connect(f"file:{files[0]}?mode=ro", uri=True)) as file:
            return [msgspec.json.decode(body) for (body,) in file.execute("SELECT body FROM act ORDER BY number")]

    def servers(self, kind: str, answer: str = "done") -> list[str]:
        """Give the servers that the region took out (`remove`) or put back (`restore`), in order."""
        return [name for act in self.acts() if act["kind"] == kind for name, given in act["answers"] if given == answer]

    def is_back_at_the_stop(self) -> bool:
        """Say whether the stop put back what still drained then, and nothing else; on a slow machine some may be through."""
        removals, stop = [act for act in self.acts() if act["kind"] == "remove"], self.acts()[-1]
        chance, returned = Chance(SEED), set(self.servers("stop", "returned"))
        ends = {
            name: act["time"] + chance.drain_s(act["operation"], name) for act in removals for name, _ in act["answers"]
        }
        surely = {name for name, end in ends.items() if end > stop["time"]}
        perhaps = {name for name, end in ends.items() if end > stop["time"] - ASKED_S}
        assert surely <= returned <= perhaps, (surely, returned, perhaps)
        return bool(returned)

    def log(self) -> str:
        file = self.home / "state" / "underkeel" / "underkeel.log"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def sees(self, meaning: str, box: Box, least: int = 60) -> bool:
        """Say whether a colour is on the screen, by its meaning."""
        return self.screen.count(self.theme[meaning], box) >= least

    def wait_for_the_button(self) -> None:
        """Wait until a confirm button that can be pressed is on the screen."""
        self.wait_to_see("plan", CONFIRM, self.screen.width * self.screen.height // 300)

    def wait_to_see(self, meaning: str, box: Box, least: int = 60, timeout_s: float = 20.0) -> None:
        until(lambda: self.sees(meaning, box, least), f"{meaning} is on the screen at {box}", timeout_s)

    def wait_until_gone(self, meaning: str, box: Box, most: int = 10) -> None:
        until(lambda: not self.sees(meaning, box, most + 1), f"{meaning} is gone from the screen at {box}")


class Console:
    """One running program. Keys go to its window."""

    def __init__(self, desk: Desk, arguments: tuple[str, ...]) -> None:
        self.desk = desk
        self.began = time.time()
        self.errors = (desk.home / f"stderr-{len(desk.consoles)}").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "console.app.cli", *arguments],
            env=desk.environment,
            cwd=desk.home,
            stdout=self.errors,
            stderr=self.errors,
        )
        self.window = ""

    def wait_for_title(self, pattern: str) -> None:
        until(lambda: self._has_title(pattern), f"a window is called {pattern}")

    def _has_title(self, pattern: str) -> bool:
        assert self.process.poll() is None, f"the program ended with {self.process.returncode}: {self.said()}"
        found = self.hands("search", "--all", "--onlyvisible", "--pid", str(self.process.pid), "--name", pattern)
        self.window = found.split()[0] if found else self.window
        return bool(found)

    def title(self) -> str:
        return self.hands("getwindowname", self.window).strip()

    def windows(self, pattern: str) -> list[str]:
        """Give the numbers of this program's windows that are on the screen and called *pattern*."""
        return self.hands("search", "--all", "--onlyvisible", "--pid", str(self.process.pid), "--name", pattern).split()

    def hands(self, *arguments: str) -> str:
        """Do something as hands would; a search that finds nothing gives nothing."""
        done = subprocess.run(
            ["timeout", "10", "xdotool", *arguments],
            env=self.desk.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), f"xdotool {arguments}: {done.returncode} {done.stderr}"
        return done.stdout

    def focus(self) -> None:
        """Bring the window to the front and give it the keys: there is no window manager that would."""
        self.hands("windowraise", self.window, "windowfocus", "--sync", self.window)

    def wait_for_a_question(self) -> None:
        """Wait until a window of this program lies over the console and has the keys: one that is only painted has not."""
        until(self._is_asked, "a question has the keys")

    def _is_asked(self) -> bool:
        others = set(self.windows(".")) - {self.window}
        return bool(others) and self.hands("getwindowfocus", "-f").strip() in others

    def fill_the_screen(self) -> None:
        """Make the window as large as the screen, as a window manager would."""
        screen = self.desk.screen
        self.hands("windowsize", "--sync", self.window, str(screen.width), str(screen.height))

    def type(self, text: str) -> None:
        self.hands("type", "--delay", str(TYPING_MS), text)

    def key(self, *names: str) -> None:
        self.hands("key", "--delay", "10", *names)

    def command(self, text: str) -> None:
        """Type a command into an empty command line."""
        self.key("ctrl+l", "ctrl+a", "BackSpace")
        self.type(text)

    def confirm_when_ready(self, count: int | None = None) -> None:
        """Confirm the plan on show as soon as its button is painted as one that can be pressed; *count* is typed first."""
        if count is not None:
            self.ask_for_the_number()
            self.type(str(count))
        self.desk.wait_for_the_button()
        self.key("ctrl+Return")

    def ask_for_the_number(self) -> None:
        """Go to the field for the number of servers."""
        self.desk.wait_to_see("caution", SIDE)
        until(self._goes_to_the_field, "the field for the number has the focus")

    def _goes_to_the_field(self) -> bool:
        self.key("ctrl+Return")
        return self.desk.sees("focus", CONFIRM, 300)

    def said(self) -> str:
        self.errors.flush()
        return Path(self.errors.name).read_text(encoding="utf-8")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def close(self) -> int:
        """Close the window as an operator does, again where it was asked just as an execution ended; gives the exit status."""
        for _ in range(2):
            if self.process.poll() is None:
                self.focus()
                self.key("ctrl+q")
            with suppress(subprocess.TimeoutExpired):
                return self.process.wait(8)
        return self.process.wait(8)

    def end(self) -> None:
        """End the program if it still runs, however."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.errors.close()
