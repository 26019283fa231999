"""Guards that other distributions give: the manual's example is installed and tried, and one that fails blocks by name."""

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import resources
from console.operating.extensions.guards import GROUP, own_guards
from console.words.findings.table import message
from console.words.plan import headline
from tests.topology.planning.conftest import described
from tests.topology.strategies import state_of
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.state import State
from topology.planning.plan import Confirmation, Effort, Plan, Severity, Verdict
from topology.planning.preview import Planner, check_confirmation, preview
from topology.region.description import read_region

Install = Callable[..., None]
HEAD = """
from topology.planning.facts import SpokenFacts, ToldFacts
from topology.planning.guards.guard import Guard
from topology.planning.guards.capacity.tight import EndsTight
from topology.planning.plan import Finding, Severity

def guard(ask, code="own"):
    return Guard(code, Severity.CAUTION, 300, False, ask)
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a distribution on the path, of one module and the entry points that it gives."""

    def put(source: str, **points: str) -> None:
        number = sum(1 for _ in tmp_path.glob("*.dist-info"))
        module = f"own_guards_{number}_{abs(hash(tmp_path))}"
        (tmp_path / f"{module}.py").write_text(HEAD + source)
        folder = tmp_path / f"own_{number}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: own-{number}\nVersion: 1.0\n")
        lines = [f"{name.replace('_', '-')} = {module}:{attribute}" for name, attribute in points.items()]
        (folder / "entry_points.txt").write_text("\n".join((f"[{GROUP}]", *lines, "")))

    monkeypatch.syspath_prepend(str(tmp_path))
    return put


def region() -> State:
    return state_of(read_region(described(), "small.toml"))


def command(state: State, text: str) -> Planned:
    read = parse(text, vocabulary_of(state)).command
    assert isinstance(read, Planned)
    return read


def planned(text: str = "remove 6 from billing") -> Plan:
    state = region()
    plan = preview(state, command(state, text), own_guards())
    assert Planner(state.region, own_guards()).preview(state, command(state, text)) == plan
    return plan


def test_that_without_other_distributions_there_are_none() -> None:
    assert own_guards() == ()


def test_that_a_guard_adds_its_finding(install: Install) -> None:
    install("OWN = guard(lambda case: [Finding('own', Severity.CAUTION, ToldFacts('a launch is near'))])", own="OWN")
    plan = planned()
    assert [(one.code, message(one)) for one in plan.findings if one.severity is Severity.CAUTION] == [
        ("own", "a launch is near")
    ]
    assert plan.verdict is Verdict.CAUTION


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("OWN = guard(lambda case: 1 / 0)", "the guard own ended in an error: ZeroDivisionError: division by zero"),
        ("OWN = guard(lambda case: ['no'])", "the guard own gave a str, which is no finding"),
        (
            "OWN = guard(lambda case: [Finding('floor', Severity.NOTE, ToldFacts('x'))])",
            "the guard own gave a finding with the code floor, which is not its own",
        ),
        (
            "OWN = guard(lambda case: [Finding('own', Severity.NOTE, EndsTight('a', None, 1, 1, 1, 1, 1))])",
            "the guard own gave EndsTight, which has no words",
        ),
        (
            "class Mute(SpokenFacts): pass\nOWN = guard(lambda case: [Finding('own', Severity.NOTE, Mute())])",
            "the guard own ended in an error: NotImplementedError: ",
        ),
        ("OWN = guard(None)", "the guard own asks nothing"),
        ("OWN = 7", "is no guard of this name"),
        ("OWN = guard(lambda case: [], 'other')", "is no guard of this name"),
        ("import no_such_module_anywhere", "ModuleNotFoundError: No module named 'no_such_module_anywhere'"),
        (
            "class Floor(ToldFacts): kind = 'floor'\nOWN = guard(lambda case: [])",
            "'floor' is the kind of topology.planning.guards.capacity.floor.FloorBroken already",
        ),
    ],
)
def test_that_a_guard_that_fails_blocks_by_its_name(
    install: Install,
    source: str,
    said: str,
) -> None:
    install(source, own="OWN")
    plan = planned()
    (failed,) = (one for one in plan.findings if one.code == "unknown")
    assert plan.verdict is Verdict.BLOCKED
    assert message(failed).startswith("the guard own ")
    assert said in message(failed)
    assert plan.largest_safe is None
    assert headline(plan).title == "Blocked: what is needed to judge it is missing"
    assert Plan.from_json(plan.to_json()) == plan


def test_that_a_guard_never_lifts_what_ours_found(install: Install) -> None:
    alone = planned("remove 27 from billing")
    install("OWN = guard(lambda case: [Finding('own', Severity.NOTE, ToldFacts('it is fine'))])", own="OWN")
    plan = planned("remove 27 from billing")
    assert tuple(one for one in plan.findings if one.code != "own") == alone.findings
    assert plan.verdict is alone.verdict is Verdict.BLOCKED


def test_that_the_code_of_a_guard_of_ours_cannot_be_taken(install: Install) -> None:
    install("FLOOR = guard(lambda case: [], 'floor')", floor="FLOOR")
    (failed,) = (one for one in planned().findings if one.code == "unknown")
    assert "floor is the code of a guard that comes with the program" in message(failed)


def test_that_two_distributions_with_one_name_block(install: Install) -> None:
    install("OWN = guard(lambda case: [])", own="OWN")
    install("OWN = guard(lambda case: [])", own="OWN")
    failed = [one for one in planned().findings if one.code == "unknown"]
    assert {message(one) for one in failed} == {
        "the guard own could not be loaded: several distributions give one of this name; take all but one out"
    }


def test_that_it_is_asked_at_the_confirmation(install: Install) -> None:
    state = region()
    typed = command(state, "remove 6 from billing")
    plan = preview(state, typed)
    install("OWN = guard(lambda case: 1 / 0)", own="OWN")
    (stale,) = check_confirmation(state, plan, typed, Confirmation(plan.digest, Effort.KEY), own_guards())
    assert "the guard own ended in an error" in message(stale)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manual's example, built as a wheel and installed into a folder of its own."""
    text, folder = resources.text("manual/guards.md"), tmp_path_factory.mktemp("acme")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (project,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (folder / "month_end.py").write_text(code)
    (folder / "pyproject.toml").write_text(project)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    subprocess.run(build, cwd=folder, check=True, capture_output=True, timeout=60)
    (wheel,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(folder / "site")
    return folder / "site"


@pytest.mark.parametrize(
    ("day", "verdict"), [(10, Verdict.CLEAR), (24, Verdict.CAUTION), (26, Verdict.BLOCKED), (28, Verdict.BLOCKED)]
)
def test_that_the_manuals_example_judges_by_the_regions_time(
    site: Path, monkeypatch: pytest.MonkeyPatch, day: int, verdict: Verdict
) -> None:
    monkeypatch.syspath_prepend(str(site))
    state = replace(region(), time=datetime(2017, 2, day, 12, tzinfo=UTC).timestamp())
    plan = preview(state, command(state, "remove 6 from billing"), own_guards())
    assert plan.verdict is verdict
    assert ("month-end" in plan.codes()) is (verdict is not Verdict.CLEAR)
    assert verdict is not Verdict.BLOCKED or headline(plan).title == "Blocked: the books are being closed"
    assert "month-end" not in preview(state, command(state, "remove 6 from placement"), own_guards()).codes()


def test_that_the_program_asks_an_installed_guard(site: Path, tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(described())
    (site / "broken-1.0.dist-info").mkdir()
    (site / "broken-1.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (site / "broken-1.0.dist-info/entry_points.txt").write_text("[underkeel.guards]\nbroken = month_end:days_left\n")
    run = "import sys; from console.app.cli import main; sys.exit(main())"
    words = ["preview", "--region", str(tmp_path / "small.toml"), "remove 2 servers from placement"]
    said = subprocess.run(
        [sys.executable, "-c", run, *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(site), str(Path(resources.__file__).parents[1])))},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (said.returncode, said.stderr) == (1, "")
    assert "the guard broken could not be loaded: month_end:days_left is no guard of this name" in said.stdout
