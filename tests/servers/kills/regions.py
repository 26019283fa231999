"""Regions to kill consoles on, and running the trials over one of them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from console.operating.regions import read_file
from console.operating.trusting.trust import Trust
from tests.folders import ROOT

PROGRAM = Path(__file__).with_name("killed_desk.py")
COUNT = int(os.environ.get("UNDERKEEL_KILLS", "20"))
"""Consoles that are killed on each system: 100 and more on demand."""
TEXT = """\
format = 1
[region]
name = "shop"
zones = ["az1"]
{source}
[policy]
pace = "6000/min"
largest_command = 8
wave = {wave}
[[subsystem]]
name = "web"
floor = 4
"""
SOURCE = '[source]\nfleet = "{fleet}"\nread_only = false\n[[place]]\nmatch = "*"\nzone = "az1"'


def described(folder: Path, fleet: str, wave: int) -> Path:
    """Write the description of a live region, and trust it."""
    path = folder / "shop.toml"
    path.write_text(TEXT.format(source=SOURCE.format(fleet=fleet), wave=wave))
    source = read_file(path, str(path)).source
    assert source is not None
    Trust().add(path, source)
    return path


def trials(path: Path, truth: str, seed: int, count: int = COUNT) -> list[dict[str, Any]]:
    """Kill so many consoles; gives what was found of each."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(path), truth, str(seed), str(count)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60 + 15 * count,
    )
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(reports) == count, done.stderr
    for report in reports:
        report["stderr"] = done.stderr[-3000:] if report["faults"] else ""
    return reports
