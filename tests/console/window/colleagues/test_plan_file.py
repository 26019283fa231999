"""A plan that was saved for a review is opened in the window: what holds can be confirmed, what does not says what changed."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from console.app.cli import main
from console.operating.colleagues.saved_plans import FORMAT, SavedPlan
from console.window.frame.plan_file import PlanFile
from console.words.plan_json import plan_builtins
from tests.topology.strategies import state_of
from topology.command.grammar.tokens import LONGEST
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.state import State
from topology.planning.preview import preview
from topology.region.description import read_region
from topology.region.server_states import ServerState

TEXT = """\
format = 1
[region]
name = "shop"
zones = ["az1"]
[policy]
pace = "100/min"
largest_command = 30
[[subsystem]]
name = "index"
floor = 60
[[pool]]
name = "index"
count = 100
supports = ["index"]
"""


class Opened:
    """A window's part that opens plans, and what it said."""

    def __init__(self, text: str = TEXT) -> None:
        self.state: State | None = state_of(read_region(text, "shop.toml"))
        self.typed: list[str] = []
        self.told: list[str] = []
        self.failed: list[str] = []
        self._file = PlanFile(
            lambda: self.state, (), asyncio.run, self.typed.append, self.told.append, self.failed.append
        )

    def open(self, path: Path) -> None:
        asyncio.run(self._file.open(path))

    def take(self, *names: str) -> None:
        assert self.state is not None
        fleet = self.state.fleet
        for name in names:
            fleet.state[fleet.position[name]] = ServerState.DRAINING
        fleet.recount()


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    region, path = tmp_path / "shop.toml", tmp_path / "one.plan"
    region.write_text(TEXT)
    text = 'remove 24 from index because "ticket 7"'
    assert main(["plan", "save", text, "--region", str(region), "--out", str(path)]) == 0
    return path


def test_that_a_plan_that_still_holds_is_put_on_the_command_line_as_it_was_typed(saved: Path):
    window = Opened()
    window.open(saved)
    assert window.typed == ['remove 24 servers from index because "ticket 7"']
    assert window.told[0].startswith("one.plan, saved by ")
    assert window.told[0].endswith("still holds: look at it, then confirm.")
    assert not window.failed


def test_that_a_plan_whose_command_would_choose_others_now_is_put_there_by_the_names_of_its_servers(tmp_path: Path):
    before, window = Opened(), Opened()
    assert before.state is not None
    command = parse('remove 24 from index because "ticket 7"', vocabulary_of(before.state)).command
    before.take(*preview(before.state, command).servers[:3])
    plan = preview(before.state, command)
    saved = SavedPlan(FORMAT, "shop", "ana", 0.0, msgspec.Raw(msgspec.json.encode(plan_builtins(plan))))
    path = tmp_path / "other.plan"
    path.write_bytes(msgspec.json.encode(saved))
    window.open(path)
    (text,) = window.typed
    assert text.startswith("remove servers ")
    assert text.endswith('because "ticket 7"')
    assert len(text) <= LONGEST
    assert window.state is not None
    assert preview(window.state, parse(text, vocabulary_of(window.state)).command).servers == plan.servers


def test_that_a_stale_plan_is_refused_with_what_changed(saved: Path):
    window = Opened(TEXT.replace("floor = 60", "floor = 80"))
    window.open(saved)
    assert window.typed == []
    (said,) = window.failed
    assert "one.plan was not opened: it is stale: clear at revision 0 is blocked at revision 1" in said
    assert "index 100 → 76, floor 80: 4 below" in said
    window = Opened()
    window.take("index-0001")
    window.open(saved)
    assert "index-0001" in window.failed[0] or window.typed


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (TEXT.replace('name = "shop"', 'name = "other"'), "the plan is of region shop, not of other"),
        (TEXT.replace('"index"', '"search"'), "remove 24 servers from index because"),
    ],
)
def test_that_a_plan_of_another_region_or_of_what_is_not_there_any_more_is_refused(saved: Path, text: str, why: str):
    window = Opened(text)
    window.open(saved)
    assert why in window.failed[0]
    window.state = None
    window.open(saved)
    assert "the region is not loaded yet" in window.failed[-1]
    assert window.typed == []


def test_that_a_file_that_is_no_plan_is_refused_by_name(tmp_path: Path):
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary")
    window = Opened()
    window.open(path)
    assert window.failed[0].startswith("notes.txt was not opened: ")
