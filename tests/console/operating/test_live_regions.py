"""A live region is opened by its description: trusted, over a real adapter, and acted on through the one protocol."""

import asyncio
from pathlib import Path

import pytest

from console.operating.regions import address_of, folder_of, open_link, read_file
from console.operating.trust import Trust
from tests.topology.links.adapter.adapters import inventory, racks, states
from topology.links.live.link import LiveLink
from topology.links.protocol import Answer, Wave
from topology.region.description import RegionError
from topology.region.errors import LinkError

TEXT = """\
format = 1
[region]
name = "racks"
zones = ["a", "b"]
[source]
fleet = "{fleet}"
read_only = false
[policy]
pace = "100/min"
largest_command = 20
[[subsystem]]
name = "index"
floor = "90%"
[[subsystem]]
name = "billing"
floor = 2
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    found = tmp_path / "racks.toml"
    found.write_text(TEXT.format(fleet=racks(inventory(tmp_path / "inventory.db"))))
    return found


def trusted(path: Path) -> None:
    source = read_file(path, str(path)).source
    assert source is not None
    Trust().add(path, source)


def test_that_a_source_that_is_not_trusted_is_not_opened_and_the_line_to_type_is_said(path: Path) -> None:
    address = address_of(str(path))
    with pytest.raises(RegionError, match=f"underkeel trust {path}"):
        open_link(address, folder_of(address))


def test_that_a_ledger_is_never_forgotten(path: Path) -> None:
    trusted(path)
    with pytest.raises(RegionError, match="not forgotten by --fresh"):
        open_link(address_of(str(path)), path.parent, fresh=True)


def test_that_a_trusted_region_is_acted_on_through_its_adapter(path: Path) -> None:
    trusted(path)
    address = address_of(str(path))

    async def work() -> None:
        link = open_link(address, folder_of(address))
        assert isinstance(link, LiveLink)
        try:
            state = await link.load()
            assert (len(state.region.roster), link.region, link.only_looks) == (40, "racks-test", "")
            assert link.abilities.atomic_waves
            wave = Wave("e", 1, "op1", ("n001", "n002"), (("index",), ("index",)))
            outcome = await link.remove(wave)
            assert outcome.servers(Answer.DONE) == ("n001", "n002"), outcome
            async for batch in link.events(state.revision):
                state.fold(batch)
                if batch.operation == "e.1":
                    break
            assert state.fleet.capacity[state.fleet.scopes.region_row[0]] == 38
            refused = await link.remove(Wave("e", 2, "op1", ("n003", "n004", "n005"), (("index",),) * 3))
            assert [refusal.code for refusal in refused.refusals] == ["floor"]
        finally:
            await link.aclose()

    asyncio.run(asyncio.wait_for(work(), 60))
    assert [name for name, letter in states(path.parent / "inventory.db").items() if letter != "s"] == ["n001", "n002"]


def test_that_a_program_that_is_not_there_is_said_when_the_region_loads(path: Path) -> None:
    path.write_text(TEXT.format(fleet="exec:/no/such/adapter"))
    trusted(path)

    async def work() -> None:
        link = open_link(address_of(str(path)), path.parent / "state")
        with pytest.raises(LinkError, match="/no/such/adapter"):
            await link.load()
        await link.aclose()

    asyncio.run(asyncio.wait_for(work(), 60))
