"""The description of a live region made from that of a simulated one."""

from pathlib import Path

import pytest

import resources
from console.operating.demonstration.description import live_description
from console.operating.regions import bundled
from topology.region.description import read_region
from topology.region.source import Tls

FLEET, LEDGER = "etcd://h1:2379/shop/fleet/", "etcd://h1:2379/shop/ledger/"


@pytest.mark.parametrize("name", bundled())
def test_that_every_bundled_region_becomes_one_with_a_source_that_guards_the_same(name: str) -> None:
    text = Path(resources.path(f"regions/{name}/region.toml")).read_text()
    before = read_region(text, "a")
    after = read_region(live_description(text, FLEET, LEDGER, Tls("/c/ca", "/c/op", "/c/key")), "b")
    assert after.source is not None
    assert (after.source.fleet, after.source.ledger, after.source.read_only) == (FLEET, LEDGER, False)
    assert after.source.tls == after.source.ledger_tls == Tls("/c/ca", "/c/op", "/c/key")
    assert (after.subsystems, after.policy, after.dependencies) == (
        before.subsystems,
        before.policy,
        before.dependencies,
    )


def test_that_a_fleet_in_a_table_file_is_left_out_and_text_that_looks_like_it_is_not() -> None:
    text = 'format = 1\nfleet = "fleet.csv"\n[region]\nname = "shop"\nzones = ["az1"]\n# fleet = is told elsewhere\n'
    made = live_description(text, FLEET, LEDGER, Tls())
    assert 'fleet = "fleet.csv"' not in made
    assert "# fleet = is told elsewhere" in made
    assert read_region(made, "shop.toml").source is not None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[source]\nfleet = "exec:/x"\n', r"has a \[source\] already"),
        ('pool = [{ name = "a" }]\n', "written in another way than"),
    ],
)
def test_that_what_cannot_be_made_live_is_said(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        live_description(text, FLEET, LEDGER, Tls())
