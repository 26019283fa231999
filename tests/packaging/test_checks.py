"""The whole check: every step runs, every failure shows in the exit code and in the last line."""

import sys
from pathlib import Path

import checks
import pytest
from checks import Count

PASSED, FAILED = Count(passed=1), Count(failed=1)
SAMPLE = """
import pytest
def test_passes(): pass
def test_fails(): assert False
@pytest.fixture
def broken(): raise OSError
def test_errs(broken): pass
@pytest.mark.skip
def test_is_skipped(): pass
"""


def test_that_all_passing_is_zero_and_the_last_line_reads_like_pytests(capsys: pytest.CaptureFixture[str]) -> None:
    steps = {"one": lambda: PASSED, "two": lambda: Count(passed=40, skipped=2)}
    assert checks.run_steps(steps) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("==== 41 passed, 2 skipped in ")


def test_that_a_failed_step_stops_no_other_and_fails_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    ran = []

    def last() -> Count:
        ran.append("last")
        return PASSED

    assert checks.run_steps({"first": lambda: FAILED, "last": last}) == 1
    assert ran == ["last"]
    assert capsys.readouterr().out.splitlines()[-1].startswith("==== 1 failed, 1 passed in ")


def test_that_a_step_that_cannot_start_is_a_failure() -> None:
    missing = ["/there/is/no/such/program"]
    assert checks.run_steps({"gone": lambda: checks.starts(missing, (0,), {}, Path())}) == 1


def test_that_the_tests_of_a_run_are_counted_by_how_they_ended(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "test_sample.py").write_text(SAMPLE, encoding="utf-8")
    arguments = ["-c", "/dev/null", "-q", "--rootdir", str(tmp_path), str(tmp_path)]
    count = checks.run_pytest(Path(sys.executable), tmp_path / "report.xml", arguments)
    assert count == Count(passed=1, failed=2, skipped=1)


def test_that_a_run_without_tests_is_a_failure(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    arguments = ["-c", "/dev/null", "-q", "--rootdir", str(tmp_path), str(tmp_path)]
    assert checks.run_pytest(Path(sys.executable), tmp_path / "report.xml", arguments) == FAILED


def test_that_what_the_system_lacks_is_a_failure_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    step = checks.steps(Path(sys.executable), tmp_path, "There is no apt-get on this system.")["system"]
    assert step() == FAILED
    assert "There is no apt-get" in capsys.readouterr().err


def test_that_every_layer_of_tests_is_there_and_run() -> None:
    layers = {folder.name for folder in (checks.ROOT / "tests").iterdir() if any(folder.rglob("test_*.py"))}
    source = Path(checks.__file__).read_text(encoding="utf-8")
    assert {"topology", "console", "end_to_end", "benchmarks", "packaging"} <= layers
    assert {layer for layer in layers if f'"tests/{layer}"' not in source} == set()


def test_that_a_desk_tries_a_share_of_the_examples_unless_more_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HYPOTHESIS_PROFILE", raising=False)
    assert checks.for_tests()["HYPOTHESIS_PROFILE"] == "desk"
    monkeypatch.setenv("HYPOTHESIS_PROFILE", "ci")
    assert checks.for_tests()["HYPOTHESIS_PROFILE"] == "ci"
    assert "HYPOTHESIS_PROFILE=ci" in (checks.ROOT / ".ci" / "run").read_text(encoding="utf-8")
