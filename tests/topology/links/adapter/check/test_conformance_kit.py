"""The kit passes the shipped adapter, and fails one that breaks a promise: the shipped one, damaged in one place."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import resources
from tests.topology.links.adapter.adapters import inventory, run, states
from topology.links.adapter.check.kit import StepResult, StepVerdict, check_adapter, steps_of
from topology.links.adapter.check.rig import CheckFailedError, NotJudgedError, Rig
from topology.links.adapter.wire.program import ProgramLine
from topology.region.errors import LinkError

PYTHON = str(Path(sys.executable).resolve())
STEPS = dict(steps_of(3, 1))
DAMAGES = {
    "same id twice": ("if done and done[0]:", "if False:"),
    "abandoned id": ('["abandoned", "this wave was given up"] if done else', ""),
    "unknown id": (
        "return json.loads(row[0]) if row and row[0] else None",
        'return {"wave": params["wave"], "answers": []}',
    ),
    "wrong name": (
        "if row is None or row[0] not in before:",
        "if row is None:\n                continue\n            if False:",
    ),
    "unknown must": ('unknown = set(wave["must"]) - {"floors"}', "unknown = set()"),
    "floor": ("if left < floor:", "if False:"),
    "stop within a wave": ('self.db.execute("INSERT OR IGNORE INTO stops VALUES (?)", (execution,))', "pass"),
    "heartbeat": ("> 0.8", "> 80"),
    "killed at random moments": ('"INSERT OR REPLACE INTO waves VALUES (?, ?, ?)", row', '"SELECT ?, ?, ?", row'),
    "unknown method": ("-32601", "-32000"),
    "end of stdin": ("return  # the console is gone", "continue"),
}


def rig(folder: Path, program: Path, drain_s: float = 0.3) -> Rig:
    store = folder / "racks.db"
    if not store.exists():
        inventory(store)
    return Rig(ProgramLine(PYTHON, (str(program), str(store), "--drain-s", str(drain_s))), {}, lambda line: None)


def shipped() -> Path:
    return resources.path("adapters/racks_sqlite.py")


def damaged(folder: Path, old: str, new: str) -> Path:
    """Copy the shipped adapter, with one place of it changed."""
    copy = folder / "adapters"
    shutil.copytree(resources.path("adapters"), copy)
    hits = [file for file in copy.glob("*.py") if old in file.read_text() and file.name != "slurm.py"]
    assert len(hits) == 1, f"{old!r} is in {hits}"
    hits[0].write_text(hits[0].read_text().replace(old, new))
    return copy / "racks_sqlite.py"


def test_that_the_shipped_adapter_keeps_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("topology.links.adapter.check.hardships.SLOW_S", 1.0)
    results: list[StepResult] = []
    assert run(check_adapter(rig(tmp_path, shipped()), results.append, kills=20))
    assert [result.step for result in results] == list(STEPS)
    assert [result.text for result in results if result.verdict is not StepVerdict.GOOD] == []
    assert set(states(tmp_path / "racks.db").values()) == {"s"}


@pytest.mark.parametrize("step", sorted(DAMAGES))
def test_that_a_broken_promise_fails_its_step(step: str, tmp_path: Path) -> None:
    program = damaged(tmp_path, *DAMAGES[step])
    # Kills come at random moments: on a busy machine all of one round may miss the moment that counts.
    rounds = 8 if step.startswith("killed") else 1
    with pytest.raises((CheckFailedError, LinkError, TimeoutError)):
        tried(step, program, tmp_path, rounds)


def tried(step: str, program: Path, folder: Path, rounds: int) -> None:
    """Try a step so many times, each with an inventory of its own."""
    for number in range(rounds):
        own = folder / str(number)
        own.mkdir()
        run(STEPS[step](rig(own, program, drain_s=60 if step.startswith("stop") else 0.3)))


def test_that_a_floor_judged_outside_the_transaction_loses_the_race(tmp_path: Path) -> None:
    """It looks, waits for a moment, and acts: as every adapter does that reads first and writes later."""
    program = damaged(tmp_path, 'self.db.execute("BEGIN IMMEDIATE")\n            done =', "done =")
    text = program.read_text().replace(
        "            answers = [[name,", "            time.sleep(0.05)\n            answers = [[name,"
    )
    program.write_text(text)
    with pytest.raises(CheckFailedError, match="below the floor"):
        run(STEPS["floor race of two"](rig(tmp_path, program)))


def test_that_what_an_adapter_does_not_promise_is_not_judged(tmp_path: Path) -> None:
    program = damaged(tmp_path, '"atomic_waves": True', '"atomic_waves": False')
    with pytest.raises(NotJudgedError, match="does not say atomic_waves"):
        run(STEPS["floor"](rig(tmp_path, program)))


def terminal(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "console.app.cli", "adapter", "check", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)


def test_that_nothing_is_started_unasked(tmp_path: Path) -> None:
    store = inventory(tmp_path / "racks.db")
    ran = terminal("--", PYTHON, str(shipped()), str(store))
    assert ran.returncode == 2
    assert "acts on its store" in ran.stdout
    assert "say --yes" in ran.stdout


def test_that_what_is_no_adapter_is_told_and_exits_1(tmp_path: Path) -> None:
    ran = terminal("--yes", "--", "/bin/true")
    assert ran.returncode == 1
    assert "hello                     FAILED" in ran.stdout
    assert "Traceback" not in ran.stderr
    assert terminal("--yes", "--", "true").returncode == 2
