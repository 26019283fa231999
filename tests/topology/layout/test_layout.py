"""The picture of the graph: what lies above what, who shares a frame, what never overlaps, how few edges cross."""

import random
from itertools import pairwise, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles import examples
from topology.graph.layering import assign_layers, break_cycles
from topology.layout.rows.layout import Frame, Layout, LayoutNode, Spacing, layout
from topology.layout.rows.ordering import RowOrderSearch, Segment, count_crossings, settle
from topology.layout.rows.row_order import inversions

Graph = tuple[list[LayoutNode], list[tuple[str, str]]]


@st.composite
def graphs(draw: st.DrawFn, cycles: bool = True, groups: bool = True, most: int = 14) -> Graph:
    count = draw(st.integers(1, most))
    names = [f"n{number}" for number in range(count)]
    group = st.sampled_from([None, "a", "b", "c"]) if groups else st.none()
    nodes = [LayoutNode(name, draw(group), draw(st.booleans()) if groups else False) for name in names]
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    pairs = draw(st.lists(ends, max_size=2 * most))
    edges = [(names[a], names[b]) for a, b in pairs if cycles or a < b]
    return nodes, edges


def cards(picture: Layout) -> dict[str, Frame]:
    half_x, half_y = picture.spacing.width / 2, picture.spacing.height / 2
    return {name: Frame(x - half_x, y - half_y, x + half_x, y + half_y) for name, (x, y) in picture.centres.items()}


def overlap(one: Frame, other: Frame) -> bool:
    slack = 1e-6
    beside = one.right <= other.left + slack or other.right <= one.left + slack
    return not (beside or one.bottom <= other.top + slack or other.bottom <= one.top + slack)


S3 = [LayoutNode(name, None, top=True) for name in ("lambda", "ec2", "ebs")] + [
    LayoutNode(name, "s3") for name in ("front-end", "billing", "index", "placement", "metering", "storage", "keymap")
]
S3_EDGES = [
    *((name, "front-end") for name in ("lambda", "ec2", "ebs")),
    ("front-end", "index"), ("front-end", "placement"), ("placement", "index"), ("billing", "index"),
    ("billing", "metering"), ("index", "storage"), ("index", "keymap"), ("placement", "storage"), ("metering", "keymap"),
]  # fmt: skip


@given(graphs())
def test_that_the_same_graph_gives_the_same_picture(graph: Graph) -> None:
    assert layout(*graph) == layout(*graph)


@given(graphs())
def test_that_every_node_and_every_edge_but_loops_is_placed(graph: Graph) -> None:
    nodes, edges = graph
    picture = layout(nodes, edges)
    assert list(picture.centres) == [node.name for node in nodes]
    assert set(picture.routes) == {(a, b) for a, b in edges if a != b}
    for (dependent, needs), points in picture.routes.items():
        assert points[0] == picture.centres[dependent]
        assert points[-1] == picture.centres[needs]


@given(graphs(cycles=False, groups=False))
def test_that_without_a_cycle_every_dependent_lies_above_what_it_needs(graph: Graph) -> None:
    picture = layout(*graph)
    for dependent, needs in picture.routes:
        assert picture.centres[dependent][1] < picture.centres[needs][1]


@given(graphs())
def test_that_no_two_cards_overlap_and_all_lie_in_the_picture(graph: Graph) -> None:
    picture = layout(*graph)
    placed = list(cards(picture).values())
    for number, card in enumerate(placed):
        assert not any(overlap(card, other) for other in placed[:number])
        assert card.left >= -1e-6
        assert card.top >= -1e-6
        assert card.right <= picture.width + 1e-6
        assert card.bottom <= picture.height + 1e-6


@given(graphs())
def test_that_a_frame_holds_its_group_and_no_stranger(graph: Graph) -> None:
    nodes, edges = graph
    picture = layout(nodes, edges)
    placed = cards(picture)
    for group, frame in picture.frames.items():
        for node in nodes:
            card = placed[node.name]
            if node.group == group:
                assert frame.left < card.left < card.right < frame.right
                assert frame.top < card.top < card.bottom < frame.bottom
            else:
                assert not overlap(frame, card)
    frames = list(picture.frames.values())
    assert not any(overlap(one, other) for number, one in enumerate(frames) for other in frames[:number])


@given(graphs())
def test_that_edges_pass_rows_beside_the_cards(graph: Graph) -> None:
    picture = layout(*graph)
    for points in picture.routes.values():
        for x, y in points[1:-1]:
            row = [centre for centre in picture.centres.values() if abs(centre[1] - y) < 1]
            ends = (points[0], points[-1])
            # An edge may leave straight down from its own card; every other card it passes at a distance.
            assert all(abs(x - other[0]) >= picture.spacing.width / 2 for other in row if other not in ends)


def test_that_a_group_has_a_frame_from_two_members_on() -> None:
    picture = layout([LayoutNode("a", "one"), LayoutNode("b", "two"), LayoutNode("c", "two")], [])
    assert set(picture.frames) == {"two"}


def test_that_externals_stand_on_the_first_row_and_only_they() -> None:
    nodes = [*S3, LayoutNode("cron"), LayoutNode("cold-storage", top=True)]
    picture = layout(nodes, [*S3_EDGES, ("cron", "front-end"), ("cold-storage", "cron"), ("ebs", "storage")])
    first = min(y for _, y in picture.centres.values())
    externals = {node.name for node in nodes if node.top}
    assert {name for name, (_, y) in picture.centres.items() if y == first} == externals
    without = layout([*S3, LayoutNode("cron")], [*S3_EDGES, ("cron", "front-end")])
    assert without.centres["cron"][1] > min(y for _, y in without.centres.values())


def test_that_the_example_region_has_no_crossing() -> None:
    assert layout(S3, S3_EDGES).crossings == 0


def test_that_a_cycle_is_drawn_with_one_edge_leading_up() -> None:
    nodes = [LayoutNode(name) for name in "abc"]
    picture = layout(nodes, [("a", "b"), ("b", "c"), ("c", "a")])
    up = [edge for edge in picture.routes if picture.centres[edge[0]][1] > picture.centres[edge[1]][1]]
    assert up == [("c", "a")]


def test_that_of_two_services_that_need_each_other_the_stronger_need_leads_down() -> None:
    nodes = [LayoutNode(f"{group}{number}", group) for group in "ab" for number in range(3)]
    picture = layout(nodes, [("a0", "b0"), ("b0", "a0"), ("b1", "a1"), ("b2", "a2")])
    assert picture.frames["b"].bottom < picture.frames["a"].top


def test_that_nodes_without_an_edge_stand_apart_from_the_rest() -> None:
    picture = layout([*S3, LayoutNode("alone"), LayoutNode("lonely")], S3_EDGES)
    placed = cards(picture)
    linked = [placed[node.name] for node in S3]
    edge = picture.frames["s3"]
    whole = Frame(
        min(edge.left, *(card.left for card in linked)),
        min(card.top for card in linked),
        max(edge.right, *(card.right for card in linked)),
        max(edge.bottom, *(card.bottom for card in linked)),
    )
    assert not overlap(whole, placed["alone"])
    assert not overlap(whole, placed["lonely"])


def test_that_a_node_with_two_hundred_dependents_does_not_make_a_row_of_two_hundred() -> None:
    nodes = [LayoutNode("hub"), *(LayoutNode(f"n{number}", top=True) for number in range(200))]
    picture = layout(nodes, [(f"n{number}", "hub") for number in range(200)])
    assert picture.width < 4 * picture.height
    assert all(picture.centres[node.name][1] < picture.centres["hub"][1] for node in nodes[1:])


def test_that_three_hundred_services_alone_fill_a_wide_rectangle() -> None:
    picture = layout([LayoutNode(f"n{number}") for number in range(300)], [])
    assert 1 < picture.width / picture.height < 3


def test_that_an_empty_graph_is_an_empty_picture() -> None:
    picture = layout([], [])
    assert (picture.centres, picture.routes, picture.width, picture.height) == ({}, {}, 0.0, 0.0)


def test_that_an_edge_to_nowhere_and_a_name_used_twice_are_errors() -> None:
    with pytest.raises(KeyError):
        layout([LayoutNode("a")], [("a", "b")])
    with pytest.raises(ValueError, match="two nodes have the same name"):
        layout([LayoutNode("a"), LayoutNode("a")], [])


def test_that_the_spacing_asked_for_is_kept() -> None:
    spacing = Spacing(width=40, height=20, gap_x=8, gap_y=10)
    picture = layout([LayoutNode("a"), LayoutNode("b"), LayoutNode("c")], [("a", "b"), ("a", "c")], spacing)
    (_, a), (left, b), (right, _) = (picture.centres[name] for name in "abc")
    assert b - a == 30
    assert abs(right - left) == pytest.approx(48)


@given(st.integers(1, 12), st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=40))
def test_that_turning_the_chosen_edges_round_leaves_no_cycle(count: int, pairs: list[tuple[int, int]]) -> None:
    edges = [(a, b) for a, b in pairs if a != b and a < count and b < count]
    turned = break_cycles(count, edges)
    down = list({(b, a) if (a, b) in turned else (a, b) for a, b in edges})
    layer = assign_layers(count, down)  # would leave nodes of a cycle where they are
    assert all(layer[a] < layer[b] for a, b in down)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=25))
def test_that_crossings_are_counted_as_by_hand(pairs: list[tuple[int, int]]) -> None:
    by_hand = sum(
        (a - c) * (b - d) < 0 for number, (a, b) in enumerate(pairs) for c, d in pairs[:number]
    )  # fmt: skip
    assert count_crossings(sorted((float(a), float(b)) for a, b in pairs)) == by_hand


def crossings_of(rows: list[list[int]], segments: list[Segment]) -> int:
    place = {item: float(number) for row in rows for number, item in enumerate(row)}
    row_of = {item: number for number, row in enumerate(rows) for item in row}
    total = 0
    for number in range(len(rows) - 1):
        pairs = sorted((place[s.upper], place[s.lower]) for s in segments if row_of[s.upper] == number)
        total += count_crossings(pairs)
    return total


def test_that_small_graphs_have_as_few_crossings_as_any_order_gives() -> None:
    chance = random.Random(20170228)
    found = best = missed = 0
    for _ in range(150):
        sizes = [chance.randint(2, 4) for _ in range(3)]
        rows, first = [], 0
        for size in sizes:
            rows.append(list(range(first, first + size)))
            first += size
        segments = [
            Segment(a, b) for upper, lower in pairwise(rows) for a in upper for b in lower if chance.random() < 0.5
        ]
        ordering = RowOrderSearch(rows, segments, [10.0] * first)
        ordering.search()
        assert crossings_of(ordering.best, segments) == ordering.crossings
        least = min(crossings_of([list(row) for row in order], segments) for order in product(*map(permutations, rows)))
        found, best, missed = found + ordering.crossings, best + least, missed + (ordering.crossings > least)
    assert missed <= 3
    assert found <= best * 1.02


@given(
    st.lists(st.tuples(st.floats(-100, 100), st.floats(0.1, 10), st.floats(1, 50)), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
)
@settings(max_examples=examples(60))
def test_that_no_allowed_place_is_nearer_to_what_was_wanted(
    items: list[tuple[float, float, float]], chance: random.Random
) -> None:
    wanted, weights = [item[0] for item in items], [item[1] for item in items]
    steps = [item[2] for item in items[1:]]

    def cost(places: list[float]) -> float:
        return sum(w * (x - want) ** 2 for x, want, w in zip(places, wanted, weights, strict=True))

    places = settle(wanted, weights, steps)
    assert all(b - a >= step - 1e-6 for a, b, step in zip(places, places[1:], steps, strict=False))
    for _ in range(20):
        moved = [place + chance.uniform(-1, 1) for place in places]
        for number, step in enumerate(steps):
            moved[number + 1] = max(moved[number + 1], moved[number] + step)
        assert cost(moved) >= cost(places) - 1e-6


@given(st.lists(st.integers(0, 30), max_size=60), st.integers(0, 60))
def test_that_inversions_are_counted_as_by_hand_however_many_there_are(values: list[int], few: int) -> None:
    by_hand = sum(a > b for number, a in enumerate(values) for b in values[number + 1 :])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("topology.layout.rows.row_order.FEW", few)
        assert inversions(np.array(values, float)) == by_hand


def network(count: int, seed: int = 7, groups: bool = True) -> Graph:
    chance = random.Random(seed)
    nodes = [LayoutNode(f"n{number}", f"g{number // 10}" if groups else None) for number in range(count)]
    edges = set()
    for number in range(count - 1):
        for _ in range(chance.choice((0, 1, 1, 2, 3))):
            end = min((number // 10 + 1) * 10, count) if chance.random() < 0.8 else count
            edges.add((number, chance.randrange(number + 1, max(end, number + 2))))
    return nodes, [(f"n{a}", f"n{min(b, count - 1)}") for a, b in sorted(edges) if a != b]


@pytest.mark.parametrize("groups", [True, False])
def test_that_one_subsystem_more_moves_little_else_and_turns_no_order_round(groups: bool) -> None:
    nodes, edges = network(60, groups=groups)
    first = layout(nodes, edges)
    more = [*nodes, LayoutNode("new", nodes[57].group)], [*edges, ("n50", "new"), ("new", "n58")]
    anew, kept = layout(*more), layout(*more, before=first.centres)

    def shift(other: Layout) -> float:
        moved = [other.centres[name][0] - x for name, (x, _) in first.centres.items()]
        middle = sorted(moved)[len(moved) // 2]
        return sum(abs(one - middle) for one in moved) / len(moved) / first.width

    assert shift(kept) < 0.06
    assert shift(kept) < shift(anew)
    rows: dict[float, list[str]] = {}
    for name, (_, y) in kept.centres.items():
        rows.setdefault(y, []).append(name)
    old_y = {name: y for name, (_, y) in first.centres.items()}
    group_of = {node.name: node.group for node in nodes}
    for names in rows.values():
        stayed = [name for name in names if name in old_y]
        stayed.sort(key=lambda name: kept.centres[name][0])
        for one, other in pairwise(stayed):
            if group_of[one] == group_of[other] and old_y[one] == old_y[other]:
                assert first.centres[one][0] < first.centres[other][0]


@given(graphs())
@settings(max_examples=examples(40))
def test_that_the_same_graph_after_itself_stays_as_it_is(graph: Graph) -> None:
    first = layout(*graph)
    again = layout(*graph, before=first.centres)
    order = {name: x for name, (x, _) in first.centres.items()}
    rows: dict[float, list[str]] = {}
    for name, (_, y) in again.centres.items():
        rows.setdefault(round(y, 3), []).append(name)
    group_of = {node.name: node.group for node in graph[0]}
    for names in rows.values():
        names.sort(key=lambda name: again.centres[name][0])
        for one, other in pairwise(names):
            if group_of[one] == group_of[other] and first.centres[one][1] == first.centres[other][1]:
                assert order[one] <= order[other]


@given(graphs())
@settings(max_examples=examples(40))
def test_that_no_two_cards_overlap_after_another_picture(graph: Graph) -> None:
    nodes, edges = graph
    half = nodes[::2]
    names = {node.name for node in half}
    first = layout(half, [edge for edge in edges if set(edge) <= names])
    boxes = list(cards(layout(nodes, edges, before=first.centres)).values())
    assert not any(overlap(one, other) for number, one in enumerate(boxes) for other in boxes[:number])
