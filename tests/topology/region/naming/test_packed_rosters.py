"""A region whose names are packed is the region whose names are not."""

from pathlib import Path

import numpy as np
import pytest

from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.batches import EventBatch, ListedServer
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.generation.region import generate
from topology.planning.preview import Planner
from topology.records import region_cache
from topology.records.description_file import read_description
from topology.region.naming import packed_names
from topology.region.naming.packed_names import PackedNames
from topology.region.region import Region
from topology.region.server_states import ServerState

COMMANDS = (
    "remove 7 servers from {largest}",
    "remove 10% from {largest} in az1",
    "remove servers {first}",
    "remove servers {run}",
    "remove all from {largest} where name = *-00*",
    "remove all from {largest} where name = *[13579]",
)


@pytest.fixture
def described(tmp_path: Path) -> Path:
    made = generate(3000, 12, 1)
    (tmp_path / "region.toml").write_text(made.text)
    (tmp_path / "fleet.csv").write_text("".join(piece for _, piece in made.fleet()))
    return tmp_path / "region.toml"


def read(path: Path, monkeypatch: pytest.MonkeyPatch, *, packs: bool) -> Region:
    with monkeypatch.context() as patch:
        patch.setattr(packed_names, "WORTHWHILE", 0 if packs else 10**9)
        region = read_description(path).region()
    assert isinstance(region.roster.names, PackedNames) == packs
    return region


def test_that_both_are_the_same_region(described: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed, texts = (read(described, monkeypatch, packs=packs) for packs in (True, False))
    assert packed.roster.names == texts.roster.names
    assert region_cache.is_same(packed, texts)


def test_that_servers_in_any_order_come_into_the_same_order(described: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = described.with_name("fleet.csv")
    head, *rows = table.read_text().splitlines()
    before = read(described, monkeypatch, packs=False)
    table.write_text("\n".join([head, *np.random.default_rng(1).permutation(rows).tolist()]))
    assert region_cache.is_same(read(described, monkeypatch, packs=True), read(described, monkeypatch, packs=False))
    assert tuple(read(described, monkeypatch, packs=True).roster.names) == before.roster.names


def test_that_a_name_listed_twice_is_refused_with_its_lines(described: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = described.with_name("fleet.csv")
    rows = table.read_text().splitlines()
    table.write_text("\n".join([*rows, rows[5]]))
    with pytest.raises(Exception, match=r"lists .* again; it is on line 6 already"):
        read(described, monkeypatch, packs=True)


def test_that_commands_mean_the_same(described: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    for packs in (True, False):
        region = read(described, monkeypatch, packs=packs)
        state = State(region, Fleet(region), time=1_488_303_420.0)
        vocabulary = vocabulary_of(state)
        largest = max(range(len(region.subsystems)), key=region.listed.__getitem__)
        first = next(name for name in region.roster.names if name[-4:].isdigit())
        words = {"largest": region.subsystems[largest].name, "first": first, "run": f"{first[:-4]}0001..0090"}
        for text in COMMANDS:
            command = parse(text.format(**words), vocabulary).command
            assert isinstance(command, Planned), text
            plan = Planner(region).preview(state, command)
            told.append((packs, text, plan.servers, plan.digest, plan.left_out, plan.findings))
        told.append((packs, "", tuple(vocabulary.server_names)))
    half = len(told) // 2
    assert [one[1:] for one in told[:half]] == [one[1:] for one in told[half:]]
    assert any(len(one[2]) > 5 for one in told[:half])


def test_that_servers_join_and_go(described: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for packs in (True, False):
        fleet = Fleet(read(described, monkeypatch, packs=packs))
        names, roster = tuple(fleet.region.roster.names), fleet.region.roster
        assert fleet.position[names[7]] == 7
        joined = ListedServer("new-0001", roster.racks[0], roster.profiles[0], ServerState.IN_SERVICE, False)
        nobody = np.zeros(0, np.int32)
        fleet.apply(EventBatch(1, 1.0, nobody, nobody.astype(np.uint8), gone=(7,), joined=(joined,)))
        assert names[7] not in fleet.position
        assert fleet.position["new-0001"] == len(names)
        found.append((tuple(fleet.region.roster.names), dict(fleet.position)))
    assert found[0] == found[1]


def test_that_what_was_kept_is_recalled_packed(described: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region_cache, "WORTHWHILE", 0)
    monkeypatch.setattr(packed_names, "WORTHWHILE", 0)
    files = read_description(described)
    region = region_cache.read_and_keep(files)
    recalled = region_cache.recall(files)
    assert recalled is not None
    assert isinstance(recalled.roster.names, PackedNames)
    assert recalled.roster.names == region.roster.names
    assert region_cache.is_same(recalled, region)
