"""What descriptions of real regions need: sources, places, floors as they are stated there, names as they are given there."""

import pytest

from tests.topology.region.test_description import GOOD, WITH_TABLE, problems, table
from topology.fleet.fleet import NO_FLOOR, Fleet
from topology.region.description import read_region
from topology.region.region import Region
from topology.region.source import place_of


def read(text: str) -> Region:
    return read_region(text, "r.toml")


def floors_of(subsystem: str) -> dict[str, int]:
    region = read(f"""format = 1
[region]
name = "r"
zones = ["az1", "az2"]
[policy]
pace = "20/min"
largest_command = "0.5%"
[[subsystem]]
name = "index"
{subsystem}
[[pool]]
name = "p"
count = 14
supports = ["index"]
""")
    scopes = Fleet(region).scopes
    pairs = zip(scopes.names, scopes.floor.tolist(), strict=True)
    return {name: floor for name, floor in pairs if floor != NO_FLOOR}


@pytest.mark.parametrize(
    ("subsystem", "floors"),
    [
        ('floor = "99.5%"', {"region": 14}),
        ('floor = "50.1%"', {"region": 8}),
        ('unavailable = "25%"', {"region": 10}),  # 25 % of 14 is 3.5, which rounds up to 4
        ("unavailable = 20", {"region": 0}),
        ("floor = 1\nzone_floor = { az1 = 3 }", {"region": 1, "zone:az1": 3}),
        ('zone_floor = "50%"', {"region": 8, "zone:az1": 4, "zone:az2": 4}),
        ("zone_floor = { az1 = 3, az2 = 2 }", {"region": 5, "zone:az1": 3, "zone:az2": 2}),
        ("zone_floor = { az1 = 3 }", {"zone:az1": 3}),
        ('floor = 1\ncell_floor = { "az2/c1" = 2 }', {"region": 1, "cell:az2/c1": 2}),
    ],
)
def test_that_floors_are_stated_as_real_regions_state_them(subsystem: str, floors: dict[str, int]) -> None:
    assert floors_of(subsystem) == floors


def test_that_floors_of_some_zones_only_leave_the_region_without_one() -> None:
    text = GOOD.replace('floor = "90%"', "zone_floor = { az1 = 1 }")
    assert any("floor is missing" in gap for gap in read(text).gaps)


def test_that_servers_may_support_nothing_and_names_may_be_as_the_cloud_gives_them() -> None:
    region = read_region(WITH_TABLE, "r.toml", table("i-0AB_c,az1,C_1,r1,in_service,"))
    assert region.roster.names == ("i-0AB_c",)
    assert region.roster.profiles == ((),)
    assert int(Fleet(region).capacity.sum()) == 0


LIVE = """format = 1
[region]
name = "shop"
zones = ["az1", "az2"]
[source]
fleet = "exec:/usr/lib/racks/adapter --site eu"
[[place]]
match = "10.1.0.0/16"
zone = "az1"
[[place]]
match = "web-*"
zone = "az2"
rack = "r7"
[policy]
pace = "20/min"
largest_command = "5%"
[[subsystem]]
name = "index"
floor = 3
"""


def test_that_a_live_region_states_its_source_and_is_only_looked_at_until_it_says_otherwise() -> None:
    source = read(LIVE).source
    assert source is not None
    assert (source.scheme, source.read_only) == ("exec", True)
    writable = read(LIVE.replace("[[place]]", "read_only = false\n[[place]]", 1)).source
    assert writable is not None
    assert not writable.read_only
    assert writable.digest != source.digest


def test_that_a_floor_of_a_live_region_is_not_held_against_servers_that_nobody_asked_for() -> None:
    assert read(LIVE).remarks == ()
    assert "above the 2 declared" in " ".join(read(LIVE.replace("floor = 3", "floor = 3\ndeclared = 2")).remarks)


@pytest.mark.parametrize(
    ("name", "address", "zone"),
    [("a", "10.1.2.3", "az1"), ("10.1.9.9", "", "az1"), ("web-1", "10.2.0.1", "az2"), ("a", "10.2.0.1", None)],
)
def test_that_the_first_place_that_holds_a_server_is_where_it_stands(name: str, address: str, zone: str | None) -> None:
    place = place_of(read(LIVE).places, name, address)
    assert (place.zone if place else None) == zone


@pytest.mark.parametrize(
    ("find", "write", "problem"),
    [
        ('"exec:/usr/lib/racks/adapter --site eu"', '"racks"', "source.fleet is 'racks'; write a scheme"),
        ("[[place]]", "graph_preset = 'x'\n[[place]]", "source.graph_preset is 'x'; write one of otel, istio, hubble"),
        ("[[place]]", "pool_label = 'a b'\n[[place]]", "source.pool_label is 'a b'; write the key of a label"),
        ("[[place]]", "pool_label = 'a/b'\n[[place]]", "source.pool_label is only for nodes of a Kubernetes"),
        ("[[place]]", 'environment = ["A=b"]\n[[place]]', "source.environment holds 'A=b'; write names of variables"),
        ("[[place]]", 'read_only = "no"\n[[place]]', "source.read_only is 'no'; write true or false"),
        ("[[place]]", "[source.tls]\nkey = 'k'\n[[place]]", "source.tls.certificate is missing"),
        ('zone = "az1"', 'zone = "az7"', "place 1.zone is 'az7', which is not a zone"),
        ('"10.1.0.0/16"', '"10.1.0.0/99"', "place 1.match is '10.1.0.0/99', which is no range of addresses"),
        ("[policy]", '[[pool]]\nname = "p"\ncount = 1\nsupports = []\n[policy]', "pool is stated beside [source]"),
    ],
)
def test_that_a_wrong_source_is_named_with_its_place(find: str, write: str, problem: str) -> None:
    assert problems(LIVE.replace(find, write, 1))[0].startswith(f"r.toml: {problem}")
