"""What files for Vizceral become: regions are zones, services subsystems, instances servers, traffic needs."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.folders import DATA
from tests.profiles import examples
from topology.imports.graphs.vizceral import import_vizceral
from topology.imports.imported import Imported
from topology.imports.notes import ImportRefusedError, UnreadableError
from topology.region.description import read_region
from topology.region.region import Region

SAMPLE = DATA / "vizceral" / "sample_data.json"
Object = dict[str, Any]


def service(name: object, *instances: str, **more: object) -> Object:
    return {"name": name, "renderer": "focusedChild", "nodes": [{"name": one} for one in instances], **more}


def link(source: object, target: object) -> Object:
    return {"source": source, "target": target, "metrics": {"normal": 1.5}}


def region(name: object, *nodes: object, links: object = ()) -> Object:
    return {"renderer": "region", "name": name, "nodes": list(nodes), "connections": links}


def imported(*regions: object, **more: object) -> Imported:
    top = {"renderer": "global", "name": "edge", "nodes": list(regions), **more}
    return import_vizceral(json.dumps(top).encode(), "traffic.json")


def read(made: Imported) -> Region:
    return read_region(made.text, "traffic.toml")


def edges(made: Imported) -> set[tuple[str, str]]:
    return {(one.dependent, one.needs) for one in read(made).dependencies}


def has(made: Imported, *parts: str) -> bool:
    return any(all(part in str(note) for part in parts) for note in made.notes)


@pytest.fixture(scope="module")
def sample() -> Imported:
    return import_vizceral(SAMPLE.read_bytes(), "sample_data.json")


class TestSample:
    """The traffic of three regions with 73, 74 and 78 services."""

    def test_that_every_region_but_the_internet_is_a_zone(self, sample: Imported) -> None:
        assert read(sample).zones == ("eu-west-1", "us-east-1", "us-west-2")

    def test_that_services_links_and_instances_are_those_of_the_file(self, sample: Imported) -> None:
        raw = json.loads(SAMPLE.read_bytes())["nodes"]
        services = {one["name"] for part in raw for one in part["nodes"]}
        links = {(one["source"], one["target"]) for part in raw for one in part["connections"]}
        inside = [one for part in raw for one in part["nodes"] if one["name"] != "INTERNET"]
        found = read(sample)
        assert {one.title or one.name for one in found.subsystems} == services | {end for pair in links for end in pair}
        assert {one.name for one in found.subsystems if one.external} == {"internet", "proxy-log"}
        assert edges(sample) == {(one.lower(), other.lower()) for one, other in links}
        assert len(found.roster) == sum(max(1, len(one["nodes"])) for one in inside)

    def test_that_links_to_what_a_region_does_not_list_are_noted(self, sample: Imported) -> None:
        assert has(sample, "proxy-log is linked in us-east-1, eu-west-1, us-west-2 and listed nowhere", "external")
        assert has(sample, "proxy-prod is linked in us-east-1, which does not list it; it has servers elsewhere")

    def test_that_links_between_regions_are_noted_and_not_imported(self, sample: Imported) -> None:
        assert has(sample, "9 links between regions: which services are linked is not said")

    def test_that_services_without_an_instance_have_one_server_and_are_named(self, sample: Imported) -> None:
        assert has(sample, "4 without an instance in a region", "bypath, hounding, legwork, playlisted")


def test_that_instances_are_servers_in_the_zone_of_their_region() -> None:
    made = imported(region("East", service("web", "a", "b")), region("west", service("web", "c"), service("db", "d")))
    roster = read(made).roster
    assert sorted(roster.names) == ["db-0001", "web-east-0001", "web-east-0002", "web-west-0001"]
    assert has(made, "East as east")


def test_that_a_file_of_one_region_alone_is_read() -> None:
    made = import_vizceral(json.dumps(region("east", service("web", "a"), links=[link("web", "db")])).encode(), "x")
    assert (read(made).zones, edges(made)) == (("east",), {("web", "db")})


def test_that_the_entry_of_a_region_is_outside() -> None:
    made = imported({**region("east", service("users"), service("web", "a")), "entryNode": "users"})
    assert [one.name for one in read(made).subsystems if one.external] == ["users"]


def test_that_pools_of_long_and_like_names_stay_apart() -> None:
    long = "a" * 250
    nodes = [service(f"{long}{end}", "1") for end in "xyz"]
    made = imported(region("east" * 30, *nodes, service("web", "1")), region("west", *nodes, service("web-west", "1")))
    assert len(read(made).roster) == 8


def test_that_regions_and_services_that_differ_in_case_only_stay_apart() -> None:
    made = imported(region("East", service("Web", "a"), service("web", "b")), region("east", service("web", "c")))
    assert read(made).zones == ("east", "east-2")
    assert has(made, "2 nodes would be called web", "Web as web-2")
    assert has(made, "2 regions would be called east")


@pytest.mark.parametrize(
    ("part", "what"),
    [
        (3, "nodes 2: is 3, not a mapping"),
        ({"nodes": []}, "nodes 2: name is missing"),
        (region(7), "nodes 2: name is 7, not text"),
        (region("east"), "nodes 2: region east is listed twice; the first is taken"),
        (region("west", "web"), "region west, nodes 1: is 'web', not a mapping"),
        (region("west", service("a"), service("a")), "region west, nodes 2: service a is listed twice"),
        (region("west", {"name": "a", "nodes": 4}), "region west, service a: nodes is 4, not a list"),
        (region("west", service("a", "x", "x")), "region west, service a, nodes 2: instance x is listed twice"),
        (region("west", service("a"), links={}), "region west: connections is a mapping, not a list"),
        (region("west", service("a"), links=[link("a", None)]), "connections 1: target is missing"),
        (region("west", service("a"), links=[link([], "a")]), "connections 1: source is a list"),
        (region("west", service("a"), links=["x"]), "connections 1: is 'x', not a mapping"),
    ],
)
def test_that_what_is_wrong_is_listed_with_its_place_and_the_rest_imported(part: object, what: str) -> None:
    made = imported(region("east", service("web", "a"), links=[link("web", "db")]), part)
    assert has(made, what)
    assert ("web", "db") in edges(made)


@pytest.mark.parametrize("end", [10, 21, 22, 500, 100_000, -2])
def test_that_a_file_cut_in_the_middle_is_refused(end: int) -> None:
    with pytest.raises(UnreadableError, match=r"ends in the middle, after [0-9,]+ bytes: it was cut"):
        import_vizceral(SAMPLE.read_bytes().rstrip()[:end], "x")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "is empty"),
        (b"[]", "is not a file for Vizceral: it has no list of nodes"),
        (b'{"nodes": {}}', "is not a file for Vizceral"),
        (b'{"nodes": [], "nodes": []}', "states the key 'nodes' twice"),
        (b"{nodes: []}", "is not JSON"),
        (b"\xff\xfe", "is not UTF-8 text at byte 0"),
        (b"[" * 200_000, "is nested too deeply"),
        (b'{"nodes": ' + b"9" * 5000 + b"}", "holds a value that cannot be read"),
    ],
)
def test_that_other_files_are_refused(data: bytes, what: str) -> None:
    with pytest.raises(UnreadableError, match=what):
        import_vizceral(data, "x")


def test_that_a_file_without_services_is_refused_with_what_was_wrong() -> None:
    with pytest.raises(ImportRefusedError, match="There is no region with services in it") as refused:
        imported(region("east"), 3)
    assert [str(note) for note in refused.value.notes] == ["nodes 2: is 3, not a mapping"]


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["INTERNET", "web"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["name", "nodes", "connections", "source", "target", "renderer"]), inner)
    ),
    max_leaves=30,
)


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(_VALUES, max_size=4), _VALUES)
def test_that_whatever_is_in_it_becomes_a_readable_region_or_a_sentence(nodes: list[object], links: object) -> None:
    try:
        made = imported(region("east", *nodes, links=links), *nodes)
    except (ImportRefusedError, UnreadableError):
        return
    assert len(read(made).subsystems) == made.subsystems
