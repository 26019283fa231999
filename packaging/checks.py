"""``test``: the whole check, step by step. Every step runs, whatever the ones before it said."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import environment
import system_packages
from children import SetupError, call, environment_for_children

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = environment.ROOT


@dataclasses.dataclass(frozen=True)
class Count:
    """How many checks passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        named = ((self.failed, "failed"), (self.passed, "passed"), (self.skipped, "skipped"))
        return ", ".join(f"{count} {name}" for count, name in named if count) or "nothing ran"


def run(arguments: Sequence[str]) -> int:
    python = environment.prepare("test")
    trouble = system_trouble(python)
    if arguments:
        if trouble:
            print(trouble, file=sys.stderr)
        return call([python, "-m", "pytest", *arguments], cwd=ROOT, env=for_tests())
    environment.compile_sources(python)
    with tempfile.TemporaryDirectory(prefix="underkeel-test-") as folder:
        return run_steps(steps(python, Path(folder), trouble))


def system_trouble(python: Path) -> str:
    """Install what the tests need of the system; give the reason why that was not possible, or nothing."""
    try:
        system_packages.ensure_qt(python, "xcb")
        system_packages.ensure_test_programs()
    except SetupError as error:
        return str(error)
    return ""


def steps(python: Path, folder: Path, trouble: str) -> dict[str, Callable[[], Count]]:
    """Give the steps in order, by name; *folder* is for what they write."""

    def tool(*command: str) -> Callable[[], Count]:
        return lambda: passed_if(call([python, "-m", *command], cwd=ROOT) == 0)

    def tests(name: str, *arguments: str) -> Callable[[], Count]:
        return lambda: run_pytest(python, folder / f"{name}.xml", arguments)

    return {
        "system": lambda: passed_if(not trouble, trouble),
        "format": tool("ruff", "format", "--check", "--quiet", "."),
        "lint": tool("ruff", "check", "--quiet", "."),
        "imports": lambda: passed_if(
            call([environment.program_in(environment.FOLDER, "lint-imports"), "--no-logo"], cwd=ROOT) == 0
        ),
        "types": tool("mypy"),
        "core tests": tests("core", "-n", "2", "-p", "no:benchmark", "tests/topology", "tests/packaging"),
        "console tests": tests("console", "-n", "2", "-p", "no:benchmark", "tests/console"),
        "server tests": tests("servers", "-n", "2", "-p", "no:benchmark", "tests/servers"),
        "end-to-end tests": tests("end_to_end", "tests/end_to_end"),
        # What they measure depends on what else the machine does: they are run by hand, and here only seen to be there.
        "benchmarks": tool("pytest", "--collect-only", "--quiet", "--no-header", "tests/benchmarks"),
        "wheel": tool("build", "--wheel", "--outdir", str(folder / "wheel"), "."),
        "installed program": lambda: start_installed(folder),
    }


def run_steps(to_run: dict[str, Callable[[], Count]]) -> int:
    """Run all steps, say how each went, and give 0 if none failed."""
    begun = time.monotonic()
    results: dict[str, tuple[Count, float]] = {}
    for name, step in to_run.items():
        print(f"\n==== {name} ({len(results) + 1} of {len(to_run)})", flush=True)
        at = time.monotonic()
        try:
            count = step()
        except (OSError, subprocess.SubprocessError) as error:
            count = passed_if(False, f"{name} could not run: {error}")
        results[name] = count, time.monotonic() - at
        print(f"---- {name}: {count} in {results[name][1]:.1f} s", flush=True)
    print("\n==== summary")
    for name, (count, seconds) in results.items():
        print(f"{'FAILED' if count.failed else 'passed'}  {name:18} {seconds:7.1f} s  {count}")
    total = sum((count for count, _ in results.values()), Count())
    print(f"==== {total} in {time.monotonic() - begun:.1f}s ====", flush=True)
    return 1 if total.failed else 0


def passed_if(good: bool, otherwise: str = "") -> Count:
    if not good and otherwise:
        print(otherwise, file=sys.stderr, flush=True)
    return Count(passed=1) if good else Count(failed=1)


def for_tests() -> dict[str, str]:
    """Give the environment of the tests: a share of hypothesis's examples, where nothing else is asked for."""
    return environment_for_children(HYPOTHESIS_PROFILE=os.environ.get("HYPOTHESIS_PROFILE") or "desk")


def run_pytest(python: Path, report: Path, arguments: Sequence[str]) -> Count:
    code = call([python, "-m", "pytest", f"--junit-xml={report}", *arguments], cwd=ROOT, env=for_tests())
    count = counted(report.read_bytes()) if report.exists() else Count()
    return count if code == 0 or count.failed else count + Count(failed=1)


def counted(report: bytes) -> Count:
    """Count the tests in a report that pytest wrote."""
    total = Count()
    for suite in ElementTree.fromstring(report).iter("testsuite"):
        tests, failures, errors, skipped = (
            int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")
        )
        total += Count(tests - failures - errors - skipped, failures + errors, skipped)
    return total


def start_installed(folder: Path) -> Count:
    """Install the wheel in a fresh environment and start the program from a folder that is not ours."""
    wheel = next(iter((folder / "wheel").glob("*.whl")), None)
    if wheel is None:
        return passed_if(False, "There is no wheel to install.")
    fresh, elsewhere = folder / "fresh", folder / "elsewhere"
    elsewhere.mkdir()
    homes = {f"XDG_{name}_HOME": str(folder / "home" / name) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    env = environment_for_children(QT_QPA_PLATFORM="offscreen", **homes)
    python = environment.python_in(fresh)
    setup = [
        [environment.python_in(environment.FOLDER), "-m", "venv", fresh],
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", wheel],
    ]
    if any(call(command, env=env, cwd=elsewhere) for command in setup):
        return passed_if(False, "The wheel could not be installed in a fresh environment.")
    started = sum((starts(command, codes, env, elsewhere) for command, codes in installed_starts(fresh)), Count())
    return started + passed_if((elsewhere / "underkeel.png").is_file(), "It left no picture, underkeel.png.")


def installed_starts(fresh: Path) -> list[tuple[list[str], tuple[int, ...]]]:
    """Give what is started in the fresh environment, with the exit codes that are right for it."""
    underkeel = str(environment.program_in(fresh, "underkeel"))
    return [
        ([underkeel, "--version"], (0,)),
        ([underkeel, "preview", "remove 4 servers from billing"], (0, 3)),  # clear, or caution
        ([underkeel, "picture", "window.png"], (0,)),
        ([str(environment.python_in(fresh)), "-P", "-m", "console.app.without_display"], (0,)),
    ]


def starts(command: list[str], codes: tuple[int, ...], env: dict[str, str], cwd: Path) -> Count:
    shown = " ".join([Path(command[0]).name, *command[1:]])
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=120, check=False)
    print(f"{shown}: exit code {done.returncode}", flush=True)
    if done.returncode in codes:
        return Count(passed=1)
    return passed_if(False, f"{done.stdout}{done.stderr}".strip() or f"{shown} failed without a word.")
