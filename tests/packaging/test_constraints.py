"""The tested versions: one file for each Python, names and versions alone, and all within what pyproject.toml allows."""

import re
import tomllib
from pathlib import Path

import environment
import pytest
import pythons
import renew_constraints
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PYTHONS = [f"3.{minor}" for minor in range(pythons.OLDEST[1], pythons.NEWEST[1] + 1)]
PROJECT = tomllib.loads((environment.ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _lines(python: str) -> list[str]:
    head, *lines = environment.constraints_for(tuple(map(int, python.split(".")))).read_text("utf-8").splitlines()
    assert head == renew_constraints.HEAD.format(python=python).strip()
    return lines


@pytest.mark.parametrize("python", PYTHONS)
def test_that_each_python_has_names_and_versions_and_nothing_else(python: str) -> None:
    lines = _lines(python)
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[0-9][a-z0-9.]*", line)] == []
    names = [line.split("==")[0] for line in lines]
    assert names == sorted(set(names))


@pytest.mark.parametrize("python", PYTHONS)
def test_that_all_that_the_project_asks_for_is_held_within_its_bounds(python: str) -> None:
    held = dict(line.split("==") for line in _lines(python))
    asked = [Requirement(text) for text in renew_constraints.wanted(python)]
    assert len(asked) > len(PROJECT["project"]["optional-dependencies"]["test"])
    outside = [str(one) for one in asked if held.get(canonicalize_name(one.name), "none") not in one.specifier]
    assert outside == []


def test_that_there_is_no_file_for_a_python_that_is_not_supported() -> None:
    names = {file.name for file in Path(environment.ROOT, "packaging").glob("constraints-*")}
    assert names == {f"constraints-{python}.txt" for python in PYTHONS}


def test_that_markers_are_judged_by_the_python_that_is_meant() -> None:
    texts = ["one>=1; python_version < '3.12'", "two; python_version >= '3.12'", "three[x]<2", "four; extra == 'docs'"]
    assert renew_constraints.meant_for(texts, "3.11") == ["one>=1", "three[x]<2"]
    assert renew_constraints.meant_for(texts, "3.13", ["docs"]) == ["two", "three[x]<2", "four"]


@pytest.mark.parametrize(("says", "runs"), [({}, True), ({"requires_python": ">=3.12"}, False)])
def test_that_a_package_that_another_python_cannot_run_is_not_chosen_for_it(says: dict[str, str], runs: bool) -> None:
    assert renew_constraints.runs_on(says, "3.11") is runs
    assert renew_constraints.runs_on(says, "3.12")


def test_that_what_a_package_needs_on_the_other_python_is_found_missing_and_what_it_does_not_is_left_out() -> None:
    chosen = {
        "one": {"requires_dist": ["old; python_version < '3.12'", "new>=2; python_version >= '3.12'", "two"]},
        "old": {},
        "two": {},
    }
    assert renew_constraints._walk(["one"], chosen, "3.13") == ({"one", "two"}, ["new>=2"])
    assert renew_constraints._walk(["one"], chosen, "3.11") == ({"one", "old", "two"}, [])


def test_that_a_python_without_constraints_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert renew_constraints.main(["3.9"]) == 2
    assert "no constraints for Python 3.9: it is one of 3.11, 3.12, 3.13" in capsys.readouterr().out
