"""README's "Your own region" begins with a live one: what stands there is saved and typed as it stands, against a real HAProxy."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.driver import Desk
from tests.folders import ROOT
from tests.servers.haproxy.rig import Rig, needs_servers, running

pytestmark = needs_servers()
PART = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Your own region\n")[2].partition("\n## ")[0]
RUN = "python3 packaging/bootstrap.py run "
SERVERS = [f"s{number:02}" for number in range(12)]


def block(kind: str) -> str:
    """Give the first block of a kind."""
    found = re.search(rf"^```{kind}\n(.*?)^```$", PART, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def words(line: str) -> list[str]:
    """Give what a line of README hands to the program."""
    command = line.partition("#")[0].strip()
    assert command.startswith(RUN), line
    return command.removeprefix(RUN).split()


def typed(desk: Desk, line: str, answer: str) -> subprocess.CompletedProcess[str]:
    """Type a line into a terminal, and answer what it asks."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, answer.encode())
        command = [sys.executable, "-P", "-m", "console.app.cli", *words(line)]
        return subprocess.run(
            command, env=desk.environment, cwd=desk.home, stdin=theirs, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
    finally:
        os.close(ours)
        os.close(theirs)


def saved(desk: Desk, rig: Rig) -> Path:
    """Save the description as README has it; only HAProxy's socket is somewhere else here."""
    text = block("toml")
    assert text.count("/run/haproxy/admin.sock") == 1
    path = desk.home / "shop.toml"
    path.write_text(text.replace("/run/haproxy/admin.sock", str(rig.socket)))
    return path


def test_that_the_live_region_of_readme_opens_with_the_lines_of_readme(desk: Desk, tmp_path: Path) -> None:
    assert "Begin with what you run." in PART.strip().splitlines()[0]
    trust, check, opening = block("sh").splitlines()
    (tmp_path / "rig").mkdir()
    with running(tmp_path / "rig", {"web": SERVERS}, lua=False) as rig:
        saved(desk, rig)
        trusted = typed(desk, trust, "yes\n")
        assert trusted.returncode == 0, trusted.stdout + trusted.stderr
        assert f"It reaches HAProxy by its runtime API at {rig.socket}" in trusted.stdout
        checked = typed(desk, check, "")
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert "12" in checked.stdout
        console = desk.start(*words(opening), title="^LIVE · shop-eu · Underkeel")
        assert console.close() == 0
