"""`underkeel headroom`: the question of the same name in the terminal, with a status that a script can read."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from console.app.cli import main
from tests.topology.planning.conftest import described

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    region = tmp_path / "small.toml"
    region.write_text(described(zones='"az1", "az4"', billing='zone_floor = "60%"'))

    def ask(*words: str) -> tuple[int, str, str]:
        code = main(["headroom", *words, "--region", str(region)])
        return code, *capsys.readouterr()

    return ask


def test_that_every_subsystem_is_listed_smallest_headroom_first(run: Run) -> None:
    code, out, err = run()
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()[3:]] == ["placement", "index", "billing"]
    assert out.splitlines()[3].split() == ["placement", "region", "20", "10", "+10"]


def test_that_a_subsystem_in_a_place_is_answered_as_the_command_is(run: Run) -> None:
    code, out, _ = run("billing in az4", "--json")
    (scope,) = json.loads(out)["scopes"]
    assert code == 0
    assert (scope["subsystem"], scope["scope"]) == ("billing", "zone:az4")
    assert scope["headroom"] == scope["in_service"] - scope["floor"]
    assert scope["verdict"] == "holds"
    assert run("billing", "in", "az4", "--json")[1] == out


def test_that_a_scope_below_its_floor_is_in_the_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    region = tmp_path / "short.toml"
    region.write_text(described().replace("floor = 80", "floor = 101"))
    assert main(["headroom", "index", "--region", str(region), "--json"]) == 1
    (scope,) = json.loads(capsys.readouterr().out)["scopes"]
    assert (scope["headroom"], scope["verdict"]) == (-1, "below")
    assert main(["headroom", "billing", "--region", str(region)]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("biling",), "no subsystem is called biling"),
        (("billing", "in", "az9"), "az9"),
        (("billing", "in"), "headroom billing in az4"),
    ],
)
def test_that_what_cannot_be_read_is_one_sentence(run: Run, words: tuple[str, ...], said: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1
