"""Which nodes and links are drawn of a region while some of its boxes are closed."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from topology.graph.outline import boxes_of, outline_of
from topology.graph.ways import Direction, Ways
from topology.region.description import read_region
from topology.region.region import Region

Edge = tuple[int, int]
EDGES = st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda edge: edge[0] != edge[1]), max_size=25)
SERVICES = st.lists(st.sampled_from(["", "s3", "ec2", "ebs"]), min_size=10, max_size=10)


def region_of(edges: set[Edge], services: list[str], soft: bool = False, operations: str = "") -> Region:
    lines = ["format = 1", "[region]", 'name = "r"', 'zones = ["az1"]']
    for number, service in enumerate(services):
        lines += ["[[subsystem]]", f'name = "n{number}"', "external = true"]
        if service:
            lines.append(f'service = "{service}"')
    for a, b in sorted(edges):
        lines += ["[[dependency]]", f'from = "n{a}"', f'to = "n{b}"']
        if soft:
            lines.append('kind = "soft"')
        if operations:
            lines.append(f'for = ["{operations}"]')
    return read_region("\n".join(lines), "r.toml")


@given(EDGES, SERVICES, st.data())
def test_that_every_subsystem_is_in_exactly_one_node_and_no_link_is_lost(
    edges: set[Edge], services: list[str], data: st.DataObject
) -> None:
    region = region_of(edges, services)
    boxes = boxes_of(region)
    closed = data.draw(st.sets(st.sampled_from([box.name for box in boxes]))) if boxes else set()
    outline = outline_of(region, boxes, closed)
    members = sorted(member for node in outline.nodes for member in node.members)
    assert members == list(range(10))
    shown = {(outline.shows(f"n{a}"), outline.shows(f"n{b}")) for a, b in edges}
    assert {(link.dependent, link.needs) for link in outline.links} == {pair for pair in shown if pair[0] != pair[1]}
    inside = sum(outline.shows(f"n{a}") == outline.shows(f"n{b}") for a, b in edges)
    assert sum(link.count for link in outline.links) + inside == len(edges)


@given(EDGES, SERVICES)
def test_that_closing_every_cycle_leaves_none(edges: set[Edge], services: list[str]) -> None:
    region = region_of(edges, services)
    cycles = [box for box in boxes_of(region) if box.kind == "cycle"]
    outline = outline_of(region, cycles, {box.name for box in cycles})
    ways = Ways(outline.names, ((link.dependent, link.needs) for link in outline.links))
    for link in outline.links:
        assert link.dependent not in ways.near(link.needs, len(outline.names), Direction.NEEDS)


def test_that_a_service_takes_a_subsystem_before_a_cycle_does() -> None:
    region = region_of({(0, 1), (1, 0), (1, 2)}, ["s3", "s3", *[""] * 8])
    boxes = boxes_of(region)
    assert [(box.name, box.kind, box.label) for box in boxes] == [
        ("service:s3", "service", "s3"),
        ("cycle:n0", "cycle", "n0 ⇄ n1"),
    ]
    outline = outline_of(region, boxes, {box.name for box in boxes})
    assert outline.shows("n1") == "service:s3"
    assert "cycle:n0" not in outline.names
    assert outline.shows("service:s3") == "service:s3"


def test_that_merged_edges_are_hard_if_one_is_and_for_the_operations_of_those() -> None:
    text = (
        'format = 1\n[region]\nname = "r"\nzones = ["az1"]\n'
        + "".join(f'[[subsystem]]\nname = "{name}"\nservice = "s"\nexternal = true\n' for name in ("a", "b"))
        + '[[subsystem]]\nname = "c"\nexternal = true\n'
        + '[[dependency]]\nfrom = "a"\nto = "c"\nfor = ["PUT"]\n'
        + '[[dependency]]\nfrom = "b"\nto = "c"\nkind = "soft"\n'
    )
    region = read_region(text, "r.toml")
    boxes = boxes_of(region)
    (link,) = outline_of(region, boxes, {"service:s"}).links
    assert (link.dependent, link.needs, link.hard, link.operations, link.count) == ("service:s", "c", True, ("PUT",), 2)


def test_that_a_region_without_cycles_does_not_bring_networkx_along() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from topology.region.description import read_region; from topology.graph.outline import boxes_of;"
        'boxes_of(read_region(\'format = 1\\n[region]\\nname = "r"\\nzones = ["az1"]\\n'
        "[[subsystem]]\\nname = \"a\"\\nexternal = true', 'r')); print('networkx' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert said.strip() == "False"


@given(EDGES, st.integers(0, 9), st.integers(0, 4))
def test_that_what_is_near_grows_with_the_hops_and_is_what_can_be_reached(
    edges: set[Edge], start: int, hops: int
) -> None:
    ways = Ways(range_names(), ((f"n{a}", f"n{b}") for a, b in edges))
    for way in Direction:
        few, more = (ways.near(f"n{start}", count, way) for count in (hops, hops + 1))
        assert f"n{start}" in few <= more
    both = ways.near(f"n{start}", hops, Direction.BOTH)
    assert both == ways.near(f"n{start}", hops, Direction.NEEDS) | ways.near(f"n{start}", hops, Direction.NEEDED_BY)


@given(EDGES, st.integers(0, 9), st.integers(0, 9))
def test_that_a_path_runs_along_links_and_none_is_shorter(edges: set[Edge], start: int, end: int) -> None:
    ways = Ways(range_names(), ((f"n{a}", f"n{b}") for a, b in edges))
    path = ways.path(f"n{start}", f"n{end}")
    reached = {hops for hops in range(10) if f"n{end}" in ways.near(f"n{start}", hops, Direction.NEEDS)}
    back = {hops for hops in range(10) if f"n{start}" in ways.near(f"n{end}", hops, Direction.NEEDS)}
    if not reached and not back:
        assert path == ()
        return
    assert all((int(a[1:]), int(b[1:])) in edges for a, b in pairwise(path))
    assert len(path) - 1 == min(reached or back)
    assert {path[0], path[-1]} == {f"n{start}", f"n{end}"}


def range_names() -> list[str]:
    return [f"n{number}" for number in range(10)]
