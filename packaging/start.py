"""``run``: open the console; where there is no display, do the same job off screen."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import sys
from typing import TYPE_CHECKING

import environment
import system_packages
from children import call, environment_for_children

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# What the program can do without a window, by its first word.
WITHOUT_WINDOW = (
    "preview",
    "check",
    "audit",
    "restart",
    "explain",
    "import",
    "generate",
    "journal",
    "trust",
    "ledger",
    "adapter",
    "picture",
    "replay",
    "record",
    "headroom",
    "plan",
    "serve-demo",
    "status-page",
    "completion",
    "schema",
    "mcp",
    "desktop-entry",
    "support-bundle",
    "--help",
    "-h",
    "--version",
)


def run(arguments: Sequence[str]) -> int:
    platform = platform_here(os.environ)
    python = environment.prepare("run")
    system_packages.ensure_qt(python, platform or "offscreen")
    return become(command(arguments, python, has_display=platform is not None))


def command(arguments: Sequence[str], python: Path, *, has_display: bool) -> list[str]:
    """Give what to start: the program, or, where a window is meant and cannot be had, its off-screen job."""
    if has_display or (arguments and arguments[0] in WITHOUT_WINDOW):
        return [str(environment.program_in(environment.FOLDER, "underkeel")), *arguments]
    # -P: a folder named console in the current folder must not hide ours.
    return [str(python), "-P", "-m", "console.app.without_display", *arguments]


def platform_here(variables: Mapping[str, str], system: str = sys.platform) -> str | None:
    """Name what Qt can draw on here (a key of system_packages.PLATFORMS), or None where there is no display."""
    if system != "linux":
        return "native"
    if answers(variables.get("DISPLAY", "")):
        return "xcb"
    return "wayland" if variables.get("WAYLAND_DISPLAY") else None


def answers(display: str) -> bool:
    """Say whether an X server listens where *display* says; one on another machine is believed."""
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", display)
    if local is None:
        return bool(display)
    place = f"/tmp/.X11-unix/X{local[1]}"
    return any(_listens(address) for address in (place, f"\0{place}"))


def _listens(address: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(address)
        except OSError:
            return False
        return True


def started_as(script: str) -> str:
    """Give what the person typed before the arguments, for the program's own hints."""
    return f"python3 {shlex.quote(script)} run"


def become(program: Sequence[str]) -> int:
    """Go on as *program*, so that its exit code and every signal are its own."""
    if os.name == "nt":
        return call(program, env=environment_for_children(UNDERKEEL_STARTED_AS=started_as(sys.argv[0])))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.execve(program[0], list(program), environment_for_children(UNDERKEEL_STARTED_AS=started_as(sys.argv[0])))
    return 0
